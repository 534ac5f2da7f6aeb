"""Networks: what counting a table costs."""

from __future__ import annotations

from implementations.networks.catalogue import NETWORKS, network
from implementations.networks.counting import summary


class Counting:
    """Shapes, parameters and multiply-adds from a table; the goal for googlenet is 5 ms, better 1 ms."""

    param_names = ("network",)
    params = (list(NETWORKS),)

    def setup(self, name: str) -> None:
        """Build the table."""
        self._network = network(name)

    def time_table(self, name: str) -> None:
        """Building the table."""
        network(name)

    def time_summary(self, name: str) -> None:
        """Every line of it."""
        summary(self._network)

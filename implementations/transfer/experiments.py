"""What is claimed of transfer, read from recorded runs: a list with `retraining.Arms` of one seed each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from implementations.transfer.retraining import Arms

Array = NDArray[np.float64]
Runs = Sequence[Arms]


def accuracy(run: Runs, arm: str, labels: int) -> Array:
    """Test accuracy of an arm with so many labelled images a class, one a seed."""
    return np.array([one[arm][one["labels"].index(labels)] for one in run])


def two_arms(run: Runs, first: str = "transferred", second: str = "random", labels: int = 5) -> dict[str, Array]:
    """Two arms on the same labelled images; seeds pair them."""
    return {"first": accuracy(run, first, labels), "second": accuracy(run, second, labels)}


def right_and_shuffled(run: Runs, shuffled: Runs, labels: int = 5) -> dict[str, Array]:
    """Transferred features of two source tasks, one with the right labels and one with shuffled ones; seeds pair them."""
    return {"right": accuracy(run, "transferred", labels), "shuffled": accuracy(shuffled, "transferred", labels)}

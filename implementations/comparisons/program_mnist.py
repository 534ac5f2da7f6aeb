"""The first program's five epochs on MNIST, which the slide trains on."""

from __future__ import annotations

from implementations.comparisons.program import five_epochs
from implementations.datasets.mnist import load_mnist
from implementations.training.loop import Curves


def five_epochs_on_mnist(*, seed: int, checkpoint: str | None = None) -> Curves:
    """On the 60,000 digits, tested on the 10,000."""
    return five_epochs({"train": load_mnist("train"), "test": load_mnist("test")}, seed, checkpoint)

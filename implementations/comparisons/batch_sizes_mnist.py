"""Batch sizes on MNIST."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.comparisons import batch_sizes
from implementations.comparisons.batch_sizes import Counted, Sets
from implementations.datasets.mnist import load_mnist
from implementations.datasets.samples import Images

VALIDATION = 5000  # images at the end of the training file that are held back to choose by


def sets() -> Sets:
    """The first 55,000 training digits, the last 5,000, and the 10,000 test digits."""
    train = load_mnist("train")
    validation = Images(train.x[-VALIDATION:], train.y[-VALIDATION:], train.classes)
    return Sets(train.first(len(train) - VALIDATION), validation, load_mnist("test"))


def gain(seeds: NDArray[np.int64], batch: int = 100, counted: Counted = "images") -> NDArray[np.float64]:
    """`batch_sizes.gain` after two passes."""
    return batch_sizes.gain(sets(), seeds, batch, counted=counted)


def curves(batches: list[int], seeds: int = 4) -> dict[str, Any]:
    """`batch_sizes.curves` of so many seeds."""
    return batch_sizes.curves(sets(), np.arange(seeds), batches)

"""What the documents claim of training on CIFAR-10, read from recorded runs (`runs_cifar`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from implementations.training.experiments import Runs, late_train_accuracy

Array = NDArray[np.float64]


def two_training_errors(shallow: Runs, deep: Runs, points: int = 100) -> dict[str, Array]:
    """The share wrong on the last recorded training batches, one a seed; seeds pair the two, which saw the same batches."""
    return {"shallow": training_error(shallow, points), "deep": training_error(deep, points)}


def plain_and_residual(plain: Runs, residual: Runs, points: int = 100) -> dict[str, Array]:
    """The same of two networks of one depth."""
    return {"plain": training_error(plain, points), "residual": training_error(residual, points)}


def training_error(run: Runs, points: int = 100) -> Array:
    """The share wrong on the last ``points`` recorded training batches, one a seed."""
    return 1 - late_train_accuracy(run, points)

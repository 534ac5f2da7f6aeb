"""What the documents claim of training on CIFAR-10, read from recorded runs (`runs_cifar`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from implementations.training.experiments import Runs, late_train_accuracy

Array = NDArray[np.float64]


def two_training_errors(shallow: Runs, deep: Runs, points: int = 100) -> dict[str, Array]:
    """The share wrong on the last recorded training batches, one a seed; seeds pair the two, which saw the same batches."""
    return {"shallow": 1 - late_train_accuracy(shallow, points), "deep": 1 - late_train_accuracy(deep, points)}

"""What the slides claim of training on digits, read from recorded runs: a list with the curves of one seed each (`loop.train`)."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from implementations.training.loop import Curves
from implementations.training.smoothing import WEIGHT, smoothed

Array = NDArray[np.float64]
Runs = Sequence[Curves]


def accuracy(run: Runs, step: int = 9_900) -> Array:
    """The accuracy on all test images after so many steps, one a seed."""
    return np.array([one["test_accuracy"][one["test_step"].index(step)] for one in run])


def train_accuracy(run: Runs, step: int = 9_980, weight: float = WEIGHT) -> Array:
    """TensorBoard's smoothed accuracy on the training batches at a step, one a seed."""
    return np.array([smoothed(one["train_accuracy"], weight)[one["train_step"].index(step)] for one in run])


def late_train_accuracy(run: Runs, points: int = 100) -> Array:
    """The mean accuracy on the last recorded training batches, one a seed."""
    return np.array([np.mean(one["train_accuracy"][-points:]) for one in run])


def gap(run: Runs, step: int = 9_900) -> Array:
    """Training accuracy, over the last recorded batches, less test accuracy: one a seed."""
    return late_train_accuracy(run) - accuracy(run, step)


def two_accuracies(first: Runs, second: Runs, step: int = 10_000) -> dict[str, Array]:
    """Of two networks trained on the same batches; seeds pair them."""
    return {"first": accuracy(first, step), "second": accuracy(second, step)}


def gain(first: Runs, second: Runs, step: int = 10_000) -> Array:
    """How much more the first gets right, seed by seed."""
    return accuracy(first, step) - accuracy(second, step)


def difference(a: float, b: float) -> float:
    """In points of a hundred."""
    return 100 * (a - b)


def z_of_two_proportions(a: float, b: float, images: int = 10_000) -> float:
    """How many standard errors two accuracies on so many images each are apart, if their errors were independent."""
    pooled = (a + b) / 2
    return (a - b) / sqrt(2 * pooled * (1 - pooled) / images)


def z_by_counts(a: int, b: int, images: int) -> float:
    """The same from the counts of right answers: Pearson's chi-squared of the two-by-two table, whose root is z."""
    from scipy.stats import chi2_contingency

    table = [[a, images - a], [b, images - b]]
    return float(np.sqrt(chi2_contingency(table, correction=False).statistic))

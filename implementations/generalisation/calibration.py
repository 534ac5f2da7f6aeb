"""Are a network's probabilities those of being right? Reliability, temperature scaling and ensembles. Equations: the package's docstring."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from implementations.losses.losses_numpy import sparse_cross_entropy_from_logits

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


class Reliability(NamedTuple):
    """Of each bin of the confidence: its share of the images, their mean confidence and their accuracy; empty bins are left out."""

    share: Array
    confidence: Array
    accuracy: Array

    @property
    def error(self) -> float:
        """The expected calibration error."""
        return float(np.sum(self.share * np.abs(self.accuracy - self.confidence)))


def reliability(p: Array, y: Labels, bins: int = 10) -> Reliability:
    """Probabilities (n, K) against labels (n,), in bins of equal width. Raises ValueError for fewer than 1 bin."""
    if bins < 1:
        raise ValueError(f"needs at least one bin, got {bins}")
    confidence, right = p.max(axis=1), p.argmax(axis=1) == y
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    full = count > 0
    sums = (np.bincount(place, weights=weights, minlength=bins)[full] for weights in (confidence, right))
    mean_confidence, accuracy = (total / count[full] for total in sums)
    return Reliability(count[full] / len(y), mean_confidence, accuracy)


def temperature(z: Array, y: Labels) -> float:
    """The T in [0.05, 20] that makes the mean cross-entropy of the logits z / T (n, K) least. It moves no image to another class."""

    def loss(log_t: float) -> float:
        return float(sparse_cross_entropy_from_logits(y, z / np.exp(log_t)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded").x))


def ensemble(p: Array) -> Array:
    """The mean of the members' probabilities (members, n, K): (n, K)."""
    value: Array = p.mean(axis=0)
    return value


def log_loss(p: Array, y: Labels) -> float:
    """The mean of -log p(label)."""
    return float(-np.log(p[np.arange(len(y)), y]).mean())

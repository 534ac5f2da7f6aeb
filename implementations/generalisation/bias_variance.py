"""Bias and variance of fits that are linear in the labels: polynomials by degree, gradient descent by its number of steps.

Equations: the package's docstring. Source: siggraph-ml-9, slide "Summary (Practice)".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]

POINTS = np.linspace(-1, 1, 25)  # where labels are given,
SIGMA = 0.5  # with noise of this standard deviation


def truth(x: Array) -> Array:
    """What is to be learnt: one and a half waves of a sine."""
    return np.sin(1.5 * np.pi * x)


class Fit(NamedTuple):
    """A linear fit at the design points: ``smoother`` (n, n) takes labels to fitted values."""

    smoother: Array

    @property
    def squared_bias(self) -> float:
        """(A f - f)^2, the mean over the design points."""
        f = truth(POINTS)
        return float(np.mean((self.smoother @ f - f) ** 2))

    @property
    def variance(self) -> float:
        """sigma^2 times the squared rows of A, the mean over the design points."""
        return float(SIGMA**2 * np.sum(self.smoother**2) / len(POINTS))


def polynomial(degree: int) -> Fit:
    """Least squares with a polynomial. Raises ValueError unless 0 <= degree < number of points."""
    if not 0 <= degree < len(POINTS):
        raise ValueError(f"degree must be between 0 and {len(POINTS) - 1}, got {degree}")
    basis, _ = np.linalg.qr(legendre.legvander(POINTS, degree))
    return Fit(basis @ basis.T)


def descent(steps: int, degree: int = 15) -> Fit:
    """Gradient descent on the coefficients of Legendre polynomials, from zero, at the step size 1 / (largest curvature).

    Along the i-th principal direction of the design the share 1 - (1 - curvature_i / largest)^steps has been learnt.
    """
    if steps < 0:
        raise ValueError(f"steps must be at least 0, got {steps}")
    u, singular, _ = np.linalg.svd(legendre.legvander(POINTS, degree), full_matrices=False)
    learnt = 1 - (1 - (singular / singular[0]) ** 2) ** steps
    return Fit(u * learnt @ u.T)


def two_errors(seeds: Seeds, fit: Fit) -> tuple[Array, Array]:
    """g - f at the design points from two independent data sets a seed, each (s, n)."""
    f = truth(POINTS)
    noise = SIGMA * streams.normal(seeds, 0, (2, len(POINTS)))
    errors = (f + noise) @ fit.smoother.T - f
    return errors[:, 0], errors[:, 1]


def measured(seeds: Seeds, fit: Fit) -> dict[str, Array]:
    """Unbiased estimates without a closed form, one a seed: ``squared bias``, ``variance`` and their sum, ``error``."""
    a, b = two_errors(seeds, fit)
    return {
        "squared bias": np.mean(a * b, axis=1),
        "variance": np.mean((a - b) ** 2, axis=1) / 2,
        "error": np.mean(a**2 + b**2, axis=1) / 2,
    }

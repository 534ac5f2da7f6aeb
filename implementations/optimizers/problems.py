"""Risks to descend, with exact gradients and Hessians. Parameters are (..., d): any leading axes are replicates.

Source: slides STOCHASTIC GRADIENT DESCENT and MORE ADVANCED TECHNIQUES, whose own pictures are lost with the figures.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Quadratic:
    """R = 1/2 sum_j curvature_j theta_j^2; a negative curvature makes a saddle."""

    curvature: Array

    def risk(self, theta: Array) -> Array:
        """(..., d) -> (...)."""
        value: Array = 0.5 * np.sum(self.curvature * theta**2, axis=-1)
        return value

    def gradient(self, theta: Array) -> Array:
        """(..., d) -> (..., d)."""
        return self.curvature * theta

    def hessian(self, theta: Array) -> Array:
        """(..., d) -> (..., d, d)."""
        return np.broadcast_to(np.diag(self.curvature), (*theta.shape, theta.shape[-1]))


@dataclass(frozen=True)
class Saddle:
    """R = 1/2 (theta_1^2 - theta_2^2) + 1/4 theta_2^4: a saddle at 0 between the minima (0, -1) and (0, 1)."""

    def risk(self, theta: Array) -> Array:
        """(..., 2) -> (...)."""
        value: Array = 0.5 * (theta[..., 0] ** 2 - theta[..., 1] ** 2) + 0.25 * theta[..., 1] ** 4
        return value

    def gradient(self, theta: Array) -> Array:
        """(..., 2) -> (..., 2)."""
        return np.stack([theta[..., 0], theta[..., 1] ** 3 - theta[..., 1]], axis=-1)

    def hessian(self, theta: Array) -> Array:
        """(..., 2) -> (..., 2, 2)."""
        matrix = np.zeros((*theta.shape, 2))
        matrix[..., 0, 0], matrix[..., 1, 1] = 1.0, 3 * theta[..., 1] ** 2 - 1
        return matrix


@dataclass(frozen=True)
class Logistic:
    """Logistic regression: L_i = log(1 + exp(-y_i x_i . theta)), one data set a replicate.

    `x` is (s, n, d), `y` (s, n) of -1 and +1, theta (..., s, d): axis -2 of theta pairs with the data sets.
    """

    x: Array
    y: Array

    def risk(self, theta: Array) -> Array:
        """(..., s, d) -> (..., s), the mean loss over all n data points."""
        margin = self.y * np.einsum("snd,...sd->...sn", self.x, theta)
        value: Array = np.logaddexp(0.0, -margin).mean(axis=-1)
        return value

    def gradient(self, theta: Array, rows: NDArray[np.int64] | None = None) -> Array:
        """(..., s, d) -> (..., s, d): the mean over all data, or over `rows` of shape (s, M)."""
        if rows is None:
            x, y = self.x, self.y
        else:
            replicate = np.arange(len(self.x))[:, None]
            x, y = self.x[replicate, rows], self.y[replicate, rows]
        weight = -y * expit(-y * np.einsum("smd,...sd->...sm", x, theta)) / y.shape[1]
        value: Array = np.einsum("...sm,smd->...sd", weight, x)
        return value

    def hessian(self, theta: Array) -> Array:
        """(s, d) -> (s, d, d)."""
        p = expit(np.einsum("snd,sd->sn", self.x, theta))
        value: Array = np.einsum("sn,sni,snj->sij", p * (1 - p), self.x, self.x, optimize=True) / self.x.shape[1]
        return value


def logistic(seeds: NDArray[np.int64], n: int, scales: Array, teacher: Array) -> Logistic:
    """A data set a seed: x normal with standard deviations `scales` (d,), P(y = 1) = sigmoid(x . teacher / scales)."""
    z = streams.normal(seeds, 0, (n, len(scales)), stream=1)
    y = np.where(streams.uniform(seeds, 0, n, stream=2) < expit(z @ teacher), 1.0, -1.0)
    return Logistic(z * scales, y)

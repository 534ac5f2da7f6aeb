"""The slide's problem on which SGD with a constant step bounces for ever, and its exact law.

Source: slides DANGER! SGD REQUIRES CARE and ROBBINS-MONRO. 21 points x = -10 ... 10, loss (x - theta)^2, start -20, one
random point a step: theta <- theta - 2 alpha_k (theta - x). So for any schedule

    mean_{k+1} = (1 - 2 alpha_k) mean_k,    var_{k+1} = (1 - 2 alpha_k)^2 var_k + 4 alpha_k^2 sigma^2.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from implementations.optimizers.optimizers_numpy import GradientDescent, path
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Alpha = Callable[[int], float | Array]  # a schedule: k -> alpha_k

DATA: Array = np.arange(-10.0, 11.0)
START = -20.0
VARIANCE = 110.0 / 3.0  # of the data: (21^2 - 1) / 12


def minimiser() -> float:
    """theta* of the mean squared distance to the data: their mean."""
    return float(DATA.mean())


def samples(seeds: NDArray[np.int64], steps: int, batch: int = 1) -> Array:
    """The mean of the `batch` points drawn (with replacement) at each step; shape (n, steps)."""
    value: Array = DATA[streams.integers(seeds, 0, len(DATA), (steps, batch))].mean(axis=2)
    return value


def run(seeds: NDArray[np.int64], schedule: Alpha, steps: int, slope: float = 2.0, batch: int = 1) -> Array:
    """theta^(0) .. theta^(steps) of every seed, shape (n, steps + 1).

    `slope` is the 2 of the gradient 2 (theta - x); 1 is the loss with a half in front, which the slide does not have.
    """
    x = samples(seeds, steps, batch)

    def gradient(theta: Array, k: int) -> Array:
        return slope * (theta - x[:, k])

    return path(GradientDescent(), np.full(len(x), START), gradient, schedule, steps).T


def moments(schedule: Alpha, steps: int, first: int = 0) -> tuple[Array, Array]:
    """Exact mean and variance of theta^(0) .. theta^(steps), when step k takes alpha_{first + k}; two arrays (steps + 1,)."""
    mean, variance = np.empty(steps + 1), np.empty(steps + 1)
    mean[0], variance[0] = START, 0.0
    for k in range(steps):
        alpha = float(schedule(first + k))
        mean[k + 1] = (1 - 2 * alpha) * mean[k]
        variance[k + 1] = (1 - 2 * alpha) ** 2 * variance[k] + 4 * alpha**2 * VARIANCE
    return mean, variance


def stationary_variance(alpha: float) -> float:
    """The limit for a constant step, the fixed point of the recursion: alpha / (1 - alpha) sigma^2.

    Raises ValueError outside 0 < alpha < 1, where the iterates do not approach any law.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"a constant step of {alpha} has no stationary law: it must be between 0 and 1")
    return alpha / (1 - alpha) * VARIANCE

r"""Normalisation layers in NumPy, forward and backward: local response over neighbouring maps, batch over the examples.

Source: columbia-deep-learning, slide "PROBLEMS WTH DEPTH", which names both; the formulas are those of the papers it cites.

Local response (Krizhevsky et al. 2012), map i of a pixel, over the `size` maps around it, as many as there are:

    y_i = a_i / s_i^beta        s_i = k + alpha sum_{|j - i| <= size // 2} a_j^2        size 5, k 2, alpha 1e-4, beta 0.75
    dL/da_i = dy_i / s_i^beta - 2 alpha beta a_i sum_{|j - i| <= size // 2} dy_j a_j / s_j^(beta + 1)

Batch (Ioffe and Szegedy 2015), each map over the m values that it has in a batch (examples, and pixels of an image):

    mu = mean x     v = mean (x - mu)^2     z = (x - mu) / sqrt(v + epsilon)     y = gamma z + beta
    dbeta = sum dy     dgamma = sum dy z     dx = gamma / sqrt(v + epsilon) (dy - dbeta / m - z dgamma / m)

In inference mu and v are kept numbers, so the layer is linear and the last two terms of dx are not there.
Arrays are (..., channels), float32 or float64, which is kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


def local_response_norm(x: Floats, size: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75) -> Floats:
    """a / (k + alpha * sum of squares of the ``size`` maps around it) ** beta: (..., channels) to the same.

    Raises ``ValueError`` unless ``size`` is odd and positive: an even neighbourhood has no middle.
    """
    return np.asarray(x / _scale(x, size, k, alpha) ** beta)


def local_response_norm_backward(
    dy: Floats, x: Floats, size: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75
) -> Floats:
    """dL/dx of `local_response_norm`, of the shape of x. Raises ``ValueError`` as it does."""
    scale = _scale(x, size, k, alpha)
    direct = dy / scale**beta
    return np.asarray(direct - 2 * alpha * beta * x * _sum_of_neighbours(direct * x / scale, size))


def batch_norm(x: Floats, gamma: Floats, beta: Floats, *, epsilon: float) -> tuple[Floats, Floats, Floats]:
    """Training: (y, mean, variance), y like x (..., channels), the others (channels,) like gamma and beta.

    The variance is the biased one, divided by the number of values, as the paper normalises by.
    """
    mean, variance = _moments(x)
    return batch_norm_inference(x, gamma, beta, mean, variance, epsilon=epsilon), mean, variance


def batch_norm_backward(dy: Floats, x: Floats, gamma: Floats, *, epsilon: float) -> tuple[Floats, Floats, Floats]:
    """Training: (dx, dgamma, dbeta); x moves the mean and the variance too."""
    mean, variance = _moments(x)
    fixed, dgamma, dbeta = batch_norm_inference_backward(dy, x, gamma, mean, variance, epsilon=epsilon)
    values = x.size // x.shape[-1]
    # What x does through the mean and the variance: minus the parts of dy along 1 and along z, over the batch.
    slope = gamma / np.sqrt(variance + epsilon) / values
    fixed -= slope * dbeta
    fixed -= (x - mean) * (slope * dgamma / np.sqrt(variance + epsilon))
    return fixed, dgamma, dbeta


def batch_norm_inference(
    x: Floats, gamma: Floats, beta: Floats, mean: Floats, variance: Floats, *, epsilon: float
) -> Floats:
    """gamma (x - mean) / sqrt(variance + epsilon) + beta by kept moments (channels,): no example sees another."""
    y = x - mean
    y *= gamma / np.sqrt(variance + epsilon)
    y += beta
    return np.asarray(y)


def batch_norm_inference_backward(
    dy: Floats, x: Floats, gamma: Floats, mean: Floats, variance: Floats, *, epsilon: float
) -> tuple[Floats, Floats, Floats]:
    """Inference: (dx, dgamma, dbeta); the moments are constants."""
    axes = tuple(range(x.ndim - 1))
    deviation = np.sqrt(variance + epsilon)
    dgamma = np.sum(dy * (x - mean), axis=axes) / deviation
    return np.asarray(dy * (gamma / deviation)), dgamma, np.sum(dy, axis=axes)


def _moments(x: Floats) -> tuple[Floats, Floats]:
    axes = tuple(range(x.ndim - 1))
    mean = x.mean(axis=axes)
    return mean, np.square(x - mean).mean(axis=axes)


def _scale(x: Floats, size: int, k: float, alpha: float) -> Floats:
    return np.asarray(k + alpha * _sum_of_neighbours(np.square(x), size))


def _sum_of_neighbours(x: Floats, size: int) -> Floats:
    """The sum over the ``size`` channels around each, fewer at the ends: a symmetric matrix, so its own adjoint."""
    if size < 1 or size % 2 == 0:
        raise ValueError(f"size = {size}: the neighbourhood of a map must be odd and positive")
    total = x.copy()
    for distance in range(1, min(size // 2, x.shape[-1] - 1) + 1):
        total[..., distance:] += x[..., :-distance]
        total[..., :-distance] += x[..., distance:]
    return total

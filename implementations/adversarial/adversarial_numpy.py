"""The changes, the gradient of the loss by the image, and the exact worst case of a linear classifier, in NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.losses.losses_numpy import cross_entropy_from_logits_gradient, one_hot
from implementations.networks.networks_numpy import backward, forward
from implementations.networks.table import Network
from implementations.streams import streams_numpy as streams

Array = NDArray[Any]
SIGNS = 1 << 23  # the stream of random signs, beyond those of weights, orders and dropout


def fgsm(x: Array, gradient: Array, epsilon: float) -> Array:
    """x (any shape) a step of epsilon along the signs of dL/dx, with pixels kept in [0, 1]. Where the gradient is zero, x stays.

    Raises ValueError for a negative epsilon: the opposite of an attack is one along the negative gradient.
    """
    if epsilon < 0:
        raise ValueError(f"epsilon = {epsilon} must be at least 0")
    changed: Array = np.clip(x + np.asarray(epsilon, x.dtype) * np.sign(gradient).astype(x.dtype), 0, 1)
    return changed


def random_signs(seed: int, shape: tuple[int, ...]) -> Array:
    """+1 and -1 with equal probability, float32: the direction of a change that knows nothing of the classifier."""
    drawn = streams.uniform([seed], 0, shape, stream=SIGNS)[0]
    return np.where(drawn < 0.5, np.float32(-1), np.float32(1))


def input_gradient(network: Network, weights: Mapping[str, Array], x: Array, y: NDArray[np.int64]) -> Array:
    """dL/dx for each image on its own, in the shape of x: the cross-entropy of a table that ends in logits, labels y (n,)."""
    done = forward(network, weights, x)
    z = done.output
    slope = cross_entropy_from_logits_gradient(one_hot(y, z.shape[1]), z).astype(z.dtype)
    return backward(network, weights, done, slope)[0]


def worst_margin(kernel: Array, bias: Array, x: Array, y: NDArray[np.int64], epsilon: float) -> NDArray[np.float64]:
    """The least of z_y - z_j, over all other classes j and all changes up to epsilon that keep pixels in [0, 1]; (n,).

    ``kernel`` (pixels, K), ``bias`` (K,), ``x`` (n, pixels), ``y`` (n,). Above zero: no such change flips the answer.
    """
    w, pictures = np.asarray(kernel, np.float64), np.asarray(x, np.float64)
    z = pictures @ w + bias
    low, high = np.maximum(-epsilon, -pictures), np.minimum(epsilon, 1 - pictures)
    row = np.arange(len(y))
    margins = np.full(z.shape, np.inf)
    for j in range(w.shape[1]):
        towards = w[:, [j]] - w  # column y: what a change must follow to raise z_j above z_y
        gain = high @ np.maximum(towards, 0) + low @ np.minimum(towards, 0)
        margins[:, j] = np.where(y == j, np.inf, z[row, y] - z[:, j] - gain[row, y])
    return np.asarray(margins.min(axis=1))

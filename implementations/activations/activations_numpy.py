"""The five activations in NumPy, arranged so that no finite input overflows; and their derivatives.

Each function keeps the dtype of its input (float32 or float64) and is elementwise except softmax and log-softmax,
which take the classes on the last axis.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]  # float32 or float64; the dtype of the input is kept


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + e^-x), elementwise, in (0, 1); the exponential is only ever taken of -|x|."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1 / (1 + small), small / (1 + small)))


def tanh(x: Floats) -> Floats:
    """(e^x - e^-x) / (e^x + e^-x), elementwise, in (-1, 1): numerator and denominator are scaled by e^-|x|.

    e^-2|x| - 1 goes through ``expm1``: near zero the difference of the two exponentials would cancel.
    """
    fall: Floats = np.expm1(-2 * np.abs(x))
    return np.asarray(np.copysign(-fall / (2 + fall), x))


def relu(x: Floats) -> Floats:
    """max(0, x), elementwise."""
    return np.maximum(x, 0)


def softplus(x: Floats) -> Floats:
    """log(1 + e^x), elementwise, as max(0, x) + log(1 + e^-|x|)."""
    return np.asarray(relu(x) + np.log1p(np.exp(-np.abs(x))))


def softmax(x: Floats) -> Floats:
    """e^{x_i} / sum_k e^{x_k} over the last axis: shape (..., K) to (..., K), each row summing to one.

    Subtracting the largest element changes nothing (shift invariance) and leaves no exponential above one.
    A probability can still come out as exactly zero: its logit lies too far below the largest.
    """
    weights = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def log_sum_exp(x: Floats) -> Floats:
    """log sum_k e^{x_k} over the last axis: shape (..., K) to (..., 1)."""
    largest = x.max(axis=-1, keepdims=True)
    return np.asarray(largest + np.log(np.exp(x - largest).sum(axis=-1, keepdims=True)))


def log_softmax(x: Floats) -> Floats:
    """log softmax(x) over the last axis, finite for all finite x: shape (..., K) to (..., K).

    The largest element is taken out before the logarithm, not added back after it, so that two large logits do not
    cancel to their last digits.
    """
    shifted = x - x.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def sigmoid_derivative(x: Floats) -> Floats:
    """sigmoid(x) sigmoid(-x): the second factor is 1 - sigmoid(x) without its cancellation."""
    return sigmoid(x) * sigmoid(-x)


def tanh_derivative(x: Floats) -> Floats:
    """1 - tanh(x)^2, as 4 sigmoid(2x) sigmoid(-2x), which does not cancel where tanh is near one."""
    return 4 * sigmoid_derivative(2 * x)


def relu_derivative(x: Floats) -> Floats:
    """One where x > 0, else zero. There is no derivative at zero; zero is the subgradient that the frameworks take."""
    return (x > 0).astype(x.dtype)


def softplus_derivative(x: Floats) -> Floats:
    """sigmoid(x)."""
    return sigmoid(x)


def softmax_jacobian(x: Floats) -> Floats:
    """d softmax_i / d x_j = p_i (1[i = j] - p_j): shape (..., K) to (..., K, K)."""
    p = softmax(x)
    return np.asarray(p[..., :, None] * (np.eye(x.shape[-1], dtype=x.dtype) - p[..., None, :]))

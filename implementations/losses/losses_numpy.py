"""The losses in NumPy, their gradients in closed form, and the slide's own code for the K-class loss.

Shapes: see the package. Probabilities may be 0 or 1: 0 log 0 counts as 0, and a certain wrong answer costs infinity.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlog1py, xlogy

from implementations.activations.activations_numpy import log_softmax, sigmoid, softmax, softplus

Floats = NDArray[Any]  # float32 or float64


# --- from probabilities


def binary_cross_entropy(y: Floats, f: Floats) -> Floats:
    """-y log f - (1 - y) log(1 - f), elementwise, in nats."""
    return np.asarray(-xlogy(y, f) - xlog1py(1 - y, -f))


def binary_cross_entropy_gradient(y: Floats, f: Floats) -> Floats:
    """dL/df = (f - y) / (f (1 - f)), elementwise, for 0 < f < 1."""
    return np.asarray((f - y) / (f * (1 - f)))


def cross_entropy(y: Floats, f: Floats) -> Floats:
    """-sum_k y_k log f_k over the last axis, in nats: (..., K) to (...)."""
    return np.asarray(-xlogy(y, f).sum(axis=-1))


def cross_entropy_gradient(y: Floats, f: Floats) -> Floats:
    """dL/df_k = -y_k / f_k, the components of f taken as free: (..., K) to (..., K)."""
    return np.asarray(-y / f)


def log_likelihood(labels: NDArray[np.int64], f: Floats) -> Floats:
    """log f_label: labels of shape (...) in 0..K-1, probabilities (..., K) to (...). To be raised, not lowered."""
    return np.log(_of_label(labels, f))


def negative_log_likelihood(labels: NDArray[np.int64], f: Floats) -> Floats:
    """-log f_label: the K-class cross-entropy for a one-hot label."""
    return -log_likelihood(labels, f)


# --- from logits


def binary_cross_entropy_from_logits(y: Floats, z: Floats) -> Floats:
    """softplus(z) - y z, elementwise, finite for all finite z.

    Written as (1 - y) softplus(z) + y softplus(-z): two terms of one sign do not cancel.
    """
    return np.asarray((1 - y) * softplus(z) + y * softplus(-z))


def binary_cross_entropy_from_logits_gradient(y: Floats, z: Floats) -> Floats:
    """dL/dz = sigmoid(z) - y, elementwise, as (1 - y) sigmoid(z) - y sigmoid(-z)."""
    return np.asarray((1 - y) * sigmoid(z) - y * sigmoid(-z))


def cross_entropy_from_logits(y: Floats, z: Floats) -> Floats:
    """-sum_k y_k log softmax(z)_k over the last axis, finite for all finite z: (..., K) to (...)."""
    return np.asarray(-(y * log_softmax(z)).sum(axis=-1))


def cross_entropy_from_logits_gradient(y: Floats, z: Floats) -> Floats:
    """dL/dz = softmax(z) sum_k y_k - y: (..., K) to (..., K); the sum is one for a label on the simplex."""
    return np.asarray(softmax(z) * y.sum(axis=-1, keepdims=True) - y)


def sparse_cross_entropy_from_logits(labels: NDArray[np.int64], z: Floats) -> Floats:
    """-log softmax(z)_label: labels of shape (...) in 0..K-1, logits (..., K) to (...).

    Raises ``ValueError`` for a label outside 0..K-1.
    """
    return -_of_label(labels, log_softmax(z))


# --- vectors


def squared_error(y: Floats, f: Floats) -> Floats:
    """||y - f||^2, the sum over the last axis: (..., n) to (...)."""
    return np.asarray(((y - f) ** 2).sum(axis=-1))


def squared_error_gradient(y: Floats, f: Floats) -> Floats:
    """dL/df = 2 (f - y): (..., n) to (..., n)."""
    return np.asarray(2 * (f - y))


def mean_squared_error(y: Floats, f: Floats) -> Floats:
    """||y - f||^2 / n, the mean over the last axis: (..., n) to (...)."""
    return np.asarray(((y - f) ** 2).mean(axis=-1))


def absolute_error(y: Floats, f: Floats) -> Floats:
    """sum_i |y_i - f_i|, the L1 distance over the last axis: (..., n) to (...)."""
    return np.asarray(np.abs(y - f).sum(axis=-1))


def absolute_error_gradient(y: Floats, f: Floats) -> Floats:
    """dL/df = sign(f - y), with zero as the subgradient where f = y: (..., n) to (..., n)."""
    return np.asarray(np.sign(f - y))


def huber(y: Floats, f: Floats, delta: float = 1.0) -> Floats:
    """Half the squared error up to ``delta`` and linear with slope ``delta`` beyond, summed: (..., n) to (...)."""
    error = np.abs(y - f)
    near = np.minimum(error, delta)
    return np.asarray((near**2 / 2 + delta * (error - near)).sum(axis=-1))


def huber_gradient(y: Floats, f: Floats, delta: float = 1.0) -> Floats:
    """dL/df = f - y, clipped to [-delta, delta]: (..., n) to (..., n)."""
    return np.asarray(np.clip(f - y, -delta, delta))


# --- the slide's code


def cross_entropy_as_printed(y: Floats, z: Floats) -> Floats:
    """The K-class loss of "CAUTION: NUMERICAL INSTABILITY": softmax, then log, then -sum_k y_k log f_k: (..., K) to (...).

    A logit far enough below the largest makes its probability exactly 0 and its logarithm -infinity. The label is
    one-hot, so the product is 0 * -infinity = NaN, or infinity when that class is the label.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(-(y * np.log(softmax(z))).sum(axis=-1))


def cross_entropy_as_printed_gradient(y: Floats, z: Floats) -> Floats:
    """dL/dz by the chain rule through that code, as automatic differentiation does it: (..., K) to (..., K).

    dL/df = -y / f is 0 / 0 = NaN for a vanished class that is not the label, and NaN spreads through the softmax.
    """
    f = softmax(z)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        upstream = cross_entropy_gradient(y, f)
        return np.asarray(f * (upstream - (upstream * f).sum(axis=-1, keepdims=True)))


def one_hot(labels: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Labels of shape (...) in 0..classes-1 to rows of the identity (..., classes). Raises ``ValueError`` outside that range."""
    _check_labels(labels, classes)
    return np.asarray(np.eye(classes)[labels])


def _of_label(labels: NDArray[np.int64], rows: Floats) -> Floats:
    _check_labels(labels, rows.shape[-1])
    return np.take_along_axis(rows, np.asarray(labels)[..., None], axis=-1)[..., 0]


def _check_labels(labels: NDArray[np.int64], classes: int) -> None:
    outside = (np.asarray(labels) < 0) | (np.asarray(labels) >= classes)
    if outside.any():
        label = np.asarray(labels)[outside].flat[0]
        raise ValueError(f"label {label} is outside 0..{classes - 1}: NumPy would wrap or overrun it")

"""Functions of arrays with their pullbacks: what losses and layers are made of.

Each takes a Tensor (see `array_tape`), returns one, and keeps the dtype. A derivative written for several operations at
once (`affine`, `softmax_cross_entropy`, `rnn.tanh_rnn`) saves passes over memory; the chain rule gives the same.

Source: columbia-deep-learning, slides REVERSE MODE AND NEURAL NETWORKS and NOTES ON AUTOMATIC DIFFERENTIATION.
"""

import numpy as np
from numpy.typing import NDArray

from implementations.autodiff.array_tape import Array, Operand, Tensor, record, value_of


def exp(x: Tensor) -> Tensor:
    """Exponential of each entry."""
    y = np.exp(x.data)
    return record(y, (x, lambda g: g * y))


def log(x: Tensor) -> Tensor:
    """Natural logarithm of each entry."""
    return record(np.log(x.data), (x, lambda g: g / x.data))


def sin(x: Tensor) -> Tensor:
    """Sine of each entry, in radians."""
    return record(np.sin(x.data), (x, lambda g: g * np.cos(x.data)))


def tanh(x: Tensor) -> Tensor:
    """Hyperbolic tangent of each entry."""
    y = np.tanh(x.data)
    return record(y, (x, lambda g: g * (1 - y * y)))


def sigmoid(x: Tensor) -> Tensor:
    """Logistic function 1 / (1 + exp(-x)) of each entry, by way of tanh, which does not overflow."""
    y = 0.5 * (1 + np.tanh(0.5 * x.data))
    return record(y, (x, lambda g: g * (y * (1 - y))))


def relu(x: Tensor) -> Tensor:
    """max(0, x) of each entry; the derivative at 0 is taken to be 0."""
    y = np.maximum(x.data, 0)
    return record(y, (x, lambda g: g * (y > 0)))


def power(x: Tensor, exponent: float) -> Tensor:
    """x ** exponent for a constant exponent."""
    return record(x.data**exponent, (x, lambda g: g * (exponent * x.data ** (exponent - 1))))


def sum(x: Tensor, axis: int | tuple[int, ...] | None = None) -> Tensor:  # NumPy's own name
    """Sum over all entries, or over the axes given, which disappear."""
    return record(np.asarray(x.data.sum(axis=axis)), (x, lambda g: _spread(g, x, axis)))


def mean(x: Tensor, axis: int | tuple[int, ...] | None = None) -> Tensor:
    """Mean over all entries, or over the axes given, which disappear."""
    y = np.asarray(x.data.mean(axis=axis))
    count = x.data.size // max(y.size, 1)
    return record(y, (x, lambda g: _spread(g / count, x, axis)))


def _spread(g: Array, x: Tensor, axis: int | tuple[int, ...] | None) -> Array:
    """An adjoint of a sum, repeated along the axes that were summed over."""
    kept: Array = np.expand_dims(g, axis) if axis is not None else g
    return np.broadcast_to(kept, x.data.shape)


def reshape(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The same entries in another shape."""
    return record(x.data.reshape(shape), (x, lambda g: g.reshape(x.data.shape)))


def transpose(x: Tensor) -> Tensor:
    """Axes in the opposite order."""
    return record(x.data.T, (x, lambda g: g.T))


def affine(x: Operand, weights: Operand, bias: Operand) -> Tensor:
    """x W + b for x (n, k), W (k, m), b (m,): one row of x is one example."""
    data, w = value_of(x), value_of(weights)
    y = data @ w
    y += value_of(bias)
    return record(y, (x, lambda g: g @ w.T), (weights, lambda g: data.T @ g), (bias, sum_of_rows))


def sum_of_rows(matrix: Array) -> Array:
    """Sum over the first axis of an (n, m) array: a product with ones is up to five times as fast as `sum(axis=0)`."""
    total: Array = np.ones(len(matrix), matrix.dtype) @ matrix
    return total


def mean_squared_error(x: Tensor, target: Array | float) -> Tensor:
    """Mean over all entries of (x - target)^2; the target is a constant."""
    residual = x.data - target
    loss = np.asarray(np.vdot(residual, residual) / residual.size)
    return record(loss, (x, lambda g: residual * (2 * g / residual.size)))


def softmax_cross_entropy(logits: Tensor, labels: NDArray[np.integer]) -> Tensor:
    """Mean of -log softmax(logits)[label] over n rows; logits (n, K), labels (n,) in 0 .. K - 1.

    The largest logit of a row is subtracted first, so that no exponential overflows.
    """
    z = logits.data - logits.data.max(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    exponentials = np.exp(z)
    total = exponentials.sum(axis=1, keepdims=True)
    loss = np.asarray(np.mean(np.log(total[:, 0]) - z[rows, labels]))

    def pullback(g: Array) -> Array:
        dz: Array = exponentials / total
        dz[rows, labels] -= 1
        dz *= g / len(labels)
        return dz

    return record(loss, (logits, pullback))

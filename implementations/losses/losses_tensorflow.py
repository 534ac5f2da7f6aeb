"""The losses in TensorFlow: the slide's code written out, the library's own, and the ``tf.losses`` of the slides.

Every function takes (y, f) or (y, logits) of shape (n, K) and returns (n,), or elementwise for the binary ones.
The slides' ``tf.losses`` is ``tf.compat.v1.losses`` in TensorFlow 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

Loss = Callable[[Any, Any], Any]

LABEL_ERRORS = (tf.errors.InvalidArgumentError,)
"""What the sparse loss raises for a label that no class has."""


def tensor(values: NDArray[Any]) -> Any:
    """An array as a tensor of the same dtype."""
    return tf.convert_to_tensor(values)


def array(values: Any) -> NDArray[Any]:
    """A tensor as an array."""
    return np.asarray(values)


def cross_entropy_as_printed(y: Any, z: Any) -> Any:
    """The slide's code: softmax, then log, then the sum over the classes."""
    return -tf.reduce_sum(y * tf.math.log(tf.nn.softmax(z)), axis=-1)


def cross_entropy_from_logits(y: Any, z: Any) -> Any:
    """lse(z) - sum_k y_k z_k for a label on the simplex."""
    return tf.reduce_logsumexp(z, axis=-1) - tf.reduce_sum(y * z, axis=-1)


def _huber(y: Any, f: Any) -> Any:
    error = tf.abs(y - f)
    return tf.reduce_sum(tf.where(error <= 1, error**2 / 2, error - 0.5), axis=-1)


WRITTEN_OUT: dict[str, Loss] = {
    "binary_cross_entropy": lambda y, f: -y * tf.math.log(f) - (1 - y) * tf.math.log(1 - f),
    "cross_entropy": lambda y, f: -tf.reduce_sum(y * tf.math.log(f), axis=-1),
    "squared_error": lambda y, f: tf.reduce_sum((y - f) ** 2, axis=-1),
    "mean_squared_error": lambda y, f: tf.reduce_mean((y - f) ** 2, axis=-1),
    "absolute_error": lambda y, f: tf.reduce_sum(tf.abs(y - f), axis=-1),
    "huber": _huber,
    "binary_cross_entropy_from_logits": lambda y, z: tf.nn.softplus(z) - y * z,
    "cross_entropy_from_logits": cross_entropy_from_logits,
}
"""The formulas of the package docstring, operation by operation. Huber has delta = 1."""

NATIVE: dict[str, Loss] = {
    "binary_cross_entropy": lambda y, f: keras.losses.binary_crossentropy(y[..., None], f[..., None]),
    "cross_entropy": lambda y, f: keras.losses.categorical_crossentropy(y, f),
    "squared_error": lambda y, f: tf.reduce_sum(tf.math.squared_difference(y, f), axis=-1),
    "mean_squared_error": lambda y, f: keras.losses.mean_squared_error(y, f),
    "absolute_error": lambda y, f: y.shape[-1] * keras.losses.mean_absolute_error(y, f),
    "huber": lambda y, f: y.shape[-1] * keras.losses.huber(y, f, delta=1.0),
    "binary_cross_entropy_from_logits": lambda y, z: tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z),
    "cross_entropy_from_logits": lambda y, z: tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z),
}
"""The library's functions under our names. Keras averages over the last axis where we sum: hence the factor."""


def sparse_cross_entropy_from_logits(labels: Any, z: Any) -> Any:
    """The library's loss for class labels (n,) and logits (n, K); on a CPU ``InvalidArgumentError`` outside 0..K-1."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=z)


def compiled_sparse_cross_entropy_from_logits(labels: Any, z: Any) -> Any:
    """The same compiled by XLA, which has no way to raise from inside a kernel: NaN for a label outside 0..K-1."""
    return tf.function(sparse_cross_entropy_from_logits, jit_compile=True)(
        tf.convert_to_tensor(labels), tf.convert_to_tensor(z)
    )


def _nn_and_losses(sparse: bool, classes: NDArray[np.int64], z: Any, summed: bool) -> tuple[Any, Any]:
    v1 = tf.compat.v1.losses
    reduction = v1.Reduction.SUM if summed else v1.Reduction.SUM_BY_NONZERO_WEIGHTS
    if sparse:
        return (
            sparse_cross_entropy_from_logits(classes, z),
            v1.sparse_softmax_cross_entropy(tf.convert_to_tensor(classes), z, reduction=reduction),
        )
    y = tf.one_hot(classes, z.shape[-1], dtype=z.dtype)
    return NATIVE["cross_entropy_from_logits"](y, z), v1.softmax_cross_entropy(y, z, reduction=reduction)


def nn_and_losses(
    sparse: bool, classes: NDArray[np.int64], z: NDArray[Any], summed: bool = False
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The slide's two functions for one task, ``tf.nn`` first: shape (n,), and () for ``tf.losses`` with its default reduction."""
    per_example, reduced = _nn_and_losses(sparse, classes, tf.convert_to_tensor(z), summed)
    return array(per_example), array(reduced)


def nn_and_losses_gradients(
    sparse: bool, classes: NDArray[np.int64], z: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """What a gradient tape makes of each, with respect to the logits: two arrays of shape (n, K)."""
    logits = tf.convert_to_tensor(z)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        per_example, reduced = _nn_and_losses(sparse, classes, logits, False)
    return array(tape.gradient(per_example, logits)), array(tape.gradient(reduced, logits))


def gradient(loss: Loss, y: Any, prediction: Any) -> Any:
    """d sum(loss) / d prediction by the tape: each example's own gradient, shape of ``prediction``."""
    prediction = tf.convert_to_tensor(prediction)
    with tf.GradientTape() as tape:
        tape.watch(prediction)
        total = tf.reduce_sum(loss(y, prediction))
    return tape.gradient(total, prediction)

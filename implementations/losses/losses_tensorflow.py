"""The losses in TensorFlow: the slide's code written out, the library's own, and the ``tf.losses`` of the slides.

Every function takes (y, f) or (y, logits) of shape (n, K) and returns (n,), or elementwise for the binary ones.
The slides' ``tf.losses`` is ``tf.compat.v1.losses`` in TensorFlow 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

Loss = Callable[[Any, Any], Any]


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
    "mean_squared_error": lambda y, f: keras.losses.mean_squared_error(y, f),
    "binary_cross_entropy_from_logits": lambda y, z: tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z),
    "cross_entropy_from_logits": lambda y, z: tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z),
}
"""The library's functions under our names. Keras averages absolute and Huber errors over the last axis; it has no sum."""

KERAS_MEANS: dict[str, Loss] = {
    "absolute_error": lambda y, f: keras.losses.mean_absolute_error(y, f),
    "huber": lambda y, f: keras.losses.huber(y, f, delta=1.0),
}
"""Keras' means over the n elements of the last axis: n times smaller than ours."""


def sparse_cross_entropy_from_logits(labels: Any, z: Any) -> Any:
    """The library's loss for class labels (n,) and logits (n, K); on a CPU ``InvalidArgumentError`` outside 0..K-1."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=z)


def compiled_sparse_cross_entropy_from_logits(labels: Any, z: Any) -> Any:
    """The same compiled by XLA, which has no way to raise from inside a kernel: NaN for a label outside 0..K-1."""
    return tf.function(sparse_cross_entropy_from_logits, jit_compile=True)(tf.convert_to_tensor(labels), tf.convert_to_tensor(z))


def printed_tf_losses(y: Any, z: Any) -> Any:
    """``tf.losses.softmax_cross_entropy`` of the slide: a scalar, the mean over the batch."""
    return tf.compat.v1.losses.softmax_cross_entropy(tf.convert_to_tensor(y), tf.convert_to_tensor(z))


def printed_sparse_tf_losses(labels: Any, z: Any) -> Any:
    """``tf.losses.sparse_softmax_cross_entropy`` of the slide: a scalar, the mean over the batch."""
    return tf.compat.v1.losses.sparse_softmax_cross_entropy(tf.convert_to_tensor(labels), tf.convert_to_tensor(z))


def gradient(loss: Loss, y: Any, prediction: Any) -> Any:
    """d sum(loss) / d prediction by the tape: each example's own gradient, shape of ``prediction``."""
    prediction = tf.convert_to_tensor(prediction)
    with tf.GradientTape() as tape:
        tape.watch(prediction)
        total = tf.reduce_sum(loss(y, prediction))
    return tape.gradient(total, prediction)

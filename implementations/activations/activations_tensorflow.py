"""The five printed formulas in TensorFlow operations, so that a gradient tape can differentiate what the slide prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

FORMULAS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda x: 1 / (1 + tf.exp(-x)),
    "tanh": lambda x: (tf.exp(x) - tf.exp(-x)) / (tf.exp(x) + tf.exp(-x)),
    "relu": lambda x: tf.maximum(x, tf.zeros_like(x)),
    "softplus": lambda x: tf.math.log(1 + tf.exp(x)),
    "softmax": lambda x: tf.exp(x) / tf.reduce_sum(tf.exp(x), axis=-1, keepdims=True),
}
"""As printed: shape (..., K) to (..., K), softmax over the last axis."""

NATIVE: dict[str, Callable[[Any], Any]] = {
    "sigmoid": tf.sigmoid,
    "tanh": tf.tanh,
    "relu": tf.nn.relu,
    "softplus": tf.nn.softplus,
    "softmax": tf.nn.softmax,
}
"""The library's own functions of the same names."""


def pull_back(function: Callable[[Any], Any], x: Any, weights: Any) -> Any:
    """d (weights . f(x)) / dx by the tape, shape of ``x``: weights f'(x) for an elementwise f."""
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = function(x)
    return tape.gradient(out, x, output_gradients=tf.convert_to_tensor(weights))

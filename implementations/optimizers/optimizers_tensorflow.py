"""TensorFlow's and Keras's own optimizers and schedules, driven along given gradients. Needs the `tensorflow` extra.

Source: slide HOW TO PROCEED, which leaves the algorithms to TensorFlow. Its `tf.train` of 2017 lives on as
`tf.compat.v1.train`; today's is `keras.optimizers`. They are different programs with different defaults: see `concordance`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before the import, or it talks on standard error


@contextmanager
def _own_keras_home() -> Iterator[None]:
    """Importing Keras writes ~/.keras/keras.json: let it write into a folder that is gone afterwards."""
    if "KERAS_HOME" in os.environ:
        yield
        return
    with TemporaryDirectory() as folder:
        os.environ["KERAS_HOME"] = folder
        try:
            yield
        finally:
            del os.environ["KERAS_HOME"]


with _own_keras_home():
    import keras
    import tensorflow as tf

Array = NDArray[np.float64]


def keras_path(optimizer: str, theta: Array, gradients: Array, alphas: Array, **settings: Any) -> Array:
    """Iterates of `keras.optimizers.<optimizer>` in float64, shape (K + 1, d), for K gradients (K, d) and step sizes (K,).

    Keras keeps its step size in float32, so give step sizes that float32 holds exactly where that matters.
    """
    variable = keras.Variable(theta, dtype="float64")
    rule = getattr(keras.optimizers, optimizer)(learning_rate=float(alphas[0]), **settings)
    iterates = [theta]
    for gradient, alpha in zip(gradients, alphas, strict=True):
        rule.learning_rate.assign(alpha)
        rule.apply([tf.constant(gradient)], [variable])
        iterates.append(variable.value.numpy())
    return np.stack(iterates)


def legacy_path(optimizer: str, theta: Array, gradients: Array, alphas: Array, **settings: Any) -> Array:
    """The same for `tf.compat.v1.train.<optimizer>`, the slide's own. Its step size may be a function: read each step."""
    variable = tf.Variable(theta, dtype=tf.float64)
    alpha_now = tf.Variable(alphas[0], dtype=tf.float64)
    rule = getattr(tf.compat.v1.train, optimizer)(learning_rate=lambda: alpha_now, **settings)
    iterates = [theta]
    for gradient, alpha in zip(gradients, alphas, strict=True):
        alpha_now.assign(alpha)
        rule.apply_gradients([(tf.constant(gradient), variable)])
        iterates.append(variable.numpy())
    return np.stack(iterates)


def decayed(decay: str, a0: float, k: NDArray[np.int64], steps: int, rate: float, staircase: bool) -> Array:
    """`tf.compat.v1.train.<decay>_decay(a0, k, steps, rate, staircase)` for each k, in TensorFlow's float32."""
    function = getattr(tf.compat.v1.train, f"{decay}_decay")
    return np.array([float(function(a0, tf.constant(int(at)), steps, rate, staircase)()) for at in k])

"""The five formulas evaluated exactly as the slide prints them ("...DEEP LEARNING IS HARD"), overflow included.

They also take complex arrays, so that a complex step differentiates the printed formula itself. ``relu`` branches on
the real part: a complex number has no order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float or complex


def sigmoid(x: Array) -> Array:
    """1 / (1 + e^-x), elementwise."""
    return np.asarray(1 / (1 + np.exp(-x)))


def tanh(x: Array) -> Array:
    """(e^x - e^-x) / (e^x + e^-x), elementwise; infinity over infinity when e^|x| overflows."""
    return np.asarray((np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)))


def relu(x: Array) -> Array:
    """max(0, x), elementwise."""
    return np.where(x.real > 0, x, 0)


def softplus(x: Array) -> Array:
    """log(1 + e^x), elementwise; infinite when e^x overflows, zero when it vanishes beside the one."""
    return np.asarray(np.log(1 + np.exp(x)))


def softmax(x: Array) -> Array:
    """e^{x_i} / sum_k e^{x_k} over the last axis; infinity over infinity when a power overflows."""
    weights = np.exp(x)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


FORMULAS: dict[str, Callable[[Array], Array]] = {
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "softplus": softplus,
    "softmax": softmax,
}
"""The five, by the name that heads the slide's table."""

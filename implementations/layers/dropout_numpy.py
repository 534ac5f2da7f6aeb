"""Dropout of units and of whole paths (stochastic depth) in NumPy, forward and backward.

Source: columbia-deep-learning, slides "RECURRENT NEURAL NETWORKS: WHERE NEXT" and "PROBLEMS WTH DEPTH" (batch normalisation as common
as dropout); dropout itself is `implementations.dense`'s, told what to drop instead of what to keep.

    y = x / (1 - rate) where u < 1 - rate, else 0        u uniform in [0, 1), one a value, or one an image for a path

Both are linear in x with a diagonal matrix, so the backward pass is the same map on dy. What survives is divided by 1 - rate
in training, so inference is the identity; the paper on stochastic depth multiplies by 1 - rate in inference instead: the same mean.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from implementations.dense import dense_numpy

Floats = NDArray[Any]


def dropout(x: Floats, rate: float, uniforms: Floats) -> Floats:
    """Zero each value with probability ``rate``, divide the others by 1 - rate; ``uniforms`` have the shape of x.

    Raises ``ValueError`` unless 0 <= rate < 1.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"rate = {rate} is no probability below one")
    return dense_numpy.dropout(x, 1 - rate, uniforms)


def dropout_backward(dy: Floats, rate: float, uniforms: Floats) -> Floats:
    """dL/dx of `dropout` with the same uniforms."""
    return dropout(dy, rate, uniforms)


def drop_path(x: Floats, rate: float, uniforms: Floats) -> Floats:
    """Zero all values of an image with probability ``rate``: x (batch, ...), ``uniforms`` (batch,).

    Raises ``ValueError`` unless 0 <= rate < 1.
    """
    return dropout(x, rate, uniforms.reshape(-1, *(1,) * (x.ndim - 1)))


def drop_path_backward(dy: Floats, rate: float, uniforms: Floats) -> Floats:
    """dL/dx of `drop_path` with the same uniforms."""
    return drop_path(dy, rate, uniforms)

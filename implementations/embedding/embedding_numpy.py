"""The unit sphere, the triplet loss, their gradients, and the nearest neighbour."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MARGIN = 0.2  # FaceNet's


def on_sphere(f: Array) -> Array:
    """Each row (n, d) divided by its length. A row of zeros has no direction and stays."""
    length = np.linalg.norm(f, axis=1, keepdims=True)
    return np.asarray(np.divide(f, length, out=np.zeros_like(f), where=length > 0))


def on_sphere_backward(f: Array, d_e: Array) -> Array:
    """dL/df (n, d) from dL/de: the part that is tangent to the sphere, divided by the length; 0 for a row of zeros."""
    e, length = on_sphere(f), np.linalg.norm(f, axis=1, keepdims=True)
    tangent = d_e - e * (e * d_e).sum(axis=1, keepdims=True)
    return np.asarray(np.divide(tangent, length, out=np.zeros_like(f), where=length > 0))


class Triplets(NamedTuple):
    """The loss of each triplet (n,), and its gradients by anchor, positive and negative (n, d)."""

    loss: Array
    d_anchor: Array
    d_positive: Array
    d_negative: Array


def triplet_loss(anchor: Array, positive: Array, negative: Array, margin: float = MARGIN) -> Triplets:
    """Of triplets of embedded images, each (n, d)."""
    near, far = (np.square(anchor - other).sum(axis=1) for other in (positive, negative))
    loss = np.maximum(0, near - far + np.asarray(margin, anchor.dtype))
    active = 2 * (loss > 0)[:, None].astype(anchor.dtype)
    return Triplets(loss, active * (negative - positive), active * (positive - anchor), active * (anchor - negative))


def nearest(queries: Array, gallery: Array) -> NDArray[np.int64]:
    """The number of the row of ``gallery`` (g, d) that is nearest to each query (n, d), (n,)."""
    squares = (queries**2).sum(axis=1)[:, None] - 2 * queries @ gallery.T + (gallery**2).sum(axis=1)
    return np.asarray(squares.argmin(axis=1))

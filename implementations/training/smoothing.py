"""TensorBoard's exponential smoothing: what the column "Smoothed" of the printed legends shows.

    s_t = w s_{t-1} + (1 - w) v_t,    s_{-1} = 0,    shown: s_t / (1 - w^{t+1})

The division takes away the pull of the zero at the start, as Adam's does. A weight w = 0 shows the values themselves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.signal import lfilter

WEIGHT = 0.6  # what TensorBoard starts with; the slides do not print theirs


def smoothed(values: ArrayLike, weight: float = WEIGHT) -> NDArray[np.float64]:
    """The smoothed curve of values along the last axis, same shape. Raises ValueError unless 0 <= weight < 1."""
    if not 0 <= weight < 1:
        raise ValueError(f"weight = {weight} must be at least 0 and below 1")
    curve = np.asarray(values, dtype=np.float64)
    filtered = lfilter([1 - weight], [1, -weight], curve, axis=-1)
    return np.asarray(filtered / (1 - weight ** np.arange(1, curve.shape[-1] + 1)))

"""Noise, the two errors, and the best affine denoiser."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams

Array = NDArray[Any]
NOISE = 1 << 27  # the stream of the noise, beyond those of weights and orders


def noise(seed: int, step: int, shape: tuple[int, ...], *, test: bool = False) -> NDArray[np.float32]:
    """Standard normal numbers of a training step, or of the test images (``step`` then tells apart what it likes)."""
    drawn: NDArray[np.float32] = streams.normal([seed], step, shape, stream=NOISE + test)[0].astype(np.float32)
    return drawn


def errors(found: Array, clean: Array) -> dict[str, float]:
    """``pixels`` and ``detail`` of images (n, height, width, 1) beside the clean ones."""
    gap = np.asarray(found, np.float64) - clean
    detail = [np.square(np.diff(gap, axis=axis)).mean() for axis in (1, 2)]
    return {"pixels": float(np.square(gap).mean()), "detail": float(np.mean(detail))}


def wiener(clean: Array, sigma: float, noisy: Array) -> Array:
    """The best affine estimate of the clean images from the noisy ones (n, ...), by the moments of the ``clean`` ones (m, ...)."""
    known = np.asarray(clean, np.float64).reshape(len(clean), -1)
    mean = known.mean(axis=0)
    covariance = np.cov(known, rowvar=False, bias=True)
    regressed = np.linalg.solve(covariance + sigma**2 * np.eye(len(mean)), covariance)  # both symmetric: its transpose
    found: Array = mean + (noisy.reshape(len(noisy), -1) - mean) @ regressed
    return found.reshape(noisy.shape)

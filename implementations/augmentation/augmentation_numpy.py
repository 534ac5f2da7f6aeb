"""Random changes of a batch of images (n, height, width), a function of (seed, step) alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams

Array = NDArray[Any]
SHIFTS = 1 << 25  # the stream of shifts and mirrors, beyond those of weights and orders


def shifted(x: Array, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Array:
    """Each image moved down by its ``rows`` (n,) and to the right by its ``columns`` (n,) whole pixels; 0 comes in from outside."""
    _, height, width = x.shape
    margin = int(max(np.abs(rows).max(initial=0), np.abs(columns).max(initial=0)))
    padded = np.pad(x, ((0, 0), (margin, margin), (margin, margin)))
    r = margin + np.arange(height) - rows[:, None]
    c = margin + np.arange(width) - columns[:, None]
    moved: Array = padded[np.arange(len(x))[:, None, None], r[:, :, None], c[:, None, :]]
    return moved


def randomly_shifted(x: Array, seed: int, step: int, largest: int = 2) -> Array:
    """Each image moved by its own random number of pixels, -largest .. largest, both ways."""
    moves = streams.integers([seed], step, 2 * largest + 1, (2, len(x)), stream=SHIFTS)[0] - largest
    return shifted(x, moves[0], moves[1])


def randomly_mirrored(x: Array, seed: int, step: int) -> Array:
    """Each image mirrored left to right with probability one half."""
    turn = streams.uniform([seed], step, len(x), stream=SHIFTS)[0] < 0.5
    return np.where(turn[:, None, None], x[:, :, ::-1], x)

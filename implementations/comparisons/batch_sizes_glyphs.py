"""Batch sizes on drawn digits, which need no download."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.comparisons import batch_sizes
from implementations.comparisons.batch_sizes import Counted, Sets
from implementations.datasets.glyphs import draw_glyphs, load_glyphs


def sets() -> Sets:
    """4,000 digits, 1,000 further ones of the training split, 1,000 of the test split."""
    return Sets(load_glyphs("train", 4000), draw_glyphs(np.arange(4000, 5000), "train"), load_glyphs("test", 1000))


def gain(seeds: NDArray[np.int64], batch: int = 100, counted: Counted = "images") -> NDArray[np.float64]:
    """`batch_sizes.gain` after two passes."""
    return batch_sizes.gain(sets(), seeds, batch, counted=counted)


def curves(batches: list[int], seeds: int = 8) -> dict[str, Any]:
    """`batch_sizes.curves` of so many seeds."""
    return batch_sizes.curves(sets(), np.arange(seeds), batches)

"""The race on drawn digits, which need no download."""

from __future__ import annotations

from typing import Any

import numpy as np

from implementations.comparisons.race import Race, race
from implementations.datasets.glyphs import draw_glyphs, load_glyphs


def race_on_glyphs(*, network: str, seed: int, steps: int, checkpoint: str | None = None, **settings: Any) -> Race:
    """A race on 4,000 digits, chosen on 1,000 further ones of the training split, tested on 1,000 of the test split."""
    fit, test = load_glyphs("train", 4000), load_glyphs("test", 1000)
    validation = draw_glyphs(np.arange(4000, 5000), "train")
    return race(fit, validation, test, network=network, seed=seed, steps=steps, checkpoint=checkpoint, **settings)

"""The stand-in for SVHN: drawn digits, coloured, lit and crowded as house numbers are. No file, no network; not SVHN.

A picture is 32 x 32 x 3. With the ink g of a drawn digit in [0, 1] and its neighbours' inks at both sides, which reach in from the border,

    ink      = max(g, neighbour moved 18 pixels to the left, neighbour moved 18 to the right)      each side with probability 1/2
    light    = brightness + slope_x u + slope_y v                                                  u, v in [-1/2, 1/2] over the picture
    pixel    = light + cast_ch + ink * polarity * contrast * (1 + tint_ch)                         clipped to [0, 1], as bytes

Brightness, contrast, polarity (light on dark or dark on light), slopes, the cast of colour and the tint are drawn for each picture.
Digits have SVHN's published shares of the classes: of the drawn candidates, label k stays with probability p_k / max p.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.glyphs import DIGITS, SIDE, draw_glyphs
from implementations.datasets.samples import Images, Split
from implementations.streams.streams_numpy import uniform
from implementations.svhn_story.class_counts import SVHN_TRAIN

Array = NDArray[np.float32]
SIZE = {"train": 4000, "test": 2500}
WIDTH = 32  # pixels
APART = 18  # pixels from a digit to its neighbour
_STREAM = {"train": 100, "test": 101}
_RANGES = {
    "keep": (0.0, 1.0), "left": (0.0, 1.0), "right": (0.0, 1.0), "polarity": (-1.0, 1.0), "brightness": (0.2, 0.8),
    "contrast": (0.12, 0.6), "slope_x": (-0.2, 0.2), "slope_y": (-0.2, 0.2), "cast_r": (-0.12, 0.12), "cast_g": (-0.12, 0.12),
    "cast_b": (-0.12, 0.12), "tint_r": (-0.4, 0.4), "tint_g": (-0.4, 0.4), "tint_b": (-0.4, 0.4),
}  # fmt: skip
_SPARE = 1.3  # candidates drawn beyond the number that is expected to be enough


def load_stand_in(split: Split, count: int | None = None, *, seed: int = 0, shares: bool = True) -> Images:
    """``count`` pictures of a split (4,000 for training, 2,500 to look at): (n, 32, 32, 3). Every ``seed`` is another set.

    Without ``shares`` the ten classes are equally frequent.
    """
    count = SIZE[split] if count is None else count
    population = np.array(SVHN_TRAIN if shares else (1,) * 10) / max(SVHN_TRAIN if shares else (1,))
    candidates = np.arange(int(_SPARE * count / population.mean()) + 100)
    glyphs = draw_glyphs(candidates, split, seed=seed)
    draws = uniform(candidates, seed, len(_RANGES), stream=_STREAM[split])
    p = {
        name: (low + (high - low) * draws[:, place]).astype(np.float32)
        for place, (name, (low, high)) in enumerate(_RANGES.items())
    }
    kept = np.flatnonzero(p["keep"] < population[glyphs.y])[:count]
    margin = (WIDTH - SIDE) // 2
    ink = np.pad(glyphs.x[..., 0], ((0, 0), (margin, margin), (margin, margin))).astype(np.float32) / np.float32(255)
    p = {name: values[kept] for name, values in p.items()}
    return Images(_lit(_crowded(ink, kept, p), p), glyphs.y[kept], DIGITS)


def _crowded(ink: Array, kept: NDArray[np.intp], p: dict[str, Array]) -> Array:
    """The digit's ink, and that of the candidates before it at its two sides where the picture has neighbours."""
    crowded = ink[kept]
    left, right = ink[kept - 1], ink[kept - 2]  # the first two wrap around to the last candidates
    crowded[:, :, : WIDTH - APART] = np.maximum(
        crowded[:, :, : WIDTH - APART], np.where(_column(p["left"]) < 0.5, left[:, :, APART:], 0)
    )
    crowded[:, :, APART:] = np.maximum(
        crowded[:, :, APART:], np.where(_column(p["right"]) < 0.5, right[:, :, : WIDTH - APART], 0)
    )
    return crowded


def _lit(ink: Array, p: dict[str, Array]) -> NDArray[np.uint8]:
    """Ink (n, 32, 32) as coloured pictures (n, 32, 32, 3)."""
    across = np.linspace(-0.5, 0.5, WIDTH, dtype=np.float32)
    light = _column(p["brightness"]) + _column(p["slope_x"]) * across + _column(p["slope_y"]) * across[:, None]
    stroke = ink * _column(np.sign(p["polarity"]) * p["contrast"])
    channels = (light + _column(p[f"cast_{c}"]) + stroke * (1 + _column(p[f"tint_{c}"])) for c in "rgb")
    pixels = np.stack(list(channels), axis=-1)
    return np.clip(255 * pixels + 0.5, 0, 255).astype(np.uint8)


def _column(values: Array) -> Array:
    return values[:, None, None]

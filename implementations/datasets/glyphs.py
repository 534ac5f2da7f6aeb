"""Printed digits, drawn: as large as MNIST's, in any number, from fonts that matplotlib carries. No file, no network.

A master of each digit of each font is rendered once, as its signed distance to the outline: d > 0 inside the stroke, in units of
the digit's height. An image samples one master at the points that a random affine map and a random bend give to its
pixels, and inks where d + weight > 0; so a stroke can be drawn thinner or bolder than the font has it, with a smooth edge.
For the pixel at (u, v), measured from the centre in digit heights,

    (u', v') = A (u - shift),    u'' = u' + b_1 sin(k v' + phi_1),    v'' = v' + b_2 sin(k u' + phi_2)
    ink      = contrast clip(1/2 + sharpness (d(u'', v'') + weight), 0, 1) + noise

with A^-1 = rotation x shear x scale. Numbers come from ``streams``: image i of a split depends on (seed, split, i) and on
nothing else, so a longer set begins with the shorter one, and training and test images are disjoint draws from the same
distribution.

Not MNIST: twenty-one fonts are no hundreds of writers. What holds here is an effect, not a printed accuracy. A linear
classifier cannot undo the shifts and turns and stays clearly below a small convolutional network, much as on MNIST. Test
accuracy after training on all 10,000 images (Adam, batches of 100), the range over four seeds of data and network:
logistic regression 0.918 to 0.930, 128 hidden units 0.946 to 0.965, two convolutions with pooling 0.981 to 0.990.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.samples import Images, Split, require_split
from implementations.streams.streams_numpy import uniform, words

DIGITS = tuple("0123456789")
FONTS = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique",
    "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique", "DejaVuSansMono-BoldOblique",
    "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic",
    "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta",
    "cmr10", "cmb10", "cmss10", "cmtt10", "cmti10",
)  # fmt: skip
SIZE = {"train": 10_000, "test": 2_000}
SIDE = 28  # pixels
HEIGHT = 20  # pixels of a digit before it is distorted, as in MNIST

_GRID = 64  # points a side of a master,
_REACH = 0.95  # which covers [-0.95, 0.95] digit heights in both directions
_RENDERED = 64  # pixels a master is rendered at
_CHUNK = 256  # images at a time: their arrays stay in the processor's cache
_STREAM = {"train": 0, "test": 1}
# The range of each random number: low, high.
_RANGES = {
    "rotation": (-0.25, 0.25), "shear": (-0.25, 0.25), "scale_x": (0.75, 1.15), "scale_y": (0.75, 1.1),
    "shift_x": (-2.0, 2.0), "shift_y": (-1.5, 1.5), "weight": (-0.012, 0.035), "sharpness": (6.0, 18.0),
    "bend_x": (-0.09, 0.09), "bend_y": (-0.06, 0.06), "phase_x": (0.0, 2 * np.pi), "phase_y": (0.0, 2 * np.pi),
    "contrast": (0.55, 1.0), "noise": (0.0, 0.35),
}  # fmt: skip
_WAVE = 4.0  # radians a digit height: the bends are slower than the strokes are wide


def load_glyphs(split: Split, count: int | None = None, *, seed: int = 0) -> Images:
    """The first ``count`` images of a split (10,000 for training, 2,000 for testing): (n, 28, 28, 1), ink 255 on 0.

    Every ``seed`` is another set. Raises ValueError for a negative count or seed.
    """
    require_split(split)
    count = SIZE[split] if count is None else count
    if count < 0:
        raise ValueError(f"count must be at least 0, got {count}")
    return draw_glyphs(np.arange(count), split, seed=seed)


def draw_glyphs(indices: NDArray[np.int64], split: Split, *, seed: int = 0) -> Images:
    """The images of these numbers, in this order: (n, 28, 28, 1). Raises ValueError for numbers or a seed below 0."""
    require_split(split)
    if len(indices) and indices.min() < 0:
        raise ValueError(f"images are numbered from 0, got {indices.min()}")
    x = np.empty((len(indices), SIDE, SIDE, 1), np.uint8)
    y = np.empty(len(indices), np.uint8)
    for start in range(0, len(indices), _CHUNK):
        part = slice(start, start + _CHUNK)
        x[part], y[part] = _draw(indices[part], _STREAM[split], seed)
    return Images(x, y, DIGITS)


def fonts_digest() -> str:
    """SHA-256 of what the images are made from besides this code: the fonts, and the FreeType that renders them."""
    from matplotlib import ft2font

    total = hashlib.sha256(f"FreeType {ft2font.__freetype_version__}\n".encode())
    for name in FONTS:
        total.update(f"{name} {hashlib.sha256(_font_file(name).read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _draw(indices: NDArray[np.int64], stream: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    draws = uniform(indices, seed, 2 + len(_RANGES), stream=stream)
    labels = (10 * draws[:, 0]).astype(np.uint8)
    fonts = (len(FONTS) * draws[:, 1]).astype(np.intp)
    p = {
        name: (low + (high - low) * draws[:, 2 + place]).astype(np.float32)[:, None]
        for place, (name, (low, high)) in enumerate(_RANGES.items())
    }
    u, v = _source_points(p)
    depth = _sample(fonts * 10 + labels, u, v)
    ink = p["contrast"] * np.clip(0.5 + p["sharpness"] * (depth + p["weight"]), 0, 1)
    ink += p["noise"] * _triangular(indices, stream, seed)
    pixels = np.clip(255 * ink + 0.5, 0, 255).astype(np.uint8)
    return pixels.reshape(-1, SIDE, SIDE, 1), labels


def _source_points(p: dict[str, NDArray[np.float32]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where in its master each pixel looks: u to the right and v down, in digit heights, each (n, 784)."""
    centred = (np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2) / np.float32(HEIGHT)
    u = np.tile(centred, SIDE) - p["shift_x"] / np.float32(HEIGHT)
    v = np.repeat(centred, SIDE) - p["shift_y"] / np.float32(HEIGHT)
    cos, sin = np.cos(p["rotation"]), np.sin(p["rotation"])
    u, v = cos * u + sin * v, cos * v - sin * u
    u = (u - p["shear"] * v) / p["scale_x"]
    v = v / p["scale_y"]
    bent = u + p["bend_x"] * np.sin(_WAVE * v + p["phase_x"])
    return bent, v + p["bend_y"] * np.sin(_WAVE * u + p["phase_y"])


def _sample(which: NDArray[np.intp], u: NDArray[np.float32], v: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bilinear interpolation of the masters; points beyond a master take its border, which is far outside any stroke."""
    masters = _masters().reshape(-1)
    last = np.float32(_GRID - 1.001)
    column = np.clip((u / _REACH + 1) * np.float32((_GRID - 1) / 2), 0, last)
    row = np.clip((v / _REACH + 1) * np.float32((_GRID - 1) / 2), 0, last)
    left, top = column.astype(np.int32), row.astype(np.int32)
    right_share, low_share = column - left, row - top
    place = which[:, None] * (_GRID * _GRID) + top * _GRID + left
    upper = masters[place] * (1 - right_share) + masters[place + 1] * right_share
    lower = masters[place + _GRID] * (1 - right_share) + masters[place + _GRID + 1] * right_share
    depth: NDArray[np.float32] = upper * (1 - low_share) + lower * low_share
    return depth


def _triangular(indices: NDArray[np.int64], stream: int, seed: int) -> NDArray[np.float32]:
    """Noise in (-1/2, 1/2), (n, 784): half the difference of two uniform numbers of 16 bits, two pixels a random word."""
    halves = words(indices, seed, SIDE * SIDE // 2, stream=stream + len(_STREAM)).astype("<u8").view("<u2")
    noise: NDArray[np.float32] = (halves[:, 0::2].astype(np.float32) - halves[:, 1::2]) / np.float32(2**17)
    return noise


@cache
def _masters() -> NDArray[np.float32]:
    """Signed distances to the outlines, (fonts x 10, grid, grid), in digit heights; rendered once a process, in half a second."""
    return np.stack([_master(name, digit) for name in FONTS for digit in DIGITS])


def _master(font: str, digit: str) -> NDArray[np.float32]:
    from matplotlib.ft2font import FT2Font
    from scipy.ndimage import distance_transform_edt, map_coordinates

    face = FT2Font(str(_font_file(font)))
    face.set_size(_RENDERED, 72)
    face.set_text(digit)
    face.draw_glyphs_to_bitmap(antialiased=False)
    ink = np.asarray(face.get_image()) > 0
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = ink.shape
    ink = np.pad(ink, height)  # the master reaches beyond the ink on all sides
    distance = (distance_transform_edt(ink) - distance_transform_edt(~ink)) / height
    points = np.linspace(-_REACH, _REACH, _GRID) * height
    grid = np.meshgrid(points + 1.5 * height - 0.5, points + height + width / 2 - 0.5, indexing="ij")
    return np.asarray(map_coordinates(distance, grid, order=1, mode="nearest"), dtype=np.float32)


def _font_file(name: str) -> Path:
    from matplotlib import get_data_path

    return Path(get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"

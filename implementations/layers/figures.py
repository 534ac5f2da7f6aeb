"""Pictures and tables of the layers: the worked examples step by step, SAME's zeros, where a transposed convolution overlaps.

Every function returns plain data for the report. Rows of a picture are counted from below, so that the first row stands on top.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from implementations.layers import worked
from implementations.layers.experiments_worked import ORIENTATIONS, cells_by_orientation, settings_of_the_answer
from implementations.layers.pooling_numpy import average_pool, max_pool
from implementations.layers.transposed_numpy import conv2d_transposed
from implementations.layers.windows import Array, output_size, pads

Exhibit = dict[str, Any]


def picture(title: str, image: Array) -> dict[str, Any]:
    """A panel that shows the numbers of a small image, (height, width), its first row on top."""
    height, width = image.shape
    return {
        "title": title,
        "x_label": "column",
        "y_label": "row, from below",
        "series": [],
        "field": {
            "x": list(range(1, width + 1)),
            "y": list(range(height, 0, -1)),
            "z": [[round(float(value), 6) for value in row] for row in image],
            "style": "heat",
        },
    }


def worked_convolution() -> Exhibit:
    """The grid, the filter and the answer of the worked convolution, and the products of its nine steps."""
    grid, weights, answer = np.pad(worked.IMAGE, 1), worked.filter_weights(), np.array(worked.ANSWER)
    rows = []
    for r, c in np.ndindex(3, 3):
        window = grid[2 * r : 2 * r + 3, 2 * c : 2 * c + 3]
        products = [f"{int(w)}·{int(x)}" for w, x in zip(weights.flat, window.flat, strict=True) if w * x]
        total = int((weights * window).sum())
        rows.append(
            [f"{r + 1}, {c + 1}", f"{2 * r + 1}, {2 * c + 1}", f"{' + '.join(products)} = {total}", float(answer[r, c])]
        )
    return {
        "panels": [picture("Image within one zero", grid), picture("Filter", weights), picture("Answer", answer)],
        "table": {
            "columns": ["answer: row, column", "window starts at", "weight · pixel, zeros left out", "printed"],
            "rows": rows,
        },
        "alt": "A 5 x 5 image with a margin of zeros, the filter 0 1 2 / 2 2 0 / 0 1 2, and the answer 6 17 3 / 8 17 13 / 6 4 4. "
        "The table adds up the nine windows, two columns and two rows apart; all sums are the printed ones.",
    }


def worked_conventions() -> Exhibit:
    """For each orientation of the filter: how many printed cells it gives, and which zeros and strides give all nine."""
    cells, rows = cells_by_orientation(), []
    for name in ORIENTATIONS:
        fits = settings_of_the_answer(orientation=name, uneven=True)
        written = [f"zeros {t} {b} {le} {r}, stride {s} {u}" for ((t, b), (le, r)), (s, u) in fits]
        rows.append([name, cells[name]["cells"], "; ".join(written) or "none"])
    return {
        "table": {
            "columns": [
                "filter",
                "cells of 9 with one zero, stride 2",
                "settings that give all nine (top bottom left right)",
            ],
            "rows": rows,
        },
        "alt": "Of eight orientations only the printed filter and its equal mirror image upside down give the answer, at stride 2 "
        "with one zero on top and on the left and one or two at the bottom and on the right. No setting makes a turned or "
        "transposed filter fit.",
    }


def worked_pooling() -> Exhibit:
    """The pooling slide's image, its maxima and its means."""
    image = worked.IMAGE[None, :, :, None]
    pooled = {"Max": max_pool(image, 3, 1), "Average": average_pool(image, 3, 1)}
    return {
        "panels": [
            picture("Image", worked.IMAGE),
            *(picture(f"{kind}, 3 x 3, stride 1", values[0, :, :, 0]) for kind, values in pooled.items()),
        ],
        "alt": "A 5 x 5 image; its maxima are all 3 but one 2 in the middle of the last row; its means lie between 0.78 and 1.78.",
    }


def zeros_of_same() -> Exhibit:
    """What SAME pads lines of 5 to 8 pixels with, and the equal zeros on both sides that the slide's formula asks for."""
    sizes, rows = range(5, 9), []
    for side, stride in ((3, 1), (5, 1), (2, 1), (3, 2), (5, 3), (2, 2), (4, 2), (1, 2)):
        cells = []
        for size in sizes:
            before, after = pads(size, side, stride, "same")
            cells.append(f"{before} + {after}, out {output_size(size, side, stride, 'same')}")
        half = Fraction(side - 1, 2)
        rows.append([side, stride, f"{half} + {half}", *cells])
    return {
        "table": {
            "columns": ["filter", "stride", "(M_filter - 1) / 2", *(f"SAME, {size} pixels" for size in sizes)],
            "rows": rows,
        },
        "alt": "At stride 1 SAME's zeros are the formula's, an odd sum with the larger part after. At larger strides they depend on the "
        "input: a filter of 3 at stride 2 takes one zero on each side of odd sizes, and only one, after, at even sizes.",
    }


def overlaps_of_transposed() -> Exhibit:
    """How often each pixel is written by a transposed convolution of a 3 x 3 map of ones, for three kernels at stride 2."""
    ones = np.ones((1, 3, 3, 1))
    panels = []
    for side in (2, 3, 4):
        written = conv2d_transposed(ones, np.ones((side, side, 1, 1)), stride=2, padding="valid")[0, :, :, 0]
        panels.append(picture(f"Kernel {side} x {side}, stride 2", written))
    return {
        "panels": panels,
        "alt": "With a 2 x 2 kernel every pixel is written once. With 3 x 3, pixels are written 1, 2 or 4 times in a chequered pattern; "
        "with 4 x 4 evenly again but for the margin.",
    }

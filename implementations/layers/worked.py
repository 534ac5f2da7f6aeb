"""The worked examples as the text prints them: the convolution's three frames, and the pooling's image and answers.

Source: columbia-deep-learning, slides "PUTTING THESE ALL TOGETHER" and "TRICKS OF THE TRADE: POOLING". In a frame "3_2" is a cell that
shows 3 under a filter's weight of 2 (its small subscript); the frames are kept apart, as printed, so that they can be compared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Cells = list[list[str]]
Array = NDArray[np.float64]

FRAMES = (
    """
0_0 0_1 0_2 0 0 0 0 0
0_2 3_2 3_0 2 1 0 0 0
0_0 0_1 0_2 1 3 1 0 0
0 3 1 2 2 3 0 0
0 2 0 0 2 2 0 0
0 2 0 0 0 0 1 0
0 0 0 0 0 0 0 0
""",
    """
0 0 0_0 0_1 0_2 0 0 0
0 3 3_2 2_2 1_0 0 0 0
0 0 0_0 1_1 3_2 1 0 0
0 3 1 2 2 3 0 0
0 2 0 0 2 2 0 0
0 2 0 0 0 0 1 0
0 0 0 0 0 0 0 0
""",
    """
0 0 0 0 0 0_0 0_1 0_2
0 3 3 2 1_2 0_3 0_0 0_1
0 0 0 1 3_0 1 0_2 0_0
0 3 1 2 2 3 0 0
0 2 0 0 2 2 0 0
0 2 0 0 0 0 1 0
0 0 0 0 0 0 0 0
""",
)

ANSWER = ((6.0, 17.0, 3.0), (8.0, 17.0, 13.0), (6.0, 4.0, 4.0))

IMAGE = np.array(
    [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]], dtype=np.float64
)
"""The 5 x 5 image that the pooling slide prints whole, four times."""

POOLED = {
    "max": (((3.0, 3.0, 3.0), (3.0, 3.0, 3.0)), ((3.0, 3.0, 3.0), (3.0, 3.0, 3.0), (3.0, 2.0, 3.0))),
    "average": (
        ((1.7, 1.7, 1.7), (1.0, 1.2, 1.8), (1.1, 0.8, 1.3)),
        ((1.7, 1.7, 1.7), (1.0, 1.2, 1.8), (1.1, 0.8, 1.3)),
    ),
}
"""The answers in each of the pooling slide's frames, by kind: the first frame of the maximum has lost a row."""


def cells(frame: int) -> Cells:
    """The cells of a frame (1 to 3), row by row, with their subscripts."""
    return [line.split() for line in FRAMES[frame - 1].strip().splitlines()]


def grid(frame: int = 1) -> Array:
    """The numbers in a frame's cells: 7 rows of 8, as the text has them."""
    return np.array([[float(cell.split("_")[0]) for cell in row] for row in cells(frame)])


def subscripts(frame: int) -> list[tuple[int, int, int]]:
    """(row, column, weight) of each cell that the filter covers in a frame."""
    return [
        (r, c, int(cell.split("_")[1]))
        for r, row in enumerate(cells(frame))
        for c, cell in enumerate(row)
        if "_" in cell
    ]


def filter_weights(frame: int = 1) -> Array:
    """The 3 x 3 filter, from the nine subscripts of a frame. Raises ``ValueError`` where there are not nine."""
    weights = [weight for _, _, weight in subscripts(frame)]
    if len(weights) != 9:
        raise ValueError(f"frame {frame} shows {len(weights)} weights, not nine")
    return np.array(weights, dtype=np.float64).reshape(3, 3)

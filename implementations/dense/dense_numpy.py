"""A dense layer in NumPy, its parameter count, the pixels behind its inputs, and dropout on its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


def dense(x: Floats, weights: Floats, bias: Floats) -> Floats:
    """x W + b: x (n, inputs), weights (inputs, units), bias (units,) to (n, units)."""
    return np.asarray(x @ weights + bias)


def parameters(widths: Sequence[int], *, biases: bool = True) -> int:
    """The number of weights, and of biases unless told otherwise, of a stack of dense layers.

    ``widths`` lists the units from the inputs to the outputs: (784, 64, 10) has two layers.
    """
    return sum(inputs * units + biases * units for inputs, units in pairwise(widths))


def pixel_number(row: int, column: int, *, width: int, first: int = 1) -> int:
    """Which input the pixel at (row, column), both from 0, becomes when an image is flattened row by row."""
    return first + row * width + column


def neighbours(number: int, *, height: int, width: int, first: int = 1) -> list[int]:
    """The inputs that hold the pixels above, left, right of and below the given one, ascending. Numbers count from ``first``."""
    row, column = divmod(number - first, width)
    around = [(row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column)]
    inside = [(r, c) for r, c in around if 0 <= r < height and 0 <= c < width]
    return [pixel_number(r, c, width=width, first=first) for r, c in inside]


def dropout(x: Floats, keep: float, uniforms: Floats) -> Floats:
    """Keep each element with probability ``keep``, scaled by 1 / keep, else 0; ``uniforms`` in [0, 1) have the shape of x.

    Raises ``ValueError`` unless 0 < keep <= 1.
    """
    if not 0 < keep <= 1:
        raise ValueError(f"keep = {keep} is no probability above zero")
    return np.where(uniforms < keep, x / keep, 0)

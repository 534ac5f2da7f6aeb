"""What a line of the concordance is made of, and the small inputs on which it is measured.

A `Row` is one thing that a slide prints about a layer: our function for it, and what each library is asked (`Theirs`). A
library that differs names the first operation in which it does, and carries two things that are run: `cause`, under which
our function gives the library's result, and `cure`, under which the library gives ours.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Arrays = Mapping[str, Array]
Point = Mapping[str, int]
Reference = Callable[..., Array]
Shape = tuple[str | int, ...]

DRAWS = 10_000  # of dropout
ROUNDING = 1e-12  # sums of fewer than a hundred products of numbers of size one
ROUNDING_FLOAT32 = 1e-5  # the same where TensorFlow has the layer in float32 only


@dataclass(frozen=True)
class Cure:
    """Under which settings, and where needed which other call, a library does compute our function."""

    text: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    call: str = ""


@dataclass(frozen=True)
class Theirs:
    """One library's way: what a user writes, the driver's function with its settings; if it differs, where and how."""

    text: str
    call: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    first: str = ""  # the first operation that differs; empty: the library agrees
    how: str = ""  # how it differs, or a remark on one that agrees
    cause: Mapping[str, Any] | None = (
        None  # in the order of the operations; None: it refuses, nothing is to be explained
    )
    cure: Cure | None = None
    tolerance: float | None = None  # where it is not the row's


@dataclass(frozen=True)
class Row:
    """One line: the layer, what is asked of it and on which slide, our function, the arrays, the sizes searched, and each library or None."""

    layer: str
    what: str
    slide: str  # "" where no slide asks it, and a user must all the same
    ours: Reference
    arrays: Mapping[str, Shape]
    grid: Mapping[str, Iterable[int]]
    torch: Theirs | None
    keras: Theirs | None
    tensorflow: Theirs | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    where: Callable[[Point], bool] = lambda point: True
    tolerance: float = ROUNDING


def points(row: Row) -> list[Point]:
    """The sizes to try, smallest first: by the grid's first name, then its second, and so on."""
    return [
        point for values in product(*row.grid.values()) if row.where(point := dict(zip(row.grid, values, strict=True)))
    ]


def draw(row: Row, point: Point) -> dict[str, Array]:
    """The row's arrays at a point: standard normal numbers, the same ones whoever asks."""
    shapes = {name: tuple(point[d] if isinstance(d, str) else d for d in shape) for name, shape in row.arrays.items()}
    return {name: streams.normal(np.array([7]), step, shape)[0] for step, (name, shape) in enumerate(shapes.items())}


def said(point: Point) -> str:
    """A point in words: "4x4, kernel 3, stride 2"."""
    words = [f"{value}x{value}" if name == "n" else f"{name} {value}" for name, value in point.items()]
    return ", ".join(words)

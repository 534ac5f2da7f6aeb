"""The worked convolution and the worked pooling, computed; which conventions and settings give their printed answers; what the text damaged.

Source: columbia-deep-learning, slides "PUTTING THESE ALL TOGETHER" and "TRICKS OF THE TRADE: POOLING"; the printed cells are in `worked`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from implementations.layers import worked
from implementations.layers.by_backend import Zeros, conv2d, pool
from implementations.layers.convolution_numpy import conv2d_by_loops
from implementations.layers.windows import Array, image_output_size, printed_size

Table = dict[str, dict[str, float]]
Row = tuple[float, ...]

ORIENTATIONS: dict[str, Callable[[Array], Array]] = {
    "as printed": lambda k: k,
    "upside down": lambda k: k[::-1],
    "left to right": lambda k: k[:, ::-1],
    "turned by 180 degrees": lambda k: k[::-1, ::-1],
    "transposed": lambda k: k.T,
    "transposed, upside down": lambda k: k.T[::-1],
    "transposed, left to right": lambda k: k.T[:, ::-1],
    "transposed, turned by 180 degrees": lambda k: k.T[::-1, ::-1],
}
"""The eight ways to lay a square filter down. A convolution in the mathematician's sense turns it by 180 degrees."""


def worked_convolution(
    *,
    backend: str = "numpy",
    orientation: str = "as printed",
    stride: int = 2,
    zeros: Sequence[int] = (1, 1, 1, 1),
    text_grid: bool = False,
) -> Table:
    """The nine cells of the answer, rows "1" to "3", columns "a" to "c".

    ``zeros``: top, bottom, left, right. ``text_grid`` takes the text's grid of 8 columns as it is, zeros included, and no
    image.
    """
    weights = ORIENTATIONS[orientation](worked.filter_weights())
    if text_grid:
        return _table(_sweep(worked.grid(), weights, stride, ((0, 0), (0, 0)), backend))
    top, bottom, left, right = zeros
    return _table(_sweep(worked.IMAGE, weights, stride, ((top, bottom), (left, right)), backend))


def cells_by_orientation(*, backend: str = "numpy", mirrored: bool = False) -> dict[str, dict[str, int]]:
    """How many of the nine printed cells each orientation of the filter gives; ``mirrored``: on the image left to right."""
    image = worked.IMAGE[:, ::-1] if mirrored else worked.IMAGE
    found = {}
    for name, turn in ORIENTATIONS.items():
        answer = _sweep(image, turn(worked.filter_weights()), 2, ((1, 1), (1, 1)), backend)
        found[name] = {"cells": int(np.count_nonzero(answer == np.array(worked.ANSWER)))}
    return found


def settings_of_the_answer(
    *, orientation: str = "as printed", uneven: bool = False, backend: str = "numpy"
) -> list[tuple[Zeros, tuple[int, int]]]:
    """Every (zeros, stride) with up to 3 zeros on a side and strides up to 4 that gives the printed answer.

    The same zeros on all sides and the same stride in both directions, unless ``uneven``.
    """
    weights = ORIENTATIONS[orientation](worked.filter_weights())
    found = []
    for top, bottom, left, right, down, across in product(*4 * [range(4)], *2 * [range(1, 5)]):
        even = top == bottom == left == right and down == across
        zeros, stride = ((top, bottom), (left, right)), (down, across)
        if not (even or uneven) or image_output_size((5, 5), (3, 3), stride, zeros) != (3, 3):
            continue
        if np.array_equal(_sweep(worked.IMAGE, weights, stride, zeros, backend), worked.ANSWER):
            found.append((zeros, stride))
    return found


def answers_to_the_questions(
    *, backend: str = "numpy", orientation: str = "as printed", frame: int = 1
) -> dict[str, dict[str, int]]:
    """The slide's questions: the filter's width from the subscripts, and zeros and stride from all even settings that fit.

    Zero or several fitting settings leave the answers at -1.
    """
    fits = settings_of_the_answer(orientation=orientation, backend=backend)
    zeros, stride = (fits[0][0][0][0], fits[0][1][0]) if len(fits) == 1 else (-1, -1)
    columns = {column for _, column, _ in worked.subscripts(frame)}
    values = {"filter width": len(columns), "settings that fit": len(fits), "zero padding": zeros, "stride": stride}
    return {name: {"answer": value} for name, value in values.items()}


def grid_of_the_answer(
    *, border: bool = True, answer: Sequence[Sequence[float]] = worked.ANSWER
) -> dict[str, dict[str, int]]:
    """Rows and columns of the grid behind the answer: the text's, if it gives the answer; else less one cell in each row.

    Searches all ways to strike one cell from each row of the text's grid, keeps those that give the answer (and, with
    ``border``, have nothing but zeros on the edge), and counts the different grids that are left.
    """
    grid, weights = worked.grid(), worked.filter_weights()
    if np.array_equal(_sweep(grid, weights, 2, ((0, 0), (0, 0)), "numpy"), answer):
        return {"rows": {"count": grid.shape[0]}, "columns": {"count": grid.shape[1]}, "grids": {"count": 1}}
    fits = grids_that_fit(answer, border=border)
    height, width = fits[0].shape if fits else (0, 0)
    return {"rows": {"count": height}, "columns": {"count": width}, "grids": {"count": len(fits)}}


def grids_that_fit(answer: Sequence[Sequence[float]] = worked.ANSWER, *, border: bool = True) -> list[Array]:
    """All different grids of 7 x 7 that the text's grid becomes by losing one cell a row and that give the answer."""
    weights = worked.filter_weights()
    grid = worked.grid()
    shorter = [sorted({tuple(np.delete(row, i).tolist()) for i in range(len(row))}) for row in grid]
    if border:
        shorter = [[row for row in rows if row[0] == row[-1] == 0] for rows in shorter]

    def gives(rows: tuple[Row, Row, Row], wanted: Sequence[float]) -> bool:
        return np.array_equal(_sweep(np.array(rows), weights, 2, ((0, 0), (0, 0)), "numpy")[0], wanted)

    # The windows' rows overlap in grid rows 2 and 4 alone: with those two fixed the three rows of the answer are independent.
    found = []
    for third, fifth in product(shorter[2], shorter[4]):
        tops = [(a, b) for a, b in product(shorter[0], shorter[1]) if gives((a, b, third), answer[0])]
        middles = [a for a in shorter[3] if gives((third, a, fifth), answer[1])]
        bottoms = [(a, b) for a, b in product(shorter[5], shorter[6]) if gives((fifth, a, b), answer[2])]
        found += [np.array([*t, third, m, fifth, *b]) for t, m, b in product(tops, middles, bottoms)]
    return found


def grid_of_the_pooling_image(*, zeros: int = 1) -> dict[str, dict[str, int]]:
    """The same from the other slide: its 5 x 5 image within one zero, if that gives the printed answer by plain loops."""
    grid = np.pad(worked.IMAGE, zeros)
    answer = conv2d_by_loops(grid[None, :, :, None], worked.filter_weights()[:, :, None, None], stride=2)[0, :, :, 0]
    height, width = grid.shape if np.array_equal(answer, worked.ANSWER) else (0, 0)
    return {"rows": {"count": height}, "columns": {"count": width}, "grids": {"count": 1}}


def frame_differences(*, subscripts_too: bool = False) -> dict[str, dict[str, int]]:
    """In how many cells the second and the third frame of the convolution differ from the first."""
    first = worked.cells(1) if subscripts_too else worked.grid(1)
    others = {str(n): worked.cells(n) if subscripts_too else worked.grid(n) for n in (2, 3)}
    return {n: {"cells": int(np.count_nonzero(np.array(first) != np.array(other)))} for n, other in others.items()}


def frame_weights(*, strangers_to: int = 1) -> dict[str, dict[str, int]]:
    """How many weights each frame shows, and how many of them are no weight of the filter in frame ``strangers_to``."""
    known = {weight for _, _, weight in worked.subscripts(strangers_to)}
    table = {}
    for frame in (1, 2, 3):
        shown = [weight for _, _, weight in worked.subscripts(frame)]
        table[str(frame)] = {"weights": len(shown), "strangers": sum(weight not in known for weight in shown)}
    return table


def frame_weights_by_text() -> dict[str, dict[str, int]]:
    """The same by searching the text: underscores, and underscores before a digit that is none of 0, 1, 2."""
    import re

    return {
        str(n): {"weights": text.count("_"), "strangers": len(re.findall("_[3-9]", text))}
        for n, text in enumerate(worked.FRAMES, start=1)
    }


def worked_pooling(
    *,
    kind: str = "max",
    backend: str = "numpy",
    size: int = 3,
    stride: int = 1,
    zeros: int = 0,
    defect: str = "",
) -> Table:
    """The pool of the slide's 5 x 5 image: rows "1" to "3", columns "a" to "c".

    ``defect``: "truncated" cuts off after one decimal, "divided_by_nonzero" divides a sum by its non-zero pixels.
    """
    image = worked.IMAGE[None, :, :, None]
    pooled = pool(image, kind, size, stride, zeros=zeros, backend=backend)[0, :, :, 0]
    if defect == "truncated":
        pooled = np.floor(10 * pooled) / 10
    elif defect == "divided_by_nonzero":
        pooled = pooled / pool((image != 0).astype(np.float64), "average", size, stride, backend=backend)[0, :, :, 0]
    return _table(pooled)


def size_of_the_pool(*, kind: str = "max", size: int = 3, stride: int = 1) -> dict[str, dict[str, int]]:
    """Rows and columns that the pool of the image has."""
    pooled = pool(worked.IMAGE[None, :, :, None], kind, size, stride)[0, :, :, 0]
    return {"rows": {"count": pooled.shape[0]}, "columns": {"count": pooled.shape[1]}}


def size_of_the_pool_by_formula() -> dict[str, dict[str, int]]:
    """The same from the slides' size formula: (5 - 3) / 1 + 1."""
    return {name: {"count": int(printed_size(5, 3, 0, 1))} for name in ("rows", "columns")}


def frames_of_pooling(*, against: str = "") -> dict[str, dict[str, int]]:
    """In how many cells that both print the two frames of each kind differ. ``against`` compares with the other kind's."""
    table = {}
    for kind, (first, second) in worked.POOLED.items():
        other = worked.POOLED[against][1] if against else second
        pairs = [(a, b) for rows in zip(first, other) for a, b in zip(*rows, strict=True)]
        table[kind] = {"cells": sum(a != b for a, b in pairs)}
    return table


def _sweep(image: Array, weights: Array, stride: int | tuple[int, ...], zeros: Zeros, backend: str) -> Array:
    steps = (stride, stride) if isinstance(stride, int) else (stride[0], stride[1])
    return conv2d(image[None, :, :, None], weights[:, :, None, None], stride=steps, zeros=zeros, backend=backend)[
        0, :, :, 0
    ]


def _table(answer: Array) -> Table:
    return {str(r): dict(zip("abc", map(float, row), strict=False)) for r, row in enumerate(answer, start=1)}

"""Do the libraries' layers compute what the slides print? Every size of a small grid, the same arrays, in float64.

Source: the slides from CONVOLUTIONAL LAYER to PROBLEMS WITH DEPTH. Three things are compared with our layers: `torch.nn`,
`keras.layers`, and `tf.nn` with `tf.compat.v1`, the functions that the slides' code calls. The rows say what is asked
(`concordance_convolutions`, `_resizing`, `_pools`, `_units`, `_batch_norm`, `_local_response`, `_chance`), one driver a library asks it. A row is tried
from the smallest size up, so the case that is shown is the smallest that shows the difference. Optimizers, losses and
activations over their whole range have concordances of their own, in their topics.
"""

from collections.abc import Iterator
from types import ModuleType
from typing import Any, Literal, NamedTuple

import numpy as np

from implementations.layers import (
    concordance_batch_norm,
    concordance_chance,
    concordance_convolutions,
    concordance_local_response,
    concordance_pools,
    concordance_resizing,
    concordance_units,
)
from implementations.layers.concordance_rows import Array, Point, Row, Theirs, draw, points, said

Library = Literal["torch", "keras", "tensorflow"]

LIBRARIES: dict[Library, str] = {"torch": "torch.nn", "keras": "keras.layers", "tensorflow": "tf.nn"}

ROWS: tuple[Row, ...] = (
    *concordance_convolutions.ROWS,
    *concordance_resizing.ROWS,
    *concordance_pools.ROWS,
    *concordance_units.ROWS,
    *concordance_batch_norm.ROWS,
    *concordance_local_response.ROWS,
    *concordance_chance.ROWS,
)


class Found(NamedTuple):
    """How a library did on a row's sizes. `largest` is infinite where a result has another size; `smallest` shows `entry`."""

    tried: int
    differ: int
    refused: int
    largest: float
    smallest: Point | None
    entry: str

    @property
    def verdict(self) -> str:
        """One of "agrees", "differs", and "refuses" where it does nothing wrong but not everything."""
        return "differs" if self.differ else "refuses" if self.refused else "agrees"

    @property
    def sizes(self) -> str:
        """The verdict with numbers of sizes: "agrees at 12 of 12", "differs at 3, refuses 12 of 16"."""
        counts = [f"differs at {self.differ}"] * bool(self.differ) + [f"refuses {self.refused}"] * bool(self.refused)
        return f"{', '.join(counts) or f'agrees at {self.tried}'} of {self.tried}"


def driver(library: Library) -> tuple[ModuleType, tuple[type[Exception], ...]]:
    """The library's driver, and what it raises where it refuses. Needs the library."""
    if library == "torch":
        from implementations.layers import concordance_torch

        return concordance_torch, (RuntimeError, ValueError)
    import tensorflow as tf

    from implementations.layers import concordance_keras_tensorflow, concordance_nn_tensorflow

    module = concordance_keras_tensorflow if library == "keras" else concordance_nn_tensorflow
    return module, (tf.errors.InvalidArgumentError, ValueError)


def difference(theirs: Array, ours: Array) -> float:
    """The largest difference, as a share of our largest number where that is above one; infinite for another shape or NaN."""
    if theirs.shape != ours.shape or not np.isfinite(theirs - ours).all():
        return np.inf
    return float(np.abs(theirs - ours).max(initial=0.0) / max(1.0, np.abs(ours).max(initial=0.0)))


def first_entry(theirs: Array, ours: Array, tolerance: float) -> str:
    """The first number that differs, theirs and ours, as "0.5 for 0.7"; or the two sizes."""
    if theirs.shape != ours.shape:
        sizes = ["x".join(map(str, (y.shape[1:3] if y.ndim == 4 else y.shape))) for y in (theirs, ours)]
        return f"size {sizes[0]} for {sizes[1]}"
    at = np.flatnonzero(~(np.abs(theirs - ours) <= tolerance * max(1.0, np.abs(ours).max())))[0]
    pair = theirs.flat[at], ours.flat[at]
    digits = next((d for d in range(3, 17) if f"{pair[0]:.{d}g}" != f"{pair[1]:.{d}g}"), 17)
    return f"{pair[0]:.{digits}g} for {pair[1]:.{digits}g}"


def results(row: Row, library: Library, way: str) -> Iterator[tuple[Point, Array | None, Array]]:
    """(size, theirs or None where it refuses, ours), `way` is "plain", "cause" or "cure".

    Sizes at which the printed layer does not exist (a window that does not fit) are left out.
    """
    drive, refusals = driver(library)
    theirs: Theirs = getattr(row, library)
    call, settings = theirs.call, {**theirs.settings}
    if way == "cure" and theirs.cure:
        settings = {**({} if theirs.cure.call else settings), **theirs.cure.settings}
        call = theirs.cure.call or call
    for point in points(row):
        arrays = draw(row, point)
        try:
            ours = row.ours(arrays, point, **row.settings)
        except ValueError:
            continue
        try:
            found = getattr(drive, call)(arrays, point, **settings)
        except refusals:
            yield point, None, ours
            continue
        if way == "cause":
            ours = row.ours(arrays, point, **{**row.settings, **(theirs.cause or {})})
        yield point, found, ours


def measure(row: Row, library: Library, way: str = "plain") -> Found:
    """The row at every size: as a user writes it ("plain"), against its explanation ("cause"), or with the "cure"."""
    tolerance = getattr(row, library).tolerance or row.tolerance
    tried = differ = refused = 0
    largest, smallest, entry = 0.0, None, ""
    for point, theirs, ours in results(row, library, way):
        tried += 1
        if theirs is None:
            refused += 1
            continue
        gap = difference(theirs, ours)
        largest = max(largest, gap)
        if not gap <= tolerance:
            differ += 1
            if smallest is None:
                smallest, entry = point, first_entry(theirs, ours, tolerance)
    return Found(tried, differ, refused, largest, smallest, entry)


def table(library: Library) -> dict[str, Any]:
    """The exhibit of one library: one line a row that it has."""
    lines, agree = [], 0
    for row in ROWS:
        theirs: Theirs | None = getattr(row, library)
        if theirs is None:
            continue
        plain = measure(row, library)
        agree += plain.verdict == "agrees"
        lines.append(
            [
                row.layer,
                row.what,
                theirs.text,
                plain.sizes,
                theirs.first,
                "" if plain.refused == plain.tried else _size(plain.largest),
                "" if plain.smallest is None else ": ".join(filter(None, [said(plain.smallest), plain.entry])),
                theirs.how,
                theirs.cure.text if theirs.cure else "",
                _size(measure(row, library, "cure").largest) if theirs.cure else "",
            ]
        )
    columns = [
        "layer",
        "asked",
        "as a user writes it",
        "verdict, sizes",
        "first to differ",
        "largest difference",
        "smallest case",
        "how it differs",
        "agrees with",
        "difference then",
    ]
    return {
        "table": {"columns": columns, "rows": lines},
        "alt": f"To {agree} of {len(lines)} questions {LIBRARIES[library]} gives our answer, to rounding, at every size tried; to the "
        "others as the table says. Differences are shares of the largest number; a case shows theirs for ours.",
    }


def _size(gap: float) -> str:
    return "other size" if gap == np.inf else f"{gap:.1e}"


def overview() -> dict[str, Any]:
    """The exhibit of all: one line a row, one column a library. Needs torch and tensorflow."""
    lines = [[row.layer, row.what, row.slide, *(_cell(row, library) for library in LIBRARIES)] for row in ROWS]
    agree = sum({"agrees", "-"}.issuperset(line[3:]) for line in lines)
    printed = sum(bool(row.slide) for row in ROWS)
    return {
        "table": {"columns": ["layer", "asked", "slide", *LIBRARIES.values()], "rows": lines},
        "alt": f"Of {len(lines)} questions about layers, {printed} of them put by a slide, all libraries that have the layer give our "
        f"answer to {agree}; elsewhere the first operation that differs is named. A dash: the library has no such layer.",
    }


def _cell(row: Row, library: Library) -> str:
    theirs: Theirs | None = getattr(row, library)
    if theirs is None:
        return "-"
    verdict = measure(row, library).verdict
    return verdict if verdict == "agrees" else f"{verdict}: {theirs.first}"

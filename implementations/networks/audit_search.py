"""What might a cell of GoogLeNet's table count, where it does not count the widths beside it? A search, and how much luck it has.

Source: columbia-deep-learning, slide "INCEPTION", the table. For a row that fits no convention of `audit`, every small slip that a
person could make is tried: convolutions left out, another number of maps coming in, another row's widths, one width off by
a multiple of 8, two off by the same in opposite directions, other kernel sides. A slip *explains* the row if the params cell follows from it under
K = 1000 or 1024, with or without biases; the ops cell too, or not (M = 10^6).

Hundreds of slips and a cell of three digits: something always fits. So the same slips are tried on decoys, invented cells that
lie about as far from the widths beside them. A slip says something only where decoys have hardly any.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import NamedTuple

from implementations.networks.audit import (
    CONVENTIONS,
    INCEPTION,
    MODULES,
    ROWS,
    Convention,
    Kernel,
    Row,
    inception,
    params,
    rounds_to,
)

STEP = 8  # all widths of the table are multiples of 8
REACH = 64  # how far two widths may be off together
DECOYS = 40  # invented cells on each side
OTHER_SIDES = {
    "5x5 as 3x3": (1, 1, 3, 1, 3, 1),
    "3x3 as 5x5": (1, 1, 5, 1, 5, 1),
    "5x5 reduce as 3x3": (1, 1, 3, 3, 5, 1),
    "pool proj as 3x3": (1, 1, 3, 1, 5, 3),
}


@dataclass(frozen=True, slots=True)
class Slip:
    """A row as somebody may have miscounted it."""

    family: str
    what: str
    row: Row


class Explanation(NamedTuple):
    """A slip under which the params cell is right, the conventions that it takes, and whether the ops cell follows too."""

    slip: Slip
    conventions: tuple[Convention, ...]
    ops_too: bool


def slips(row: Row) -> tuple[Slip, ...]:
    """Every slip of an inception row that changes its number of weights; those that come to the same, once."""
    found = {kernels: (family, what) for family, what, kernels in reversed(list(_kernels(row)))}
    tried = (Slip(family, what, replace(row, kernels=kernels)) for kernels, (family, what) in reversed(found.items()))
    return tuple(slip for slip in tried if slip.row.weights != row.weights)


def explanations(row: Row, tried: tuple[Slip, ...] | None = None) -> list[Explanation]:
    """The slips under which the printed params cell of the row is right."""
    found = []
    for slip in slips(row) if tried is None else tried:
        fitting = tuple(c for c in CONVENTIONS if rounds_to(params(slip.row, c), row.params, row.digits))
        if fitting:
            found.append(Explanation(slip, fitting, rounds_to(slip.row.operations / 1e6, row.ops)))
    return found


def luck(row: Row) -> tuple[float, float]:
    """How many explanations a decoy has on average: of its params cell alone, and of both its cells.

    A decoy is off the row's own weights by half to one and a half times what the printed params cell is (by 1 % where
    that is less), upwards or downwards. Both its cells are written from one number of weights, with K = 1024.
    """
    tried, alone, both = slips(row), 0, 0
    off = max(abs(row.params * 1024 / row.weights - 1), 0.01)
    for decoy in range(2 * DECOYS):
        sign, share = 2 * (decoy % 2) - 1, 0.5 + (decoy // 2 + 0.5) / DECOYS
        weights = row.weights * (1 + sign * share * off)
        cells = replace(row, params=round(weights / 1024), ops=round(weights * row.size**2 / 1e6))
        found = explanations(cells, tried)
        alone += len(found)
        both += sum(one.ops_too for one in found)
    return alone / (2 * DECOYS), both / (2 * DECOYS)


def _kernels(row: Row) -> Iterator[tuple[str, str, tuple[Kernel, ...]]]:
    """(family, what, the convolutions counted) of each slip."""
    inputs, own = row.kernels[0].inputs, tuple(kernel.outputs for kernel in row.kernels)
    for left_out in range(1, len(INCEPTION)):
        for names in combinations(INCEPTION, left_out):
            kept = tuple(kernel for kernel in row.kernels if kernel.name not in names)
            yield "convolutions left out", f"without {', '.join(names)}", kept
    for depth in sorted({other.depth for other in ROWS.values()} - {inputs}):
        yield "maps coming in", f"{depth} maps coming in for {inputs}", inception(depth, own)
    for other in MODULES:
        widths = tuple(kernel.outputs for kernel in ROWS[other].kernels)
        if widths != own:
            yield "another row's widths", f"those of {other}", inception(inputs, widths)
    for column, name in enumerate(INCEPTION):
        for width in range(STEP, 2 * own[column] + 1, STEP):
            changed = (*own[:column], width, *own[column + 1 :])
            yield "one width", f"{name}: {width} for {own[column]}", inception(inputs, changed)
    for (up, more), (down, less) in permutations(enumerate(INCEPTION), 2):
        for by in range(STEP, min(REACH, own[down] - STEP) + 1, STEP):
            moved = list(own)
            moved[up], moved[down] = own[up] + by, own[down] - by
            yield (
                "two widths",
                f"{more}: {moved[up]} for {own[up]}, {less}: {moved[down]} for {own[down]}",
                inception(inputs, tuple(moved)),
            )
    for what, sides in OTHER_SIDES.items():
        yield "kernel sides", what, inception(inputs, own, sides)

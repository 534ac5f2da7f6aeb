"""What the documents claim of the two traces and of forward mode, measured.

Slide FORWARD MODE AUTOMATIC DIFFERENTIATION of columbia-deep-learning. Numerical differentiation is in
`experiments_numerical`, costs are in `experiments_cost`, exactness is in `experiments_exact`, layers in `experiments_layers`.
"""

import math
import re
from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from implementations.autodiff import dual, elementary, numerical, tape
from implementations.autodiff.elementary import Number
from implementations.autodiff.trace import Trace, record, slide_function
from implementations.autodiff.trace_tables import TableRow, primal_table, tangent_table

Cells = dict[str, dict[str, str]]

# --- FORWARD MODE: the two tables ---------------------------------------------------------------------------------------


def _slide_with(defect: str) -> Callable[[Number, Number], Number]:
    """The slide's function, or one with a slip of the pen."""

    def added(x1: Number, x2: Number) -> Number:
        return elementary.log(x1) + x1 * x2 + elementary.sin(x2)

    def base_ten(x1: Number, x2: Number) -> Number:
        v1 = elementary.log(x1) / math.log(10)
        return v1 + x1 * x2 - elementary.sin(x2)

    def in_degrees(x1: Number, x2: Number) -> Number:
        return elementary.log(x1) + x1 * x2 - elementary.sin(x2 * (math.pi / 180))

    return {"": slide_function, "added": added, "base ten": base_ten, "degrees": in_degrees}[defect]


def primal_value(x1: float = 2.0, x2: float = 5.0, defect: str = "") -> float:
    """y at (x1, x2). Defects: the sine added; a logarithm to base ten; the sine of degrees."""
    return float(_slide_with(defect)(x1, x2))


def _rows(table: list[TableRow]) -> Cells:
    return {row.label: {"rule": row.rule, "numbers": row.numbers} for row in table}


def primal_rows(x1: float = 2.0, x2: float = 5.0) -> Cells:
    """The forward primal trace as text: for each row its rule and the same rule in numbers."""
    return _rows(primal_table(record(slide_function, (x1, x2), (1.0, 0.0))))


def tangent_rows(seed: Sequence[float] = (1.0, 0.0)) -> Cells:
    """The forward tangent trace at (2, 5) as text; `seed` is (ẋ1, ẋ2)."""
    return _rows(tangent_table(record(slide_function, (2.0, 5.0), seed)))


def primal_numbers(x1: float = 2.0, x2: float = 5.0, defect: str = "") -> dict[str, dict[str, float]]:
    """The numbers that the primal trace prints: v1, v2, -v3, v4, v5. Defect "sign": the sine itself instead of -v3."""
    trace = record(slide_function, (x1, x2))
    numbers = {trace.name(row): float(value) for row, value in enumerate(trace.values)}
    minus_v3 = numbers["v3"] if defect == "sign" else -numbers["v3"]
    return {
        "v1": {"value": numbers["v1"]},
        "v2": {"value": numbers["v2"]},
        "-v3": {"value": minus_v3},
        "v4": {"value": numbers["v4"]},
        "v5": {"value": numbers["v5"]},
    }


def tangent_numbers(seed: Sequence[float] = (1.0, 0.0)) -> dict[str, dict[str, float]]:
    """The tangents v̇1 .. v̇5 at (2, 5) along `seed`."""
    trace = record(slide_function, (2.0, 5.0), seed)
    return {trace.name(row): {"tangent": float(trace.values[row].tangent)} for row in range(2, len(trace.values))}


def sum_of_rounded_rows(digits: int = 3, truncate: bool = False) -> float:
    """y from the rows as printed: ln 2 and sin 5 are rounded to `digits` decimals (or cut off), then added up."""
    rounding = ROUND_DOWN if truncate else ROUND_HALF_EVEN
    unit = Decimal(1).scaleb(-digits)
    v1 = Decimal(math.log(2.0)).quantize(unit, rounding)
    v3 = Decimal(math.sin(5.0)).quantize(unit, rounding)
    return float(v1 + 10 - v3)


PRINTED_TANGENT_RULES = ("ẋ1", "ẋ2", "v̇-1/v-1", "v̇-1 × v0 + v̇0 × v-1", "v̇0 × cos v0", "v̇1 + v̇2", "v̇4 - v̇3")


def tangent_labels(shift: int = 0) -> Cells:
    """Which v̇ each row of the tangent trace defines, by our own trace. `shift` moves the numbering."""
    trace = record(slide_function, (2.0, 5.0), (1.0, 0.0))
    return {str(row + 1): {"label": _shifted(trace, row, shift)} for row in range(len(trace.values))}


def _shifted(trace: Trace, row: int, shift: int) -> str:
    return f"v{int(trace.name(row)[1:]) + shift}"


def tangent_labels_by_use() -> Cells:
    """The same labels from the printed rules alone: v̇-1 and v̇0 are used and must be defined before they are.

    The rules use v̇-1 in row 3 first, v̇0 in row 4 first, v̇1 and v̇2 in row 6, v̇4 and v̇3 in row 7. Each name is defined once,
    in a row before its use; rows 3 to 7 follow the primal rows v1 to v5, so the two seeds take the two names left.
    """
    used = {int(n) for rule in PRINTED_TANGENT_RULES for n in re.findall(r"v̇(-?\d+)", rule)}
    operations = {row: row - 2 for row in range(3, len(PRINTED_TANGENT_RULES) + 1)}
    seeds = sorted(used - set(operations.values()))
    labels = dict(enumerate(seeds, start=1)) | operations
    return {str(row): {"label": f"v{index}"} for row, index in sorted(labels.items())}


# --- FORWARD MODE: one pass for each input -----------------------------------------------------------------------------


def _wavy(*x: Number) -> Number:
    """A smooth function of n inputs, each of which matters: sum of sin(x_i x_{i+1}) + x_i^2 / 2."""
    y = 0.5 * x[0] * x[0]
    for left, right in pairwise(x):
        y = y + elementary.sin(left * right) + 0.5 * right * right
    return y


def passes_needed(inputs: Sequence[int] = (2, 5, 10), mode: str = "forward") -> dict[str, dict[str, int]]:
    """The fewest passes after which the whole gradient is known, for functions of so many inputs.

    A forward pass tells the derivative along one direction. Directions are drawn at random; after k of them the gradient is
    known if the least-squares solution of their equations is right (0: never). Reverse mode tells all at once; "ones"
    seeds every input with 1 in a single pass.
    """
    rng = np.random.default_rng(21)
    table = {}
    for n in inputs:
        point = rng.uniform(0.5, 1.5, n).tolist()
        true = np.array(numerical.complex_step(_wavy, point))
        if mode == "reverse":
            right = np.allclose(tape.gradient(_wavy, *point), true, rtol=1e-9)
            table[str(n)] = {"passes": 1 if right else 0}
            continue
        directions = np.ones((1, n)) if mode == "ones" else rng.standard_normal((n + 2, n))
        table[str(n)] = {"passes": _passes_until_known(point, directions, true)}
    return table


def _passes_until_known(point: list[float], directions: NDArray[np.float64], true: NDArray[np.float64]) -> int:
    derivatives: list[float] = []
    for k, direction in enumerate(directions, start=1):
        derivatives.append(dual.directional_derivative(_wavy, point, direction.tolist())[1])
        solution = np.linalg.lstsq(directions[:k], np.array(derivatives), rcond=None)[0]
        if np.allclose(solution, true, rtol=1e-9):
            return k
    return 0

"""What the documents claim of the two traces, of forward mode and of exactness, measured.

Slides FORWARD MODE AUTOMATIC DIFFERENTIATION and NOTES ON AUTOMATIC DIFFERENTIATION of columbia-deep-learning. Numerical
differentiation is in `experiments_numerical`, costs are in `experiments_cost`, layers in `experiments_layers`.
"""

import math
import re
from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, localcontext

import numpy as np
from numpy.typing import NDArray

from implementations.autodiff import compiled, dual, elementary, numerical, tape
from implementations.autodiff.elementary import Number
from implementations.autodiff.trace import TableRow, Trace, record, slide_function

Cells = dict[str, dict[str, str]]
UNIT_ROUNDOFF = 2.0**-53

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
    return _rows(record(slide_function, (x1, x2), (1.0, 0.0)).primal_table())


def tangent_rows(seed: Sequence[float] = (1.0, 0.0)) -> Cells:
    """The forward tangent trace at (2, 5) as text; `seed` is (ẋ1, ẋ2)."""
    return _rows(record(slide_function, (2.0, 5.0), seed).tangent_table())


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
    for left, right in zip(x, x[1:], strict=False):
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


def _passes_until_known(
    point: list[float], directions: NDArray[np.float64], true: NDArray[np.float64]
) -> int:
    derivatives: list[float] = []
    for k, direction in enumerate(directions, start=1):
        derivatives.append(dual.directional_derivative(_wavy, point, direction.tolist())[1])
        solution = np.linalg.lstsq(directions[:k], np.array(derivatives), rcond=None)[0]
        if np.allclose(solution, true, rtol=1e-9):
            return k
    return 0


# --- NOTES ON AUTOMATIC DIFFERENTIATION: exact ---------------------------------------------------------------------------


def _points(count: int) -> NDArray[np.float64]:
    """Points (count, 2) with x1 in [2, 4] and x2 in [1, 9]: no cancellation in either partial derivative."""
    return np.random.default_rng(26).uniform([2.0, 1.0], [4.0, 9.0], (count, 2))


def _gradient_by(method: str) -> Callable[[float, float], Sequence[float]]:
    """The gradient of the slide's function by a mode, by the formula written by hand, or by a defective way."""
    compiled_gradient = compiled.compile_gradient(slide_function, 2)
    methods: dict[str, Callable[[float, float], Sequence[float]]] = {
        "reverse": lambda x1, x2: tape.gradient(slide_function, x1, x2),
        "forward": lambda x1, x2: dual.gradient(slide_function, x1, x2),
        "compiled": lambda x1, x2: compiled_gradient(x1, x2)[1],
        "by hand": lambda x1, x2: (1.0 / x1 + x2, x1 - math.cos(x2)),
        "central": lambda x1, x2: numerical.central_difference(slide_function, (x1, x2), 6e-6),
        "off by 0.1 %": lambda x1, x2: [1.001 * d for d in tape.gradient(slide_function, x1, x2)],
    }
    return methods[method]


def error_in_roundoffs(method: str = "reverse", points: int = 200) -> float:
    """Largest error of the gradient over some points, in units of 2^-53 times the true partial derivative.

    The true values are 1 / x1 + x2 and x1 - cos x2 to 40 digits, at the floats x1 and x2 themselves.
    """
    worst = 0.0
    for x1, x2 in _points(points).tolist():
        with localcontext() as context:
            context.prec = 40
            true = (1 / Decimal(x1) + Decimal(x2), Decimal(x1) - _cosine(Decimal(x2)))
            for partial, exact in zip(_gradient_by(method)(x1, x2), true, strict=True):
                worst = max(worst, abs(float((Decimal(partial) - exact) / exact)) / UNIT_ROUNDOFF)
    return worst


def _cosine(x: Decimal) -> Decimal:
    """Cosine by its series, to the precision of the current context (|x| < 10)."""
    total = term = Decimal(1)
    k = 0
    while abs(term) > Decimal("1e-45"):
        k += 2
        term *= -x * x / (k * (k - 1))
        total += term
    return total


def deviation_from_formula(backend: str = "numpy", defect: str = "") -> float:
    """Largest |gradient - formula written by hand| in units of 2^-53 times the sum of the formula's terms.

    Both are computed in float64. "numpy" is this project: the worst of forward mode, reverse mode and the compiled trace.
    Defects: "thousandth" multiplies the gradient by 1.001; "single precision" rounds it to float32.
    """
    x = _points(200)
    x1, x2 = x.T
    by_hand = np.stack([1 / x1 + x2, x1 - np.cos(x2)], axis=1)
    terms = np.stack([1 / x1 + x2, x1 + np.abs(np.cos(x2))], axis=1)
    gradients = _library_gradient(backend, x)
    if defect == "thousandth":
        gradients = 1.001 * gradients
    elif defect == "single precision":
        gradients = gradients.astype(np.float32).astype(np.float64)
    return float((np.abs(gradients - by_hand) / terms).max() / UNIT_ROUNDOFF)


def _library_gradient(backend: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gradients of the slide's function at the rows of x (n, 2); (3, n, 2) from our own three ways, else (n, 2)."""
    gradients: NDArray[np.float64]
    if backend == "torch":
        import torch

        inputs = torch.tensor(x, requires_grad=True)
        y = torch.log(inputs[:, 0]) + inputs[:, 0] * inputs[:, 1] - torch.sin(inputs[:, 1])
        gradients = torch.autograd.grad(y.sum(), inputs)[0].numpy()
    elif backend == "tensorflow":
        import tensorflow as tf

        variable = tf.constant(x)
        with tf.GradientTape() as recorded:
            recorded.watch(variable)
            y = tf.math.log(variable[:, 0]) + variable[:, 0] * variable[:, 1] - tf.sin(variable[:, 1])
        gradients = recorded.gradient(y, variable).numpy()
    else:
        ways = [_gradient_by(way) for way in ("forward", "reverse", "compiled")]
        gradients = np.array([[way(*point) for point in x.tolist()] for way in ways])
    return gradients


def _mended(x: Number) -> Number:
    """(1 - cos x) / x, mended at 0 by its limit 0. It is smooth: its derivative at 0 is 1/2."""
    if x == 0.0:
        return 0.0 * x
    return (1.0 - elementary.cos(x)) / x


def derivative_at_a_branch(mode: str = "forward") -> float:
    """d/dx of (1 - cos x) / x at 0 by automatic differentiation of a program that treats x = 0 as a case of its own.

    `mode`: "forward", "reverse", or "away" (forward mode just beside the special case, at x = 1e-5).
    """
    if mode == "reverse":
        return float(tape.gradient(_mended, 0.0)[0])
    at = 1e-5 if mode == "away" else 0.0
    return float(dual.directional_derivative(_mended, [at], [1.0])[1])

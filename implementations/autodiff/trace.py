"""The evaluation trace: a function taken apart into elementary operations, one a row.

The rows are numbered as the slide numbers them: inputs v-1, v0 (in general v(1-n) .. v0), then v1, v2, ... in the order
of computation. `trace_tables` prints the slide's two tables; `compiled` turns a trace into straight-line Python, `symbolic`
into an expression.

Source: columbia-deep-learning, slide FORWARD MODE AUTOMATIC DIFFERENTIATION.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from implementations.autodiff import elementary
from implementations.autodiff.dual import Dual
from implementations.autodiff.elementary import Active, Number, new_level


@dataclass(frozen=True)
class Rule:
    """One elementary operation: how to compute it, and its derivative as text.

    `primal`, `tangent` and `partials` are Python expressions in the operands {a}, {b}, their tangents {da}, {db} and the
    result {v}; `partials` has one entry for each operand.
    """

    apply: Callable[..., Number]
    primal: str
    tangent: str
    partials: tuple[str, ...]


RULES = {
    "add": Rule(operator.add, "{a} + {b}", "{da} + {db}", ("1.0", "1.0")),
    "sub": Rule(operator.sub, "{a} - {b}", "{da} - {db}", ("1.0", "-1.0")),
    "mul": Rule(operator.mul, "{a} * {b}", "{da} * {b} + {db} * {a}", ("{b}", "{a}")),
    "div": Rule(operator.truediv, "{a} / {b}", "({da} - {v} * {db}) / {b}", ("1.0 / {b}", "-{v} / {b}")),
    "pow": Rule(operator.pow, "{a} ** {b}", "{da} * ({b} * {a} ** ({b} - 1))", ("{b} * {a} ** ({b} - 1)",)),
    "neg": Rule(operator.neg, "-{a}", "-{da}", ("-1.0",)),
    "exp": Rule(elementary.exp, "exp({a})", "{da} * {v}", ("{v}",)),
    "log": Rule(elementary.log, "log({a})", "{da} / {a}", ("1.0 / {a}",)),
    "sin": Rule(elementary.sin, "sin({a})", "{da} * cos({a})", ("cos({a})",)),
    "cos": Rule(elementary.cos, "cos({a})", "{da} * -sin({a})", ("-sin({a})",)),
    "tanh": Rule(elementary.tanh, "tanh({a})", "{da} * (1 - {v} * {v})", ("1.0 - {v} * {v}",)),
    "sqrt": Rule(elementary.sqrt, "sqrt({a})", "{da} / (2 * {v})", ("0.5 / {v}",)),
}


@dataclass(frozen=True)
class Step:
    """A row of the trace: `result = op(*operands)`, where an int names an earlier row and a float is a constant."""

    op: str
    operands: tuple[int | float, ...]


@dataclass
class Trace:
    """The rows of one evaluation. Rows 0 .. n_inputs - 1 are the inputs; row n_inputs + k is the result of steps[k]."""

    n_inputs: int
    steps: list[Step] = field(default_factory=list)
    values: list[Number] = field(default_factory=list)  # of every row; Dual where the trace was recorded with a seed
    output: int = 0
    branches: int = 0  # how often the program compared values: another point may then have another trace

    def name(self, row: int, letter: str = "v") -> str:
        """The slide's name of a row: the inputs end at v0, the first operation is v1. A tangent has the letter v̇."""
        return f"{letter}{row + 1 - self.n_inputs}"


class Traced(Active):
    """A number that writes each operation on it into a trace."""

    __slots__ = ("row", "trace")

    def __init__(self, row: int, trace: Trace) -> None:
        self.row = row
        self.trace = trace

    @property
    def value(self) -> Number:
        self.trace.branches += 1  # only a comparison asks
        return elementary.value_of(self.trace.values[self.row])

    @property
    def level(self) -> int:
        return 0

    def _record(self, op: str, *operands: Number) -> Traced:
        trace = self.trace
        rows = tuple(o.row if isinstance(o, Traced) else float(o) for o in operands)
        numbers = (trace.values[r] if isinstance(r, int) else r for r in rows)
        trace.steps.append(Step(op, rows))
        trace.values.append(RULES[op].apply(*numbers))
        return Traced(len(trace.values) - 1, trace)

    def __add__(self, other: Number) -> Traced:
        return self._record("add", self, other)

    def __radd__(self, other: Number) -> Traced:
        return self._record("add", other, self)

    def __sub__(self, other: Number) -> Traced:
        return self._record("sub", self, other)

    def __rsub__(self, other: Number) -> Traced:
        return self._record("sub", other, self)

    def __mul__(self, other: Number) -> Traced:
        return self._record("mul", self, other)

    def __rmul__(self, other: Number) -> Traced:
        return self._record("mul", other, self)

    def __truediv__(self, other: Number) -> Traced:
        return self._record("div", self, other)

    def __rtruediv__(self, other: Number) -> Traced:
        return self._record("div", other, self)

    def __pow__(self, other: Number) -> Number:
        if isinstance(other, Traced):
            return elementary.exp(other * elementary.log(self))
        return self._record("pow", self, other)

    def __rpow__(self, other: Number) -> Number:
        return elementary.exp(self * elementary.log(other))

    def __neg__(self) -> Traced:
        return self._record("neg", self)

    def exp(self) -> Traced:
        return self._record("exp", self)

    def log(self) -> Traced:
        return self._record("log", self)

    def sin(self) -> Traced:
        return self._record("sin", self)

    def cos(self) -> Traced:
        return self._record("cos", self)

    def tanh(self) -> Traced:
        return self._record("tanh", self)

    def sqrt(self) -> Traced:
        return self._record("sqrt", self)


def record(f: Callable[..., Number], point: Sequence[float], direction: Sequence[float] | None = None) -> Trace:
    """The evaluation trace of f at `point`; with tangents along `direction` where one is given (one entry an input).

    TypeError where f does not return a number that depends on its arguments.
    """
    trace = Trace(n_inputs=len(point))
    if direction is None:
        trace.values.extend(float(x) for x in point)
    else:
        level = new_level()
        trace.values.extend(Dual(float(x), float(dx), level) for x, dx in zip(point, direction, strict=True))
    y = f(*(Traced(row, trace) for row in range(len(point))))
    if not isinstance(y, Traced):
        raise TypeError(f"no trace: the function returned a {type(y).__name__} that does not depend on its arguments")
    trace.output = y.row
    return trace


def slide_function(x1: Number, x2: Number) -> Number:
    """y = ln x1 + x1 x2 - sin x2, the function of the slide, its operations in the slide's order."""
    v1 = elementary.log(x1)
    v2 = x1 * x2
    v3 = elementary.sin(x2)
    v4 = v1 + v2
    return v4 - v3

"""Symbolic differentiation, by sympy: an oracle for the other methods, and an example of how expressions grow.

The derivative of a product of n factors is a sum of n products of n - 1 factors. Written out, the gradient of
x1 x2 ... xn takes n (n - 2) multiplications, while reverse mode, which keeps its intermediate results, takes 3 (n - 1).

sympy is needed here and imported only on use. Source: columbia-deep-learning, slide DIFFERENTIATION.
"""

from collections.abc import Callable
from typing import Any

from implementations.autodiff.elementary import Number
from implementations.autodiff.trace import RULES, Trace, record

FUNCTIONS = ("exp", "log", "sin", "cos", "tanh", "sqrt")  # sympy has its own; the operators serve it as they are


def expression_of(trace: Trace) -> tuple[Any, list[Any]]:
    """The sympy expression that a trace computes, and its input symbols x1 .. xn.

    Constants are taken over as the rationals that the floats are, so nothing is rounded.
    """
    import sympy

    inputs = [sympy.Symbol(f"x{i + 1}", real=True) for i in range(trace.n_inputs)]
    rows = list(inputs)
    for step in trace.steps:
        apply = getattr(sympy, step.op) if step.op in FUNCTIONS else RULES[step.op].apply
        rows.append(apply(*(rows[o] if isinstance(o, int) else sympy.Rational(o) for o in step.operands)))
    return rows[trace.output], inputs


def gradient_expressions(f: Callable[..., Number], n_inputs: int) -> tuple[list[Any], list[Any]]:
    """Symbolic partial derivatives of f by its `n_inputs` arguments, and the symbols they are written in."""
    y, inputs = expression_of(record(f, [1.0] * n_inputs))
    return [y.diff(x) for x in inputs], inputs


def gradient(f: Callable[..., Number], *point: float, digits: int = 30) -> list[Any]:
    """The gradient of f at `point` to `digits` significant digits (sympy floats), whatever the precision of floats."""
    import sympy

    partials, inputs = gradient_expressions(f, len(point))
    at = {symbol: sympy.Rational(x) for symbol, x in zip(inputs, point, strict=True)}
    return [partial.subs(at).evalf(digits) for partial in partials]


def multiplications(expressions: list[Any]) -> int:
    """Multiplications it takes to evaluate the expressions as written; a power x^n with an integer n > 1 counts n - 1."""
    import sympy

    count = 0
    for expression in expressions:
        for node in sympy.preorder_traversal(expression):
            if node.is_Mul:
                count += len(node.args) - 1
            elif node.is_Pow and node.exp.is_Integer and node.exp > 1:
                count += int(node.exp) - 1
    return count


def product(*factors: Number) -> Number:
    """x1 x2 ... xn, multiplied from left to right (Speelpenning's example)."""
    y = factors[0]
    for factor in factors[1:]:
        y = y * factor
    return y

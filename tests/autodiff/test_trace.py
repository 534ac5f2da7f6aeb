"""The evaluation trace, its two tables, and its compilation."""

from __future__ import annotations

import ast
import math
from typing import Any

import pytest

from implementations.autodiff import compiled, symbolic, tape
from implementations.autodiff.elementary import exp, log, sin, sqrt
from implementations.autodiff.trace import record, slide_function
from implementations.autodiff.trace_tables import as_on_the_slide, primal_table, printed, tangent_table


def test_a_trace_is_in_single_assignment_form() -> None:
    """Each row is defined once and uses earlier rows only: the names v-1, v0, v1, ... without repetition."""
    recorded = record(slide_function, (2.0, 5.0))
    names = [recorded.name(row) for row in range(len(recorded.values))]
    assert names == ["v-1", "v0", "v1", "v2", "v3", "v4", "v5"]
    for row, step in enumerate(recorded.steps, start=recorded.n_inputs):
        assert all(operand < row for operand in step.operands if isinstance(operand, int))


def test_the_last_tangent_is_the_partial_derivative() -> None:
    """Seeded with each unit vector in turn, the tangent table ends in the gradient."""
    for seed, partial in zip([(1.0, 0.0), (0.0, 1.0)], tape.gradient(slide_function, 2.0, 5.0), strict=True):
        assert tangent_table(record(slide_function, (2.0, 5.0), seed))[-1].value == printed(partial)


def test_each_row_in_numbers_has_the_value_beside_it() -> None:
    """Evaluating the printed numbers of a row gives the printed value, to the rounding of three decimals."""
    recorded = record(slide_function, (2.0, 5.0), (1.0, 1.0))
    for row in [*primal_table(recorded), *tangent_table(recorded)]:
        python = row.numbers.replace("×", "*").replace("ln 2", "log(2)").replace("sin 5", "sin(5)")
        value = eval(python.replace("cos 5", "cos(5)"), {"log": math.log, "sin": math.sin, "cos": math.cos})
        assert value == pytest.approx(float(row.value), abs=2e-3)


@pytest.mark.parametrize(
    ("number", "text"),
    [(10.0, "10"), (11.652071, "11.652"), (0.5, "0.5"), (-0.0001, "0"), (100.0, "100"), (-2.0, "-2")],
)
def test_numbers_are_printed_as_on_the_slide(number: float, text: str) -> None:
    """Three decimals at most, no trailing zeros, no minus zero; the zeros of 100 stay."""
    assert printed(number) == text


def test_notation() -> None:
    """Python's operators become the slide's, and subtracting a negative number is printed as a sum."""
    assert as_on_the_slide("log(v-1) + 2 * 3 / 4") == "ln v-1 + 2 × 3/4"
    assert as_on_the_slide("10.693 - -0.959") == "10.693 + 0.959"


def test_a_trace_without_seed_has_no_tangents() -> None:
    """Asking for its tangent table is an error, not a table of zeros."""
    with pytest.raises(ValueError, match="direction"):
        tangent_table(record(slide_function, (2.0, 5.0)))


def test_compiled_source_is_straight_line_arithmetic() -> None:
    """It has assignments, arithmetic and calls of five names: nothing else could have come in through the trace."""
    source = compiled.gradient_source(lambda x, y: sqrt(x) ** -0.5 - log(exp(y) / x) * sin(x) + -3.0 * y, 2)
    nodes = {type(node).__name__ for node in ast.walk(ast.parse(source))}
    allowed = (
        "Module FunctionDef arguments arg Assign AugAssign Name Load Store BinOp UnaryOp USub Add Sub Mult Div Pow Call"
    )
    assert nodes <= {*allowed.split(), "Constant", "Return", "Tuple"}
    called = {node.func.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}  # type: ignore[attr-defined]
    assert called <= {"sqrt", "log", "exp", "sin", "cos"}


def test_unused_operations_get_no_adjoint() -> None:
    """What the output does not depend on is left out of the sweep, and an unused input has derivative 0."""

    def f(x: Any, y: Any) -> Any:
        _ = sin(y) * x
        return x * x

    assert compiled.compile_gradient(f, 2)(3.0, 4.0) == (9.0, (6.0, 0.0))


def test_what_cannot_be_compiled_is_refused() -> None:
    """A branch on a value, a constant that is not finite, a function of nothing."""
    with pytest.raises(ValueError, match="branches"):
        compiled.compile_gradient(lambda x: x if x > 0 else -x, 1)
    with pytest.raises(ValueError, match="branches"):
        compiled.compile_gradient(lambda x: x if x else 2 * x, 1)
    with pytest.raises(ValueError, match="cannot be compiled"):
        compiled.compile_gradient(lambda x: x * math.inf, 1)
    with pytest.raises(TypeError, match="does not depend"):
        compiled.compile_gradient(lambda x: 1.0, 1)
    with pytest.raises((TypeError, ValueError)):
        compiled.compile_gradient(lambda x: x * "__import__('os')", 1)  # text never becomes source


def test_long_chains_compile() -> None:
    """10,000 operations: neither the source nor the compiler nests."""

    def f(x: Any, y: Any) -> Any:
        v = x
        for _ in range(5000):
            v = v * x + y
        return v

    assert compiled.compile_gradient(f, 2)(0.5, 0.25)[0] == f(0.5, 0.25)


def test_a_product_written_out_takes_n_times_n_minus_2_multiplications() -> None:
    """sympy's gradient of x1 ... xn against the formula, and the compiled sweep against 3 n - 5."""
    pytest.importorskip("sympy")
    for n in (3, 5, 8):
        expressions, _ = symbolic.gradient_expressions(symbolic.product, n)
        assert symbolic.multiplications(expressions) == n * (n - 2)
        assert compiled.gradient_source(symbolic.product, n).count(" * ") == 3 * n - 5

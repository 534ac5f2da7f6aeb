"""Every way to differentiate, on random expressions: they agree with each other and with five independent oracles."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from implementations.autodiff import compiled, dual, elementary, higher_order, numerical, symbolic, tape, trace

N_INPUTS = 3
ROUNDOFF = 2.0**-53

# An expression is an input (an int), a constant (a float), or (operation, operands). All are smooth, and analytic near the
# real axis, so that every oracle applies.
UNARY = {
    "neg": lambda lib, a: -a,
    "sin": lambda lib, a: lib.sin(a),
    "cos": lambda lib, a: lib.cos(a),
    "tanh": lambda lib, a: lib.tanh(a),
    "exp": lambda lib, a: lib.exp(lib.tanh(a)),
    "log": lambda lib, a: lib.log(2.0 + lib.sin(a)),
    "sqrt": lambda lib, a: lib.sqrt(1.0 + a * a),
    "square": lambda lib, a: a**2,
    "root": lambda lib, a: (2.0 + lib.cos(a)) ** -1.5,
    "rsub": lambda lib, a: 1.5 - a,
    "rdiv": lambda lib, a: 2.0 / (3.0 + lib.sin(a)),
}
BINARY = {
    "add": lambda lib, a, b: a + b,
    "sub": lambda lib, a, b: a - b,
    "mul": lambda lib, a, b: a * b,
    "div": lambda lib, a, b: a / (2.0 + lib.sin(b)),
    "pow": lambda lib, a, b: (2.0 + lib.sin(a)) ** lib.cos(b),
}
expressions = st.recursive(
    st.integers(0, N_INPUTS - 1) | st.sampled_from([0.5, -1.25, 3.0]),
    lambda inner: (
        st.tuples(st.sampled_from(sorted(UNARY)), inner) | st.tuples(st.sampled_from(sorted(BINARY)), inner, inner)
    ),
    max_leaves=10,
)
points = st.tuples(*[st.floats(-2, 2, allow_subnormal=False)] * N_INPUTS)


def evaluate(expression: Any, library: Any, inputs: tuple[Any, ...], constant: Any) -> Any:
    """The value of an expression in the numbers of `library`, which `constant` makes from floats."""
    if isinstance(expression, int):
        return inputs[expression]
    if isinstance(expression, float):
        return constant(expression)
    name, *operands = expression
    values = [evaluate(operand, library, inputs, constant) for operand in operands]
    return UNARY[name](library, *values) if len(values) == 1 else BINARY[name](library, *values)


def function_of(expression: Any, library: Any = elementary, constant: Any = float) -> Any:
    """The expression as a function that certainly depends on all its inputs."""

    def f(*inputs: Any) -> Any:
        y = evaluate(expression, library, inputs, constant)
        for i, x in enumerate(inputs):
            y = y + (i + 1.0) * x
        return y

    return f


def absolute_sweep(f: Any, point: tuple[float, ...]) -> tuple[float, int]:
    """Largest sum over paths of |product of local partials|, which rounding is relative to, and the number of operations."""
    recorded = trace.record(f, point)
    assume(all(abs(v) < 100 for v in recorded.values))
    adjoints = [0.0] * len(recorded.values)
    adjoints[recorded.output] = 1.0
    names = {name: getattr(np, name) for name in ("exp", "log", "sin", "cos", "tanh", "sqrt")}
    for row in range(len(adjoints) - 1, len(point) - 1, -1):
        step = recorded.steps[row - len(point)]
        operands = [recorded.values[o] if isinstance(o, int) else o for o in step.operands]
        filled = {letter: f"({value!r})" for letter, value in zip("ab", operands, strict=False)}
        for operand, partial in zip(step.operands, trace.RULES[step.op].partials, strict=False):
            if isinstance(operand, int):
                slope = eval(partial.format(v=f"({recorded.values[row]!r})", **filled), names)
                adjoints[operand] += adjoints[row] * abs(slope)
    return max(adjoints[: len(point)]), len(adjoints)


@given(expressions, points)
def test_a_compiled_trace_gives_the_same_floats_as_the_tape(expression: Any, point: Any) -> None:
    """Written out or recorded, reverse mode adds the same products in the same order: equal to the last bit."""
    f = function_of(expression)
    value, gradient = tape.value_and_gradient(f, *point)
    assert compiled.compile_gradient(f, N_INPUTS)(*point) == (value, tuple(gradient))


@given(expressions, points)
def test_forward_and_reverse_mode_agree(expression: Any, point: Any) -> None:
    """Both add up the same products of partials; in either, each of the n operations rounds at most five times."""
    f = function_of(expression)
    scale, operations = absolute_sweep(f, point)
    bound = 10 * operations * ROUNDOFF * scale
    np.testing.assert_allclose(dual.gradient(f, *point), tape.gradient(f, *point), rtol=0, atol=bound)


@given(expressions, points)
def test_reverse_mode_agrees_with_the_complex_step(expression: Any, point: Any) -> None:
    """Im f(x + ih) / h knows nothing of derivative rules."""
    f = function_of(expression)
    scale, _ = absolute_sweep(f, point)
    np.testing.assert_allclose(tape.gradient(f, *point), numerical.complex_step(f, point), rtol=0, atol=1e-10 * scale)


@given(expressions, points)
def test_reverse_mode_agrees_with_torch(expression: Any, point: Any) -> None:
    """The same expression in torch, eager, float64."""
    torch = pytest.importorskip("torch")
    scale, _ = absolute_sweep(function_of(expression), point)
    inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    f = function_of(expression, torch, lambda c: torch.tensor(c, dtype=torch.float64))
    theirs = torch.autograd.grad(f(*inputs), inputs)
    ours = tape.gradient(function_of(expression), *point)
    np.testing.assert_allclose(ours, [float(g) for g in theirs], rtol=0, atol=1e-10 * scale)


@settings(max_examples=25)
@given(expressions, points)
def test_reverse_mode_agrees_with_tensorflow(expression: Any, point: Any) -> None:
    """The same expression in tensorflow, eager, float64."""
    tf = pytest.importorskip("tensorflow")
    scale, _ = absolute_sweep(function_of(expression), point)
    inputs = [tf.constant(x, dtype=tf.float64) for x in point]
    with tf.GradientTape() as recorded:
        recorded.watch(inputs)
        y = function_of(expression, tf.math, lambda c: tf.constant(c, dtype=tf.float64))(*inputs)
    theirs = [float(g) for g in recorded.gradient(y, inputs)]
    np.testing.assert_allclose(tape.gradient(function_of(expression), *point), theirs, rtol=0, atol=1e-10 * scale)


@given(expressions, points)
def test_reverse_mode_agrees_with_hips_autograd(expression: Any, point: Any) -> None:
    """The same expression through HIPS autograd, which the slide names."""
    autograd = pytest.importorskip("autograd")
    anp = pytest.importorskip("autograd.numpy")
    scale, _ = absolute_sweep(function_of(expression), point)
    theirs = autograd.grad(function_of(expression, anp), tuple(range(N_INPUTS)))(*point)
    np.testing.assert_allclose(tape.gradient(function_of(expression), *point), theirs, rtol=0, atol=1e-10 * scale)


@settings(max_examples=15)
@given(expressions, points)
def test_reverse_mode_agrees_with_sympy(expression: Any, point: Any) -> None:
    """The symbolic derivative, evaluated to 30 digits, leaves only our own rounding."""
    pytest.importorskip("sympy")
    f = function_of(expression)
    scale, _ = absolute_sweep(f, point)
    exact = [float(d) for d in symbolic.gradient(f, *point)]
    np.testing.assert_allclose(tape.gradient(f, *point), exact, rtol=0, atol=1e-11 * scale)


@settings(max_examples=25)
@given(expressions, points)
def test_all_nestings_give_the_same_hessian(expression: Any, point: Any) -> None:
    """Forward and reverse over reverse, forward over forward, and the complex step through the gradient."""
    f = function_of(expression)
    absolute_sweep(f, point)
    library = SimpleNamespace(gradient=lambda i: lambda *x: tape.gradient(f, *x)[i])
    oracle = np.array([numerical.complex_step(library.gradient(i), point) for i in range(N_INPUTS)])
    scale = 1 + np.abs(oracle).max()
    for mode, hessian in higher_order.MODES.items():
        np.testing.assert_allclose(hessian(f, *point), oracle, rtol=0, atol=1e-8 * scale, err_msg=mode)

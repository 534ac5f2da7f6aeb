"""Dual numbers, the tape and nested derivatives: closed forms, constants, branches, bad input."""

from __future__ import annotations

import gc
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.autodiff import compiled, dual, higher_order, tape
from implementations.autodiff.elementary import cos, exp, log, sin, sqrt, tanh
from implementations.autodiff.trace import slide_function

WAYS = {
    "forward": dual.gradient,
    "reverse": tape.gradient,
    "compiled": lambda f, *x: list(compiled.compile_gradient(f, len(x))(*x)[1]),
}
every_way = pytest.mark.parametrize("gradient", WAYS.values(), ids=WAYS.keys())


def along(f: Any, x: Any) -> Any:
    """Derivative by forward mode."""
    return dual.directional_derivative(f, [x], [1.0])[1]


def back(f: Any, x: Any) -> Any:
    """Derivative by reverse mode."""
    return tape.gradient(f, x)[0]


@every_way
def test_the_slides_gradient(gradient: Any) -> None:
    """At (2, 5) the partial derivatives are 1/2 + 5 and 2 - cos 5."""
    assert gradient(slide_function, 2.0, 5.0) == [5.5, 2 - math.cos(5)]


@every_way
@pytest.mark.parametrize(
    ("f", "derivative"),
    [
        (exp, math.exp(0.7)),
        (log, 1 / 0.7),
        (sin, math.cos(0.7)),
        (cos, -math.sin(0.7)),
        (tanh, 1 / math.cosh(0.7) ** 2),
        (sqrt, 0.5 / math.sqrt(0.7)),
        (lambda x: x**3, 3 * 0.49),
        (lambda x: 2.0**x, math.log(2) * 2**0.7),
        (lambda x: x**x, 0.7**0.7 * (math.log(0.7) + 1)),
        (lambda x: 3 - x, -1),
        (lambda x: x - 3, 1),
        (lambda x: 3 / x, -3 / 0.49),
        (lambda x: x / 4, 0.25),
        (lambda x: 5 + x * 2, 2),
        (lambda x: -x, -1),
        (lambda x: x / x, 0),
        (lambda x: x + x + x, 3),
        (lambda x: x * x * x, 3 * 0.49),
    ],
)
def test_each_operation_has_its_textbook_derivative(gradient: Any, f: Any, derivative: float) -> None:
    """Closed forms at 0.7, constants on either side of each operator."""
    assert gradient(f, 0.7)[0] == pytest.approx(derivative, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("outer", [along, back])
@pytest.mark.parametrize("inner", [along, back])
@pytest.mark.parametrize(
    ("f", "derivative"),
    [
        (lambda d: lambda x: x * d(lambda y: x + y, 1.0), 1.0),
        (lambda d: lambda x: x * d(lambda y: x, 1.0), 0.0),
        (lambda d: lambda x: d(lambda y: x * y, 3.0), 1.0),
        (lambda d: lambda x: d(lambda y: x - y * y, x), -2.0),
        (lambda d: lambda x: d(lambda y: x / y, 2.0), -0.25),
        (lambda d: lambda x: d(lambda y: y / x, 2.0), -1 / 2.25),
        (lambda d: lambda x: d(lambda y: y**x, 1.0), 1.0),
        (lambda d: lambda x: d(lambda y: x**y, 1.0), 1 + math.log(1.5)),
        (lambda d: lambda x: d(lambda y: sin(x * y), x), math.cos(2.25) - 2 * 2.25 * math.sin(2.25)),
    ],
)
def test_nested_derivatives_keep_their_infinitesimals_apart(outer: Any, inner: Any, f: Any, derivative: float) -> None:
    """d/dx at 1.5 of a function with a derivative by y inside: the outer variable is a constant to the inner one."""
    assert outer(f(inner), 1.5) == pytest.approx(derivative, rel=1e-13)


def test_third_derivative_by_every_nesting() -> None:
    """(sin x)''' = -cos x through all eight nestings of two modes."""
    for first in (along, back):
        for second in (along, back):
            for third in (along, back):
                got = third(lambda x, a=first, b=second: b(lambda y, a=a: a(sin, y), x), 0.3)
                assert got == pytest.approx(-math.cos(0.3), rel=1e-13)


def test_the_slides_hessian() -> None:
    """Second derivatives of the slide's function: -1 / x1^2, 1, sin x2."""
    for hessian in higher_order.MODES.values():
        assert hessian(slide_function, 2.0, 5.0) == [[-0.25, 1.0], [1.0, math.sin(5)]]


@given(st.lists(st.floats(-3, 3, allow_subnormal=False), min_size=3, max_size=3))
def test_a_directional_derivative_is_the_gradient_times_the_direction(direction: list[float]) -> None:
    """One forward pass gives the gradient's component along its seed."""

    def f(x: Any, y: Any, z: Any) -> Any:
        return sin(x * y) + z * z / (2.0 + cos(x))

    value, along_it = dual.directional_derivative(f, [0.3, -1.2, 0.8], direction)
    assert value == f(0.3, -1.2, 0.8)
    assert along_it == pytest.approx(np.dot(tape.gradient(f, 0.3, -1.2, 0.8), direction), rel=1e-13, abs=1e-14)


def test_a_hessian_vector_product_is_the_hessian_times_the_vector() -> None:
    """Forward over reverse in one pass, against the matrix."""
    v = [0.5, -2.0]
    expected = np.array(higher_order.reverse_over_reverse(slide_function, 2.0, 5.0)) @ v
    assert higher_order.hessian_vector_product(slide_function, [2.0, 5.0], v) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("gradient", [dual.gradient, tape.gradient])
def test_the_branch_taken_is_differentiated(gradient: Any) -> None:
    """A program may branch and loop on values: |x| and a loop that stops by its value."""

    def magnitude(x: Any) -> Any:
        return x if x >= 0 else -x

    def doubled_until_ten(x: Any) -> Any:
        while x < 10:
            x = x * 2
        return x

    assert gradient(magnitude, -3.0) == [-1.0]
    assert gradient(magnitude, 3.0) == [1.0]
    assert gradient(doubled_until_ten, 1.5) == [8.0]
    assert gradient(lambda x: x * 3 if x else x * 5, 0.0) == [5.0]


@pytest.mark.parametrize("gradient", [dual.gradient, tape.gradient])
def test_what_does_not_depend_on_an_input_has_derivative_zero(gradient: Any) -> None:
    """A constant function, and an input that is not used."""
    assert gradient(lambda x: 3.0, 1.0) == [0.0]
    assert gradient(lambda x, y: x * 2, 1.0, 5.0) == [2.0, 0.0]
    assert tape.gradient(lambda: 1.0) == []


def test_numpy_scalars_and_integers_are_numbers_too() -> None:
    """Points taken from arrays, constants on the left that are NumPy scalars, integer arguments."""
    x = np.array([0.5, 2.0])
    assert tape.gradient(lambda a, b: np.float64(3.0) * a + sin(b), *x) == pytest.approx([3.0, math.cos(2.0)])
    assert dual.gradient(lambda a: np.float32(2.0) - exp(a), 1)[0] == pytest.approx(-math.e)


def test_a_tape_leaves_nothing_behind() -> None:
    """Its variables are freed at once, without the help of the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(50):
            tape.gradient(lambda x: sin(x) * x + x, 1.0)
        assert len(gc.get_objects()) - before < 50
    finally:
        gc.enable()


def test_bad_input_is_refused() -> None:
    """Several outputs, a direction of the wrong length, a logarithm of a negative number, a misspelt attribute."""
    with pytest.raises(TypeError, match="one number"):
        tape.gradient(lambda x: [x, x], 1.0)
    with pytest.raises(ValueError, match="no direction"):
        dual.directional_derivative(sin, [1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"."):
        tape.gradient(log, -1.0)
    with pytest.raises(TypeError):
        sin("1")

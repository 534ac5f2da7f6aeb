"""Difference quotients and the complex step against their error terms; the gradient checker against planted errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.autodiff import array_functions, array_tape, numerical
from implementations.autodiff.elementary import exp
from implementations.autodiff.experiments_numerical import relative_error


def cubic(x: Any) -> Any:
    """f = x^3 + 2 x^2, f' = 7, f'' = 10, f''' = 6 at 1."""
    return x * x * x + 2.0 * x * x


@given(st.integers(2, 8))
def test_quotients_have_their_truncation_error(exponent: int) -> None:
    """With a step of 2^-k nothing is rounded for this cubic: the errors are f'' h / 2 + f''' h^2 / 6 and f''' h^2 / 6 exactly."""
    h = 2.0**-exponent
    assert numerical.forward_difference(cubic, [1.0], h)[0] - 7 == 5 * h + h * h
    assert numerical.central_difference(cubic, [1.0], h)[0] - 7 == h * h
    assert numerical.complex_step(cubic, [1.0], h)[0] - 7 == pytest.approx(-h * h, rel=1e-9)


def test_the_right_branches_of_the_v_have_slopes_one_and_two() -> None:
    """Truncation: a hundredth of the step, a hundredth of the forward error and a ten-thousandth of the central one."""
    assert relative_error("forward", 1e-2) / relative_error("forward", 1e-4) == pytest.approx(100, rel=0.05)
    assert relative_error("central", 1e-1) / relative_error("central", 1e-3) == pytest.approx(10_000, rel=0.05)


def test_the_complex_step_may_be_as_small_as_one_likes() -> None:
    """At h = 1e-200 the derivative of exp is good to the last bits, where quotients give 0."""
    assert numerical.complex_step(exp, [1.0], 1e-200)[0] == pytest.approx(np.e, rel=4e-16)
    assert numerical.forward_difference(exp, [1.0], 1e-200) == [0.0]


def loss(w: Any, b: Any) -> Any:
    """A small network's loss, over tensors."""
    hidden = array_functions.tanh(np.array([[0.3, -1.0, 0.5], [1.2, 0.1, -0.7]]) @ w + b)
    return array_functions.mean_squared_error(hidden, 0.25)


def test_the_checker_accepts_the_right_gradient_and_catches_a_thousandth() -> None:
    """A gradient wrong by 0.1 % in one entry, any entry that matters, is far above the checker's own error."""
    rng = np.random.default_rng(0)
    parameters = [rng.standard_normal((3, 2)), rng.standard_normal(2)]
    gradients = array_tape.gradient(loss, *parameters)

    def value(*p: Any) -> float:
        return array_tape.value_and_gradient(loss, *p)[0]

    assert numerical.gradient_error(value, parameters, gradients) < 1e-9
    for gradient in gradients:
        for index in np.ndindex(gradient.shape):
            if abs(gradient[index]) < 0.01:
                continue
            kept = gradient[index]
            gradient[index] = 1.001 * kept
            assert numerical.gradient_error(value, parameters, gradients) > 1e-6
            gradient[index] = kept


def test_the_checker_refuses_gradients_of_another_shape() -> None:
    """A gradient that would only broadcast is not the parameter's."""
    with pytest.raises(ValueError, match="shape"):
        numerical.gradient_error(lambda p: 0.0, [np.zeros((2, 2))], [np.zeros(2)])


def test_the_checker_does_not_accept_nan() -> None:
    """A gradient with a NaN anywhere, first or last, is off by NaN, which is below no tolerance."""
    parameters = [np.ones(3)]
    for position in range(3):
        gradient = np.full(3, 2.0)
        gradient[position] = np.nan
        assert not numerical.gradient_error(lambda p: float(p @ p), parameters, [gradient]) < 1e-6

"""Bias and variance: the closed form against projections, drawn data and gradient descent step by step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.generalisation.bias_variance import POINTS, SIGMA, descent, measured, polynomial, truth, two_errors


@given(st.integers(0, len(POINTS) - 1))
def test_a_polynomial_s_variance_is_its_share_of_the_points(degree: int) -> None:
    """Over the design points the variance is sigma^2 p / n: the trace of a projection on p dimensions."""
    assert polynomial(degree).variance == pytest.approx(SIGMA**2 * (degree + 1) / len(POINTS), rel=1e-10)


@given(st.integers(0, 12))
def test_the_smoother_is_least_squares(degree: int) -> None:
    """Smoothed labels are those of NumPy's own polynomial fit."""
    y = truth(POINTS) + np.cos(17 * POINTS)
    expected = np.polynomial.Polynomial.fit(POINTS, y, degree)(POINTS)
    np.testing.assert_allclose(polynomial(degree).smoother @ y, expected, atol=1e-9)


def test_bias_falls_and_variance_rises_with_either_kind_of_training() -> None:
    """With the degree and with the steps: the trade."""
    for fits in ([polynomial(d) for d in range(20)], [descent(t) for t in (0, 1, 3, 10, 100, 1000)]):
        assert np.all(np.diff([one.squared_bias for one in fits]) < 1e-12)
        assert np.all(np.diff([one.variance for one in fits]) > 0)


@pytest.mark.parametrize("steps", [0, 1, 2, 7])
def test_descent_s_closed_form_is_its_steps(steps: int) -> None:
    """The smoother after t steps is what t steps of gradient descent from zero fit."""
    design = np.polynomial.legendre.legvander(POINTS, 15)
    y = truth(POINTS)
    coefficients = np.zeros(16)
    for _ in range(steps):
        coefficients += design.T @ (y - design @ coefficients) / np.linalg.norm(design, 2) ** 2
    np.testing.assert_allclose(descent(steps).smoother @ y, design @ coefficients, atol=1e-12)


def test_descent_ends_in_least_squares() -> None:
    """After very many steps the smoother is the polynomial's projection."""
    np.testing.assert_allclose(descent(10**7).smoother, polynomial(15).smoother, atol=1e-9)


def test_the_parts_add_up_for_every_pair_of_data_sets() -> None:
    """(a^2 + b^2) / 2 = a b + (a - b)^2 / 2, seed by seed."""
    parts = measured(np.arange(20), polynomial(5))
    np.testing.assert_allclose(parts["error"], parts["squared bias"] + parts["variance"], atol=1e-14)


def test_drawn_data_agree_with_the_closed_form() -> None:
    """Means over 4,000 seeds are within five standard errors of squared bias and variance."""
    fit = polynomial(4)
    parts = measured(np.arange(4000), fit)
    for name, exact in (("squared bias", fit.squared_bias), ("variance", fit.variance)):
        values = parts[name]
        assert abs(values.mean() - exact) < 5 * values.std() / np.sqrt(len(values))


def test_a_seed_s_errors_do_not_depend_on_the_others() -> None:
    """Any grouping of seeds gives the same values."""
    both, alone = two_errors(np.array([3, 8]), polynomial(3)), two_errors(np.array([8]), polynomial(3))
    np.testing.assert_allclose(both[0][1], alone[0][0], atol=1e-14)
    np.testing.assert_allclose(both[1][1], alone[1][0], atol=1e-14)


def test_impossible_settings_are_refused() -> None:
    """A degree needs more points than itself; steps are not negative."""
    for degree in (-1, len(POINTS)):
        with pytest.raises(ValueError, match="degree"):
            polynomial(degree)
    with pytest.raises(ValueError, match="steps"):
        descent(-1)

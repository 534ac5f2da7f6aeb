"""Approximation: explicit networks against interpolation, polynomials against Chebyshev's alternation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.generalisation.approximation import (
    SINE,
    STEP,
    best_polynomial_error,
    greatest_error,
    grid,
    mean_square_error,
    random_network,
    relu_network,
    sine,
)
from implementations.generalisation.experiments import can_be_fit, can_be_fit_by_bounds


@given(st.integers(1, 60))
def test_the_relu_network_is_the_broken_line(units: int) -> None:
    """Its values are those of linear interpolation between its knots."""
    knots, x = np.linspace(-1, 1, units + 1), grid(points=301)
    np.testing.assert_allclose(relu_network(SINE, units)(x), np.interp(x, knots, sine(knots)), atol=1e-10)


@given(st.integers(8, 200))
def test_the_relu_network_keeps_the_bound(units: int) -> None:
    """The greatest error is at most h^2 / 8 max |f''|."""
    assert greatest_error(relu_network(SINE, units), SINE) <= (2 / units) ** 2 / 8 * (2 * np.pi) ** 2 + 1e-12


@pytest.mark.parametrize("units", [2, 7, 30])
def test_squares_make_a_parabola(units: int) -> None:
    """One layer of squaring units has no third difference, however many there are."""
    network = random_network(np.square, units, 1, SINE)
    assert np.abs(np.diff(network(np.linspace(-1, 1, 21)), n=3)).max() < 1e-9


def test_the_best_parabola_is_no_better_than_zero() -> None:
    """The sine alternates between 1 and -1 four times: by Chebyshev's theorem 0 is its best quadratic, with error 1."""
    assert best_polynomial_error(SINE, 2) == pytest.approx(1.0, abs=1e-6)


def test_the_best_line_of_a_step_leaves_a_half() -> None:
    """With both limits at the jump, no polynomial gets below 1/2."""
    for degree in (0, 3, 9):
        assert best_polynomial_error(STEP, degree) == pytest.approx(0.5, abs=1e-6)


def test_the_best_cubic_of_a_quartic_is_chebyshev_s() -> None:
    """The least error of x^4 among cubics is 1/8, the leading coefficient of T_4 turned over."""
    from implementations.generalisation.approximation import Target

    quartic = Target(lambda x: x**4, lambda x: x**4)
    assert best_polynomial_error(quartic, 3) == pytest.approx(1 / 8, abs=1e-5)


def test_a_jump_costs_the_greatest_error_and_not_the_mean_square() -> None:
    """At a step the one stays at least 1/2 for all widths, the other falls."""
    networks = [relu_network(STEP, units) for units in (10, 100, 1000)]
    assert all(greatest_error(one, STEP) >= 0.5 for one in networks)
    errors = [mean_square_error(one, STEP) for one in networks]
    assert errors[0] > 5 * errors[1] > 25 * errors[2]


def test_networks_and_bounds_agree_on_what_can_be_fit() -> None:
    """Case by case the two routes to the correction say the same."""
    assert can_be_fit() == can_be_fit_by_bounds()


def test_nothing_can_be_built_of_nothing() -> None:
    """A network without units, or a single sample, is refused."""
    with pytest.raises(ValueError, match="unit"):
        relu_network(SINE, 0)
    with pytest.raises(ValueError, match="samples"):
        relu_network(SINE, 4, samples=1)

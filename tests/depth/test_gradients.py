"""Gradients through depth: the recursion against closed forms and quadrature, random networks against the recursion."""

from __future__ import annotations

from collections.abc import Callable
from math import asin, cosh, exp, pi, sqrt, tanh

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from implementations.depth import experiments_gradients as gradients
from implementations.depth import mean_field
from implementations.depth.deep_numpy import Deep, Phi

SEEDS = np.arange(8)


@given(gain=st.floats(0.1, 4.0))
@settings(deadline=None, max_examples=20)
def test_relu_keeps_half(gain: float) -> None:
    """relu at any size of the weights: chi is the square of the gain over He's, in every layer, whatever the signal."""
    q, chi = mean_field.signals_and_factors("relu", gain, 5)
    np.testing.assert_allclose(chi, gain**2, rtol=1e-9)
    np.testing.assert_allclose(q[1:] / q[:-1], gain**2, rtol=1e-6)


CASES: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {  # a unit and its slope
    "tanh": (tanh, lambda h: cosh(h) ** -2),
    "sigmoid": (lambda h: 1 / (1 + exp(-h)), lambda h: exp(-h) / (1 + exp(-h)) ** 2),
}


@pytest.mark.parametrize("phi", ["tanh", "sigmoid"])
def test_one_layer_is_two_integrals(phi: Phi) -> None:
    """q and chi of the first square layer against adaptive quadrature, with shifts."""
    unit, slope = CASES[phi]

    def mean_square(f: Callable[[float], float], variance: float) -> float:
        return float(quad(lambda z: exp(-z * z / 2) / sqrt(2 * pi) * f(sqrt(variance) * z) ** 2, -10, 10)[0])

    squared, bias = 1.5**2, 0.7
    q = squared * mean_square(unit, squared + bias**2) + bias**2
    chi = squared * mean_square(slope, q)
    signals, factors = mean_field.signals_and_factors(phi, 1.5, 1, bias=bias)
    np.testing.assert_allclose([signals[1], factors[0]], [q, chi], rtol=1e-9)


def test_linear_layers_multiply_by_their_variance() -> None:
    """Linear units, 128 wide: the mean over seeds of each layer's factor is the variance of the weights, to two hundredths."""
    drawn = gradients.draw(np.arange(32), layers=6)
    squares, _ = gradients.squared_gradients(Deep(6, 128, False, False, "linear", 0.8), drawn)
    np.testing.assert_allclose((squares[:, 0] / squares[:, -1]).mean(), 0.8**12, rtol=0.06)


def test_gain_drops_out_of_batch_normalisation() -> None:
    """Weights twice or half as large leave the gradients of a normalised tanh network as they are, but for epsilon; those of relu without it grow by their squares."""
    drawn = gradients.draw(SEEDS, layers=10, width=64)
    one, two = (gradients.squared_gradients(Deep(10, 64, phi="tanh", gain=gain), drawn)[0] for gain in (1.0, 2.0))
    np.testing.assert_allclose(one / one[:, -1:], two / two[:, -1:], rtol=1e-3)
    one, two = (gradients.squared_gradients(Deep(10, 64, False, False, gain=gain), drawn)[0] for gain in (1.0, 2.0))
    np.testing.assert_allclose(two[:, 0] / two[:, -1], 4.0**10 * one[:, 0] / one[:, -1], rtol=1e-9)


def test_normalised_factor_is_that_of_uncorrelated_examples() -> None:
    """pi / (pi - 1) = (1/2) / (E relu^2 - E relu relu'), the second mean by the arc-cosine kernel at correlation 0."""
    uncorrelated = (1 - 0.0**2) ** 0.5 / (2 * pi) + 0.0 * (pi / 2 + asin(0.0)) / (2 * pi)
    assert mean_field.normalised_factor() == pytest.approx(0.5 / (0.5 - uncorrelated), rel=1e-12)


def test_larger_batches_come_nearer_to_the_closed_form() -> None:
    """Width 256: with 128 examples the measured factor is within 2 % of pi / (pi - 1), and nearer than with 16."""
    far, near = (
        abs(
            gradients.per_layer(
                gradients.squared_gradients(Deep(8, 256), gradients.draw(SEEDS[:4], layers=8, width=256, examples=n))[0]
            ).mean()
            - pi / (pi - 1)
        )
        for n in (16, 128)
    )
    assert near < 0.03 < far


def test_shifts_and_weights_saturate_as_many_units() -> None:
    """The two networks of the claims on saturation have two thirds of their units beyond 0.9, and factors on either side of 1."""
    for gain, bias, vanishes in ((2.0, 3.0, True), (4.0, 0.0, False)):
        assert gradients.saturated_share(SEEDS, gain=gain, bias=bias).mean() == pytest.approx(2 / 3, abs=0.02)
        assert (gradients.saturated_factor_in_theory(gain=gain, bias=bias) < 1) == vanishes


def test_chain_rule_holds_and_its_defects_do_not() -> None:
    """The product of Jacobians is exact to rounding; in the wrong order, or without slopes, it is far off."""
    assert gradients.chain_rule_error() < 1e-14
    assert gradients.chain_rule_error(reverse=True) > 0.1
    assert gradients.chain_rule_error(without_slopes=True) > 0.1

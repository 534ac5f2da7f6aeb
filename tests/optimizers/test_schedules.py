"""Step-size schedules: their values, and the exact decision on the Robbins-Monro conditions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import digamma, polygamma, zeta

from implementations.optimizers.schedules import (
    Constant,
    Decay,
    Geometric,
    InverseTime,
    PowerLaw,
    Schedule,
    partial_sums,
    robbins_monro,
    sum_is_finite,
)

ALL: list[Schedule] = [Constant(), PowerLaw(), PowerLaw(0.3, 0.75, 2.0), InverseTime(0.5, 10, 3.0, True), Geometric()]


@pytest.mark.parametrize("schedule", ALL, ids=str)
def test_arrays_of_k_give_what_single_k_give(schedule: Schedule) -> None:
    """A schedule is one function of k, whatever the shape of k, and alpha_0 is a0."""
    k = np.arange(50.0)
    assert np.allclose(np.asarray(schedule(k)), [float(schedule(at)) for at in k], rtol=1e-14)
    assert schedule(0) == schedule.a0  # type: ignore[attr-defined]


def test_the_slides_schedule_by_its_first_values() -> None:
    """0.5 / (1 + k) is 1/2, 1/4, 1/6, 1/8 from k = 0."""
    assert np.asarray(PowerLaw(0.5)(np.arange(4.0))).tolist() == [0.5, 0.25, 0.5 / 3, 0.125]


def test_inverse_time_is_flat_on_its_stairs_only_with_staircase() -> None:
    """With decay_steps 4 and rate 2: a0, a0/3, a0/5 for four steps each, or the curve through their left ends."""
    k = np.arange(12.0)
    stairs = np.asarray(InverseTime(1.0, 4, 2.0, staircase=True)(k))
    assert np.array_equal(stairs, np.repeat([1, 1 / 3, 1 / 5], 4))
    smooth = np.asarray(InverseTime(1.0, 4, 2.0)(k))
    assert np.allclose(smooth, 1 / (1 + k / 2))
    assert np.array_equal(smooth[::4], stairs[::4])


def test_partial_sums_have_their_closed_forms() -> None:
    """Harmonic numbers by the digamma function, squares by the trigamma function, roots by a zeta asymptotics."""
    k = np.arange(1, 2001)
    assert np.allclose(partial_sums(PowerLaw(0.5), 2000), 0.5 * (digamma(k + 2) - digamma(2)), rtol=1e-12)
    assert np.allclose(
        partial_sums(PowerLaw(0.5), 2000, 2.0), 0.25 * (polygamma(1, 2) - polygamma(1, k + 2)), rtol=1e-10
    )
    assert np.allclose(partial_sums(Geometric(0.5, 0.9), 2000, first=0)[-1], 5.0)
    assert abs(partial_sums(PowerLaw(1.0, 3.0), 2000, first=0)[-1] - zeta(3)) < 1 / 2 / 2000**2


def test_the_first_term_is_that_of_the_slides_sum() -> None:
    """The slide sums from k = 1, which leaves out alpha_0."""
    assert partial_sums(PowerLaw(0.5), 1)[0] == 0.25
    assert partial_sums(PowerLaw(0.5), 1, first=0)[0] == 0.5


@pytest.mark.parametrize(
    ("schedule", "sum_diverges", "squares_converge"),
    [
        (Constant(), True, False),
        (PowerLaw(0.5, 0.5), True, False),
        (PowerLaw(0.5, 0.51), True, True),
        (PowerLaw(0.5, 1.0), True, True),
        (PowerLaw(0.5, 1.01), False, True),
        (PowerLaw(0.5, 0.5, 1.0), True, True),  # squares 1 / (k log^2 k)
        (PowerLaw(0.5, 0.5, 0.5), True, False),  # squares 1 / (k log k)
        (PowerLaw(0.5, 1.0, 1.0), True, True),  # 1 / (k log k)
        (PowerLaw(0.5, 1.0, 1.1), False, True),
        (InverseTime(0.5, 100, 0.1, True), True, True),
        (InverseTime(0.5, 100, 0.0), True, False),
        (Geometric(), False, True),
    ],
    ids=str,
)
def test_both_conditions_on_both_sides_of_each_boundary(
    schedule: Schedule, sum_diverges: bool, squares_converge: bool
) -> None:
    """Powers 1/2 and 1, and logarithms on top of them, decide as Bertrand's series do."""
    answer = robbins_monro(schedule)
    assert answer == (sum_diverges, squares_converge)
    assert answer.qualifies == (sum_diverges and squares_converge)


@given(st.floats(0.1, 3), st.floats(-2, 3), st.sampled_from([1.0, 2.0]))
def test_the_decision_agrees_with_cauchys_condensation(power: float, log_power: float, exponent: float) -> None:
    """sum a_k is finite exactly if sum 2^j a_(2^j) is; away from the boundary its terms shrink or grow by a ratio."""
    if abs(exponent * power - 1) < 0.05:
        return
    j = np.array([2000.0, 4000.0])
    log_terms = j * np.log(2) * (1 - exponent * power) - exponent * log_power * np.log(j * np.log(2))
    assert sum_is_finite(Decay(power=power, log_power=log_power), exponent) == (log_terms[1] < log_terms[0])


@pytest.mark.parametrize("power", ["1/2", "3/4", "1", "5/4", "2"])
def test_sympy_agrees(power: str) -> None:
    """sympy's convergence test gives the same two answers for a rational power."""
    sympy = pytest.importorskip("sympy")
    k, p = sympy.Symbol("k", positive=True, integer=True), sympy.Rational(power)
    terms = [sympy.Sum((1 + k) ** (-p * s), (k, 1, sympy.oo)).is_convergent() for s in (1, 2)]
    answer = robbins_monro(PowerLaw(0.5, float(p)))
    assert [not answer.sum_diverges, answer.squares_converge] == [bool(term) for term in terms]


@pytest.mark.parametrize("schedule", ALL, ids=str)
def test_each_schedule_decays_as_it_says(schedule: Schedule) -> None:
    """alpha_k over its stated asymptotic form is bounded above and below far out: same within 20 % at k = 1e4 and 1e8."""
    ratio, power, log_power = schedule.decay
    if ratio != 1.0:
        assert schedule(101.0) / schedule(100.0) == pytest.approx(ratio)
        return
    constants = [float(schedule(k)) * k**power * np.log(k) ** log_power for k in (1e4, 1e8)]
    assert constants[0] == pytest.approx(constants[1], rel=0.2)

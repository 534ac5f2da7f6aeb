"""The 21-point counterexample: the exact law against enumeration and simulation, and the running mean."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.optimizers import counterexample, experiments
from implementations.optimizers.schedules import Constant, PowerLaw, Schedule


def test_the_data_and_its_variance() -> None:
    """21 points with mean 0 and variance 110/3."""
    assert counterexample.DATA.tolist() == list(range(-10, 11))
    assert counterexample.minimiser() == 0
    assert counterexample.DATA.var() == pytest.approx(counterexample.VARIANCE, rel=1e-15)


@pytest.mark.parametrize("schedule", [Constant(0.5), Constant(0.3), PowerLaw(0.5), PowerLaw(0.2, 0.7)], ids=str)
def test_moments_match_all_outcomes_of_three_steps(schedule: Schedule) -> None:
    """Mean and variance over all 21^3 sequences of samples, each stepped by hand."""
    mean, variance = counterexample.moments(schedule, 3)
    x = np.array(list(product(counterexample.DATA, repeat=3)))
    theta = np.full(len(x), -20.0)
    for k in range(3):
        theta = theta - float(schedule(k)) * 2 * (theta - x[:, k])
        assert theta.mean() == pytest.approx(mean[k + 1], abs=1e-12)
        assert theta.var() == pytest.approx(variance[k + 1], rel=1e-12)


@given(st.floats(0.01, 0.99))
def test_stationary_variance_is_where_the_recursion_stays(alpha: float) -> None:
    """a/(1-a) 110/3 is a fixed point of var -> (1 - 2a)^2 var + 4 a^2 110/3."""
    v = counterexample.stationary_variance(alpha)
    assert (1 - 2 * alpha) ** 2 * v + 4 * alpha**2 * counterexample.VARIANCE == pytest.approx(v, rel=1e-12)


@pytest.mark.parametrize("alpha", [0.05, 0.5, 0.95])
def test_constant_steps_approach_the_stationary_law(alpha: float) -> None:
    """After 400 steps the exact mean is gone and the exact variance is the closed form."""
    mean, variance = counterexample.moments(Constant(alpha), 400)
    assert abs(mean[-1]) < 1e-15
    assert variance[-1] == pytest.approx(counterexample.stationary_variance(alpha), rel=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 1.0, 1.5, -0.1])
def test_no_stationary_law_outside_the_unit_interval(alpha: float) -> None:
    """Steps that do not contract are refused by name."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        counterexample.stationary_variance(alpha)


@pytest.mark.parametrize("schedule", [Constant(0.25), PowerLaw(0.5), PowerLaw(0.1)], ids=str)
def test_simulation_follows_the_exact_law(schedule: Schedule) -> None:
    """Mean and mean square of 4000 runs are within five standard errors of the exact moments at every step."""
    theta = counterexample.run(np.arange(4000), schedule, 60)
    mean, variance = counterexample.moments(schedule, 60)
    error = 5 / np.sqrt(4000)
    assert np.all(np.abs(theta.mean(axis=0) - mean) <= error * np.sqrt(variance) + 1e-12)
    square = (theta - mean) ** 2
    assert np.all(np.abs(square.mean(axis=0) - variance) <= error * square.std(axis=0) + 1e-12)


def test_half_a_step_is_the_sample_exactly() -> None:
    """theta^(k+1) equals the drawn point to the last bit, and all 21 points turn up."""
    theta = counterexample.run(np.arange(10), Constant(0.5), 200)
    assert np.array_equal(theta[:, 1:], counterexample.samples(np.arange(10), 200))
    assert np.unique(theta[:, 1:]).tolist() == counterexample.DATA.tolist()


def test_the_schedule_gives_the_running_mean_and_its_variance() -> None:
    """0.5/(1+k), k from 0: theta^(k) is the mean of k points, variance sigma^2 / k, whatever the start."""
    assert experiments.distance_to_running_mean(np.arange(20), steps=300).max() < 1e-12
    mean, variance = counterexample.moments(PowerLaw(0.5), 50)
    assert np.allclose(mean[1:], 0, atol=1e-12)
    assert np.allclose(variance[1:], counterexample.VARIANCE / np.arange(1, 51), rtol=1e-12)


def test_counted_from_one_the_start_is_one_of_the_points() -> None:
    """0.5/(1+k), k from 1: theta^(k) is the mean of the start and k points."""
    mean, variance = counterexample.moments(PowerLaw(0.5), 50, first=1)
    k = np.arange(51)
    assert np.allclose(mean, -20 / (1 + k), rtol=1e-12)
    assert np.allclose(variance, counterexample.VARIANCE * k / (1 + k) ** 2, rtol=1e-12)


@pytest.mark.parametrize(("a0", "exponent"), [(0.05, -0.1), (0.1, -0.2), (0.5, -0.5), (1.0, -0.5)])
def test_the_rate_is_the_smaller_of_one_half_and_twice_a0(a0: float, exponent: float) -> None:
    """Exact root mean square distance between 1000 and 8000 steps falls like k^-min(1/2, 2 a0)."""
    mean, variance = counterexample.moments(PowerLaw(a0), 8000)
    distance = np.sqrt(mean**2 + variance)
    assert np.log(distance[8000] / distance[1000]) / np.log(8) == pytest.approx(exponent, abs=0.01)


def test_seeds_keep_their_paths_in_any_order_and_group() -> None:
    """Row i depends on seeds[i] alone."""
    seeds = np.array([5, -3, 12, 0])
    theta = counterexample.run(seeds, PowerLaw(0.5), 30, batch=2)
    assert np.array_equal(counterexample.run(seeds[::-1], PowerLaw(0.5), 30, batch=2), theta[::-1])
    assert np.array_equal(counterexample.run(seeds[2:3], PowerLaw(0.5), 30, batch=2), theta[2:3])

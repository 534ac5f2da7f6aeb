"""Choosing: the expected maximum against enumeration, and draws against it; the guard's level and power."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from implementations.generalisation.selection import (
    expected_optimism,
    optimism,
    required_gain,
    search_replaces_incumbent,
)

SEEDS = np.arange(4000)


@pytest.mark.parametrize(("candidates", "images"), [(1, 3), (2, 4), (3, 3)])
def test_the_expected_maximum_by_enumeration(candidates: int, images: int) -> None:
    """Over all results of all candidates, weighted by their probabilities."""
    p = stats.binom.pmf(np.arange(images + 1), images, 0.7)
    total = sum(max(result) * np.prod(p[list(result)]) for result in product(range(images + 1), repeat=candidates))
    assert expected_optimism(candidates, images, 0.7) == pytest.approx(total / images - 0.7, abs=1e-14)


@given(st.integers(1, 200), st.integers(1, 500), st.floats(0.05, 0.95))
def test_optimism_grows_with_the_candidates(candidates: int, images: int, accuracy: float) -> None:
    """Never negative, nothing for one candidate, and more for one more, until the best has everything right but for rounding."""
    one, more = expected_optimism(candidates, images, accuracy), expected_optimism(candidates + 1, images, accuracy)
    assert -1e-12 <= one <= more + 1e-15
    assert one < more or accuracy + one > 1 - 1e-9
    assert expected_optimism(1, images, accuracy) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("fresh", [False, True])
def test_draws_agree_with_the_closed_form(fresh: bool) -> None:
    """The mean over seeds is within five standard errors of the expectation, which is zero for fresh images."""
    values = optimism(SEEDS, 20, 500, 0.9, fresh)
    expected = 0.0 if fresh else expected_optimism(20, 500, 0.9)
    assert abs(values.mean() - expected) < 5 * values.std() / np.sqrt(len(SEEDS))


def test_the_guard_keeps_its_level_and_still_sees_large_gains() -> None:
    """Below 5 % false discoveries of 50 equal settings; a gain far above the threshold is nearly always found."""
    assert search_replaces_incumbent(SEEDS, 50, 1000, 0.9).mean() < 0.05
    assert search_replaces_incumbent(SEEDS, 50, 1000, 0.9, guarded=False).mean() > 0.9
    assert search_replaces_incumbent(SEEDS, 50, 1000, 0.9, gain=0.08).mean() > 0.95


def test_the_required_gain_is_a_normal_quantile() -> None:
    """For one candidate at 2.5 %: 1.96 standard errors of the difference of two accuracies."""
    assert required_gain(1, 1000, 0.9, 0.025) == pytest.approx(1.959964 * np.sqrt(2 * 0.09 / 1000), rel=1e-6)


def test_a_seed_is_its_own() -> None:
    """Entry i depends on seeds[i] alone."""
    np.testing.assert_array_equal(optimism(np.array([5, 9]), 20, 500, 0.9)[1:], optimism(np.array([9]), 20, 500, 0.9))

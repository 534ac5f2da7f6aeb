"""The power of a paired t test: against tables, against statsmodels' numbers in them, and by drawing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.training.power import power, seeds_needed


@pytest.mark.parametrize(
    ("effect", "tail", "enough", "seeds"),
    [(0.5, 0.025, 0.8, 34), (0.8, 0.025, 0.8, 15), (0.2, 0.025, 0.8, 199), (0.5, 0.05, 0.8, 27), (0.5, 0.025, 0.9, 44)],
)
def test_seeds_of_the_tables(effect: float, tail: float, enough: float, seeds: int) -> None:
    """What textbooks and G*Power print for one sample, or pairs, with an effect in units of the spread."""
    assert seeds_needed(effect, 1.0, tail, enough) == seeds


def test_power_by_drawing() -> None:
    """The share of 40,000 drawn experiments whose t lies above the quantile, within four of its standard errors."""
    rng = np.random.default_rng(0)
    for effect, seeds in ((0.3, 5), (0.8, 16), (0.0, 8)):
        drawn = rng.normal(effect * 2.0, 2.0, (40_000, seeds))
        t = np.sqrt(seeds) * drawn.mean(axis=1) / drawn.std(axis=1, ddof=1)
        quantile = {5: 2.1318, 16: 1.7531, 8: 1.8946}[seeds]  # of Student's t at 5 %, from a table
        expected = float(power(effect * 2.0, 2.0, seeds))
        assert abs((t > quantile).mean() - expected) < 4 * np.sqrt(expected * (1 - expected) / 40_000)


@given(effect=st.floats(0.02, 2), spread=st.floats(0.1, 10), tail=st.floats(1e-6, 0.2))
def test_the_fewest_seeds_have_the_power_and_fewer_do_not(effect: float, spread: float, tail: float) -> None:
    """Power grows with the seeds, and depends on the ratio of effect and spread alone."""
    seeds = seeds_needed(effect * spread, spread, tail)
    assert seeds is not None
    assert power(effect, 1.0, seeds, tail) >= 0.8
    assert seeds == 2 or power(effect, 1.0, seeds - 1, tail) < 0.8


def test_no_number_of_seeds_shows_what_is_not_there() -> None:
    """Without an effect, or with one in the other direction, there is none; one seed and no spread are refused."""
    assert seeds_needed(0.0, 1.0) is None
    assert seeds_needed(-1.0, 1.0) is None
    with pytest.raises(ValueError, match="two seeds"):
        power(1.0, 1.0, 1)
    with pytest.raises(ValueError, match="above 0"):
        power(1.0, 0.0, 4)

"""Intervals: certified means and deviations, tabulated quantiles, and coverage by simulation and by enumeration."""

import math
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special, stats

from repro.judging.intervals import (
    mean_and_deviation,
    mean_interval,
    paired_interval,
    rate_interval,
    ratio_interval,
    t_quantile,
)


def alternating(first: float, low: float, high: float) -> list[float]:
    """The NIST construction: one value, then 500 pairs around it."""
    return [first, *([low, high] * 500)]


# NIST StRD, univariate summary statistics: data by construction, certified mean and deviation, digits asked of both
CERTIFIED = {
    "NumAcc1": ([10000001.0, 10000003.0, 10000002.0], 10000002.0, 1.0, 15.0, 15.0),
    "NumAcc2": (alternating(1.2, 1.1, 1.3), 1.2, 0.1, 15.0, 15.0),
    "NumAcc3": (alternating(1000000.2, 1000000.1, 1000000.3), 1000000.2, 0.1, 15.0, 9.4),
    "NumAcc4": (alternating(10000000.2, 10000000.1, 10000000.3), 10000000.2, 0.1, 15.0, 8.2),
}


def correct_digits(got: float, certified: float) -> float:
    """NIST's log relative error, at most 15."""
    return 15.0 if got == certified else min(15.0, -math.log10(abs(got - certified) / abs(certified)))


@pytest.mark.parametrize("name", CERTIFIED)
def test_certified_mean_and_deviation(name: str) -> None:
    """The judge's mean and deviation have the digits that float64 input allows on NIST's hardest sets."""
    data, mean, deviation, mean_digits, deviation_digits = CERTIFIED[name]
    got = mean_and_deviation(data)
    assert correct_digits(got[0], mean) >= mean_digits
    assert correct_digits(got[1], deviation) >= deviation_digits


def test_the_certified_sets_reject_bad_arithmetic() -> None:
    """The textbook one-pass formula and float32 both fail the floors that the judge passes."""
    data, mean, deviation, mean_digits, digits = CERTIFIED["NumAcc4"]
    x = np.array(data)
    one_pass = ((x**2).sum() - len(x) * x.mean() ** 2) / (len(x) - 1)
    assert not (one_pass > 0 and correct_digits(math.sqrt(one_pass), deviation) >= digits)
    single = x.astype(np.float32)
    assert not correct_digits(float(single.std(ddof=1)), deviation) >= digits
    assert not correct_digits(float(single.mean()), mean) >= mean_digits


def test_deviation_of_extreme_sizes() -> None:
    """Squares that would overflow or vanish do not: the deviation of a and -a is a times the square root of 2."""
    for size in (1e200, 1e-200, 3e-310):
        assert mean_and_deviation([size, -size])[1] == pytest.approx(size * math.sqrt(2), rel=1e-9)


def test_one_value_and_equal_values_have_no_deviation() -> None:
    """One value, or equal ones, give the deviation 0 and no division by zero."""
    assert mean_and_deviation([3.5]) == (3.5, 0.0)
    assert mean_and_deviation([0.1] * 7) == (0.1, 0.0)


T_TABLE = [  # degrees of freedom, upper tail, quantile as printed in tables of Student's t
    (1, 0.25, 1.000), (1, 0.05, 6.314), (1, 0.025, 12.706), (1, 0.005, 63.657), (2, 0.05, 2.920), (2, 0.025, 4.303),
    (3, 0.01, 4.541), (4, 0.025, 2.776), (5, 0.005, 4.032), (9, 0.025, 2.262), (10, 0.05, 1.812), (10, 0.01, 2.764),
    (15, 0.025, 2.131), (15, 0.0005, 4.073), (20, 0.005, 2.845), (29, 0.025, 2.045), (30, 0.05, 1.697),
    (60, 0.025, 2.000), (120, 0.005, 2.617), (10**9, 0.025, 1.960),
]  # fmt: skip


@pytest.mark.parametrize(("freedom", "tail", "quantile"), T_TABLE)
def test_t_quantiles_of_the_tables(freedom: int, tail: float, quantile: float) -> None:
    """Quantiles agree with the printed tables to their three decimals."""
    assert t_quantile(freedom, tail) == pytest.approx(quantile, abs=5.1e-4)


def test_t_quantile_far_in_the_tail() -> None:
    """One and two degrees of freedom have closed forms, and hold at tails as small as a suite needs."""
    for tail in (1e-3, 1e-6, 1e-9):
        assert t_quantile(1, tail) == pytest.approx(1.0 / math.tan(math.pi * tail), rel=1e-9)
        slack = 1.0 - 2.0 * tail
        assert t_quantile(2, tail) == pytest.approx(slack * math.sqrt(2.0 / (1.0 - slack**2)), rel=1e-6)
    assert stats.t.sf(t_quantile(15, 7e-7), 15) == pytest.approx(7e-7, rel=1e-9)


CLOPPER_PEARSON_TABLE = [  # successes, n, and the 95 % limits as printed in tables
    (0, 10, 0.0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0),
    (8, 20, 0.1912, 0.6395),
]  # fmt: skip


@pytest.mark.parametrize(("successes", "n", "low", "high"), CLOPPER_PEARSON_TABLE)
def test_rate_limits_of_the_tables(successes: int, n: int, low: float, high: float) -> None:
    """Exact limits agree with the printed tables to their four decimals."""
    assert rate_interval(successes, n, 0.025) == pytest.approx((low, high), abs=5.1e-5)


def test_rate_limits_invert_the_binomial_tails() -> None:
    """At each limit the chance of a count as extreme is the tail: the definition, summed by another function."""
    for successes, n, tail in product((1, 7, 15), (16, 40), (0.025, 1e-6)):
        low, high = rate_interval(successes, n, tail)
        assert stats.binom.sf(successes - 1, n, low) == pytest.approx(tail, rel=1e-8)
        assert stats.binom.cdf(successes, n, high) == pytest.approx(tail, rel=1e-8)


@pytest.mark.parametrize("n", [5, 10, 30])
def test_t_interval_covers(n: int) -> None:
    """95 % intervals of 10,000 normal samples cover the mean in 95 +- 0.7 % of them."""
    samples = np.random.default_rng(20_000 + n).normal(3.0, 2.0, (10_000, n))
    covered = 0
    for sample in samples.tolist():
        low, high = mean_interval(*mean_and_deviation(sample), n, 0.025)
        covered += low <= 3.0 <= high
    assert abs(covered / 10_000 - 0.95) <= 0.007


@pytest.mark.parametrize("n", [1, 5, 16, 30])
def test_rate_interval_covers_at_every_rate(n: int) -> None:
    """By enumeration of all counts, each end of the 95 % interval errs at most 2.5 % at every rate."""
    limits = np.array([rate_interval(successes, n, 0.025) for successes in range(n + 1)])
    for rate in np.linspace(0.001, 0.999, 499):
        chances = stats.binom.pmf(np.arange(n + 1), n, rate)
        assert chances[limits[:, 0] > rate].sum() <= 0.025 + 1e-12
        assert chances[limits[:, 1] < rate].sum() <= 0.025 + 1e-12


def test_paired_interval_covers_at_every_pair_of_rates() -> None:
    """By enumeration of all counts of wins and losses among 12 seeds, each end of the interval errs at most its 5 %."""
    n, tail = 12, 0.05
    counts = [(wins, losses) for wins in range(n + 1) for losses in range(n + 1 - wins)]
    limits = np.array([paired_interval(wins, losses, n, tail) for wins, losses in counts])
    wins, losses = np.array(counts).T
    ways = special.gammaln(n + 1) - sum(special.gammaln(part + 1) for part in (wins, losses, n - wins - losses))
    for p, q in product(np.linspace(0.01, 0.98, 15), repeat=2):
        if p + q < 0.995:
            logs = special.xlogy(wins, p) + special.xlogy(losses, q) + special.xlogy(n - wins - losses, 1 - p - q)
            chances = np.exp(ways + logs)
            assert chances.sum() == pytest.approx(1.0)
            assert chances[limits[:, 0] > p - q].sum() <= tail
            assert chances[limits[:, 1] < p - q].sum() <= tail


def by_scanning(late: NDArray[np.float64], early: NDArray[np.float64], tail: float) -> tuple[float, float]:
    """The limits of late / early by their definition: a t test of late - R early at every R of a fine grid."""
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 1e4, 40_001)])
    difference = late.mean() - grid * early.mean()
    spread = np.sqrt(
        late.var(ddof=1) + grid**2 * early.var(ddof=1) - 2.0 * grid * np.cov(late, early)[0, 1]
    ) / math.sqrt(len(late))
    half = stats.t.isf(tail / 2, len(late) - 1) * spread
    if late.mean() + half[0] < 0.0:
        return 0.0, 0.0
    not_above, not_below = difference - half <= 0.0, difference + half >= 0.0
    low = grid[np.argmax(not_above)] if not_above.any() else math.inf
    last = len(grid) - 1 - int(np.argmax(not_below[::-1]))
    high = 0.0 if not not_below.any() else math.inf if last == len(grid) - 1 else grid[last]
    return float(min(low, high)), float(high)


@pytest.mark.parametrize(
    ("late", "early", "together"),
    [
        (3.0, 2.0, 0.0), (3.0, 2.0, 0.9), (3.0, 2.0, -0.9), (3.0, 0.1, 0.5), (0.1, 2.0, 0.5), (0.0, 0.0, 0.0),
        (3.0, -2.0, 0.5), (3.0, -0.1, -0.9), (-3.0, 2.0, 0.0), (-3.0, -2.0, 0.0), (0.3, 0.3, 0.99), (-0.2, 3.0, 0.9),
    ],
)  # fmt: skip
def test_ratio_limits_by_their_definition(late: float, early: float, together: float) -> None:
    """Fieller's closed form agrees with a scan of all ratios, whatever the signs and the uncertainty."""
    rng = np.random.default_rng(1)
    for n in (6, 20):
        first, second = rng.normal(size=(2, n))
        x, y = late + first, early + together * first + math.sqrt(1.0 - together**2) * second
        covariance = np.cov(x, y)
        parts = (covariance[0, 0], covariance[1, 1], covariance[0, 1])
        got = ratio_interval(x.mean(), y.mean(), parts, n, 0.02)
        assert got == pytest.approx(by_scanning(x, y, 0.02), rel=1e-3, abs=2e-4)


@pytest.mark.parametrize("early", [0.1, 0.5, 3.0])
def test_ratio_interval_covers(early: float) -> None:
    """Each end errs at most its 5 % at a true ratio of 2, also where the denominator is lost in its noise."""
    n, sets = 10, 4000
    x, y = np.random.default_rng(round(10 * early)).normal(size=(2, sets, n))
    x, y = x + 2.0 * early, y + early
    below = above = 0
    for late, soon in zip(x, y, strict=True):
        covariance = np.cov(late, soon)
        parts = (covariance[0, 0], covariance[1, 1], covariance[0, 1])
        low, high = ratio_interval(late.mean(), soon.mean(), parts, n, 0.05)
        below, above = below + (high < 2.0), above + (low > 2.0)
    for missed in (below, above):
        assert stats.binom.sf(missed - 1, sets, 0.05) > 1e-6


def test_ratio_of_proportional_numbers_is_certain() -> None:
    """Numbers in a fixed ratio leave no doubt about it, up to the rounding of a square root."""
    early = np.random.default_rng(2).uniform(0.5, 2.0, 20)
    covariance = np.cov(1.7 * early, early)
    got = ratio_interval(
        1.7 * early.mean(), early.mean(), (covariance[0, 0], covariance[1, 1], covariance[0, 1]), 20, 1e-6
    )
    assert got == pytest.approx((1.7, 1.7), abs=1e-6)

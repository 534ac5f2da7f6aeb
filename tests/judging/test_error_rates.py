"""The judge is judged: on simulated claims of known truth, false alarms and misses are as rare as it states.

Every rate is a count over simulated samples with a fixed seed, held against the exact binomial limits of what is stated
at one in a million: the counts never vary, and a judge with another rate would not be inside.
"""

import math
from collections import Counter
from collections.abc import Callable
from decimal import Decimal as D

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from repro.judging import Abs, AtLeast, Order, Printed, Shape, Tolerance, Value, judge
from repro.judging.intervals import t_quantile
from repro.judging.shapes import jackknife, statistic_of

Floats = NDArray[np.float64]
CLAIMS = 1000
DOUBT = 1e-6


def at_most(count: int, rate: float, claims: int = CLAIMS) -> bool:
    """Whether a count is no more than chance allows at this rate."""
    return bool(stats.binom.sf(count - 1, claims, rate) > DOUBT)


def at_least(count: int, rate: float, claims: int = CLAIMS) -> bool:
    """Whether a count is no less than chance allows at this rate."""
    return bool(stats.binom.cdf(count, claims, rate) > DOUBT)


def outcomes(
    printed: Printed, tolerance: Tolerance | None, samples: list[object], error: float, max_seeds: int
) -> Counter[str]:
    """How often each outcome came out."""
    return Counter(judge(printed, tolerance, one, error=error, max_seeds=max_seeds).outcome for one in samples)


def normal(mean: float, seeds: int, deviation: float = 1.0, claims: int = CLAIMS) -> list[object]:
    """Simulated claims: rows of normal values around the true mean."""
    rng = np.random.default_rng([round(1000 * abs(mean)), seeds])
    rows: list[object] = rng.normal(mean, deviation, (claims, seeds)).tolist()
    return rows


def test_false_alarms_at_the_edge_of_a_value_are_half_the_error() -> None:
    """With the truth on one end of the band, a single look refutes with exactly half the error."""
    for edge in (2.0, -2.0):
        refuted = outcomes(Value(0), Abs(2), normal(edge, 16), 0.2, 16)["refuted"]
        assert at_most(refuted, 0.1)
        assert at_least(refuted, 0.1)


def test_false_alarms_at_a_bound_are_the_whole_error() -> None:
    """With the truth on the limit, a bound and an order spend their whole error on the one end they have."""
    refuted = outcomes(AtLeast(0), None, normal(0.0, 16), 0.1, 16)["refuted"]
    assert at_most(refuted, 0.1)
    assert at_least(refuted, 0.1)
    pairs: list[object] = [{"a": row, "b": [0.0] * 16} for row in normal(0.0, 16)]
    for better in ("lower", "higher"):
        count = outcomes(Order("a", "b", "higher" if better == "higher" else "lower", 0), None, pairs, 0.1, 16)
        for outcome in ("refuted", "reproduced"):
            assert at_most(count[outcome], 0.1)
            assert at_least(count[outcome], 0.1)


@pytest.mark.parametrize("truth", [0.0, 0.4, 0.5])
def test_a_true_value_is_rarely_refuted_over_all_looks(truth: float) -> None:
    """Looking three times does not raise the false alarms above the error, inside the band and on its edge."""
    count = outcomes(Value(0), Abs(D("0.5")), normal(truth, 64, claims=1000), 0.1, 64)
    assert at_most(count["refuted"], 0.05 if truth else 0.001, 1000)


@pytest.mark.parametrize("truth", [0.5000001, 0.7, -0.6])
def test_a_false_value_is_rarely_reproduced_over_all_looks(truth: float) -> None:
    """With the truth outside the band, at its edge or farther, `reproduced` is as rare as stated."""
    count = outcomes(Value(0), Abs(D("0.5")), normal(truth, 64, claims=1000), 0.1, 64)
    assert at_most(count["reproduced"], 0.05, 1000)


def test_without_its_division_over_looks_the_error_would_be_exceeded() -> None:
    """Given the whole error at each look, the same samples refute too many: the checks above can fail."""
    samples = np.array(normal(0.0, 512, claims=1000))
    refuted = np.zeros(1000, dtype=bool)
    for n in (16, 32, 64, 128, 256, 512):
        mean, scale = samples[:, :n].mean(axis=1), samples[:, :n].std(axis=1, ddof=1) / math.sqrt(n)
        refuted |= mean + stats.t.isf(0.1, n - 1) * scale < 0.0
    assert not at_most(int(refuted.sum()), 0.1, 1000)
    judged = outcomes(AtLeast(0), None, samples.tolist(), 0.1, 512)["refuted"]
    assert at_most(judged, 0.1, 1000)


@pytest.mark.parametrize("truth", [0.0, 0.3, 0.5, 0.8])
def test_outcomes_are_those_of_an_independent_computation(truth: float) -> None:
    """Claim by claim, SciPy's intervals on whole arrays decide the same at the same look."""
    samples = np.array(normal(truth, 64, claims=400))
    expected = np.full(400, "inconclusive", dtype=object)
    seen = np.full(400, 64)
    for n in (64, 32, 16):
        mean, scale = samples[:, :n].mean(axis=1), samples[:, :n].std(axis=1, ddof=1) / math.sqrt(n)
        low, high = stats.t.interval(1.0 - 0.1 / 3.0, n - 1, mean, scale)
        inside, apart = (low >= -0.5) & (high <= 0.5), (low > 0.5) | (high < -0.5)
        expected[inside], expected[apart] = "reproduced", "refuted"
        seen[inside | apart] = n
    judged = [judge(Value(0), Abs(D("0.5")), row, error=0.1, max_seeds=64) for row in samples.tolist()]
    assert [one.outcome for one in judged] == expected.tolist()
    assert [one.seeds for one in judged] == seen.tolist()


@pytest.mark.parametrize("width", ["0.4", "0.6", "0.9"])
def test_power_stated_is_power_had(width: str) -> None:
    """True claims are confirmed at a single look as often as the judge foresees on average."""
    judged = [judge(Value(0), Abs(D(width)), row, error=0.1, max_seeds=32) for row in normal(0.0, 32)]
    single = [judge(Value(0), Abs(D(width)), row, error=0.05, max_seeds=16) for row in normal(0.0, 16)]
    for results in (judged, single):
        stated = float(np.mean([one.power for one in results if one.power is not None]))
        had = sum(one.outcome == "reproduced" for one in results) / CLAIMS
        assert had >= stated - 0.06
        assert had <= stated + 0.06


def bernoulli(rate: float, seeds: int, claims: int = CLAIMS) -> list[object]:
    """Simulated claims: rows of successes at the true rate."""
    rng = np.random.default_rng([round(1000 * rate), seeds])
    rows: list[object] = (rng.random((claims, seeds)) < rate).tolist()
    return rows


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9, 0.97])
def test_true_success_rates_are_rarely_refuted(rate: float) -> None:
    """Rates on the edge of their band, and on a bound, are refuted at most with the error stated, however skewed."""
    samples = bernoulli(rate, 64, 1000)
    on_edge = outcomes(Value(D(str(rate)) - D("0.1")), Abs(D("0.1")), samples, 0.1, 64)
    assert at_most(on_edge["refuted"], 0.05, 1000)
    bound = outcomes(AtLeast(D(str(rate))), None, samples, 0.1, 64)
    assert at_most(bound["refuted"], 0.1, 1000)
    assert at_most(bound["reproduced"], 0.1, 1000)


def test_power_of_a_rate_is_had_exactly() -> None:
    """At a single look, the count of confirmed success rates is binomial with the power stated."""
    judged = [judge(Value(D("0.8")), Abs(D("0.2")), row, error=0.2, max_seeds=16) for row in bernoulli(0.8, 16)]
    power = judged[0].power
    assert power is not None
    assert 0.05 < power < 0.95
    count = sum(one.outcome == "reproduced" for one in judged)
    assert at_most(count, power)
    assert at_least(count, power)


def test_orders_of_success_rates_keep_their_error_where_a_t_interval_does_not() -> None:
    """An advantage of 0.9 on rare failures is claimed to exceed 0.9 by t in one of a hundred, by the judge in none."""
    wins = np.array(bernoulli(0.9, 64, 1000))
    pairs: list[object] = [{"a": row, "b": [False] * 64} for row in wins.tolist()]
    error = 1e-5
    count = outcomes(Order("a", "b", "higher", D("0.9")), None, pairs, error, 64)
    assert count["reproduced"] == count["refuted"] == 0
    mean, scale = wins.mean(axis=1), wins.std(axis=1, ddof=1) / 8.0
    varied = scale > 0.0
    by_t = int((mean[varied] - stats.t.isf(error / 3, 63) * scale[varied] > 0.9).sum())
    assert not at_most(by_t, error, 1000)


def growing(exponent: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """250 claims of 32 curves like x^exponent, in differing units, under noise as large as the early rise."""
    x = np.geomspace(1.0, 1000.0, 7)
    rise = (x**exponent - 1.0) / exponent
    return x, rng.uniform(0.8, 1.2, (250, 32, 1)) * rise + 0.1 * rise[-1] * rng.normal(size=(250, 32, 7))


def decaying(ratio: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """250 claims of 32 noisy curves whose logarithm falls at rate 1 and then at rate `ratio`."""
    x = np.arange(10.0)
    fall = np.cumsum(np.where(x <= 4.5, 1.0, ratio)) * 0.2
    return x, np.exp(-fall) * (1.0 + 0.2 * rng.normal(size=(250, 32, 10)))


def spreading(ratio: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """250 claims of 32 restless paths of 40 points whose late spread is `ratio` times the early one."""
    x = np.arange(40.0)
    return x, np.where(x < 20.0, 1.0, ratio) * rng.normal(size=(250, 32, 40))


def scaling(exponent: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """250 claims of 32 noisy curves x^exponent."""
    x = np.geomspace(1.0, 100.0, 9)
    return x, x**exponent * (1.0 + 0.3 * rng.normal(size=(250, 32, 9)))


@pytest.mark.parametrize(
    ("shape", "make"),
    [
        (Shape("linear"), growing),
        (Shape("exponential_decay"), decaying),
        (Shape("never_settles"), spreading),
        (Shape("power", 1), scaling),
    ],
)
@pytest.mark.parametrize("truth", [0.9, 1.0, 1.1])
def test_shapes_keep_their_error(
    shape: Shape, make: Callable[[float, np.random.Generator], tuple[Floats, Floats]], truth: float
) -> None:
    """Noisy curves in the middle and on the ends of the band are misjudged no more often than stated."""
    x, y = make(truth, np.random.default_rng(round(10 * truth)))
    measured: list[object] = [{"x": x.tolist(), "y": one} for one in y.tolist()]
    count = outcomes(shape, Abs(D("0.1")), measured, 0.1, 32)
    assert at_most(count["refuted"], 0.1 if truth == 1.0 else 0.05, 250)
    if truth != 1.0:
        assert at_most(count["reproduced"], 0.05, 250)


def test_the_jackknife_of_a_ratio_would_not_keep_it() -> None:
    """Pseudo-values of the exponent itself refute far too many true curves: so a ratio is judged as one."""
    x, y = growing(1.0, np.random.default_rng(10))
    statistic = statistic_of(Shape("linear"), x)

    def exponent(rises: Floats) -> Floats:
        return np.array([shape_of_ratio(late, early) for late, early in rises.reshape(-1, 2)]).reshape(
            *rises.shape[:-1], 1
        )

    def shape_of_ratio(late: float, early: float) -> float:
        assert statistic.convert is not None
        return statistic.convert(0.0 if late <= 0.0 else late / early if early > 0.0 else math.inf)

    refuted = 0
    for curves in y[:200]:
        values = jackknife(exponent, statistic.parts(x, curves[:16]))[:, 0]
        half = stats.t.isf(0.025, 15) * stats.sem(values)
        refuted += bool(values.mean() - half > 1.1 or values.mean() + half < 0.9)
    assert not at_most(refuted, 0.05, 200)


def test_a_suite_of_true_claims_is_green_in_99_of_100_runs() -> None:
    """Of a hundred suites of fifty true claims on the edge of their bands, about one is refuted."""
    error = 0.01 / 50
    refuted = 0
    for suite in range(100):
        rows = np.random.default_rng(suite).normal(1.0, 0.5, (50, 16)).tolist()
        refuted += any(judge(Value(0), Abs(1), row, error=error, max_seeds=16).outcome == "refuted" for row in rows)
    assert at_most(refuted, 0.01, 100)


@pytest.mark.parametrize(
    ("draw", "truth", "low", "high"), [("standard_exponential", 1.0, 4e-4, 1.2e-3), ("random", 0.5, 0.0, 3e-5)]
)
def test_the_limits_of_the_t_interval_are_as_stated(draw: str, truth: float, low: float, high: float) -> None:
    """Skewed and bounded values at 16 seeds miss the truth as often as the documentation says."""
    quantile, sets, missed = t_quantile(15, 7e-7), 400_000, 0
    rng = np.random.default_rng(16)
    for _ in range(4):
        samples = getattr(rng, draw)((sets // 4, 16))
        missed += int((samples.mean(axis=1) + quantile * samples.std(axis=1, ddof=1) / 4.0 < truth).sum())
    assert low <= missed / sets <= high

"""Shapes: each statistic has its known value on a curve of known law, and tells that law from the others."""

from decimal import Decimal as D
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from repro.judging import Abs, Exact, Impossible, Judgement, Shape, judge
from repro.judging.shapes import LIMIT, jackknife, shape_evidence, spread_parts, statistic_of

Floats = NDArray[np.float64]
ERROR = 1e-5
WIDE = np.geomspace(10.0, 1e5, 41)
EVEN = np.linspace(0.0, 12.0, 49)


def of(kind: str, x: Floats, y: Floats, exponent: D | None = None) -> float:
    """The statistic of one curve."""
    return shape_evidence(statistic_of(Shape(kind, exponent), x), x, y[None]).estimate


def verdict(
    kind: str, x: Floats, y: Floats, exponent: D | None = None, width: str = "0.1", **settings: Any
) -> Judgement:
    """The judgement of the curve."""
    shape = Shape(kind, exponent)
    return judge(shape, Abs(D(width)), {"x": x.tolist(), "y": y.tolist()}, error=ERROR, **settings)


@pytest.mark.parametrize("p", [-3.0, -1.0, -0.5, -1e-9, 1e-9, 0.1, 0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("points", [3, 4, 41])
def test_growth_exponent_is_exact_for_every_power(p: float, points: int) -> None:
    """a + b x^p has growth exponent p for any a and b p > 0, whether or not a point lies in the middle."""
    x = np.geomspace(3.0, 2000.0, points)
    assert of("linear", x, 7.0 + 4.0 / p * x**p) == pytest.approx(p, abs=1e-5)


def test_growth_exponent_of_a_logarithm_is_zero() -> None:
    """a + b log x has growth exponent 0 on any grid, where its log-log slope has not."""
    for x in (WIDE, np.array([1.0, 2.0, 30.0, 400.0]), np.linspace(1.0, 500.0, 77)):
        assert of("logarithmic", x, 5.0 + 3.0 * np.log(x)) == pytest.approx(0.0, abs=1e-12)
    assert of("power", WIDE, 5.0 + 3.0 * np.log(WIDE), D(0)) > 0.1


def test_growth_exponent_of_a_range_beyond_the_floats_of_x_to_the_tenth() -> None:
    """Forty decades of x do not overflow."""
    assert of("linear", np.geomspace(1e-20, 1e20, 5), np.geomspace(1e-20, 1e20, 5)) == pytest.approx(1.0)


GROWTH = {
    "logarithm": np.log(WIDE),
    "fourth root": WIDE**0.25,
    "square root": np.sqrt(WIDE),
    "line": 20.0 + 3.0 * WIDE,
    "square": WIDE**2,
    "exponential": np.exp(WIDE / 1e4),
    "saturation": 1.0 - 1.0 / WIDE,
    "flat": np.full(41, 3.0),
    "falling": -np.log(WIDE),
    "rise and fall": -((np.log(WIDE) - 8.0) ** 2),
}


@pytest.mark.parametrize("law", GROWTH)
def test_growth_laws_are_told_apart(law: str) -> None:
    """Only the logarithm is logarithmic, only the line is linear, among ten laws."""
    assert verdict("logarithmic", WIDE, GROWTH[law]).outcome == ("reproduced" if law == "logarithm" else "refuted")
    assert verdict("linear", WIDE, GROWTH[law]).outcome == ("reproduced" if law == "line" else "refuted")


def test_a_curve_that_does_not_grow_refutes_growth() -> None:
    """Without a late rise the exponent is the least; with only a late rise the greatest."""
    x = np.array([1.0, 10.0, 100.0])
    for y in ([2.0, 2.0, 2.0], [3.0, 2.0, 1.0], [1.0, 3.0, 2.0]):
        assert of("linear", x, np.array(y)) == -LIMIT
    for y in ([1.0, 0.5, 2.0], [1.0, 1.0, 2.0]):
        assert of("linear", x, np.array(y)) == LIMIT


@pytest.mark.parametrize("p", [-2.0, -0.5, 0.5, 1.0, 3.0])
def test_power_is_the_log_log_slope(p: float) -> None:
    """b x^p has exponent p, and an exponential has none that fits it."""
    x = np.geomspace(0.01, 10.0, 12)
    assert of("power", x, 0.3 * x**p, D(1)) == pytest.approx(p)
    assert verdict("power", x, 0.3 * x**p, D(str(p))).outcome == "reproduced"
    assert verdict("power", x, 0.3 * x ** (p + 0.2), D(str(p))).outcome == "refuted"


DECAY = {
    "exponential": 4.0 * np.exp(-0.7 * EVEN),
    "power": (1.0 + EVEN) ** -2.0,
    "Gaussian": np.exp(-((EVEN / 3.0) ** 2)),
    "stretched": np.exp(-np.sqrt(EVEN)),
    "with a floor": np.exp(-0.7 * EVEN) + 0.01,
    "line": 13.0 - EVEN,
    "growing": np.exp(0.7 * EVEN),
    "flat": np.full(49, 2.0),
    "late": np.exp(-np.maximum(EVEN - 6.0, 0.0)),
}


@pytest.mark.parametrize("law", DECAY)
def test_decays_are_told_apart(law: str) -> None:
    """Only the exponential falls equally fast in both halves; one that grows is no decay."""
    assert verdict("exponential_decay", EVEN, DECAY[law]).outcome == (
        "reproduced" if law == "exponential" else "refuted"
    )


def test_fall_ratio_of_two_rates() -> None:
    """Falling at 0.6 and then at 0.3 gives one half; without a late fall it is 0, without an early one at its limit."""
    x = np.arange(8.0)
    bent = np.exp(-np.array([0.0, 0.6, 1.2, 1.8, 2.1, 2.4, 2.7, 3.0]))
    assert of("exponential_decay", x, bent) == pytest.approx(0.5)
    assert of("exponential_decay", x, DECAY["growing"][:8]) == 0.0
    assert of("exponential_decay", x, np.array([1.0, 1.0, 1.0, 1.0, 0.9, 0.8, 0.7, 0.6])) == LIMIT


def paths(decay: float, n: int = 64) -> Floats:
    """Random paths whose spread falls like x^-decay, and whose mean is at rest throughout."""
    noise = np.random.default_rng(5).normal(size=(n, 400))
    scaled: Floats = noise * np.geomspace(1.0, 1e6, 400) ** -decay
    return scaled


def test_settling_and_restless_paths_are_told_apart() -> None:
    """Noise of constant size never settles and shrinking noise settles, though the mean of either is at rest."""
    x = np.geomspace(1.0, 1e6, 400)
    for kind, decay in (("never_settles", 0.0), ("settles", 0.5)):
        other = "settles" if kind == "never_settles" else "never_settles"
        assert verdict(kind, x, paths(decay), max_seeds=64).outcome == "reproduced"
        assert verdict(other, x, paths(decay), max_seeds=64).outcome == "refuted"


def test_spread_ratio_of_known_spreads() -> None:
    """Halves with deviations 2 and 0.5 give 1/4; a constant path has settled; one that starts to move has not."""
    x = np.arange(9.0)
    assert of("settles", x, np.array([-2.0, 2.0, -2.0, 2.0, 99.0, 7.5, 6.5, 7.5, 6.5])) == pytest.approx(0.25)
    assert of("settles", x, np.full(9, 4.0)) == 0.0
    assert of("never_settles", x, np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 1.0, 2.0])) == LIMIT


def test_pseudo_values_are_the_jackknife() -> None:
    """Vectorised pseudo-values equal those of the definition, curve by curve left out."""
    y = 1.0 + np.random.default_rng(8).random((6, 9))

    def formula(curve: Floats) -> Floats:
        squared: Floats = np.log(curve) ** 2
        return squared

    by_definition = [
        6.0 * formula(y.mean(axis=0)) - 5.0 * formula(np.delete(y, i, axis=0).mean(axis=0)) for i in range(6)
    ]
    assert jackknife(formula, y) == pytest.approx(np.array(by_definition), abs=1e-12)
    assert jackknife(formula, y[:1]) == pytest.approx(formula(y[:1]))


def test_pseudo_values_of_a_mean_are_the_values() -> None:
    """For a statistic that is a mean, the pseudo-values are the values themselves: the jackknife changes nothing."""
    y = np.random.default_rng(3).normal(size=(10, 4))
    assert jackknife(lambda curve: curve, y) == pytest.approx(y)


def test_half_variances_leave_out_an_odd_middle() -> None:
    """Halves of five points are the first and the last two, the late one first, in units of the largest number."""
    parts = spread_parts(np.arange(5.0), np.array([[0.0, 2.0, 77.0, 5.0, 5.0]]))
    assert parts == pytest.approx(np.array([[0.0, 2.0 / 77.0**2]]))


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_noisy_curves_over_seeds(noise: float) -> None:
    """Over seeds a logarithm in noise and random units is logarithmic and not linear, and the interval holds 0."""
    rng = np.random.default_rng(12)
    y = np.log(WIDE) * rng.uniform(0.5, 2.0, (64, 1)) + noise * rng.normal(size=(64, 41))
    judged = verdict("logarithmic", WIDE, y, max_seeds=64)
    assert judged.outcome == "reproduced"
    assert judged.estimate == pytest.approx(0.0, abs=0.08)
    assert verdict("linear", WIDE, y, max_seeds=64).outcome == "refuted"


def test_curves_that_differ_only_in_units_are_certain() -> None:
    """Flat curves of different heights do not grow, for certain, although no pseudo-value differs."""
    y = np.arange(1.0, 17.0)[:, None] * np.ones((16, 41))
    judged = verdict("linear", WIDE, y, max_seeds=16)
    assert (judged.outcome, judged.estimate, judged.interval) == ("refuted", -LIMIT, None)
    assert "16 seeds, identical" in judged.reason


def test_equal_curves_need_the_claims_word() -> None:
    """Curves that ignore their seeds are an error unless the claim allows it; a few decide nothing."""
    y = np.tile(np.log(WIDE), (16, 1))
    with pytest.raises(Impossible, match="ignores its seeds"):
        verdict("logarithmic", WIDE, y, max_seeds=16)
    assert verdict("logarithmic", WIDE, y, max_seeds=16, identical=True).outcome == "reproduced"
    assert verdict("logarithmic", WIDE, y[:8], max_seeds=8).outcome == "inconclusive"


@pytest.mark.parametrize(
    ("shape", "x", "y", "message"),
    [
        (Shape("linear"), [1, 50, 99], [1, 2, 3], "x: expected at least 2 decades for a growth exponent, got 1 to 99"),
        (Shape("linear"), [0, 10, 100], [1, 2, 3], "x: expected positive numbers for this shape, got 0"),
        (Shape("linear"), [1, 100], [1, 2], "x: expected at least 3 points for this shape, got 2"),
        (Shape("power", 1), [1, 2], [1, 2], "x: expected at least 3 points for this shape, got 2"),
        (Shape("power", 1), [-1, 2, 3], [1, 2, 3], "x: expected positive numbers for this shape, got -1"),
        (Shape("power", 1), [1, 2, 3], [1, 0, 3], "y: expected a positive mean curve for this shape, got 0 at x = 2"),
        (
            Shape("exponential_decay"),
            [1, 2, 3, 4],
            [4, 3, 2, -1],
            "positive mean curve for this shape, got -1 at x = 4",
        ),
        (Shape("exponential_decay"), [1, 2, 3], [4, 3, 2], "x: expected at least 4 points for this shape, got 3"),
        (Shape("linear"), [1e5, 100000.00000000001, 1e8], [1, 2, 3], "x: expected a point between the ends"),
        (
            Shape("exponential_decay"),
            [0, 1e-307, 2, 3],
            [9e199, 1e-300, 1, 1],
            "curve: expected steps of ordinary size",
        ),
        (Shape("settles"), [1, 2, 3], [4, 3, 2], "x: expected at least 4 points for this shape, got 3"),
    ],
)
def test_curves_without_the_statistic(shape: Shape, x: list[float], y: list[float], message: str) -> None:
    """Too few points, too short a range and numbers without a logarithm are refused, with what and where."""
    with pytest.raises(Impossible) as refusal:
        judge(shape, Exact(), {"x": x, "y": y}, error=ERROR)
    assert message in str(refusal.value)


def test_exactly_two_decades_are_enough() -> None:
    """From 0.1 to 10 is two decades, whatever the rounding of the logarithms."""
    for start in (0.1, 0.3, 7.0, 1e-3):
        x = np.array([start, start * 10, start * 100])
        assert of("linear", x, x) == pytest.approx(1.0)


@pytest.mark.parametrize("unit", [1e-150, 1e190])
def test_units_of_a_curve_do_not_matter(unit: float) -> None:
    """Curves in very small and very large units have the intervals of the same curves in ordinary ones."""
    rng = np.random.default_rng(21)
    x = np.geomspace(1.0, 1e3, 8)
    y = np.exp(-0.002 * x) * (1.0 + 0.05 * rng.random((32, 8)))
    for kind, curve in (("linear", 2.0 - y), ("exponential_decay", y), ("settles", y), ("never_settles", y)):
        plain, scaled = verdict(kind, x, curve, max_seeds=32), verdict(kind, x, unit * curve, max_seeds=32)
        assert scaled.outcome == plain.outcome
        assert scaled.decision_interval == pytest.approx(plain.decision_interval, rel=1e-6)

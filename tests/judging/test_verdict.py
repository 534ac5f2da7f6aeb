"""Verdicts over seeds: where looking stops, what each kind of sample supports, and what the judgement says about it."""

import math
from decimal import Decimal as D
from typing import Any

import numpy as np
import pytest
from scipy import stats

from repro.judging import Abs, AtLeast, AtMost, Exact, Judgement, Order, Printed, Table, Tolerance, Value, judge

ERROR = 1e-3
BAND = Abs(D("0.5"))
ZERO = Value(0)


def sample(mean: float, deviation: float, n: int) -> list[float]:
    """n numbers with exactly this mean and sample deviation, in every even prefix the same mean."""
    step = deviation * math.sqrt((n - 1) / n)
    return [mean - step, mean + step] * (n // 2)


def look(measured: object, max_seeds: int, printed: Printed = ZERO, tolerance: Tolerance | None = BAND) -> Judgement:
    """The judgement with the error of these tests."""
    return judge(printed, tolerance, measured, error=ERROR, max_seeds=max_seeds)


def test_the_interval_is_the_t_interval_of_the_last_look() -> None:
    """Both intervals agree with SciPy's on the seeds seen, and the level is one less the look's share of the error."""
    values = sample(0.2, 1.0, 64)
    judged = look(values, 64)
    assert judged.seeds == 64
    assert judged.decision_level == pytest.approx(1.0 - ERROR / 3)
    for interval, level in ((judged.interval, 0.95), (judged.decision_interval, 1.0 - ERROR / 3)):
        scale = stats.sem(values)
        assert interval == pytest.approx(stats.t.interval(level, 63, np.mean(values), scale), rel=1e-9)
    assert judged.estimate == pytest.approx(0.2)
    assert judged.band == (-0.5, 0.5)


def test_one_sided_bands_spend_their_error_on_one_end() -> None:
    """A bound has the interval whose one end errs with the whole share of the look."""
    judged = look(sample(0.2, 1.0, 16), 16, AtLeast(0), None)
    assert judged.decision_level == pytest.approx(1.0 - 2 * ERROR)
    assert judged.band == (0.0, None)
    assert look(sample(0.2, 1.0, 16), 16, AtMost(0), None).band == (None, 0.0)


@pytest.mark.parametrize(
    ("mean", "outcome"), [(0.0, "reproduced"), (5.0, "refuted"), (-5.0, "refuted"), (0.5, "inconclusive")]
)
def test_inside_apart_and_across(mean: float, outcome: str) -> None:
    """The interval inside the band reproduces, apart from it refutes, across its end decides nothing."""
    judged = look(sample(mean, 0.2, 64), 64)
    assert judged.outcome == outcome
    assert judged.seeds == (64 if outcome == "inconclusive" else 16)
    assert not judged.undecided


def test_looking_stops_at_the_first_look_that_decides() -> None:
    """Seeds after a deciding look are not used, whatever they are."""
    first = sample(0.0, 0.2, 16)
    judged = look(first + [1e6] * 48, 64)
    assert (judged.outcome, judged.seeds) == ("reproduced", 16)
    assert judged == look(first, 64)


def test_missing_seeds_are_asked_for() -> None:
    """An open claim with seeds left is undecided; at its most seeds it says how many would settle it."""
    values = sample(0.4, 0.5, 64)
    for given in (5, 16, 31, 32, 63):
        judged = look(values[:given], 64)
        assert (judged.outcome, judged.undecided) == ("inconclusive", True)
        assert judged.seeds_to_settle is None
        assert judged.seeds == (given if given < 16 else 32 if given >= 32 else 16)
        assert "more seeds are needed" in judged.reason
    judged = look(values, 64)
    assert (judged.outcome, judged.undecided) == ("inconclusive", False)
    assert f"about {judged.seeds_to_settle:,} seeds would settle it" in judged.reason


def test_before_the_first_look_nothing_is_decided() -> None:
    """Fifteen seeds far from the band are shown and not judged."""
    judged = look(sample(9.0, 0.1, 14), 64)
    assert (judged.outcome, judged.undecided) == ("inconclusive", True)
    assert judged.estimate == pytest.approx(9.0)
    assert look([False] * 3, 64, Value(True)).outcome == "inconclusive"


def test_the_seeds_foreseen_do_settle_it() -> None:
    """With the number of seeds that the judge names the claim is decided, and with one fewer it is not."""
    judged = look(sample(0.4, 0.5, 64), 64)
    enough = judged.seeds_to_settle
    assert enough is not None
    deviation = float(np.std(sample(0.4, 0.5, 64), ddof=1))
    for n, inside in ((enough, True), (enough - 1, False)):
        tail = ERROR / 2 / (1 + math.ceil(math.log2(n / 16)))
        assert bool(0.4 + stats.t.isf(tail, n - 1) * deviation / math.sqrt(n) <= 0.5) is inside


def test_nothing_settles_an_estimate_on_the_end() -> None:
    """An estimate on the end of the band stays across it at any number of seeds, and the reason says so."""
    judged = look([0.0, 1.0] * 8, 16)
    assert judged.seeds_to_settle is None
    assert "no number of seeds would move it" in judged.reason


def test_a_sample_never_reproduces_an_exact_number() -> None:
    """A band without width holds no interval: power 0, said in the reason."""
    judged = look(sample(0.0, 1.0, 16), 16, Value(0), Exact())
    assert (judged.outcome, judged.power) == ("inconclusive", 0.0)
    assert "16 seeds would confirm it with probability 0.00 only" in judged.reason


def test_power_is_the_chance_of_the_last_look() -> None:
    """Power agrees with the normal integral of its definition, and is said aloud only below 0.8."""
    for deviation in (0.2, 0.45, 1.0):
        judged = look(sample(0.0, deviation, 16), 16)
        spread = float(np.std(sample(0.0, deviation, 16), ddof=1)) / 4
        slack = 0.5 - stats.t.isf(ERROR / 2, 15) * spread
        expected = max(0.0, stats.norm.cdf(slack / spread) - stats.norm.cdf(-slack / spread))
        assert judged.power == pytest.approx(expected, abs=1e-12)
        assert ("would confirm it" in judged.reason) == (expected < 0.8)


def test_power_of_a_rate_is_the_sum_over_counts() -> None:
    """Power of a success rate equals the enumeration of all counts by SciPy's exact test."""
    for value, width, n in (("0.5", "0.3", 64), ("0.9", "0.08", 200), ("0.5", "0.01", 20), ("0.02", "0.3", 40)):
        judged = judge(Value(D(value)), Abs(D(width)), [True] * n, error=0.1, max_seeds=n)
        tail = 0.05 / len([16 * 2**k for k in range(5) if 16 * 2**k < n] + [n])
        expected = 0.0
        for successes in range(n + 1):
            limits = stats.binomtest(successes, n).proportion_ci(1 - 2 * tail, "exact")
            if float(value) - float(width) <= limits.low and limits.high <= float(value) + float(width):
                expected += stats.binom.pmf(successes, n, float(value))
        assert judged.power == pytest.approx(expected, abs=1e-9)


def test_a_rate_that_cannot_be_has_no_power() -> None:
    """A printed success rate above one is never confirmed."""
    assert look([True] * 16, 16, Value(2)).power == 0.0


def test_power_is_absent_where_it_means_nothing() -> None:
    """Bounds, orders, truths and deterministic numbers have no power."""
    assert look(sample(1.0, 1.0, 16), 16, AtLeast(0), None).power is None
    assert look([True] * 16, 16, Value(True)).power is None
    assert judge(Value(1), Exact(), 1, error=ERROR).power is None


def test_truths_are_success_rates_where_a_number_is_printed() -> None:
    """Boolean samples get the exact binomial interval."""
    judged = look([True] * 60 + [False] * 4, 64, Value(D("0.9")), Abs(D("0.01")))
    assert judged.estimate == 60 / 64
    limits = stats.binomtest(60, 64).proportion_ci(0.95, "exact")
    assert judged.interval == pytest.approx((limits.low, limits.high), rel=1e-9)
    assert "60 successes of 64 seeds" in judged.reason
    assert look([True] * 256, 256, AtLeast(D("0.9")), None).outcome == "reproduced"
    assert look([False] * 16, 256, AtLeast(D("0.9")), None).outcome == "refuted"


def test_a_printed_truth_means_always() -> None:
    """A truth or text over seeds is refuted by one seed that differs and reproduced by all that may be spent."""
    assert look([True] * 64, 64, Value(True)).outcome == "reproduced"
    assert look([False] * 64, 64, Value(False)).outcome == "reproduced"
    waiting = look([True] * 16, 64, Value(True))
    assert (waiting.outcome, waiting.undecided) == ("inconclusive", True)
    assert "all 64 must agree" in waiting.reason
    late = look([True] * 40 + [False] * 24, 64, Value(True))
    assert (late.outcome, late.seeds) == ("refuted", 64)
    assert "got false for seed 40" in late.reason
    texts = look(["NaN"] * 3 + ["inf"] + ["NaN"] * 12, 16, Value("NaN"))
    assert (texts.outcome, texts.measured, texts.documented) == ("refuted", "inf", "NaN")


def test_orders_pair_their_seeds() -> None:
    """A small advantage on every seed is seen through a large spread that both share."""
    shared = np.random.default_rng(4).normal(0.0, 10.0, 16)
    small = shared + np.random.default_rng(5).normal(0.5, 0.1, 16)
    measured = {"full": shared.tolist(), "small": small.tolist()}
    judged = look(measured, 16, Order("full", "small", "lower", 0), None)
    assert judged.outcome == "reproduced"
    assert judged.interval == pytest.approx(stats.ttest_rel(small, shared).confidence_interval(0.95), rel=1e-9)
    assert look(measured, 16, Order("full", "small", "higher", 0), None).outcome == "refuted"
    assert look(measured, 16, Order("full", "small", "lower", 1), None).outcome == "refuted"
    assert look(measured, 16, Order("full", "small", "lower", D("0.5")), None).outcome == "inconclusive"


def test_orders_of_success_rates_are_exact() -> None:
    """Truths are compared by wins and losses on the same seeds, in the direction that is better."""
    measured = {"a": [True] * 60 + [False] * 4, "b": [False] * 60 + [True] * 4}
    assert look(measured, 64, Order("a", "b", "higher", 0), None).outcome == "reproduced"
    assert look(measured, 64, Order("a", "b", "lower", 0), None).outcome == "refuted"
    almost = {"a": [True] * 63 + [False], "b": [False] * 64}
    judged = look(almost, 64, Order("a", "b", "higher", D("0.9")), None)
    assert judged.outcome == "inconclusive"  # a t interval would claim it: 63/64 - 5 standard errors is above 0.9
    assert judged.estimate == 63 / 64
    assert judged.seeds_to_settle is not None
    assert judged.seeds_to_settle > 64
    assert "an advantage of 0.9844" in judged.reason


def test_constant_differences_decide_only_where_the_claim_says_so() -> None:
    """An advantage that is the same for sixteen seeds may be chance; with `identical` it is the advantage."""
    measured: dict[str, Any] = {"a": list(range(16)), "b": [i + 1 for i in range(16)]}
    order = Order("a", "b", "lower", 0)
    assert look(measured, 16, order, None).outcome == "inconclusive"
    assert judge(order, None, measured, error=ERROR, max_seeds=16, identical=True).outcome == "reproduced"


TABLE = Table("v", ("v", "value", "holds"), (("v1", D("0.5"), True), ("v2", 2, ""), ("v3", 3, "no")))


def cells(**changes: object) -> dict[str, dict[str, object]]:
    """Good measurements of the table, with changed values of one row each."""
    values: dict[str, object] = {"v1": 0.5, "v2": 2, "v3": 3, **changes}
    return {
        "v1": {"value": values["v1"], "holds": True},
        "v2": {"value": values["v2"]},
        "v3": {"value": values["v3"], "holds": "no"},
    }


def test_a_table_names_its_worst_cell() -> None:
    """Of two wrong cells the one that is farther off, in half-widths of its band, is named; every cell is listed."""
    judged = judge(TABLE, BAND, cells(v1=1.5, v3=7), error=ERROR)
    assert (judged.outcome, judged.documented, judged.measured) == ("refuted", "5 cells", "3 of 5 cells reproduced")
    assert judged.reason.startswith("Worst cell, row v3, column value: Expected 3 ± 0.5, got 7")
    assert [cell.outcome for cell in judged.cells] == ["refuted", "reproduced", "reproduced", "refuted", "reproduced"]
    assert [(cell.key, cell.column) for cell in judged.cells][:3] == [("v1", "value"), ("v1", "holds"), ("v2", "value")]
    assert judge(TABLE, BAND, cells(), error=ERROR).outcome == "reproduced"


def test_a_wrong_truth_is_the_worst_cell() -> None:
    """A truth that fails outranks any number."""
    measured = cells(v3=9)
    measured["v1"]["holds"] = False
    assert "row v1, column holds" in judge(TABLE, BAND, measured, error=ERROR).reason


def test_exact_cells_rank_by_failing_at_all() -> None:
    """Under exact equality an unequal cell is worse than any equal one."""
    measured = cells(v2=2.0000001)
    assert "row v2, column value: Expected exactly 2" in judge(TABLE, Exact(), measured, error=ERROR).reason


GRID = Table("k", ("k", "y"), ((1, 0), (2, 0)))


def test_cells_are_decided_at_their_own_looks() -> None:
    """An easy cell keeps the verdict of its first look while a hard one looks on, and later seeds do not touch it."""
    easy, hard = sample(0.0, 0.2, 16) + [1e6] * 48, sample(0.0, 0.7, 64)
    judged = look({"1": {"y": easy}, "2": {"y": hard}}, 64, GRID)
    assert (judged.outcome, judged.seeds) == ("reproduced", 64)
    assert judged.cells[0].measured == "0.00"


def test_one_refuted_cell_ends_the_looking() -> None:
    """No seeds are asked for once a cell is refuted; the others keep what they had."""
    judged = look({"1": {"y": sample(9.0, 0.2, 16)}, "2": {"y": sample(0.4, 0.5, 16)}}, 64, GRID)
    assert (judged.outcome, judged.undecided) == ("refuted", False)
    assert [cell.outcome for cell in judged.cells] == ["refuted", "inconclusive"]


def test_a_table_needs_the_seeds_and_has_the_power_of_its_hardest_cell() -> None:
    """Power is the least, seeds to settle the most; where nothing settles a cell, nothing settles the table."""
    halves = {"1": {"y": sample(0.3, 0.5, 16)}, "2": {"y": sample(0.4, 0.5, 16)}}
    judged = look(halves, 16, GRID)
    alone = [look(cell["y"], 16) for cell in halves.values()]
    assert judged.seeds_to_settle == max(one.seeds_to_settle or 0 for one in alone)
    assert judged.power == min(one.power or 0.0 for one in alone)
    halves["1"]["y"] = [0.0, 1.0] * 8
    assert look(halves, 16, GRID).seeds_to_settle is None


def test_digits_shown_never_contradict_the_verdict() -> None:
    """A number keeps as many digits as its verdict needs; noise beside the tolerance is shown as 0."""
    assert judge(Value(D("11.652")), BAND, 11.65207, error=ERROR).measured == "11.6521"
    assert judge(Value(1), Exact(), 1.0000000001, error=ERROR).measured == "1.0000000001"
    assert judge(Value(1), Exact(), 1.0000000000000002, error=ERROR).measured == "1.0000000000000002"
    assert judge(Value(0), BAND, 3e-17, error=ERROR).measured == "0"
    assert judge(AtLeast(0), None, 3e-17, error=ERROR).measured == "3e-17"
    assert judge(Value(48_000), Exact(), 48_120, error=ERROR).measured == "48120"
    assert judge(Value(0), BAND, 1e30, error=ERROR).measured == "1e+30"


@pytest.mark.parametrize(
    ("mean", "deviation", "text"),
    [
        (0.5, 0.2, "0.50"),
        (123456.0, 3000.0, "123500"),
        (12345678.0, 900.0, "12345680"),
        (3e-12, 1e-12, "3e-12"),
        (2.51e12, 4e9, "2.51e+12"),
    ],
)
def test_digits_of_a_mean_follow_its_interval(mean: float, deviation: float, text: str) -> None:
    """A mean is shown to the second digit of its uncertainty, at any size."""
    assert look(sample(mean, deviation, 16), 16).measured == text


@pytest.mark.parametrize(
    ("printed", "tolerance", "measured", "reason"),
    [
        (Value(D("1.50")), Abs(D("0.1")), 1.45, "Expected 1.50 ± 0.1, got 1.45: inside the accepted range."),
        (AtLeast(400), None, 398, "Expected at least 400, got 398: it does not hold."),
        (AtMost(1), None, 0.5, "Expected at most 1, got 0.5: it holds."),
        (Value(48_000), Exact(), 48_120, "Expected exactly 48000, got 48120: not equal."),
        (Value(3), Exact(), 3, "Expected exactly 3, got 3: equal."),
        (Value(True), Exact(), False, "Expected true, got false."),
        (Order("a", "b", "lower", D("0.1")), None, {"a": 1, "b": 2},
         "Expected a lower than b by more than 0.1, got a 1, b 2: it holds."),
    ],
)  # fmt: skip
def test_the_reason_says_expected_got_and_why(
    printed: Printed, tolerance: Tolerance | None, measured: object, reason: str
) -> None:
    """One sentence carries the whole verdict."""
    assert judge(printed, tolerance, measured, error=ERROR).reason == reason


@pytest.mark.parametrize(
    ("a", "b", "text"),
    [
        (1234567, 1234568, "a 1234567, b 1234568"),
        (0.1234561, 0.1234562, "a 0.1234561, b 0.1234562"),
        (1.0, 1.0000000000000002, "a 1, b 1.0000000000000002"),
        (2.5, 2.5, "a 2.5, b 2.5"),
    ],
)
def test_an_order_shows_the_difference(a: float, b: float, text: str) -> None:
    """Two numbers that differ are never shown alike."""
    assert judge(Order("a", "b", "lower", 0), None, {"a": a, "b": b}, error=ERROR).measured == text

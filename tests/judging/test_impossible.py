"""Measurements that cannot be judged are refused with where, expected and got; none is ever a verdict."""

from decimal import Decimal as D
from typing import Any

import pytest

from repro.judging import Abs, AtLeast, Exact, Impossible, Order, Printed, Shape, Table, Tolerance, Value, judge

NEAR = Abs(D("0.5"))
ONE = Value(D("1.0"))
TABLE = Table("v", ("v", "value", "note"), (("v1", D("0.5"), "yes"), ("v2", D("1.5"), "")))
GOOD = {"v1": {"value": 0.5, "note": "yes"}, "v2": {"value": 1.5}}
LOWER = Order("a", "b", "lower", 0)
LINE = Shape("linear")
SEEDS = {"max_seeds": 32}


def differing(n: int) -> list[float]:
    """n different numbers near one."""
    return [1.0 + 0.01 * i for i in range(n)]


CASES: list[tuple[Printed, Tolerance | None, object, dict[str, Any], str]] = [
    # one number
    (ONE, NEAR, float("nan"), {}, "value: expected a finite number, got nan"),
    (ONE, NEAR, float("inf"), {}, "value: expected a finite number, got inf"),
    (ONE, NEAR, 1e201, {}, "value: expected a number up to 1e200 in size, got a larger one; measure its logarithm"),
    (ONE, NEAR, 10**400, {}, "value: expected a number up to 1e200 in size, got a larger one; measure its logarithm"),
    (ONE, NEAR, True, {}, "value: expected a number, got true"),
    (ONE, NEAR, "1.0", {}, "value: expected a number, got '1.0'"),
    (ONE, NEAR, None, {}, "value: expected a number, got nothing"),
    (ONE, NEAR, [1.0, 1.0], {}, "value: expected a number, got a list of 2"),
    (ONE, NEAR, {"a": 1}, {}, "value: expected a number, got a mapping of 1"),
    (ONE, NEAR, "x" * 99, {}, "value: expected a number, got 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."),
    (ONE, NEAR, 1.01, {"possible": (0.0, 1.0)}, "value: expected a value between 0 and 1, got 1.01, which cannot be"),
    (ONE, NEAR, -0.01, {"possible": (0.0, 1.0)}, "value: expected a value between 0 and 1, got -0.01, which cannot be"),
    (AtLeast(0), None, float("nan"), {}, "value: expected a finite number, got nan"),
    # truth and text
    (Value(True), Exact(), 1, {}, "value: expected true or false, got 1"),
    (Value("NaN"), Exact(), float("nan"), {}, "value: expected text, got nan"),
    (Value(True), Exact(), [True, 1], SEEDS, "value: expected true or false, got 1"),
    # seeds
    (ONE, NEAR, 1.0, SEEDS, "value: expected a list with one value a seed, got 1.0"),
    (ONE, NEAR, [], SEEDS, "value: expected 1 to 32 seeds, got 0"),
    (ONE, NEAR, differing(33), SEEDS, "value: expected 1 to 32 seeds, got 33"),
    (ONE, NEAR, [*differing(3), float("nan")], SEEDS, "value, seed 3: expected a finite number, got nan"),
    (ONE, NEAR, [1.0, True], SEEDS, "value, seed 1: expected a number, got true"),
    (ONE, NEAR, [1.0, [2.0]], SEEDS, "value, seed 1: expected a number, got a list of 1"),
    (ONE, NEAR, [0.5, 1.5], {**SEEDS, "possible": (0, 1)}, "value, seed 1: expected a value between 0 and 1, got 1.5"),
    (
        ONE,
        NEAR,
        [1.0] * 16,
        SEEDS,
        "value: the measure ignores its seeds: expected values that differ, got 1.0 for all 16 seeds",
    ),
    # tables
    (TABLE, NEAR, [1.0], {}, "table: expected names with values, got a list of 1"),
    (TABLE, NEAR, {"v1": GOOD["v1"]}, {}, "table rows: expected v1, v2; missing v2"),
    (TABLE, NEAR, {**GOOD, "v3": {}}, {}, "table rows: expected v1, v2; extra v3"),
    (TABLE, NEAR, {"v1": GOOD["v1"], "w2": {}}, {}, "table rows: expected v1, v2; missing v2; extra w2"),
    (TABLE, NEAR, {**GOOD, "v1": 0.5}, {}, "row v1: expected names with values, got 0.5"),
    (TABLE, NEAR, {**GOOD, "v1": {"value": 0.5}}, {}, "columns of row v1: expected value, note; missing note"),
    (TABLE, NEAR, {**GOOD, "v2": {"value": 1, "x": 2}}, {}, "columns of row v2: expected value, note; extra x"),
    (TABLE, NEAR, {**GOOD, "v2": {"value": None}}, {}, "row v2, column value: expected a number, got nothing"),
    (
        Table("k", ("k", "y"), ((1, 1), (2, 1))),
        NEAR,
        {"1": {"y": [1.0, 2.0]}, "2": {"y": [1.0, 2.0, 3.0]}},
        SEEDS,
        "seeds: expected as many in each cell, got 2 to 3",
    ),
    (
        Table("k", ("k", "y"), ((1, 1),)),
        NEAR,
        {"1": {"y": [2] * 20}},
        SEEDS,
        "row 1, column y: the measure ignores its seeds: expected values that differ, got 2 for all 20 seeds",
    ),
    # orders
    (LOWER, None, 1.0, {}, "order: expected names with values, got 1.0"),
    (LOWER, None, {"a": 1.0}, {}, "names of the order: expected a, b; missing b"),
    (LOWER, None, {"a": 1.0, "b": 1.0, "c": 1.0}, {}, "names of the order: expected a, b; extra c"),
    (LOWER, None, {"a": 1.0, "b": True}, {}, "b: expected a number, got true"),
    (LOWER, None, {"a": 1.0, 2: 1.0}, {}, "order: expected names with values, got a mapping of 2"),
    (LOWER, None, {"a": [1.0, 2.0], "b": [1.0]}, SEEDS, "seeds: expected as many for both, got 2 for a and 1 for b"),
    (LOWER, None, {"a": [True], "b": [1.0]}, SEEDS, "order: expected both numbers or both truths, got true and 1.0"),
    (LOWER, None, {"a": [1.0] * 16, "b": [2.0] * 16}, SEEDS, "order: the measure ignores its seeds"),
    # curves
    (LINE, NEAR, [1.0], {}, "curve: expected names with values, got a list of 1"),
    (LINE, NEAR, {"x": [1, 2]}, {}, "parts of the curve: expected x, y; missing y"),
    (LINE, NEAR, {"x": [1, 2], "y": [1, 2], "z": []}, {}, "parts of the curve: expected x, y; extra z"),
    (LINE, NEAR, {"x": 3, "y": [1, 2]}, {}, "x: expected a list of numbers, got 3"),
    (LINE, NEAR, {"x": [], "y": []}, {}, "x: expected a list of numbers, got a list of 0"),
    (LINE, NEAR, {"x": ["1", "2"], "y": [1, 2]}, {}, "x: expected a list of numbers, got a list of 2"),
    (LINE, NEAR, {"x": [1, 2], "y": [True, False]}, {}, "y: expected a list of numbers, got a list of 2"),
    (LINE, NEAR, {"x": [1, 2], "y": [1, None]}, {}, "y: expected a list of numbers, got a list of 2"),
    (LINE, NEAR, {"x": [1, 2, 2], "y": [1, 2, 3]}, {}, "x: expected increasing numbers, got some that are not"),
    (LINE, NEAR, {"x": [1, 2], "y": [1, 2, 3]}, {}, "y: expected 2 points as x has, got 3"),
    (LINE, NEAR, {"x": [1, 2], "y": [1, float("nan")]}, {}, "y: expected finite numbers up to 1e200, got nan"),
    (LINE, NEAR, {"x": [1, float("inf")], "y": [1, 2]}, {}, "x: expected finite numbers up to 1e200, got inf"),
    (LINE, NEAR, {"x": [1, 2], "y": [[1, 2]]}, {}, "y: expected a list of numbers, got a list of 1"),
    (LINE, NEAR, {"x": [1, 2], "y": [1, 2]}, SEEDS, "y: expected a list of numbers for each seed, all of one length"),
    (LINE, NEAR, {"x": [1, 2], "y": [[1, 2], [1]]}, SEEDS, "all of one length, got lists of different lengths"),
    (LINE, NEAR, {"x": [1, 2], "y": 3}, SEEDS, "y: expected a list with one value a seed, got 3"),
    (LINE, NEAR, {"x": [1, 2], "y": [[1, 2]] * 33}, SEEDS, "y: expected 1 to 32 seeds, got 33"),
    (LINE, NEAR, {"x": [1, 2], "y": [0, 5]}, {"possible": (0, 1)}, "y: expected a value between 0 and 1, got 5.0"),
]


@pytest.mark.parametrize(("printed", "tolerance", "measured", "settings", "message"), CASES)
def test_refused(
    printed: Printed, tolerance: Tolerance | None, measured: object, settings: dict[str, Any], message: str
) -> None:
    """The refusal says where, what was expected and what was got."""
    with pytest.raises(Impossible) as refusal:
        judge(printed, tolerance, measured, error=1e-5, **settings)
    assert message in str(refusal.value)


def test_the_good_neighbours_are_judged() -> None:
    """The measurements that the refused ones were made from are reproduced."""
    assert judge(TABLE, NEAR, GOOD, error=1e-5).outcome == "reproduced"
    given = {**GOOD, "v2": {"value": 1.5, "note": "no"}}
    assert judge(TABLE, NEAR, given, error=1e-5).outcome == "reproduced"
    assert judge(ONE, NEAR, 1.0, error=1e-5, possible=(0.0, 1.0)).outcome == "reproduced"
    curve = {"x": [1, 10, 100], "y": [0.0, 0.1, 1.0]}
    assert judge(LINE, NEAR, curve, error=1e-5, possible=(0.0, 1.0)).outcome == "reproduced"


def test_seeds_may_agree_where_the_claim_says_so() -> None:
    """With `identical`, equal values are the value; truths may always agree; 15 equal values decide nothing."""
    assert judge(ONE, NEAR, [1.0] * 16, error=1e-5, max_seeds=16, identical=True).outcome == "reproduced"
    assert judge(ONE, NEAR, [True] * 16, error=1e-5, max_seeds=16).outcome == "inconclusive"
    open_one = judge(ONE, NEAR, [1.0] * 15, error=1e-5, max_seeds=15)
    assert open_one.outcome == "inconclusive"
    assert open_one.seeds_to_settle is None
    assert "all seeds agree" in open_one.reason


def test_a_rare_event_is_not_a_deaf_measure() -> None:
    """Sixteen zeros before the first event decide nothing, and the later seeds are judged."""
    rare = [0.0] * 16 + [float(i % 2) for i in range(48)]
    judged = judge(Value(0), Exact(), rare, error=1e-5, max_seeds=64)
    assert judged.seeds > 16


@pytest.mark.parametrize("error", [0.0, 1.0, -0.1, float("nan")])
def test_error_must_be_a_probability(error: float) -> None:
    """A budget outside (0, 1) is refused."""
    with pytest.raises(ValueError, match="error: expected a probability"):
        judge(ONE, NEAR, 1.0, error=error)


@pytest.mark.parametrize(("printed", "tolerance"), [(ONE, None), (AtLeast(1), Exact()), (LOWER, NEAR), (LINE, None)])
def test_tolerance_where_it_belongs(printed: Printed, tolerance: Tolerance | None) -> None:
    """Values, tables and shapes need a tolerance; bounds and orders have none."""
    with pytest.raises(ValueError, match="tolerance: expected one for a value, a table or a shape"):
        judge(printed, tolerance, 1.0, error=1e-5)

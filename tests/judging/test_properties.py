"""Properties that hold for every claim and sample: order of seeds, units, tolerance, and numbers that are not
numbers."""

import json
import math
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repro.judging import (
    Abs,
    AtLeast,
    AtMost,
    Exact,
    Impossible,
    Judgement,
    Order,
    Printed,
    PrintedDigits,
    Rel,
    Shape,
    Table,
    Tolerance,
    Value,
    judge,
)

thousandths = st.integers(-5000, 5000).map(lambda i: i / 1000)
decimals = st.decimals(-5, 5, places=3)
widths = st.decimals(0, 5, places=3)
samples = st.lists(thousandths, min_size=32, max_size=32, unique=True)
always = settings(deadline=None, max_examples=80)


def outcome(printed: Printed, tolerance: Tolerance | None, measured: object, **settings: Any) -> str:
    """The outcome with a generous error, so that 32 seeds often decide."""
    return judge(printed, tolerance, measured, error=0.1, **settings).outcome


@always
@given(samples, decimals, widths, st.randoms(use_true_random=False))
def test_order_of_the_seeds_within_a_look_does_not_matter(values: list[float], at: D, width: D, shuffle: Any) -> None:
    """Permuting the seeds inside each look leaves the whole judgement as it is, to the last bit."""
    first, second = values[:16], values[16:]
    shuffle.shuffle(first)
    shuffle.shuffle(second)
    judged = [judge(Value(at), Abs(width), measured, error=0.1, max_seeds=32) for measured in (values, first + second)]
    assert judged[0] == judged[1]


@always
@given(samples, decimals, widths, widths)
def test_a_tighter_tolerance_never_saves_a_claim(values: list[float], at: D, width: D, other: D) -> None:
    """Whatever a wide tolerance refutes, a narrow one refutes too; reproducing goes the other way."""
    wide, narrow = max(width, other), min(width, other)
    for measured, most in ((values, 32), (values[0], None)):
        loose = outcome(Value(at), Abs(wide), measured, max_seeds=most)
        tight = outcome(Value(at), Abs(narrow), measured, max_seeds=most)
        if loose == "refuted":
            assert tight == "refuted"
        if tight == "reproduced":
            assert loose == "reproduced"


@always
@given(samples, decimals, widths, st.integers(-20, 20))
def test_units_do_not_matter(values: list[float], at: D, width: D, power: int) -> None:
    """Other units (powers of two, so that nothing rounds) change no verdict, and intervals by the factor."""
    factor = 2.0**power
    exact_factor = D(2) ** power
    scaled = [value * factor for value in values]
    for most, before, after in ((32, values, scaled), (None, values[0], scaled[0])):
        one = judge(Value(at), Abs(width), before, error=0.1, max_seeds=most)
        two = judge(Value(at * exact_factor), Abs(width * exact_factor), after, error=0.1, max_seeds=most)
        assert (one.outcome, one.seeds) == (two.outcome, two.seeds)
        if one.interval is not None:
            assert two.interval == pytest.approx((one.interval[0] * factor, one.interval[1] * factor), rel=1e-12)


@always
@given(samples, decimals, widths)
def test_sign_does_not_matter(values: list[float], at: D, width: D) -> None:
    """Turning every sign round, and bounds and orders with it, changes no verdict."""
    turned = [-value for value in values]
    assert outcome(Value(at), Abs(width), values, max_seeds=32) == outcome(Value(-at), Abs(width), turned, max_seeds=32)
    assert outcome(AtLeast(at), None, values, max_seeds=32) == outcome(AtMost(-at), None, turned, max_seeds=32)
    zeros = [0.0] * 32
    lower, higher = Order("a", "b", "lower", at), Order("a", "b", "higher", at)
    one = outcome(lower, None, {"a": values, "b": zeros}, max_seeds=32)
    assert one == outcome(higher, None, {"a": turned, "b": zeros}, max_seeds=32)


@always
@given(
    st.sampled_from([math.nan, math.inf, -math.inf]),
    st.integers(0, 31),
    samples,
    st.sampled_from([Exact(), PrintedDigits(), Abs(D(10) ** 9), Rel(D(10) ** 9)]),
)
def test_what_is_no_number_never_passes(bad: float, place: int, values: list[float], tolerance: Tolerance) -> None:
    """NaN and infinity, measured in any place and under any tolerance, are impossible; printed, they are refused."""
    broken = [*values[:place], bad, *values[place + 1 :]]
    for printed, allowed in ((Value(1), tolerance), (AtLeast(-(10**9)), None), (AtMost(10**9), None)):
        for measured, most in ((bad, None), (broken, 32)):
            with pytest.raises(Impossible):
                judge(printed, allowed, measured, error=0.1, max_seeds=most)
    for pair in ({"a": broken, "b": values}, {"a": values, "b": broken}):
        with pytest.raises(Impossible):
            judge(Order("a", "b", "lower", -(10**9)), None, pair, error=0.1, max_seeds=32)
    with pytest.raises(ValueError, match="finite"):
        Value(D(str(bad)))


@always
@given(st.integers(-99_999, 99_999), st.integers(0, 4), st.integers(-30, 30))
def test_printed_digits_accept_what_rounds_to_them(units: int, places: int, tenths: int) -> None:
    """A number is accepted exactly when it is within half a unit of the last digit, in whole arithmetic."""
    printed = D(units).scaleb(-places)
    measured = float(D(units * 10 + tenths).scaleb(-places - 1))
    expected = "reproduced" if abs(tenths) <= 5 else "refuted"
    assert outcome(Value(printed), PrintedDigits(), measured) == expected


@always
@given(st.integers(-99_999, 99_999), st.integers(0, 4))
def test_a_trailing_zero_is_a_printed_digit(units: int, places: int) -> None:
    """1.50 accepts a tenth of what 1.5 accepts: two tenths of the shorter unit pass one and not the other."""
    shorter = D(units).scaleb(-places)
    longer = (shorter * 10).scaleb(-1) + D(0).scaleb(-places - 1)
    measured = float(D(units * 10 + 2).scaleb(-places - 1))
    assert shorter == longer
    assert outcome(Value(shorter), PrintedDigits(), measured) == "reproduced"
    assert outcome(Value(longer), PrintedDigits(), measured) == "refuted"


@always
@given(samples, decimals, widths, st.integers(1, 31))
def test_looking_again_with_more_seeds_keeps_a_decision(values: list[float], at: D, width: D, n: int) -> None:
    """A decision taken on the seeds so far is the decision on all of them: a run and its replay agree."""
    early = judge(Value(at), Abs(width), values[:n], error=0.1, max_seeds=32)
    if early.outcome != "inconclusive":
        assert early == judge(Value(at), Abs(width), values, error=0.1, max_seeds=32)
    else:
        assert early.undecided


numbers = st.integers(-(10**30), 10**30) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9
)
prints = (
    st.builds(Value, numbers | st.booleans() | st.text(max_size=5))
    | st.builds(AtLeast, numbers)
    | st.builds(AtMost, numbers)
    | st.builds(Order, st.just("a"), st.just("b"), st.sampled_from(["lower", "higher"]), numbers)
    | st.builds(Shape, st.sampled_from(["linear", "logarithmic", "exponential_decay", "never_settles", "settles"]))
    | st.builds(Shape, st.just("power"), numbers)
    | st.builds(Table, st.just("k"), st.just(("k", "y")), st.tuples(st.tuples(numbers, numbers)))
)
tolerances = st.sampled_from([Exact(), PrintedDigits(), Abs(D("0.5")), Rel(D("0.5"))])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
lists = (
    st.lists(scalars, max_size=20)
    | st.lists(st.floats(), min_size=2, max_size=40)
    | st.lists(st.booleans(), max_size=40)
)
points = st.floats(-1e200, 1e200) | st.floats(1e-300, 1e300)
curves = st.lists(st.lists(points, min_size=4, max_size=4), min_size=1, max_size=20) | lists
grids = st.just([1, 2, 30, 400]) | st.lists(points, min_size=4, max_size=4, unique=True).map(sorted) | lists
measurements = (
    scalars
    | lists
    | st.fixed_dictionaries({"a": lists | scalars, "b": lists | scalars})
    | st.fixed_dictionaries({"x": grids, "y": curves | scalars})
    | st.dictionaries(st.text(max_size=2) | st.just("1"), scalars | st.dictionaries(st.just("y"), scalars | lists))
)


@settings(deadline=None, max_examples=400)
@given(prints, tolerances, measurements, st.none() | st.integers(1, 40), st.booleans(), st.floats(1e-12, 0.5))
def test_any_measurement_is_judged_or_impossible(
    printed: Printed, tolerance: Tolerance, measured: object, max_seeds: int | None, identical: bool, error: float
) -> None:
    """Whatever is measured, the judge raises nothing but `Impossible`, and its record is strict JSON."""
    allowed = None if isinstance(printed, (AtLeast, AtMost, Order)) else tolerance
    try:
        judged = judge(printed, allowed, measured, error=error, max_seeds=max_seeds, identical=identical)
    except Impossible:
        return
    assert Judgement.from_dict(json.loads(json.dumps(judged.to_dict(), allow_nan=False))) == judged
    assert judged.undecided <= (judged.outcome == "inconclusive")
    assert judged.seeds <= (max_seeds or 0)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from([Shape("linear"), Shape("power", 1), Shape("exponential_decay"), Shape("settles")]),
    grids,
    curves,
    st.booleans(),
)
def test_any_curve_is_judged_or_impossible(shape: Shape, x: object, y: object, deterministic: bool) -> None:
    """Curves of any size and on any grid have a statistic within its limits, or are refused; nothing overflows."""
    measured = {"x": x, "y": y[0] if deterministic and isinstance(y, list) and y else y}
    try:
        judged = judge(shape, Abs(D("0.1")), measured, error=0.1, max_seeds=None if deterministic else 20)
    except Impossible:
        return
    assert judged.estimate is not None
    assert math.isfinite(judged.estimate)

"""A judge with one deliberate fault gives wrong answers to cases of known answer: the tests can fail."""

import math
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction
from typing import Any

import pytest

from repro.judging import (
    Abs,
    AtLeast,
    AtMost,
    Exact,
    Impossible,
    Order,
    Printed,
    PrintedDigits,
    Rel,
    Shape,
    Table,
    Tolerance,
    Value,
    bands,
    budget,
    compare,
    evidence,
    finding,
    judge,
    samples,
    shapes,
    verdict,
)
from repro.judging.bands import Band

LOW_SPREAD = [-0.1, 0.1] * 32
HALF_OPEN = [0.3, 0.5] * 8  # 0.48 is the upper end of its interval for a tail of 0.0037
RARE = [True] * 63 + [False]
WIDE = [1.0, 10.0, 100.0, 1000.0]

CASES: list[tuple[Printed, Tolerance | None, object, dict[str, Any], str]] = [
    (Value(D("1.50")), PrintedDigits(), 1.505, {}, "reproduced"),
    (Value(D("1.50")), PrintedDigits(), 1.508, {}, "refuted"),
    (Value(D("1.50")), PrintedDigits(), 1.4951, {}, "reproduced"),
    (Value(3), PrintedDigits(), 3.6, {}, "refuted"),
    (Value(D("0.3")), Exact(), 0.3, {}, "reproduced"),
    (Value(D("0.3")), Exact(), 0.1 + 0.2, {}, "refuted"),
    (Value(10), Rel(D("0.01")), 10.05, {}, "reproduced"),
    (Value(10), Rel(D("0.01")), 10.2, {}, "refuted"),
    (Value(D("0.1")), Rel(D("0.01")), 0.105, {}, "refuted"),
    (Value(1), Abs(D("0.25")), 1.2, {}, "reproduced"),
    (Value(True), Exact(), False, {}, "refuted"),
    (Value("NaN"), Exact(), "NaN", {}, "reproduced"),
    (AtLeast(1), None, 1, {}, "reproduced"),
    (AtLeast(1), None, 2, {}, "reproduced"),
    (AtMost(1), None, 2, {}, "refuted"),
    (Order("a", "b", "lower", 0), None, {"a": 1, "b": 2}, {}, "reproduced"),
    (Order("a", "b", "higher", 0), None, {"a": 1, "b": 2}, {}, "refuted"),
    (Order("a", "b", "lower", 0), None, {"a": 1, "b": 1}, {}, "refuted"),
    (Order("a", "b", "lower", 2), None, {"a": 1, "b": 2}, {}, "refuted"),
    (Table("k", ("k", "y"), (("r", 1), ("s", 2))), Exact(), {"r": {"y": 1}, "s": {"y": 3}}, {}, "refuted"),
    (Shape("linear"), Abs(D("0.1")), {"x": WIDE, "y": WIDE}, {}, "reproduced"),
    (Shape("linear"), Abs(D("0.1")), {"x": WIDE, "y": [0, 1, 2, 3]}, {}, "refuted"),
    (Shape("never_settles"), Abs(D("0.1")), {"x": WIDE, "y": [1, 2, 1.5, 1.6]}, {}, "refuted"),
    (Shape("settles"), Abs(D("0.5")), {"x": WIDE, "y": [1.5, 1.6, 1, 2]}, {}, "refuted"),
    (Value(0), Abs(1), LOW_SPREAD[:16], {"max_seeds": 16}, "reproduced"),
    (Value(3), Abs(1), LOW_SPREAD[:16], {"max_seeds": 16}, "refuted"),
    (Value(0), Abs(D("0.48")), HALF_OPEN, {"max_seeds": 64, "error": 0.012}, "inconclusive"),
    (Value(0), Abs(D("0.48")), HALF_OPEN, {"max_seeds": 16, "error": 0.006}, "inconclusive"),
    (Value(0), Abs(D("0.48")), HALF_OPEN, {"max_seeds": 16, "error": 0.010}, "reproduced"),
    (AtMost(D("0.48")), None, HALF_OPEN, {"max_seeds": 16, "error": 0.005}, "reproduced"),
    (Value(True), Exact(), RARE, {"max_seeds": 64}, "refuted"),
    (Value(True), Exact(), RARE[:16], {"max_seeds": 64}, "inconclusive"),
    (Value(1), Abs(D("0.1")), RARE[:16], {"max_seeds": 16}, "inconclusive"),
    (Order("a", "b", "higher", D("0.9")), None, {"a": RARE, "b": [False] * 64}, {"max_seeds": 64}, "inconclusive"),
    (Order("a", "b", "lower", 0), None, {"a": RARE, "b": [False] * 64}, {"max_seeds": 64}, "refuted"),
    (Value(1), Exact(), [1] * 16, {"max_seeds": 16}, "impossible"),
    (Value(1), Exact(), float("nan"), {}, "impossible"),
    (Value(1), Abs(9), 1.5, {"possible": (0, 1)}, "impossible"),
]  # fmt: skip


def wrong_answers() -> list[int]:
    """Positions of the cases whose outcome is not the known one."""
    wrong = []
    for position, (printed, tolerance, measured, settings, outcome) in enumerate(CASES):
        try:
            got: str = judge(printed, tolerance, measured, **{"error": 1e-3, **settings}).outcome
        except Impossible:
            got = "impossible"
        if got != outcome:
            wrong.append(position)
    return wrong


def test_the_judge_knows_the_answers() -> None:
    """Without a fault every case has its known outcome."""
    assert wrong_answers() == []


def around_with(half: Callable[[Any, Any], Fraction]) -> Callable[[Any, Any], Band]:
    """A faulty band: the half-width by another rule."""
    return lambda number, tolerance: Band(
        Fraction(number) - half(number, tolerance), Fraction(number) + half(number, tolerance)
    )


def whole_unit(number: Any, tolerance: Any) -> Fraction:
    """A whole unit of the last printed digit where half of one is meant."""
    return bands.half_width(number, tolerance) * (2 if isinstance(tolerance, PrintedDigits) else 1)


def not_relative(number: Any, tolerance: Any) -> Fraction:
    """A relative tolerance taken for an absolute one."""
    return Fraction(tolerance.size) if isinstance(tolerance, Rel) else bands.half_width(number, tolerance)


PLACE, BAND = Band.place, Band
OTHER = {"lower": "higher", "higher": "lower"}
TAIL, SAMPLE, ORDER = budget.tail_of, compare._sample, compare._order
SPREADS, SAMENESS = shapes.spread_parts, finding._sameness


def swapped(band: Band, low: Any, high: Any) -> Any:
    """Inside and outside exchanged."""
    return {"inside": "outside", "outside": "inside", "across": "across"}[PLACE(band, low, high)]


def t_for_truths(a: Any, b: Any, sign: int, identical: bool, n: int) -> Any:
    """A t interval for differences of truths."""
    return SAMPLE([sign * (float(one) - float(two)) for one, two in zip(a[:n], b[:n], strict=True)], identical, n)


def first_alone(at: Any, n: int, budget: Any, decide: bool) -> Any:
    """The first truth taken for all of them."""
    return SAMENESS(replace(at, values=at.values[:1] * max(n, 1)), n, budget, decide)


MUTANTS: dict[str, tuple[Any, str, Any]] = {
    "the verdict turned round": (Band, "place", swapped),
    "an interval across an end counts as inside": (
        Band, "place", lambda *at: "inside" if PLACE(*at) == "across" else PLACE(*at)),
    "an interval across an end counts as outside": (
        Band, "place", lambda *at: "outside" if PLACE(*at) == "across" else PLACE(*at)),
    "the sign of the band flipped": (compare, "around", lambda number, tolerance: bands.around(-number, tolerance)),
    "the printed digit taken whole": (compare, "around", around_with(whole_unit)),
    "a relative tolerance taken as absolute": (compare, "around", around_with(not_relative)),
    "no tolerance at all": (compare, "around", around_with(lambda number, tolerance: Fraction(0))),
    "floats compared in binary": (compare, "exact", Fraction),
    "an order that accepts a tie": (
        compare, "Band", lambda low, high, strict=False: BAND(low, high)),
    "the better one is the other one": (
        compare, "_order", lambda printed, *rest: ORDER(replace(printed, better=OTHER[printed.better]), *rest)),
    "the margin forgotten": (compare, "_order", lambda printed, *rest: ORDER(replace(printed, margin=0), *rest)),
    "the error not divided over looks": (budget, "tail_of", lambda error, most, sides: error / sides),
    "the error not divided over ends": (budget, "tail_of", lambda error, most, sides: TAIL(error, most, 1)),
    "the error of a bound divided over two ends": (budget, "tail_of", lambda error, most, sides: TAIL(error, most, 2)),
    "a 95 % interval decides": (budget, "tail_of", lambda error, most, sides: 0.025),
    "the deviation taken for the error of the mean": (
        evidence, "mean_interval", lambda mean, deviation, n, tail: (mean - 4 * deviation, mean + 4 * deviation)),
    "an interval without width": (evidence, "mean_interval", lambda mean, deviation, n, tail: (mean, mean)),
    "success rates without an interval": (evidence, "rate_interval", lambda k, n, tail: (k / n, k / n)),
    "a t interval for orders of truths": (compare, "_advantage", t_for_truths),
    "one seed is enough for a truth": (
        finding, "_sameness", first_alone),
    "the best cell of a table": (
        verdict, "_summary", lambda comparisons, findings: min(findings, key=lambda one: verdict.RANK[one.outcome])),
    "late and early exchanged": (shapes, "spread_parts", lambda x, y: SPREADS(x, y)[:, ::-1]),
    "growth measured by its second half alone": (
        shapes, "exponent_of", lambda first, second, ratio: 1.0 if ratio > 0.0 else 0.0),
    "seeds that are ignored": (compare, "refuse_deaf", lambda *rest: None),
}  # fmt: skip


@pytest.mark.parametrize("fault", MUTANTS)
def test_a_faulty_judge_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fault gives a wrong answer to at least one case."""
    where, name, substitute = MUTANTS[fault]
    monkeypatch.setattr(where, name, substitute)
    assert wrong_answers() != []


@pytest.mark.parametrize("check", ["isfinite", "possible"])
def test_a_judge_that_accepts_the_impossible_is_caught(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the check for finite or for possible numbers, a case that must be refused is judged."""
    read = samples.read_number

    def lax(value: Any, where: str, rules: Any) -> Any:
        if check == "isfinite" and isinstance(value, float) and math.isnan(value):
            return 1.0
        return read(value, where, replace(rules, possible=None) if check == "possible" else rules)

    monkeypatch.setattr(compare, "read_number", lax)
    assert wrong_answers() != []

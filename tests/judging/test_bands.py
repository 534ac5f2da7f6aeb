"""Bands: which numbers each tolerance accepts, exactly up to and on their ends."""

from decimal import Decimal as D
from fractions import Fraction

import numpy as np
import pytest

from repro.judging import Abs, AtLeast, AtMost, Exact, Order, PrintedDigits, Rel, Tolerance, Value, judge
from repro.judging.bands import Band, exact, half_width


@pytest.mark.parametrize(
    ("number", "tolerance", "width"),
    [
        (D("1.50"), PrintedDigits(), "0.005"),
        (D("1.5"), PrintedDigits(), "0.05"),
        (D("11.652"), PrintedDigits(), "0.0005"),
        (D("4E+2"), PrintedDigits(), "50"),
        (D("2.50e-3"), PrintedDigits(), "0.000005"),
        (42_000, PrintedDigits(), "0.5"),
        (-7, PrintedDigits(), "0.5"),
        (D("3.0"), Exact(), "0"),
        (48_000, Exact(), "0"),
        (D("3.0"), Abs(D("0.25")), "0.25"),
        (D("-4.0"), Rel(D("0.1")), "0.4"),
        (0, Rel(D("0.1")), "0"),
    ],
)
def test_half_width(number: D | int, tolerance: Tolerance, width: str) -> None:
    """Each tolerance allows what its definition says, with the digits as written."""
    assert half_width(number, tolerance) == Fraction(width)


@pytest.mark.parametrize(
    ("value", "tolerance", "measured", "outcome"),
    [
        (D("1.50"), PrintedDigits(), 1.495, "reproduced"),
        (D("1.50"), PrintedDigits(), 1.505, "reproduced"),
        (D("1.50"), PrintedDigits(), 1.5050000000000003, "refuted"),
        (D("1.50"), PrintedDigits(), 1.49, "refuted"),
        (D("1.5"), PrintedDigits(), 1.49, "reproduced"),
        (D("11.652"), PrintedDigits(), 11.6525, "reproduced"),
        (3, PrintedDigits(), 3.5, "reproduced"),
        (3, PrintedDigits(), 2.49, "refuted"),
        (D("0.3"), Exact(), 0.3, "reproduced"),
        (D("0.3"), Exact(), 0.1 + 0.2, "refuted"),
        (D("3.0"), Exact(), 3, "reproduced"),
        (2**70, Exact(), 2**70, "reproduced"),
        (2**70, Exact(), 2**70 + 1, "refuted"),
        (D("0.1"), Abs(D("0.05")), 0.15, "reproduced"),
        (D("0.1"), Abs(D("0.05")), 0.05, "reproduced"),
        (D("0.1"), Abs(D("0.05")), 0.0499, "refuted"),
        (D(-200), Rel(D("0.01")), -202, "reproduced"),
        (D(-200), Rel(D("0.01")), -202.1, "refuted"),
    ],
)
def test_deterministic_values(value: D | int, tolerance: Tolerance, measured: float, outcome: str) -> None:
    """Ends of a band belong to it, the next float does not, and integers are compared without rounding."""
    assert judge(Value(value), tolerance, measured, error=1e-5).outcome == outcome


@pytest.mark.parametrize(
    ("printed", "measured", "outcome"),
    [
        (AtLeast(400), 400, "reproduced"),
        (AtLeast(400), 399.9999999, "refuted"),
        (AtLeast(D("-0.1")), -0.1, "reproduced"),
        (AtMost(1), 1.0, "reproduced"),
        (AtMost(1), 1.0000000000000002, "refuted"),
        (Order("a", "b", "lower", 0), {"a": 1, "b": 2}, "reproduced"),
        (Order("a", "b", "lower", 0), {"a": 2, "b": 1}, "refuted"),
        (Order("a", "b", "lower", 0), {"a": 2, "b": 2}, "refuted"),
        (Order("a", "b", "higher", 0), {"a": 2, "b": 1}, "reproduced"),
        (Order("a", "b", "higher", D("0.1")), {"a": 0.3, "b": 0.2}, "refuted"),
        (Order("a", "b", "higher", D("0.1")), {"a": 0.31, "b": 0.2}, "reproduced"),
        (Order("a", "b", "lower", D("-0.1")), {"a": 1.05, "b": 1.0}, "reproduced"),
    ],
)
def test_deterministic_bounds_and_orders(printed: AtLeast | AtMost | Order, measured: object, outcome: str) -> None:
    """A limit itself is allowed; an order asks for more than its margin, without the rounding of the difference."""
    assert judge(printed, None, measured, error=1e-5).outcome == outcome


@pytest.mark.parametrize(
    ("band", "low", "high", "place"),
    [
        (Band(Fraction(0), Fraction(1)), 0.0, 1.0, "inside"),
        (Band(Fraction(0), Fraction(1)), -0.1, 0.5, "across"),
        (Band(Fraction(0), Fraction(1)), 0.5, 1.1, "across"),
        (Band(Fraction(0), Fraction(1)), -1.0, 2.0, "across"),
        (Band(Fraction(0), Fraction(1)), -2.0, -0.1, "outside"),
        (Band(Fraction(0), Fraction(1)), 1.1, 2.0, "outside"),
        (Band(Fraction(0), Fraction(1)), 1.0, 2.0, "across"),
        (Band(Fraction(0), None), 5.0, 9.0, "inside"),
        (Band(Fraction(0), None), -1.0, 0.0, "across"),
        (Band(Fraction(0), None, strict=True), -1.0, 0.0, "outside"),
        (Band(Fraction(0), None, strict=True), 0.0, 1.0, "across"),
        (Band(None, Fraction(0)), -9.0, -5.0, "inside"),
        (Band(None, Fraction(0)), -9.0, 5.0, "across"),
        (Band(None, Fraction(0)), 1.0, 5.0, "outside"),
    ],
)
def test_places_of_an_interval(band: Band, low: float, high: float, place: str) -> None:
    """Wholly inside, wholly outside, or across an end."""
    assert band.place(low, high) == place


def test_a_float_is_the_decimal_that_it_shows() -> None:
    """0.1 is one tenth, as a reader sees it, and not the binary fraction beside it."""
    assert exact(0.1) == Fraction(1, 10)
    assert exact(D("1.50")) == exact(1.5) == exact(np.float64(1.5)) == Fraction(3, 2)

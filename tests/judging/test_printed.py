"""What is printed: counted in comparisons, and refused before any measurement where nothing could judge it."""

import sys
from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest

from repro.judging import Abs, AtLeast, AtMost, Order, Rel, Shape, Table, Value, comparisons, judge

HALF: Any = 0.5  # wrong types on purpose
LEAST: Any = "least"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Value(D("NaN")), "value: expected a finite number, got NaN"),
        (lambda: Value(D("-Infinity")), "value: expected a finite number, got -Infinity"),
        (lambda: Value(D("1e401")), "value: expected a number between 1e-400 and 1e400 in size"),
        (lambda: Value(D("1e-999999999")), "value: expected a number between 1e-400 and 1e400 in size"),
        (lambda: Value(10**401), "value: expected a number up to 1e400 in size; print its logarithm instead"),
        (lambda: Value(HALF), "value: expected a Decimal or an int, got 0.5"),
        (lambda: AtLeast(D("sNaN")), "at_least: expected a finite number"),
        (lambda: AtMost(True), "at_most: expected a Decimal or an int, got True"),
        (lambda: Abs(D(-1)), "tolerance: expected zero or more, got -1"),
        (lambda: Abs(D("NaN")), "tolerance: expected a finite number"),
        (lambda: Rel(-1), "tolerance: expected zero or more, got -1"),
        (lambda: Order("a", "a", "lower", 0), "order: expected two different names, got 'a' twice"),
        (lambda: Order("a", "b", LEAST, 0), "order: expected better to be lower or higher, got 'least'"),
        (lambda: Order("a", "b", "lower", D("NaN")), "margin: expected a finite number"),
        (lambda: Shape("cubic"), "shape: expected one of linear, logarithmic, power"),
        (lambda: Shape("power"), "shape power: expected an exponent if and only if the kind is power"),
        (lambda: Shape("linear", 1), "shape linear: expected an exponent if and only if the kind is power"),
        (lambda: Shape("power", D("NaN")), "exponent: expected a finite number"),
        (lambda: Table("v", ("v", "v"), ()), "table: expected different column names, got v, v"),
        (lambda: Table("k", ("v", "w"), ()), "table: expected the key 'k' among the columns v, w"),
        (lambda: Table("v", ("v", "w"), ((1,),)), "table row 1: expected 2 cells, got 1"),
        (lambda: Table("v", ("v", "w"), ((1, D("NaN")),)), "table row 1, w: expected a finite number"),
        (lambda: Table("v", ("v", "w"), ((1, 2), (1, 3))), "table: expected different row keys, got 1, 1"),
        (lambda: Table("v", ("v", "w"), ((1, ""), (2, ""))), "table: expected at least one cell to check"),
        (lambda: Table("v", ("v",), ((1,),)), "table: expected at least one cell to check"),
    ],
)
def test_refused(make: Callable[[], Any], message: str) -> None:
    """Each thing that could not be judged is a `ValueError` that says what was expected and got."""
    with pytest.raises(ValueError) as refusal:
        make()
    assert message in str(refusal.value)


def test_comparisons_are_the_checked_cells() -> None:
    """A table needs one comparison a cell that is neither the key nor empty; everything else needs one."""
    table = Table("k", ("a", "k", "b"), ((1, "x", ""), (2, "y", D("2.5")), (True, "z", "text")))
    assert comparisons(table) == 5
    for single in (Value(1), AtLeast(1), AtMost(1), Order("a", "b", "lower", 0), Shape("linear")):
        assert comparisons(single) == 1


def test_row_keys_are_found_however_json_spells_them() -> None:
    """Numbers match another spelling of the number, truths and texts only themselves."""
    table = Table("k", ("k", "y"), ((D("1.50"), 1), (2, 2), (True, 3), ("1", 4), ("word", 5)))
    measured = {"word": {"y": 5}, "true": {"y": 3}, "1": {"y": 4}, "1.5": {"y": 1}, "2.0": {"y": 2}}
    assert judge(table, Abs(0), measured, error=1e-5).outcome == "reproduced"


def test_numbers_beyond_the_floats_are_judged() -> None:
    """A printed number or tolerance larger than any float is compared exactly, and its record stays finite."""
    judged = judge(Value(10**350), Rel(D(9)), 1.0, error=1e-5)
    assert judged.outcome == "reproduced"
    assert judged.band == (-sys.float_info.max, sys.float_info.max)
    assert judge(Value(10**350), Rel(D("0.5")), 1e200, error=1e-5).outcome == "refuted"
    assert judge(Value(0), Abs(D("1e-350")), 0.0, error=1e-5).outcome == "reproduced"
    assert judge(Value(0), Abs(D("1e350")), [1.0, 2.0] * 8, error=1e-5, max_seeds=16).power == 1.0
    table = Table("k", ("k", "y"), ((1, 10**350), (2, 1)))
    assert judge(table, Abs(D("1e-5")), {"1": {"y": 1}, "2": {"y": 1}}, error=1e-5).outcome == "refuted"

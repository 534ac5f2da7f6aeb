"""A judgement survives its record, and a record that no judge wrote is refused."""

import json
import math
from decimal import Decimal as D
from typing import Any

import pytest

from repro.judging import Abs, AtLeast, Exact, Judgement, Table, Value, judge

SAMPLE = [0.0, 1.0, 0.5, 0.25] * 4
JUDGEMENTS = [
    judge(Value(1), Exact(), 1, error=1e-5),
    judge(Value(True), Exact(), False, error=1e-5),
    judge(AtLeast(0), None, SAMPLE, error=1e-5, max_seeds=32),
    judge(Value(D("0.4")), Abs(D("0.2")), SAMPLE, error=1e-5, max_seeds=16),
    judge(Table("k", ("k", "y"), ((1, D("0.4")),)), Abs(D("0.2")), {"1": {"y": SAMPLE}}, error=1e-5, max_seeds=16),
]


@pytest.mark.parametrize("judgement", JUDGEMENTS)
def test_round_trip_through_json(judgement: Judgement) -> None:
    """What is written as strict JSON reads back as the same judgement."""
    assert Judgement.from_dict(json.loads(json.dumps(judgement.to_dict(), allow_nan=False))) == judgement


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", "passed"),
        ("documented", 3),
        ("measured", None),
        ("reason", ["text"]),
        ("estimate", "1"),
        ("estimate", True),
        ("estimate", math.nan),
        ("decision_level", math.inf),
        ("power", math.nan),
        ("interval", [2.0, 1.0]),
        ("interval", [1.0]),
        ("interval", [None, 1.0]),
        ("interval", "01"),
        ("decision_interval", [0.0, math.nan]),
        ("band", [0.0]),
        ("band", ["0", None]),
        ("seeds", -1),
        ("seeds", 1.5),
        ("seeds", True),
        ("undecided", 0),
        ("cells", None),
        ("cells", [[]]),
        ("seeds_to_settle", "many"),
    ],
)
def test_hand_edited_fields_are_refused(field: str, value: object) -> None:
    """Each field of another type, order or size is refused, and named."""
    data = {**JUDGEMENTS[-1].to_dict(), field: value}
    with pytest.raises(ValueError, match=field):
        Judgement.from_dict(data)


@pytest.mark.parametrize("field", ["key", "column", "documented", "measured", "interval", "outcome"])
def test_hand_edited_cells_are_refused(field: str) -> None:
    """Each field of a cell is checked too."""
    data = JUDGEMENTS[-1].to_dict()
    data["cells"][0][field] = 7
    with pytest.raises(ValueError, match=rf"cells\[0\]\.{field}"):
        Judgement.from_dict(data)


@pytest.mark.parametrize("data", [None, [], "x", {}, {"outcome": "reproduced"}])
def test_other_things_are_refused(data: Any) -> None:
    """Anything but a mapping with exactly the fields is refused, as is one field too many."""
    with pytest.raises(ValueError, match="judgement: expected exactly the fields"):
        Judgement.from_dict(data)
    with pytest.raises(ValueError, match="judgement: expected exactly the fields"):
        Judgement.from_dict({**JUDGEMENTS[0].to_dict(), "note": ""})

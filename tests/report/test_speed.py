"""Ratios are shown with their goals, and nothing counts as met that is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from repro.report import speed
from repro.report.model import Report
from repro.report.site import build

FASTER = {
    "workload": "w",
    "ours": "tape",
    "peer": "torch",
    "ours_us": 2.0,
    "peer_us": 30.0,
    "ratio": 15.0,
    "kind": "times faster, at least",
}


@pytest.mark.parametrize(
    ("row", "style", "words"),
    [
        ({"must": 12, "aim": None, "met": "must"}, "reproduced", "must met"),
        ({"must": 12, "aim": 14, "met": "aim"}, "reproduced", "aim met"),
        ({"must": 12, "aim": 25, "met": "must"}, "inconclusive", "must met, aim missed"),
        ({"must": 20, "aim": None, "met": "missed"}, "refuted", "must missed"),
        ({"must": None, "aim": 25, "met": "missed"}, "refuted", "aim missed"),
        ({"must": None, "aim": None, "met": ""}, "missing", "no goal"),
        (
            {"must": 12, "ratio": None, "met": "not run: install the peers extra (jax)"},
            "missing",
            "not run: install the peers extra (jax)",
        ),
        ({"must": 12, "ratio": "fast", "met": "must"}, "missing", "must"),
        ({"must": 12, "met": True}, "missing", "True"),
        ({"must": 12}, "missing", "not judged"),
    ],
)
def test_a_goal_is_met_only_where_the_file_says_so(row: dict[str, Any], style: str, words: str) -> None:
    """Met, missed, not run and no goal have words of their own; what is not understood is never green."""
    (found,) = speed.rows({"rows": [{**FASTER, **row}]})
    assert (found.style, found.words) == (style, words)


@pytest.mark.parametrize("content", [{}, {"rows": None}, {"rows": 3}, {"rows": ["x", None]}])
def test_a_file_without_rows_is_not_run(content: Any) -> None:
    """An empty or odd file gives no rows, and the page says how to measure."""
    assert speed.rows(content) == []


def test_each_machine_has_a_table_of_its_own(make_report: Callable[..., Report], tmp_path: Path) -> None:
    """Under its processor's name, with its own facts; a file without rows has none."""
    build(make_report(1), tmp_path / "report")
    page = (tmp_path / "report" / "speed.html").read_text()
    assert page.count('<table class="ratios">') == 2
    assert page.index("some processor") < page.index("gradient / forward") < page.index("another processor")


@pytest.mark.parametrize("machine", [None, 3, {}, {"processor": None}])
def test_a_machine_without_a_name_says_so(machine: Any) -> None:
    """Odd files still have a heading."""
    assert speed.processor({"machine": machine}) == "a machine without a name"


def test_goals_are_said_with_their_direction() -> None:
    """A cost has a most, a gain has a least; times carry a unit."""
    gain, cost = speed.rows(
        {"rows": [{**FASTER, "must": 12, "aim": 25}, {**FASTER, "kind": "cost ratio, at most", "must": 4}]}
    )
    assert speed.goal(gain) == "must at least 12×, aim at least 25×"
    assert speed.goal(cost) == "must at most 4×"
    assert (gain.ours_time, gain.peer_time) == ("2\u00a0µs", "30\u00a0µs")


@pytest.mark.parametrize("ratio", [1e-9, 0.5, 1.0, 15.0, 1e9])
def test_bars_stay_inside(ratio: float) -> None:
    """Whatever the ratio and the goals, the bar and its ticks are inside the picture."""
    (row,) = speed.rows({"rows": [{**FASTER, "ratio": ratio, "must": 1e-12, "aim": 1e12}]})
    bar = ElementTree.fromstring(str(speed.bar(row, 100.0))).find("rect")
    assert bar is not None
    left, width = float(bar.get("x", "")), float(bar.get("width", ""))
    assert left >= 0 and width > 0 and left + width <= 240

"""The exhibits: plain finite data in the form that the report draws, and what their texts say of them."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from implementations.autodiff import figures


def series_of(exhibit: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The series of an exhibit's only panel, by label."""
    (panel,) = exhibit["panels"]
    return {s["label"]: s for s in panel["series"]}


@pytest.mark.parametrize("make", [figures.evaluation_trace, figures.error_versus_step, figures.cost_by_mode])
def test_exhibits_are_plain_finite_data(make: Any) -> None:
    """JSON without NaN, as many x as y, a text alternative, and nothing that a logarithmic axis cannot show."""
    exhibit = make()
    json.dumps(exhibit, allow_nan=False)
    assert exhibit["alt"]
    for panel in exhibit.get("panels", []):
        for series in panel["series"]:
            assert len(series["x"]) == len(series["y"]) > 1
            assert min(series["y"]) > 0


def test_the_v_has_its_bottom_where_theory_puts_it() -> None:
    """The forward quotient is best near u^(1/2), the central one near u^(1/3); the complex step has no bottom."""
    series = series_of(figures.error_versus_step())
    for label, step in (("forward quotient", 2.0**-26.5), ("central quotient", 2.0**-17.7)):
        x, y = series[label]["x"], series[label]["y"]
        assert step / 10 < x[y.index(min(y))] < step * 10
    assert max(series["complex step"]["y"][:36]) < 4e-16  # steps below 1e-9


def test_the_crossover_is_at_as_many_inputs_as_outputs() -> None:
    """Both ways of counting give ratio 1 at N = M for equal hidden widths; the bottleneck keeps forward mode cheaper."""
    passes, equal, narrow = series_of(figures.cost_by_mode()).values()
    at_one = passes["x"].index(1.0)
    assert passes["y"][at_one] == equal["y"][at_one] == 1.0
    assert passes["y"] == pytest.approx(passes["x"])
    assert max(narrow["y"]) < 1 < max(equal["y"])


def test_symbolic_expressions_grow_exponentially_and_reverse_mode_linearly() -> None:
    """Each iteration of the logistic map multiplies the formula's size, and adds the same five multiplications to the sweep."""
    pytest.importorskip("sympy")
    written, expanded, swept = (s["y"] for s in series_of(figures.expression_growth((2, 3, 4, 5))).values())
    assert all(later > 2 * earlier for y in (written, expanded) for earlier, later in pairwise(y))
    assert {later - earlier for earlier, later in pairwise(swept)} == {5}

"""Exhibits become pictures that are the same everywhere, and tables that hold their numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import pytest

from repro.report import plots

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("index", range(4))
def test_a_picture_is_well_formed_and_says_what_it_shows(exhibit: dict[str, Any], index: int) -> None:
    """Every mark and field gives an SVG with a role, a title, a description and its labels as text."""
    panel = exhibit["panels"][index]
    root = ElementTree.fromstring(plots.draw(panel, exhibit["alt"]))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == panel["title"]
    assert root.findtext(f"{SVG}desc") == exhibit["alt"]
    texts = " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    assert panel["x_label"] in texts and panel["y_label"] in texts


def test_the_same_data_give_the_same_bytes(exhibit: dict[str, Any]) -> None:
    """Neither time, nor the hash seed, nor a user's matplotlib settings enter the picture."""
    panel = exhibit["panels"][1]
    here = plots.draw(panel, "alt")
    code = (
        "import sys, json, matplotlib; matplotlib.rcParams['lines.linewidth'] = 9; from repro.report import plots;"
        "sys.stdout.write(plots.draw(json.loads(sys.stdin.read()), 'alt'))"
    )
    import json

    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    there = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(panel),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        encoding="utf-8",
    )
    assert there.stdout == here


def test_dollars_are_not_mathematics() -> None:
    """A title with dollar signs is shown as it stands, and so are the powers of ten of a logarithmic axis."""
    panel = {"title": "$5 and $x", "y_scale": "log", "series": [{"label": "_hidden", "x": [1, 2], "y": [1e-8, 1e8]}]}
    root = ElementTree.fromstring(plots.draw(panel, ""))
    texts = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert "$5 and $x" in texts and "10⁻⁸" in texts


@pytest.mark.parametrize(
    "panel",
    [
        {"series": [{"x": [1, 2], "y": [1]}]},
        {"series": [{"x": [1], "y": [1], "mark": "pie"}]},
        {"series": [{"y": [1]}]},
        {"series": [{"x": ["a", 1], "y": ["b", 2]}]},
        {"series": [], "x_scale": "symlog"},
        {"series": [], "field": {"x": [1], "y": [1, 2], "z": [[1, 2]]}},
        {"series": 3},
    ],
)
def test_data_of_another_form_are_refused(panel: dict[str, Any]) -> None:
    """A broken exhibit is named as such, with the reason; it does not break the report."""
    with pytest.raises(plots.Undrawable):
        plots.draw(panel, "")


def test_long_series_are_thinned_with_both_ends() -> None:
    """A table shows at most fifty rows, the first and the last among them, and how many there were."""
    x = list(range(1000))
    columns, rows, total = plots.table({"x_label": "step", "series": [{"label": "loss", "x": x, "y": x}]})
    assert columns == ["step", "loss"]
    assert total == 1000 and len(rows) == plots.ROWS
    assert rows[0] == ["0", "0"] and rows[-1] == ["999", "999"]


def test_series_over_different_x_keep_their_own_rows() -> None:
    """Series that do not share their x are listed one after the other."""
    series = [{"label": "a", "x": [1, 2], "y": [3, 4]}, {"label": "b", "x": [5], "y": [None]}]
    columns, rows, total = plots.table({"series": series})
    assert columns == ["series", "x", "y"]
    assert rows == [["a", "1", "3"], ["a", "2", "4"], ["b", "5", "—"]] and total == 3

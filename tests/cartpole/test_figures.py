"""The pictures: the report can draw each of them, and what their text says is what their data show."""

from typing import Any

import numpy as np
import pytest

from implementations.cartpole import figures, figures_learning
from repro.report import plots


def drawn(exhibit: dict[str, Any]) -> dict[str, Any]:
    """The exhibit, after the report has drawn all of its panels."""
    for panel in exhibit["panels"]:
        assert "<svg" in plots.draw(panel, exhibit["alt"])
    return exhibit


def test_naive_policies() -> None:
    """Survival curves start at 1 and never rise; their sum is the mean of the table."""
    exhibit = drawn(figures.naive_lengths(300))
    means = {row[0]: float(row[1]) for row in exhibit["table"]["rows"]}
    for series in exhibit["panels"][0]["series"]:
        share = np.array(series["y"])
        assert share[0] == 1
        assert (np.diff(share) <= 0).all()
        assert abs(share.sum() - means[series["label"]]) < 0.06
    assert len(means) == 9


def test_phase_plane() -> None:
    """One path stays within 12 degrees for 300 steps; the other leaves them with its last step."""
    exhibit = drawn(figures.phase_plane())
    angles = [np.abs(panel["series"][0]["y"]) for panel in exhibit["panels"]]
    limit = np.deg2rad(12)
    assert len(angles[0]) == 301
    assert angles[0].max() < limit
    assert angles[1][:-1].max() <= limit + 1e-5
    assert angles[1][-1] > limit - 1e-5


def test_learned_pictures() -> None:
    """Tables have six columns, left before right; learning curves end in the order that the text states."""
    pytest.importorskip("numba")
    tables = drawn(figures_learning.q_tables())
    assert [len(row) for row in tables["panels"][0]["field"]["z"]] == [6] * 4
    assert tables["panels"][0]["field"]["z"][0][:3] == [1.4839, 2.4385, 0.0]
    assert tables["panels"][0]["field"]["z"][0][3:] == [2.102, 0.53151, 7.5399]
    curves = drawn(figures_learning.learning_curves())
    last = [series["y"][-1] for series in curves["panels"][0]["series"]]
    assert max(last[0], last[1], last[2]) < last[5] < last[4] < last[3]

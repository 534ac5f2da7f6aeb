"""The comparison with other libraries: same results before any time is taken, goals read the right way round."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(
    0, str(Path(__file__).parents[2])
)  # `benchmarks` is part of the repository, not of the installed package

from benchmarks import peers
from benchmarks.workload import Goal, Workload


def made_up(other: Any, goals: list[Goal]) -> Workload:
    """A workload of two backends that sleep in arithmetic; `other` makes the second one."""
    return Workload("sum", "a sum", {"ours": lambda: lambda: [np.arange(3.0)], "theirs": other}, goals, tolerance=1e-12)


GRADIENTS = ("slide function", "chain of 1000", "MLP 784-128-10", "RNN 50 x 64")


@pytest.fixture(autouse=True)
def hasty(monkeypatch: Any) -> None:
    """One short round: these tests look at what is compared, not at how fast it is."""
    monkeypatch.setattr(peers, "ROUNDS", 1)
    monkeypatch.setattr(peers, "SECONDS_A_ROUND", 0.001)


def assert_agreement(among: Any) -> None:
    """The backends of each gradient for whose name `among` is true compute the same, within the stated tolerance."""
    workloads = {w.name: w for w in peers.workloads()}
    for workload in (workloads[name] for name in GRADIENTS):
        runs = {name: factory() for name, factory in workload.backends.items() if among(name)}
        assert len(runs) > 1 or workload.name.startswith("MLP")
        assert peers.largest_deviation(workload, runs) <= workload.tolerance


def test_our_own_ways_agree() -> None:
    """The tape and the compiled trace, the fused layer and its separate operations, at the size that is timed."""
    assert_agreement(lambda name: "tape" in name or name == "compiled")


def test_the_gradients_agree_with_torch() -> None:
    """What is timed against torch computes what torch computes."""
    pytest.importorskip("torch")
    assert_agreement(lambda name: "tape" in name or name.startswith("torch"))


def test_a_wrong_answer_stops_the_comparison() -> None:
    """A backend whose result is off, or not a number, is an error and gets no time."""
    right = np.arange(3.0)
    for wrong in (1.001 * right, np.array([0.0, 1.0, np.nan])):
        results = {"ours": [right, right], "theirs": [right, wrong]}
        backends = {name: partial(partial, list, result) for name, result in results.items()}
        with pytest.raises(ValueError, match="theirs differs"):
            peers.rows(Workload("sum", "a sum", backends, [], tolerance=1e-12))


def test_a_missing_library_is_not_run() -> None:
    """Its row says so and names the extra; the others are measured."""

    def missing() -> Any:
        raise ImportError(name="nowhere")

    (row,) = peers.rows(made_up(missing, [Goal("ours", "theirs", must=2)]))
    assert row["ratio"] is None
    assert row["met"] == "not run: install the peers extra (nowhere)"
    assert row["ours_us"] > 0


@pytest.mark.parametrize(
    ("goal", "ratio", "state"),
    [
        (Goal("a", "b", must=2, aim=3), 3.0, "aim"),
        (Goal("a", "b", must=2, aim=3), 2.5, "must"),
        (Goal("a", "b", must=2, aim=3), 1.9, "missed"),
        (Goal("a", "b", aim=4, at_most=True), 3.9, "aim"),
        (Goal("a", "b", aim=4, at_most=True), 4.1, "missed"),
    ],
)
def test_goals(goal: Goal, ratio: float, state: str) -> None:
    """At least for speed, at most for the cost of a gradient in units of the function."""
    assert goal.state(ratio) == state


def test_the_table_is_printed_and_written(capsys: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Exit code 1 for a missed must, with the same rows on paper and in the file."""
    workload = made_up(lambda: lambda: [np.arange(3.0)], [Goal("ours", "theirs", must=1e9)])
    monkeypatch.setattr(peers, "workloads", lambda: [workload])
    file = tmp_path / "peers.json"
    assert peers.main(["--json", str(file)]) == 1
    written = json.loads(file.read_text())
    assert written["machine"]["threads"] == 1
    assert [row["met"] for row in written["rows"]] == ["missed"]
    assert "missed" in capsys.readouterr().out

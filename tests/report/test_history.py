"""asv's results folder is read whatever state it is in."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from repro.report import history


def result(folder: Path, machine: str, commit: str, date: object, results: object, env: str = "existing") -> None:
    """Write one results file as asv does."""
    (folder / machine).mkdir(parents=True, exist_ok=True)
    columns = ["result", "params", "version"]
    content = {"commit_hash": commit, "env_name": env, "date": date, "results": results, "result_columns": columns}
    (folder / machine / f"{commit[:8]}-{env}.json").write_text(json.dumps(content))


def test_values_are_found_by_benchmark_parameter_and_commit(tmp_path: Path) -> None:
    """Commits are in order of date; a parameter's quotes are gone; NaN, texts and failures are left out."""
    result(
        tmp_path,
        "box",
        "bbbb",
        2,
        {"m.time_x": [[0.5, None], [["'numpy'", "'torch'"]], "v"], "m.track_y": [["text"], [], "v"]},
    )
    result(
        tmp_path,
        "box",
        "aaaa",
        1,
        {
            "m.time_x": [[1.0, float("nan")], [["'numpy'", "'torch'"]], "v"],
            "m.broken": None,
            "m.odd": [None, None, "v"],
        },
    )
    result(tmp_path, "gpu", "aaaa", 1, {"m.time_x": [[0.1, 0.2], [["'numpy'", "'torch'"]], "v"]})
    (tmp_path / "benchmarks.json").write_text(json.dumps({"m.time_x": {"unit": "seconds"}, "version": 2}))
    (tmp_path / "gpu" / "machine.json").write_text(json.dumps({"cpu": "x", "num_cpu": 2, "version": 1}))
    found = history.read(tmp_path)
    assert found is not None
    assert found["commits"] == ["aaaa", "bbbb"]
    assert found["machines"] == {"box": {}, "gpu": {"cpu": "x", "num_cpu": "2"}}
    assert found["benchmarks"] == {
        "m.time_x": {
            "unit": "seconds",
            "series": [
                {"label": "numpy", "machine": "box", "points": [["aaaa", 1.0], ["bbbb", 0.5]]},
                {"label": "numpy", "machine": "gpu", "points": [["aaaa", 0.1]]},
                {"label": "torch", "machine": "gpu", "points": [["aaaa", 0.2]]},
            ],
        }
    }


def test_backends_are_lines_and_other_parameters_pictures(tmp_path: Path) -> None:
    """A benchmark by backend and size is one picture a size, with one line a backend."""
    result(
        tmp_path, "box", "aaaa", 1, {"m.time_x": [[1.0, 2.0, 3.0, 4.0], [["'numpy'", "'torch'"], ["10", "100"]], "v"]}
    )
    facts = {"m.time_x": {"unit": "seconds", "param_names": ["backend", "size"]}, "version": 2}
    (tmp_path / "benchmarks.json").write_text(json.dumps(facts))
    found = history.read(tmp_path)
    assert found is not None
    shown = {
        name: {line["label"]: line["points"][0][1] for line in entry["series"]}
        for name, entry in found["benchmarks"].items()
    }
    assert shown == {
        "m.time_x (size 10)": {"numpy": 1.0, "torch": 3.0},
        "m.time_x (size 100)": {"numpy": 2.0, "torch": 4.0},
    }


def test_environments_of_one_machine_are_kept_apart(tmp_path: Path) -> None:
    """Two Python versions measured at one commit are two lines, not one value that overwrites the other."""
    for env, value in (("py3.11", 1.0), ("py3.13", 0.7)):
        result(tmp_path, "box", "aaaa", 1, {"m.time_x": [[value], [], "v"]}, env)
    found = history.read(tmp_path)
    assert found is not None
    lines = {line["machine"]: line["points"] for line in found["benchmarks"]["m.time_x"]["series"]}
    assert lines == {"box, py3.11": [["aaaa", 1.0]], "box, py3.13": [["aaaa", 0.7]]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"commit_hash": 3, "results": {}}',
        b'{"commit_hash": "a", "results": []}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_named_and_costs_nothing_else(tmp_path: Path, content: bytes) -> None:
    """One broken file stands in the list of damaged ones, and the others are shown."""
    result(tmp_path, "box", "aaaa", 1, {"m.time_x": [[1.0], [], "v"]})
    (tmp_path / "box" / "zzzz-existing.json").write_bytes(content)
    found = history.read(tmp_path)
    assert found is not None
    assert found["damaged"] == ["box/zzzz-existing.json"]
    assert list(found["benchmarks"]) == ["m.time_x"]


def test_no_results_are_none(tmp_path: Path) -> None:
    """A folder without results, or no folder, is `not run`."""
    assert history.read(tmp_path) is None
    assert history.read(tmp_path / "missing") is None


@pytest.mark.parametrize("values", [[1.0], [1.0, 1.0], [0.0, 5.0], [1e-9, 1e3], [-1.0, 2.0]])
def test_lines_are_drawn_for_any_values(values: list[float]) -> None:
    """One commit, equal values, zero, nine orders of magnitude: one mark a value, inside the picture."""
    commits = [f"commit{i}" for i in range(len(values))]
    series = [{"label": "numpy", "machine": "box", "points": [[c, v] for c, v in zip(commits, values, strict=True)]}]
    root = ElementTree.fromstring(str(history.draw("m.time_x", commits, "seconds", series)))
    marks = [element.get("transform", "") for element in root.iter("path") if element.get("transform")]
    assert len(marks) == len(values)
    for mark in marks:
        x, y = map(float, mark.removeprefix("translate(").removesuffix(")").split())
        assert 0 <= x <= 620 and 0 <= y <= 190


@pytest.mark.parametrize(
    ("values", "text"), [([2.0], "—"), ([9.0, 2.0, 1.0], "0.5×"), ([1.0, 3.0], "3×"), ([0.0, 1.0], "—")]
)
def test_change_compares_with_the_value_before(values: list[float], text: str) -> None:
    """The newest value against the previous one of the same line; nothing where there is none."""
    assert history.change([(str(i), value) for i, value in enumerate(values)]) == text

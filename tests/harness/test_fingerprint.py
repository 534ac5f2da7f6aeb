"""What a record depends on: code that can be reached, data, packages; and what is said where something is missing."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from repro.config import find_config
from repro.engine import data as project_data
from repro.engine import needs, session
from repro.engine.fingerprint import Sources, canonical, digest

DATASETS = project_data.Datasets(find_config(Path(__file__).parent))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Modules that import each other in every way that there is."""
    files = {
        "a/__init__.py": "",
        "a/b/__init__.py": "from .near import x",
        "a/b/near.py": "x = 1",
        "a/b/start.py": "def f():\n    from ..far import deep\n    import other.inside\n",
        "a/far/__init__.py": "",
        "a/far/deep.py": "from a.b import start",
        "other/__init__.py": "",
        "other/inside.py": "import os, numpy",
        "apart.py": "",
        "broken.py": "def f(:",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["a/__init__.py", "a/b/__init__.py", "a/b/near.py", "a/b/start.py", "a/far/__init__.py", "a/far/deep.py", "other/__init__.py",
     "other/inside.py"],
)  # fmt: skip
def test_a_change_in_reachable_code_is_seen(package: Path, name: str) -> None:
    """Late and relative imports, packages on the way, and circles included."""
    before = Sources(package).reach({"a.b.start"})
    with (package / name).open("a") as file:
        file.write("\nchanged = 1\n")
    assert Sources(package).reach({"a.b.start"}) != before


MEANT = "def f(x: int = 1) -> int:\n    return x + 1\n"


@pytest.mark.parametrize(
    "same",
    [
        '"""What it is."""\n' + MEANT,
        '"""Other words."""\n# and a comment\n\n' + MEANT.replace("x + 1", "(x  +  # one\n        1)"),
        MEANT.replace("    return", '    """What it does."""\n    return'),
    ],
)
def test_words_about_the_code_are_not_the_code(tmp_path: Path, same: str) -> None:
    """Comments, docstrings and layout may be mended without measuring again."""
    (tmp_path / "m.py").write_text(MEANT)
    before = Sources(tmp_path).reach({"m"})
    (tmp_path / "m.py").write_text(same)
    assert Sources(tmp_path).reach({"m"}) == before


@pytest.mark.parametrize(
    "other",
    [
        MEANT.replace("+", "-"),
        MEANT.replace("x + 1", "1 + x"),
        MEANT.replace("+ 1", "+ 1.0"),
        MEANT.replace("= 1", "= 2"),
        MEANT.replace("return x", "yield x"),
        MEANT + "g = f\n",
        MEANT.replace("x + 1", "'x' + 1"),
        MEANT.replace("    return", '    "a"; "not a docstring"\n    return'),
        MEANT.replace("    return x + 1", "    if x:\n        x = 2\n    return x + 1"),
        MEANT.replace("    return x + 1", "    if x:\n        x = 2\n        return x + 1"),
    ],
)
def test_any_change_of_the_code_is_seen(tmp_path: Path, other: str) -> None:
    """An operator, an order, a number's type, a nesting."""
    (tmp_path / "m.py").write_text(MEANT)
    texts = {Sources(tmp_path).reach({"m"})}
    (tmp_path / "m.py").write_text(other)
    texts.add(Sources(tmp_path).reach({"m"}))
    (tmp_path / "m.py").write_text(MEANT.replace("    return x + 1", "    if x:\n        x = 2\n    return x"))
    texts.add(Sources(tmp_path).reach({"m"}))
    assert len(texts) == 3


@pytest.mark.parametrize("name", ["apart.py", "broken.py", "new.py"])
def test_a_change_elsewhere_is_not(package: Path, name: str) -> None:
    """What cannot be reached moves nothing, even when it cannot be parsed."""
    before = Sources(package).reach({"a.b.start"})
    (package / name).write_text("x = 2")
    assert Sources(package).reach({"a.b.start"}) == before


def test_where_a_function_is(package: Path) -> None:
    """Found without importing; what is missing is said with what is there."""
    sources = Sources(package)
    found = sources.function("a.b.start:f")
    assert not isinstance(found, str)
    assert (found[0], found[1].lineno) == (package / "a/b/start.py", 1)
    assert sources.function("a.b.start:g") == "a/b/start.py defines no function g; it defines: f"
    assert "there is no module a.c" in sources.function("a.c:f")
    assert "cannot be parsed" in sources.function("broken:f")


def test_canonical_json_is_one_text() -> None:
    """The order of keys does not matter, their type and every digit do, and NaN has no text."""
    assert digest({"a": 1, "b": [0.1]}) == digest({"b": [0.1], "a": 1})
    assert len({digest(value) for value in (1, 1.0, "1", True, [1], None)}) == 6
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


def test_another_version_of_a_package_makes_a_record_stale(project: Any, capsys: Any, monkeypatch: Any) -> None:
    """It is measured again, and both fingerprints name their versions."""
    real = session.environment
    assert project.here("run", capture=capsys).code == 0
    (path,) = project.records.glob("*.json")
    first = path.stat().st_mtime_ns
    assert project.here("run", capture=capsys).code == 0
    assert path.stat().st_mtime_ns == first
    monkeypatch.setattr(session, "environment", lambda packages: {**real(packages), "numpy": "99.0"})
    assert project.here("run", capture=capsys).code == 0
    assert path.stat().st_mtime_ns != first
    assert '"numpy":"99.0"' in path.read_text()


def test_other_data_make_a_record_stale(project: Any, capsys: Any, monkeypatch: Any) -> None:
    """One changed byte in one file of the dataset; without the dataset the claim is not run, and says what to set."""
    project.claims(project.claim(needs="['data:digits']"))

    def outcome() -> Any:
        project_data.folder_digest.cache_clear()
        (row,) = project.here("run", "--json", capture=capsys).rows
        return row

    monkeypatch.delenv("REPRO_DATA", raising=False)
    assert "set REPRO_DATA to a folder that holds digits/" in outcome()["reason"]
    data = project.write("data/digits/part/one.bin", b"1")
    monkeypatch.setenv("REPRO_DATA", str(project.root / "data"))
    assert outcome()["outcome"] == "reproduced"
    (path,) = project.records.glob("*.json")
    first = path.stat().st_mtime_ns
    outcome()
    assert path.stat().st_mtime_ns == first
    data.write_bytes(b"2")
    outcome()
    assert path.stat().st_mtime_ns != first


@pytest.fixture
def bare(monkeypatch: Any) -> Any:
    """A machine without any optional package."""
    needs._missing.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    yield
    needs._missing.cache_clear()


@pytest.mark.parametrize("need", needs.PACKAGES)
def test_what_is_missing_names_its_extra(bare: Any, need: str) -> None:
    """As a need or as a backend: the package and the command that installs it, with an extra that exists."""
    import tomllib

    extras = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    told = str(needs.missing([need], None, DATASETS))
    assert told == str(needs.missing([], need, DATASETS)) == f"needs {need}: pip install '.[{needs.PACKAGES[need][2]}]'"
    assert needs.PACKAGES[need][2] in extras


@pytest.mark.parametrize("error", [ImportError("broken"), ValueError("its __spec__ is None")])
def test_a_package_that_cannot_be_found_for_any_reason_is_missing(
    bare: Any, monkeypatch: Any, error: Exception
) -> None:
    """Looking for it raises: the same as not there."""

    def fail(name: str) -> None:
        raise error

    monkeypatch.setattr(importlib.util, "find_spec", fail)
    assert needs.missing(["torch"], None, DATASETS) is not None


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_a_hidden_gpu_is_none(monkeypatch: Any, hidden: str) -> None:
    """`CUDA_VISIBLE_DEVICES` empty or -1: a claim that needs one is not run, never silently run on the processor."""
    monkeypatch.setattr(needs.shutil, "which", lambda name: "/bin/true")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert not needs._has_gpu()


def test_workers_of_one_framework_are_grouped() -> None:
    """Needs and backend decide together; light packages share the plain worker."""
    assert needs.frameworks([], "numpy") == needs.frameworks(["sympy"], "numba") == ""
    assert needs.frameworks(["torch"], "tensorflow") == "tensorflow+torch"


@pytest.mark.parametrize("name", ["lone/__init__.py", "lone/inner/__init__.py"])
def test_packages_on_the_way_count_without_any_import(package: Path, name: str) -> None:
    """Importing lone.inner.leaf runs the packages around it."""
    for file in ("lone/__init__.py", "lone/inner/__init__.py", "lone/inner/leaf.py"):
        (package / file).parent.mkdir(parents=True, exist_ok=True)
        (package / file).write_text("")
    before = Sources(package).reach({"lone.inner.leaf"})
    (package / name).write_text("x = 1")
    assert Sources(package).reach({"lone.inner.leaf"}) != before

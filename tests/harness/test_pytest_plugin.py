"""pytest on specification files: an item a claim and backend, one a control, one a file; nothing else is disturbed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def collect(project: Any, *arguments: str) -> tuple[int, str]:
    """Run pytest in the project with the plugin of this tree, and nothing else that is installed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "repro.pytest_plugin", "-p", "no:cacheprovider", "-ra", *arguments],
        cwd=project.root, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def mixed(shared_project: Any) -> Any:
    """A project with claims of every fate, a broken file, and a broken ledger."""
    shared_project.experiment("def dies(sign=1):\n    import os\n    os._exit(5)\n")
    shared_project.claims(
        shared_project.claim("good"),
        shared_project.claim("wrong", value="5", control="{ models = 'right by luck', args = { x = 2.5 } }"),
        shared_project.claim("dear", cost="'full'"),
        shared_project.claim("lacking", needs="['nonesuch']"),
        shared_project.claim("dies", measure="'experiments:dies'"),
        shared_project.claim("two", backends="['numpy', 'numba']", measure="'experiments:with_backend'"),
    )
    shared_project.experiment("def with_backend(backend, sign=1): return 4 * sign\n")
    shared_project.write("specs/doc/broken.toml", "schema = 2\n")
    shared_project.write("specs/ledger.csv", "not,a,ledger\n")
    shared_project.write("data/other.toml", "this is not TOML and nobody's business")
    shared_project.write("test_ordinary.py", "def test_ordinary():\n    pass\n")
    return shared_project


def test_every_fate_of_an_item(mixed: Any) -> None:
    """Passed, failed with the verdict's sentence, skipped with its reason; workers that die cost one item."""
    code, told = collect(mixed, "-v")
    assert code == 1, told
    section = "specs/doc/section.toml::"
    for name in ("good[numpy]", "good[control-broken]", "two[numpy]", "spec-is-valid"):
        assert f"{section}{name} PASSED" in told, name
    for name in ("wrong[numpy]", "wrong[control-broken]", "dies[numpy]", "dies[control-broken]"):
        assert f"{section}{name} FAILED" in told, name
    for name in ("dear[numpy]", "lacking[numpy]"):
        assert f"{section}{name} SKIPPED" in told, name
    assert "specs/doc/broken.toml::spec-is-valid FAILED" in told
    assert "specs/doc/document.toml::spec-is-valid FAILED" in told
    assert "schema: is 2; this version reads 1" in told
    assert "specs/ledger.csv: the first line must be" in told
    assert "wrong [numpy]: refuted, expected reproduced: " in told
    assert "not run: needs nonesuch: pip install nonesuch" in told
    assert "costs full; measure it with --claims-cost full" in told
    assert "its process died 2 times (exit code 5;" in told
    assert "test_ordinary.py::test_ordinary PASSED" in told
    assert "other.toml" not in told
    assert "Traceback" not in told
    assert not mixed.records.exists()


def test_selection_and_strictness(mixed: Any) -> None:
    """`-k` and `-m` select; `--strict-claims` fails what is skipped; `--claims-cost` measures the dear ones."""
    code, told = collect(mixed, "specs", "-k", "good", "-m", "fast")
    assert (code, "2 passed" in told) == (0, True)
    code, told = collect(mixed, "specs", "-k", "lacking or dear", "--strict-claims")
    assert (code, "4 failed" in told) == (1, True)
    code, told = collect(mixed, "specs", "-k", "dear", "--claims-cost", "full")
    assert (code, "2 passed" in told) == (0, True)


@pytest.mark.parametrize("settings", ["", "[tool.repro]\nspecs = 'nowhere'\n", "[tool]\nrepro = 1\n"])
def test_other_projects_are_left_alone(project: Any, settings: str) -> None:
    """Without settings, with broken ones, or with none of the files below `specs`, pytest runs as ever."""
    project.write("pyproject.toml", settings)
    project.write("test_ordinary.py", "def test_ordinary():\n    pass\n")
    code, told = collect(project)
    assert (code, "1 passed" in told) == (0, True), told

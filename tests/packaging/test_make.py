"""The Makefile: what a newcomer types first."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A make that runs the tests hands its own flags down; the one under test starts without them.
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
PUBLIC = ("help", "report", "test", "bench", "bench-peers", "publish", "clean")


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make` in a copy of the files that its environments are made from, so that no real one is touched."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy2(ROOT / name, folder)
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, check=False, env=CLEAN)


def fake_python(folder: Path, refuses: str) -> str:
    """A program that fails when asked for `refuses`, and calls itself Python 3.9.2."""
    program = folder / "fake-python"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.2 && exit 0\ncase "$2" in *{refuses}*) exit 1;; esac\nexit 0\n'
    )
    program.chmod(0o755)
    return f"PYTHON={program}"


@pytest.mark.parametrize("arguments", [(), ("help",)])
def test_make_alone_prints_the_commands(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """`make` and `make help` list every public command with a sentence."""
    done = make(tmp_path, *arguments)
    assert done.returncode == 0
    for target in PUBLIC:
        assert re.search(rf"^  make {target} +\w", done.stdout, re.MULTILINE), target


@pytest.mark.parametrize("target", ["report", "test"])
def test_an_old_python_is_refused_by_name(tmp_path: Path, target: str) -> None:
    """Python 3.9 is told apart before anything is made, with what to type instead."""
    done = make(tmp_path, target, fake_python(tmp_path, "version_info"))
    assert done.returncode != 0
    assert "Python 3.9.2, and Python 3.11 or newer is needed" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("target", ["report", "test"])
def test_a_python_without_venv_is_refused_with_the_remedy(tmp_path: Path, target: str) -> None:
    """Debian splits venv off: the message names the package."""
    done = make(tmp_path, target, fake_python(tmp_path, "ensurepip"))
    assert done.returncode != 0
    assert "python3-venv" in done.stderr


def test_a_missing_python_is_refused(tmp_path: Path) -> None:
    """A PYTHON that does not exist is said to be missing."""
    done = make(tmp_path, "report", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "no-such-python was not found" in done.stderr


def test_a_second_run_installs_nothing(tmp_path: Path) -> None:
    """With the stamp newer than the pins, `make -n report` plans no pip."""
    (tmp_path / ".venv").mkdir()
    assert " pip install" in make(tmp_path, "-n", "report").stdout
    (tmp_path / ".venv" / ".installed").touch()
    assert " pip install" not in make(tmp_path, "-n", "report").stdout

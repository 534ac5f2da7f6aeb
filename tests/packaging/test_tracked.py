"""What git tracks names nobody's machine."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOME = re.compile(r"(?<![\w.~/-])/(?:home|root|Users|private|var/folders)/\w+")


def tracked(*patterns: str) -> list[Path]:
    """The files under version control that match."""
    done = subprocess.run(["git", "ls-files", "-z", *patterns], capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_result_carries_a_path_of_a_machine() -> None:
    """Records, reports and benchmark results say what was measured, not where it lay."""
    for path in tracked("results"):
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not HOME.search(text), path
        assert str(ROOT) not in text, path


def test_benchmark_files_are_named_without_a_path() -> None:
    """asv names its files after the interpreter's path; our plugin names the version alone."""
    for path in tracked("results/asv/*/*.json"):
        assert path.name == "machine.json" or re.fullmatch(r"[0-9a-f]{8}-installed-py3\.\d+\.json", path.name), path


def test_asv_settings_are_plain_json_with_one_thread() -> None:
    """The matrix fixes the threads of every library, and the environment is the installed one."""
    settings = json.loads((ROOT / "asv.conf.json").read_text())
    assert settings["environment_type"] == "installed"
    threads = {key: value for key, value in settings["matrix"]["env_nobuild"].items() if key.endswith("_THREADS")}
    assert len(threads) >= 4
    assert set(map(tuple, threads.values())) == {("1",)}

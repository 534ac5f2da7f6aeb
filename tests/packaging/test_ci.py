""".ci/run: what continuous integration calls. Run with stubs for `make`, `apt-get` and the browser."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REAL = ("bash", "env", "dirname", "timeout")


def run_ci(folder: Path, *, browser: bool, apt_code: int = 0, make_code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a copy of the script in `folder/checkout`, as root, with nothing on the path but stubs."""
    programs = folder / "bin"
    programs.mkdir()
    for name in REAL:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not installed")
        (programs / name).symlink_to(found)
    stubs = {
        "id": "echo 0",
        "make": f'echo "made $1 CI=$CI PROFILE=$HYPOTHESIS_PROFILE DATA=$REPRO_DATA"; exit {make_code}',
        "apt-get": f'echo "$@" >> {folder}/apt.log; exit {apt_code}',
    } | ({"chromium": "exit 0"} if browser else {})
    for name, body in stubs.items():
        (programs / name).write_text(f"#!{shutil.which('sh')}\n{body}\n")
        (programs / name).chmod(0o755)
    script = folder / "checkout" / ".ci" / "run"
    script.parent.mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", script)
    return subprocess.run([script], env={"PATH": str(programs)}, capture_output=True, text=True, check=False)


def test_it_makes_the_tests_with_the_repeatable_profile(tmp_path: Path) -> None:
    """`make test` runs with CI and the derandomised hypothesis profile; no data folder, no REPRO_DATA."""
    done = run_ci(tmp_path, browser=True)
    assert done.stdout == "made test CI=true PROFILE=ci DATA=\n"
    assert done.returncode == 0
    assert not (tmp_path / "apt.log").exists()


def test_its_exit_code_is_that_of_the_tests(tmp_path: Path) -> None:
    """A red matrix is a red run."""
    assert run_ci(tmp_path, browser=True, make_code=2).returncode == 2


def test_data_beside_the_checkout_is_offered(tmp_path: Path) -> None:
    """Where ../shared/data exists, REPRO_DATA names it."""
    data = tmp_path / "shared" / "data"
    data.mkdir(parents=True)
    assert f"DATA={data}\n" in run_ci(tmp_path, browser=True).stdout


def test_a_browser_is_installed_where_none_is(tmp_path: Path) -> None:
    """Debian's chromium, and only that."""
    assert run_ci(tmp_path, browser=False).returncode == 0
    assert (
        (tmp_path / "apt.log").read_text().splitlines()[-1].endswith("install --yes --no-install-recommends chromium")
    )


def test_failing_to_get_a_browser_fails_nothing(tmp_path: Path) -> None:
    """Without the network the browser tests are skipped, and the rest runs."""
    done = run_ci(tmp_path, browser=False, apt_code=100)
    assert "browser tests will be skipped" in done.stdout
    assert "made test" in done.stdout
    assert done.returncode == 0

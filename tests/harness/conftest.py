"""A small project to break, and the real command line to break it with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).parents[2]

EXPERIMENTS = '''\
"""What the claims of this project measure."""


def double(x=2, sign=1):
    """Twice x."""
    return sign * 2 * x


def noise(seeds, shift=0.0):
    """A uniform number for each seed, from its own generator."""
    import numpy as np

    return np.array([np.random.default_rng(seed).random() for seed in seeds]) + shift
'''


@dataclass
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Standard output as the JSON array that it must be."""
        rows = json.loads(self.out)
        assert isinstance(rows, list)
        return rows


class Project:
    """A project in a folder of its own."""

    @staticmethod
    def claim(name: str = "twice_two_is_four", **changes: Any) -> str:
        """One good claim as TOML, with some of its keys changed, added, or (``None``) left out."""
        keys: dict[str, Any] = {
            "slide": "'ARITHMETIC'",
            "says": "'Twice two is four'",
            "measure": "'experiments:double'",
            "value": "4",
            "tolerance": "'exact'",
        }
        keys |= changes
        control = keys.pop("control", "{ models = 'a wrong sign', args = { sign = -1 } }")
        lines = [f"[claims.{name}]", *(f"{key} = {value}" for key, value in keys.items() if value is not None)]
        return "\n".join(lines) + f"\ncontrols = {{ broken = {control} }}\n"

    @staticmethod
    def section(*claims: str) -> str:
        """A section file."""
        return "schema = 1\nsection = 'A section'\nposition = 1\n\n" + "\n".join(claims)

    @staticmethod
    def wait_until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
        """The first true value of the condition; fails where there is none in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        return pytest.fail(f"waited {seconds} seconds in vain")

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("pyproject.toml", "[tool.repro]\ntitle = 'A project'\n")
        self.write("experiments.py", EXPERIMENTS)
        self.write("specs/doc/document.toml", "schema = 1\ntitle = 'A document'\nkind = 'slides'\n")
        self.claims(self.claim())

    @property
    def records(self) -> Path:
        """Where its own records lie."""
        return self.root / ".repro" / "records"

    def write(self, path: str, text: str | bytes) -> Path:
        """Write one file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def claims(self, *claims: str) -> Path:
        """Make these the claims of its only section."""
        return self.write("specs/doc/section.toml", self.section(*claims))

    def experiment(self, source: str) -> None:
        """Add functions to its experiments."""
        with (self.root / "experiments.py").open("a", encoding="utf-8") as file:
            file.write("\n\n" + source)

    def here(self, *arguments: str, capture: pytest.CaptureFixture[str]) -> Done:
        """Run one command in this process."""
        from repro.cli import run_command_line

        capture.readouterr()
        code = run_command_line(["--project", str(self.root), *arguments])
        told = capture.readouterr()
        return Done(code, told.out, told.err)

    def start(self, *arguments: str, variables: dict[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
        """Start one command in a process of its own, in a session of its own; `variables` add to its environment."""
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200", **(variables or {})}
        return subprocess.Popen(
            [sys.executable, "-m", "repro", *arguments],
            cwd=self.root, env=environment, text=True, start_new_session=True, **given,
        )  # fmt: skip

    def run(self, *arguments: str, **options: Any) -> Done:
        """Run one command to its end, in a process of its own."""
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=120)
        return Done(process.returncode, out, err)

    def processes(self) -> list[psutil.Process]:
        """Every process that runs in or for this project."""
        everyone = psutil.process_iter(["cmdline"])
        return [each for each in everyone if any(str(self.root) in word for word in each.info["cmdline"] or [])]


def pytest_configure(config: pytest.Config) -> None:
    """The marker of the long tests; and interrupts reach what tests start, also where a shell in the background has this process ignore them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "deep: the same with many more cases; runs only when asked for: pytest -m deep")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the deep tests out unless the marker expression names them."""
    if "deep" not in config.getoption("markexpr"):
        deep = [item for item in items if item.get_closest_marker("deep")]
        items[:] = [item for item in items if not item.get_closest_marker("deep")]
        config.hook.pytest_deselected(items=deep)


@pytest.fixture(scope="module")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project that the tests of one module only read."""
    yield from _made(tmp_path_factory.mktemp("shared") / "project")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project with one good claim; no process of it may be left when the test ends."""
    yield from _made(tmp_path / "project")


def _made(root: Path) -> Iterator[Project]:
    made = Project(root)
    yield made
    end = time.monotonic() + 5.0
    while made.processes() and time.monotonic() < end:
        time.sleep(0.05)
    left = made.processes()
    for process in left:
        process.send_signal(signal.SIGKILL)
    assert not left, f"processes were left behind: {left}"

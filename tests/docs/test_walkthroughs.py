"""The pages that teach by example are run as they stand: every file written, every command executed, every shown line checked.

A fenced block with `title="PATH"` is a file (with `append`, more of it). A `console` block holds commands after `$`; a trailing
`# exit N` is the exit code that is expected (0 without it), and other lines are output, where `...` stands for anything.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(?P<language>\w+)(?P<rest>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"\$ (?P<command>.*?)(?:\s+# exit (?P<code>\d+))?")


@dataclass
class Command:
    """A command line, the exit code it must leave with, and the lines it must print."""

    line: str
    code: int
    shown: list[str] = field(default_factory=list)


@dataclass
class File:
    """A file to write, or to append to."""

    path: str
    text: str
    append: bool


def steps(markdown: str) -> Iterator[Command | File]:
    """The executable blocks of a page, in order."""
    for block in FENCE.finditer(markdown):
        title = re.search(r'title="([^"]+)"', block["rest"])
        if title:
            yield File(title[1], block["body"], "append" in block["rest"])
        elif block["language"] == "console":
            yield from commands(block["body"])


def commands(body: str) -> Iterator[Command]:
    """The commands of one console block with the output shown below each."""
    command: Command | None = None
    for line in body.splitlines():
        match = COMMAND.fullmatch(line)
        if match:
            if command:
                yield command
            command = Command(match["command"], int(match["code"] or 0))
        elif command and line.strip():
            command.shown.append(line)
    if command:
        yield command


def shows(line: str, output: str) -> bool:
    """Whether a line of the page stands in the output, up to spacing and `...`."""
    pattern = r"\s+".join(re.escape(word).replace(r"\.\.\.", ".*") for word in line.split())
    return re.search(pattern, output) is not None


class Session:
    """A shell that knows `cd` and the commands of this project. Titles of files count from where it starts."""

    def __init__(self, folder: Path) -> None:
        self.start = self.folder = folder
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("REPRO_")}
        self.environment |= {"COLUMNS": "160", "NO_COLOR": "1", "TERM": "dumb"}

    def take(self, step: Command | File) -> None:
        """Do one step and check what it says."""
        if isinstance(step, File):
            path = self.start / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a" if step.append else "w") as file:
                file.write(step.text)
            return
        words = shlex.split(step.line)
        if words[0] == "cd":
            self.folder /= words[1]
            return
        module = {"repro": "repro", "pytest": "pytest"}[words[0]]
        done = subprocess.run(
            [sys.executable, "-m", module, *words[1:]],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        output = done.stdout + done.stderr
        assert done.returncode == step.code, f"$ {step.line}\n{output}"
        for line in step.shown:
            assert shows(line, output), f"$ {step.line}\nthe page shows: {line}\nin:\n{output}"


def test_the_tutorial_runs_as_printed(tmp_path: Path) -> None:
    """docs/tutorial.md, from an empty folder to the report."""
    taken = list(steps((ROOT / "docs" / "tutorial.md").read_text()))
    assert sum(isinstance(step, Command) for step in taken) > 5
    session = Session(tmp_path)
    for step in taken:
        session.take(step)


def test_the_worked_example_for_contributors_runs_as_printed(tmp_path: Path) -> None:
    """CONTRIBUTING.md, in a copy of what a contributor edits."""
    for name in ("specs", "implementations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    taken = list(steps((ROOT / "CONTRIBUTING.md").read_text()))
    assert sum(isinstance(step, Command) for step in taken) > 3
    session = Session(tmp_path)
    for step in taken:
        session.take(step)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/tutorial.md", "docs/design.md"])
def test_links_between_pages_resolve(page: str) -> None:
    """A relative link names a file of the repository."""
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", path.read_text()):
        assert (path.parent / target).exists(), f"{page}: {target}"


def test_a_page_that_shows_another_output_is_caught() -> None:
    """The check on shown lines can fail: a changed figure does not match, `...` and spacing do."""
    assert shows("darts...  reproduced", "  darts_hit_the_circle   reproduced  0.785")
    assert not shows("value 101,760", "value 101,770")


def test_the_findings_on_the_front_page_are_the_suites() -> None:
    """Each claim that the README calls refuted, with its kind, is expected so by its specification."""
    claims: dict[str, dict[str, Any]] = {}
    for path in (ROOT / "specs").glob("*/*.toml"):
        claims |= tomllib.loads(path.read_text()).get("claims", {})
    findings = re.findall(r"`(\w+)`: refuted, (\w+)", (ROOT / "README.md").read_text())
    assert len(findings) == 4
    for name, kind in findings:
        assert claims[name]["refuted"]["kind"] == kind, name

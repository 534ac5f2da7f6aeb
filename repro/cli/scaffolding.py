"""``repro new``: files to start from. Nothing that exists is overwritten."""

from __future__ import annotations

import re
from pathlib import Path

import click

from repro.cli.showing import say
from repro.config import find_config
from repro.errors import OK, StoreProblem, UsageProblem

_NAME = re.compile(r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$")

_PYPROJECT = """\
[tool.repro]
title = "{title}"
specs = "specs"
results = "results/reproduction"
"""

_DOCUMENT = """\
schema  = 1
title   = "{title}"
kind    = "lecture slides"
"""

_SECTION = """\
schema   = 1
section  = "{title}"
position = {position}

# An example that holds. Replace it by what your document prints; `repro check` says what is missing.
[claims.{prefix}_squares_up_to_ten]
slide     = "SUMS OF SQUARES"
says      = "The squares of 1 to 10 add up to 385"
measure   = "experiments:sum_of_squares"
args      = {{ n = 10 }}
value     = 385
tolerance = "exact"

[claims.{prefix}_squares_up_to_ten.controls.last_term_missing]
models = "a loop that stops before n"
args   = {{ n = 9 }}
"""

_EXPERIMENTS = '''\
"""What the documents claim, measured. A stochastic experiment takes `seeds` first and returns one value for each."""


def sum_of_squares(n: int) -> int:
    """1 + 4 + ... + n^2."""
    return sum(k * k for k in range(1, n + 1))
'''


@click.group("new")
def new_command() -> None:
    """Start a project, a document or a section, with an example that runs."""


@new_command.command("project")
@click.argument("folder", type=click.Path(path_type=Path))
def new_project(folder: Path) -> int:
    """Start a project in FOLDER: settings, one document, one claim with its control, and the experiment behind it."""
    title = folder.resolve().name
    _write(folder / "pyproject.toml", _PYPROJECT.format(title=_quoted(title)))
    _write(folder / "experiments.py", _EXPERIMENTS)
    _write(folder / "specs" / "my-document" / "document.toml", _DOCUMENT.format(title="My document"))
    section = _SECTION.format(title="First section", position=10, prefix="first_section")
    _write(folder / "specs" / "my-document" / "first-section.toml", section)
    _write(folder / ".gitignore", ".repro/\nresults/report/\n")
    say(f"Next: cd {folder} && repro run && repro controls && repro report")
    return OK


@new_command.command("document")
@click.argument("name")
@click.pass_obj
def new_document(project: Path, name: str) -> int:
    """Start the document NAME (a folder below the specifications)."""
    config = find_config(project)
    _write(config.specs / _checked(name) / "document.toml", _DOCUMENT.format(title=_titled(name)))
    say(f"Next: repro new section {name} SECTION")
    return OK


@new_command.command("section")
@click.argument("document")
@click.argument("name")
@click.pass_obj
def new_section(project: Path, document: str, name: str) -> int:
    """Start the section NAME of DOCUMENT, after the sections that are there."""
    config = find_config(project)
    folder = config.specs / _checked(document)
    if not (folder / "document.toml").is_file():
        raise UsageProblem(f"there is no document {document}; start it with: repro new document {document}")
    position = 10 * len(list(folder.glob("*.toml")))
    prefix = _checked(name).replace("-", "_")
    _write(folder / f"{name}.toml", _SECTION.format(title=_titled(name), position=position, prefix=prefix))
    say("Next: write its claims, then repro check")
    return OK


def _checked(name: str) -> str:
    if not _NAME.match(name) or len(name) > 80:
        raise UsageProblem(f"{name!r} cannot be a name; use lower-case letters, digits and hyphens, as in my-document")
    return name


def _titled(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").capitalize()


def _quoted(text: str) -> str:
    return re.sub(r'[\x00-\x1f"\\]', "_", text)


def _write(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        raise UsageProblem(f"{path} exists; nothing of it was changed") from None
    except OSError as error:
        raise StoreProblem(f"{path}: cannot be written: {error.strerror or error}") from None
    say(f"wrote {path}")

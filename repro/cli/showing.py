"""What commands share: opening the project, common options, JSON, tables and progress that are safe to print."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from repro.config import find_config

if TYPE_CHECKING:
    from repro.engine.session import Session

_Function = TypeVar("_Function", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON array instead of text.")
patterns_argument = click.argument("patterns", nargs=-1, metavar="[PATTERN]...")


def selecting(function: _Function) -> _Function:
    """The options that choose claims."""
    cost = click.option(
        "--cost",
        type=click.Choice(["fast", "standard", "full"]),
        default="fast",
        show_default=True,
        help="The dearest claims to include: seconds, minutes, or hours.",
    )
    return patterns_argument(cost(function))


def open_session(project: Path) -> Session:
    """The project's session, with every specification valid; raises the problems of all files otherwise."""
    from repro.engine.session import Session
    from repro.spec.loading import load_suite

    config = find_config(project)
    suite = load_suite(config)
    suite.require_valid()
    return Session(config, suite)


def print_json(rows: Iterable[dict[str, Any]]) -> None:
    """One array, one row a line, strict JSON. Row by row: an unbuffered stream tells of a failed write only at the next."""
    before = "["
    for row in rows:
        click.echo(f"{before}\n{json.dumps(row, allow_nan=False)}", nl=False)
        before = ","
    click.echo("[]" if before == "[" else "\n]")


def printable(text: str) -> str:
    """Text without control characters: a specification or an error message must not steer the terminal."""
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


def say(text: str) -> None:
    """One line for people on standard output."""
    click.echo(printable(text))


def warn(text: str) -> None:
    """One line for people on standard error."""
    click.echo(f"repro: {printable(text)}", err=True)


def warn_of_damage(session: Session) -> None:
    """Name every record that was found damaged: none of them is part of what was printed."""
    for fault in (*session.store.quarantined, *session.published.quarantined):
        warn(f"set aside, not believed: {fault}")


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[bool] = (),
    totals: Sequence[Sequence[str]] = (),
) -> None:
    """A table for people: aligned on a terminal, numbers to the right; one tab-separated line a row in a pipe."""
    if sys.stdout is None or not sys.stdout.isatty():
        for row in (*rows, *totals):
            click.echo("\t".join(printable(cell).replace("\n", " ").replace("\t", " ") for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for index, column in enumerate(columns):
        right = index < len(numeric) and numeric[index]
        table.add_column(Text(printable(column)), justify="right" if right else "left")
    for row in rows:
        table.add_row(*(Text(printable(cell), style=_STYLES.get(cell, "")) for cell in row))
    for row in totals:
        table.add_row(*(Text(printable(cell), style="bold") for cell in row))
    Console(highlight=False).print(table)


_STYLES = {
    "reproduced": "green",
    "killed": "green",
    "refuted": "red",
    "survived": "bold red",
    "error": "bold red",
    "inconclusive": "yellow",
    "not run": "dim",
    **{f"refuted:{kind}": "magenta" for kind in ("wrong", "inconsistent", "loose", "conditional", "extraction")},
}

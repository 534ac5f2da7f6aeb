"""Progress on standard error: one bar for all pieces, and one below it for each long piece that says how far it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from repro.cli.showing import printable, warn

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_COLUMNS = ("{task.description}", "{task.fields[last]}")


class Silent:
    """Progress that nobody sees, but for a line when something that takes long is done."""

    def done(self, name: str) -> None:
        """One piece is done."""
        if "--seed-" in name:
            warn(f"{name}: done")

    def more(self, pieces: int) -> None:
        """So many pieces more are to be done."""

    def at(self, positions: Mapping[str, tuple[int, int] | None]) -> None:
        """How far the pieces in flight are."""


class Bars(Silent):
    """The bars of one command."""

    def __init__(self, bar: Progress, title: str, total: int) -> None:
        self._bar = bar
        self._total = total
        self._all = bar.add_task(title, total=total, last="")
        self._each: dict[str, TaskID] = {}

    def done(self, name: str) -> None:
        """One piece is done."""
        self._bar.update(self._all, advance=1, last=printable(name))

    def more(self, pieces: int) -> None:
        """So many pieces more are to be done."""
        self._total += pieces
        self._bar.update(self._all, total=self._total)

    def at(self, positions: Mapping[str, tuple[int, int] | None]) -> None:
        """Show how far the pieces in flight are; those that have ended lose their bars."""
        for name in self._each.keys() - positions.keys():
            self._bar.remove_task(self._each.pop(name))
        for name, position in positions.items():
            if name not in self._each:
                self._each[name] = self._bar.add_task(printable(name), total=None, last="")
            if position is not None:
                self._bar.update(self._each[name], completed=position[0], total=position[1])


@contextmanager
def progress(title: str, total: int) -> Iterator[Silent]:
    """What shows the progress of so many pieces while the context lasts: bars on a terminal, gone afterwards."""
    if total == 0 or sys.stderr is None or not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    description, last = (TextColumn(text, markup=False) for text in _COLUMNS)
    times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(description, BarColumn(), MofNCompleteColumn(), *times, last, console=console, transient=True) as bar:
        yield Bars(bar, title, total)

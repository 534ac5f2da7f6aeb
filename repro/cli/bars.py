"""Progress on a terminal: one bar for all pieces, and one for each long piece that says how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from repro.cli.showing import Silent, printable

_COLUMNS = ("{task.description}", "{task.fields[last]}")


class Bars(Silent):
    """The bars of one command."""

    def __init__(self, bar: Progress, title: str, total: int) -> None:
        self._bar = bar
        self._all = bar.add_task(title, total=total, last="")
        self._each: dict[str, TaskID] = {}

    def done(self, name: str) -> None:
        """One piece is done."""
        self._bar.update(self._all, advance=1, last=printable(name))

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
def bars(title: str, total: int) -> Iterator[Bars]:
    """The bars on standard error, gone afterwards."""
    description, last = (TextColumn(text, markup=False) for text in _COLUMNS)
    columns = (
        description,
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        last,
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Bars(bar, title, total)

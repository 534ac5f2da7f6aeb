"""Exhibits made ready to show: pictures drawn to files, their numbers as tables, their own table, their diagram, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from repro.report import diagram, plots
from repro.report.model import Document, ExhibitView, Report
from repro.report.text import number, slug

_LONG = 15  # rows; an exhibit with more of them, or with a diagram, has a page of its own
_DEEPEST = 6


@dataclass(frozen=True)
class Table:
    """Columns and rows of text; `total` is how many rows there were before thinning.

    `levels` says how deep each row is nested, from 0 to 6, and is empty where none is; `totals` are rows that end the table.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    numeric: tuple[bool, ...] = ()
    levels: tuple[int, ...] = ()
    totals: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Picture:
    """One panel: the file below the report's folder, its bytes, and its numbers."""

    file: str
    svg: str
    title: str
    table: Table
    width: int
    height: int


@dataclass(frozen=True)
class Shown:
    """An exhibit ready for a template. `problem` is empty, or says why (part of) it cannot be shown."""

    exhibit: ExhibitView
    document: Document
    pictures: tuple[Picture, ...] = ()
    table: Table | None = None
    diagram: diagram.Diagram | None = None
    alt: str = ""
    problem: str = ""

    @property
    def apart(self) -> bool:
        """Whether table and diagram stand on a page of their own, and the other pages lead there."""
        return self.diagram is not None or (self.table is not None and len(self.table.rows) > _LONG)


def show(report: Report) -> dict[tuple[str, str], Shown]:
    """Draw every exhibit of the report; keys are ids of document and exhibit."""
    return {
        (document.id, exhibit.id): _shown(document, exhibit)
        for document in report.documents
        for exhibit in document.exhibits
    }


def _shown(document: Document, exhibit: ExhibitView) -> Shown:
    if exhibit.data is None:
        return Shown(exhibit, document, problem=exhibit.missing or "not run")
    alt = str(exhibit.data.get("alt") or exhibit.says)
    try:
        panels = list(exhibit.data.get("panels") or ())
        pictures = tuple(
            _picture(f"figures/{slug(document.id)}.{slug(exhibit.id)}.{index + 1}.svg", panel, alt, len(panels) == 1)
            for index, panel in enumerate(panels)
        )
        table = own_table(exhibit.data["table"]) if exhibit.data.get("table") else None
        graph = exhibit.data.get("diagram")
        drawn = diagram.draw(graph, exhibit.says, alt) if graph else None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        return Shown(exhibit, document, alt=alt, problem=f"cannot be drawn: {error}")
    problem = "" if pictures or table or drawn else "the exhibit has neither panels, nor a table, nor a diagram"
    return Shown(exhibit, document, pictures, table, drawn, alt, problem)


def _picture(file: str, panel: Mapping[str, Any], alt: str, alone: bool) -> Picture:
    columns, rows, total = plots.table(panel)
    table = Table(tuple(columns), tuple(map(tuple, rows)), total, (True,) * len(columns))
    width, height = plots.WIDE if alone else plots.NARROW
    title = str(panel.get("title") or "")
    return Picture(file, plots.draw(panel, alt, alone), title, table, round(96 * width), round(96 * height))


def own_table(table: Mapping[str, Any]) -> Table:
    """Return the `table` of an exhibit (docs/design.md, section 3) as text.

    Raises `ValueError`, `KeyError` or `TypeError` where it is not of that form.
    """
    columns = tuple(str(column) for column in table["columns"])
    values = [list(row) for row in table["rows"]]
    totals = [list(row) for row in table.get("totals") or ()]
    levels = tuple(min(_DEEPEST, max(0, int(level))) for level in table.get("levels") or ())
    if levels and len(levels) != len(values):
        raise ValueError(f"a table has {len(values)} rows and {len(levels)} levels")
    numeric = tuple(_numeric([row[i] for row in values if i < len(row)]) for i in range(len(columns)))
    return Table(columns, _texts(values), len(values), numeric, levels, _texts(totals))


def _numeric(column: list[Any]) -> bool:
    """Whether a column holds numbers and, at most beside them, nothing."""
    given = [value for value in column if value is not None]
    return bool(given) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in given)


def _texts(rows: list[list[Any]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_text(value) for value in row) for row in rows)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value, 5)
    return "\u2014" if value is None else str(value)


def best(shown: Mapping[tuple[str, str], Shown], most: int = 3) -> list[Shown]:
    """Return the pictures for the first page: the richest ones, each from another section as far as they reach."""
    drawn = sorted((one for one in shown.values() if one.pictures), key=_richness, reverse=True)
    home = {
        (document.id, exhibit.id): (document.id, section.id)
        for document in {one.document.id: one.document for one in drawn}.values()
        for section in document.sections
        for exhibit in section.exhibits
    }
    first: dict[tuple[str, str], Shown] = {}
    for one in drawn:
        first.setdefault(home[one.document.id, one.exhibit.id], one)
    rest = [one for one in drawn if one not in first.values()]
    return [*first.values(), *rest][:most]


def _richness(one: Shown) -> int:
    """Count what a picture has to look at: panels, series in the first of them, a field behind it."""
    panels = list((one.exhibit.data or {}).get("panels") or ())
    return len(panels) + min(4, len(panels[0].get("series") or ())) + 3 * bool(panels[0].get("field"))

"""Exhibits of any form: drawn, or named as broken; the first page gets the richest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from repro.report import gallery
from repro.report.model import Document, ExhibitView, Report, Section

NUMBER = st.integers(-5, 5) | st.floats(-1e300, 1e300) | st.none()
ODD = st.none() | st.booleans() | st.text(max_size=3) | NUMBER | st.lists(NUMBER, max_size=3)


@st.composite
def series(draw: st.DrawFn) -> dict[str, Any]:
    """A series whose parts have one length."""
    length = draw(st.integers(0, 5))
    column = st.lists(NUMBER, min_size=length, max_size=length)
    names = st.lists(st.text(max_size=2), min_size=length, max_size=length)
    mark = draw(st.sampled_from(["line", "points", "bars", "step"]))
    made = {
        "x": draw(column | names if mark == "bars" else column),
        "y": draw(column),
        "mark": mark,
        "label": draw(ODD),
    }
    return {**made, "low": draw(column), "high": draw(column)} if draw(st.booleans()) else made


@st.composite
def panels(draw: st.DrawFn) -> dict[str, Any]:
    """A panel of the form that the design describes, with anything for numbers and labels."""
    scales = st.sampled_from(["linear", "log", None])
    grid = sorted(draw(st.sets(st.integers(-9, 9), min_size=2, max_size=4)))
    height = st.lists(st.lists(NUMBER, min_size=len(grid), max_size=len(grid)), min_size=len(grid), max_size=len(grid))
    field = {"x": grid, "y": grid, "z": draw(height), "style": draw(st.sampled_from(["heat", "contour"]))}
    return {
        "title": draw(ODD), "x_label": draw(ODD), "x_scale": draw(scales), "y_scale": draw(scales),
        "series": draw(st.lists(series(), max_size=3)), "field": field if draw(st.integers(0, 3)) == 3 else None,
    }  # fmt: skip


DATA = st.fixed_dictionaries({"panels": st.lists(panels(), min_size=1, max_size=1)}, optional={"alt": ODD})
BROKEN = st.recursive(
    ODD,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["panels", "series", "field", "x", "y", "z", "table", "rows", "columns"]), inner, max_size=4
        )
    ),
)


def shown(*exhibits: ExhibitView) -> list[gallery.Shown]:
    """What a document with these exhibits, each in a section of its own, shows."""
    sections = tuple(Section(f"s{i}", "S", i, (), (one,)) for i, one in enumerate(exhibits))
    return list(gallery.show(Report("R", (Document("d", "D", sections=sections),))).values())


@settings(max_examples=40)
@given(DATA | st.dictionaries(st.sampled_from(["panels", "table", "alt"]), BROKEN))
def test_no_data_break_the_report(data: dict[str, Any]) -> None:
    """Whatever a record holds, an exhibit has pictures and a table that are sound, or says why it cannot be shown."""
    (one,) = shown(ExhibitView("e", "SLIDE", "says", "m:f", data))
    assert one.problem or one.pictures or one.table
    for picture in one.pictures:
        ElementTree.fromstring(picture.svg)
        assert len(picture.table.rows) <= 50


def test_the_first_page_shows_the_richest_of_each_section(exhibit: dict[str, Any]) -> None:
    """A picture with a field, or with more panels and lines, comes before a single line; one a section while they last."""
    plain = {"panels": [{"series": [{"x": [1, 2], "y": [1, 2]}]}]}
    field = {"panels": exhibit["panels"][1:2]}
    views = [
        ExhibitView(name, "SLIDE", "says", "m:f", data)
        for name, data in (
            ("plain", plain),
            ("field", field),
            ("table", {"table": exhibit["table"]}),
            ("rich", exhibit),
        )
    ]
    chosen = gallery.best({("d", one.exhibit.id): one for one in shown(*views)}, 2)
    assert [one.exhibit.id for one in chosen] == ["rich", "field"]


def test_exhibits_of_one_name_in_two_documents_are_two(make_report: Callable[..., Report]) -> None:
    """Ids need to differ within a document only; files and keys differ all the same."""
    report = make_report(6, documents=2)
    documents = tuple(
        replace(
            document,
            sections=tuple(
                replace(
                    part,
                    exhibits=tuple(
                        replace(one, id="same", data=report.documents[0].exhibits[0].data) for one in part.exhibits
                    ),
                )
                for part in document.sections
            ),
        )
        for document in report.documents
    )
    found = gallery.show(replace(report, documents=documents))
    assert len({picture.file for one in found.values() for picture in one.pictures}) == 2

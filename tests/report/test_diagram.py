"""Diagrams: boxes, lines and frames where they belong, text that stays text, refusals, and exhibits on pages of their own."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repro.report import build, diagram, gallery
from repro.report.model import Document, ExhibitView, Report, Section
from repro.report.plots import Undrawable

PAIR = {
    "nodes": [{"id": "a", "label": "first", "x": 0, "y": 0}, {"id": "b", "label": "second", "x": 0, "y": 1}],
    "edges": [{"from": "a", "to": "b"}],
}


def drawn(data: dict[str, Any]) -> ElementTree.Element:
    """The diagram as a tree."""
    return ElementTree.fromstring(diagram.draw(data, "title", "alt").svg)


def boxes(root: ElementTree.Element) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right and bottom of each box, by what its title says."""
    found = {}
    for group in root.iter("g"):
        rect = group.find("rect")
        assert rect is not None
        left, top, width, height = (float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
        found[group.findtext("title") or ""] = (left, top, left + width, top + height)
    return found


def ends(path: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """First and last point of a path of M, C and V."""
    x, y = map(float, re.findall(r"-?[\d.]+", path.split("C")[0].split("V")[0]))
    start = (x, y)
    for command, numbers in re.findall(r"([CV])([-\d. ]+)", path):
        values = [float(one) for one in numbers.split()]
        x, y = (x, values[0]) if command == "V" else (values[-2], values[-1])
    return start, (x, y)


@st.composite
def grids(draw: st.DrawFn) -> dict[str, Any]:
    """Boxes that do not overlap, at odd places and widths; edges that run downwards, some through lanes."""
    rows = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    nodes = [
        {
            "id": f"n{row}.{column}", "label": f"n{row}.{column}", "note": draw(st.sampled_from(["", "28×28×64", "a note " * 6])),
            "x": draw(st.floats(-0.2, 0.2)) + 3 * column, "y": 1.2 * row, "width": draw(st.sampled_from([0.5, 1.0, 2.5])),
        }
        for row, count in enumerate(rows) for column in range(count)
    ]  # fmt: skip
    pairs = [(a, b) for a in nodes for b in nodes if a["y"] < b["y"]]
    edges = []
    for a, b in draw(st.lists(st.sampled_from(pairs), max_size=8)):
        edge = {"from": a["id"], "to": b["id"]}
        if draw(st.booleans()):
            edge |= {"lane": draw(st.floats(-3, 12)), "label": draw(st.sampled_from(["", "identity"]))}
        edges.append(edge)
    held = draw(st.lists(st.sampled_from([node["id"] for node in nodes]), max_size=3, unique=True))
    return {"nodes": nodes, "edges": edges, "frames": [{"label": "block", "nodes": held}] if held else []}


@given(grids())
def test_every_line_joins_its_boxes_inside_the_picture(data: dict[str, Any]) -> None:
    """A line leaves the lower side of its first box and enters the upper side of its second; nothing is cut off."""
    root = drawn(data)
    placed = {title.split(", ")[0]: box for title, box in boxes(root).items()}
    left, top, width, height = map(float, root.get("viewBox", "").split())
    paths = [path.get("d", "") for path in root.iter("path") if path.get("class") == "edge"]
    assert len(paths) == len(data["edges"])
    for edge, path in zip(data["edges"], paths, strict=True):
        (x0, y0), (x1, y1) = ends(path)
        a, b = placed[edge["from"]], placed[edge["to"]]
        assert a[0] <= x0 <= a[2] and y0 == pytest.approx(a[3], abs=0.11)
        assert b[0] <= x1 <= b[2] and y1 == pytest.approx(b[1], abs=0.11)
    for rect in root.iter("rect"):
        x, y, w, h = (float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
        assert left <= x and x + w <= left + width and top <= y and y + h <= top + height
    for text in root.findall("text"):
        assert float(text.get("x", "")) + 6.1 * len(text.text or "") <= left + width
    for edge in data["edges"]:
        if "lane" in edge:
            places = [float(x) for x in re.findall(r"(-?[\d.]+) -?[\d.]+(?=V)", paths[data["edges"].index(edge)])]
            assert all(left <= x <= left + width for x in places)


@given(grids())
def test_a_frame_surrounds_what_it_holds(data: dict[str, Any]) -> None:
    """All boxes of a frame lie inside it, and so do the lanes that lead into them."""
    root = drawn(data)
    placed = {title.split(", ")[0]: box for title, box in boxes(root).items()}
    for frame, rect in zip(data["frames"], root.findall("rect"), strict=True):
        x, y, w, h = (float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
        for name in frame["nodes"]:
            left, top, right, bottom = placed[name]
            assert x < left and y < top and right < x + w and bottom < y + h


def test_a_column_is_wide_enough_for_its_text_and_equal_for_all() -> None:
    """Boxes of one column have one width, and grow with the longest text up to a limit."""
    data = copy.deepcopy(PAIR)
    small = boxes(drawn(data))["first"]
    data["nodes"][1]["label"] = "3×3 conv, 512, /2 and so on"
    grown = boxes(drawn(data))
    assert len({round(box[2] - box[0], 1) for box in grown.values()}) == 1
    assert grown["first"][2] - grown["first"][0] > small[2] - small[0]


def test_long_text_is_cut_in_the_box_and_whole_in_its_title() -> None:
    """What does not fit ends in an ellipsis; whoever points at the box reads all of it."""
    data = copy.deepcopy(PAIR)
    data["nodes"][0]["label"] = "word " * 40
    root = drawn(data)
    texts = [text.text or "" for text in root.iter("text")]
    assert texts[0].endswith("…") and len(texts[0]) < 40
    assert "word " * 40 in boxes(root)


def test_a_picture_says_what_it_shows() -> None:
    """It is an image with a name, a title and a description; its labels are text."""
    root = drawn(PAIR)
    assert (root.get("role"), root.get("aria-label")) == ("img", "title")
    assert (root.findtext("title"), root.findtext("desc")) == ("title", "alt")
    assert [text.text for text in root.iter("text")] == ["first", "second"]


def test_kinds_keep_their_colour_and_their_order() -> None:
    """A kind's colour is its place in `kinds`, whatever occurs; kinds that are not listed come after; the legend has those that occur."""
    data = copy.deepcopy(PAIR)
    data["nodes"][0]["kind"], data["nodes"][1]["kind"] = "odd", "pooling"
    data["kinds"] = ["convolution", "pooling"]
    found = diagram.draw(data, "t", "a")
    assert found.legend == ((1, "pooling"), (2, "odd"))
    assert [group.get("class") for group in ElementTree.fromstring(found.svg).iter("g")] == ["box s2", "box s1"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"nodes": []}, "1 to 2000 nodes"),
        ({"nodes": [{"id": k, "label": "", "x": 0, "y": k} for k in range(2001)], "edges": []}, "fold"),
        ({"nodes": [*PAIR["nodes"], PAIR["nodes"][0]]}, "two nodes have one id"),
        ({"nodes": [{"id": "a", "label": "l", "x": "0", "y": 0}]}, "x must be a number"),
        ({"nodes": [{"id": "a", "label": "l", "x": 0, "y": float("nan")}]}, "y must be a number"),
        ({"nodes": [{"id": "a", "label": "l", "x": 0, "y": True}]}, "y must be a number"),
        ({"nodes": [{"id": "a", "label": "l", "x": 1e9, "y": 0}]}, "x must be a number"),
        ({"nodes": [{"id": "a", "label": "l", "x": 0, "y": 0, "width": 0}]}, "half a column"),
        ({"nodes": [{"id": "a", "x": 0, "y": 0}]}, "label"),
        ({"edges": [{"from": "a", "to": "c"}]}, "'c', which does not exist"),
        ({"edges": [{"from": "b", "to": "a"}]}, "does not run downwards"),
        ({"edges": [{"from": "a", "to": "a"}]}, "does not run downwards"),
        ({"edges": [{"from": "a", "to": "b", "lane": "left"}]}, "lane must be a number"),
        ({"edges": [["a", "b"]]}, "TypeError"),
        ({"frames": [{"nodes": ["c"]}]}, "c"),
        ({"frames": [{"nodes": []}]}, "holds no node"),
    ],
    ids=range(16),
)
def test_data_of_another_form_are_refused(change: dict[str, Any], told: str) -> None:
    """What cannot be drawn is named; nothing is drawn in its place."""
    with pytest.raises(Undrawable, match=re.escape(told)):
        diagram.draw(PAIR | change, "", "")


ODD = st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=3)
KEYS = st.sampled_from(
    ["nodes", "edges", "frames", "kinds", "id", "label", "note", "kind", "x", "y", "width", "from", "to", "lane"]
)
BROKEN = st.recursive(ODD, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5))


@given(st.dictionaries(st.sampled_from(["nodes", "edges", "frames", "kinds"]), BROKEN), BROKEN)
def test_no_data_break_the_report(data: dict[str, Any], levels: Any) -> None:
    """Whatever a record holds, the exhibit has a sound diagram or says why it cannot be shown."""
    table = {"columns": ["a"], "rows": [[1], [2]], "levels": levels, "totals": levels}
    for given_data in ({"diagram": PAIR | data}, {"table": table}):
        view = ExhibitView("e", "SLIDE", "says", "m:f", given_data)
        document = Document("d", "D", sections=(Section("s", "S", 1, (), (view,)),))
        (one,) = gallery.show(Report("R", (document,))).values()
        assert one.problem or one.diagram or one.table
        if one.diagram:
            ElementTree.fromstring(one.diagram.svg)


@pytest.mark.parametrize(
    "payload", ["</svg><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "]]>", "\x1b[31m\u202e\ud800"]
)
def test_no_text_becomes_markup(payload: str) -> None:
    """Hostile text in every place gives element for element the same picture, and reaches the reader as text."""
    nodes = [
        {"id": f"{i}{payload}", "label": f"l{payload}", "note": f"n{payload}", "kind": payload, "x": 0, "y": i}
        for i in range(2)
    ]
    data = {
        "nodes": nodes, "edges": [{"from": nodes[0]["id"], "to": nodes[1]["id"], "lane": 1, "label": payload}],
        "frames": [{"label": payload, "nodes": [nodes[0]["id"]]}], "kinds": [payload],
    }  # fmt: skip
    harmless = {
        "nodes": [{"id": i, "label": "l", "note": "n", "kind": "k", "x": 0, "y": i} for i in range(2)],
        "edges": [{"from": 0, "to": 1, "lane": 1, "label": "e"}], "frames": [{"label": "f", "nodes": [0]}],
    }  # fmt: skip

    def shape(text: str) -> list[tuple[str, list[str]]]:
        return [(element.tag, sorted(element.attrib)) for element in ElementTree.fromstring(text).iter()]

    found = diagram.draw(data, payload, payload).svg
    assert shape(found) == shape(diagram.draw(harmless, "t", "a").svg)
    assert not re.search("[\x00-\x08\x1b\u202e\ud800]", found)


# pages


def reported(tmp_path: Path, make_report: Callable[..., Report], *views: ExhibitView) -> Path:
    """A report whose only document has these exhibits."""
    report = make_report(3, documents=1)
    section = replace(report.documents[0].sections[0], exhibits=views)
    build(replace(report, documents=(replace(report.documents[0], sections=(section,)),)), tmp_path / "report")
    return tmp_path / "report"


@pytest.mark.parametrize("rows", [15, 16])
def test_a_long_table_has_a_page_of_its_own(tmp_path: Path, make_report: Callable[..., Report], rows: int) -> None:
    """Up to fifteen rows stand on the document's page; with more of them that page and the gallery lead to the table's own."""
    table = {"columns": ["row", "count"], "rows": [[f"cell {k}", k] for k in range(rows)]}
    folder = reported(tmp_path, make_report, ExhibitView("long", "SLIDE", "A table", "m:f", {"table": table}))
    own = folder / "figure.document-0.long.html"
    assert own.is_file() == (rows > 15)
    for name in ("document.document-0.html", "figures.html"):
        text = (folder / name).read_text()
        assert ("cell 7" in text) == (rows <= 15)
        assert (f'href="{own.name}"' in text) == (rows > 15)
    if rows > 15:
        assert own.read_text().count("<td>cell ") == rows


def test_a_diagram_has_a_page_of_its_own(tmp_path: Path, make_report: Callable[..., Report]) -> None:
    """The picture, its legend, what it shows and where it belongs stand on one page, and the picture nowhere else."""
    view = ExhibitView("net", "THE SLIDE", "A network", "m:f", {"diagram": PAIR, "alt": "Two boxes."})
    folder = reported(tmp_path, make_report, view)
    own = (folder / "figure.document-0.net.html").read_text()
    for piece in ('<svg class="diagram"', "Two boxes.", "THE SLIDE", "#exhibit-net"):
        assert piece in own
    assert not any(
        'class="diagram"' in (folder / name).read_text() for name in ("document.document-0.html", "figures.html")
    )


def test_nested_rows_and_totals(tmp_path: Path, make_report: Callable[..., Report]) -> None:
    """Each row is marked with its level, and with whether it holds others; totals end the table with row headings."""
    table = {
        "columns": ["row", "weights"], "rows": [["outer", 3], ["inner", None], ["innermost", 3]],
        "levels": [0, 1, 2], "totals": [["total", 3]],
    }  # fmt: skip
    folder = reported(tmp_path, make_report, ExhibitView("t", "SLIDE", "A table", "m:f", {"table": table}))
    text = (folder / "document.document-0.html").read_text()
    for row in (
        '<tr class="d0 holds"><td>outer</td><td class="n">3</td></tr>',
        '<tr class="d1 holds"><td>inner</td><td class="n zero">—</td></tr>',
        '<tr class="d2"><td>innermost</td>',
    ):
        assert row in text.replace("\n", "")
    foot = text.partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert '<th scope="row">total</th><td class="n">3</td>' in foot


def test_levels_must_fit_the_rows() -> None:
    """A table with two rows and three levels is refused."""
    with pytest.raises(ValueError, match="2 rows and 3 levels"):
        gallery.own_table({"columns": ["a"], "rows": [[1], [2]], "levels": [0, 1, 1]})

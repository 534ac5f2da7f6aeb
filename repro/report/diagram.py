"""A diagram of an exhibit: boxes on a grid, joined by lines that run from top to bottom, as SVG inside the page.

Whoever makes the exhibit knows what belongs beside what, and places the boxes in columns and rows (docs/design.md, section 3);
this module knows pixels. It inherits the page's colours and fonts, so it follows dark mode. A kind has a colour, and the legend
beside the picture names it; the words in each box say what it is without the colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from repro.report.plots import Undrawable
from repro.report.text import clean

HUES = 8
MOST = 2000  # boxes; whoever has more folds what repeats
# pixels: from row to row, a box of two lines and of one, between columns
_ROW, _TALL, _LOW, _GAP = 66.0, 44.0, 26.0, 20.0
_NARROWEST, _WIDEST = 84.0, 190.0  # boxes of one column
_LABEL, _NOTE = 7.1, 6.1  # an average letter of the two sizes of text
_MARGIN, _HEAD, _EDGE = 14.0, 24.0, 10.0  # around the picture; of a frame, above (its label) and around what it holds
_FURTHEST = 10_000.0


@dataclass(frozen=True)
class Diagram:
    """The picture, and its legend: (number of the colour, kind) for each kind that occurs, in the order that was given."""

    svg: Markup
    legend: tuple[tuple[int, str], ...]


class _Frame(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    label: str


@dataclass(frozen=True)
class _Box:
    label: str
    note: str
    hue: int
    x: float  # the middle
    y: float
    width: float
    height: float
    column: float  # the width of a box of one column

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2

    def port(self, x: float) -> float:
        """Return where a line from the place `x` meets the box: right there, but not further out than its outer columns."""
        reach = max(0.0, (self.width - self.column) / 2)
        return min(self.x + reach, max(self.x - reach, x))


@dataclass(frozen=True)
class _Grid:
    """From columns and rows to pixels."""

    pitch: float
    left: float
    top: float

    def x(self, column: float) -> float:
        return (column - self.left) * self.pitch

    def y(self, row: float) -> float:
        return (row - self.top) * _ROW


def draw(diagram: Mapping[str, Any], title: str, alt: str) -> Diagram:
    """Return the diagram (docs/design.md, section 3) as inline SVG with `role="img"`, a title and a description.

    Raises
    ------
    Undrawable
        if it is not of that form: two nodes with one id, an edge to nowhere or upwards, a place that is no number.
    """
    try:
        return _draw(diagram, title, alt)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise Undrawable(f"{type(error).__name__}: {error}") from error


def _draw(diagram: Mapping[str, Any], title: str, alt: str) -> Diagram:
    nodes: list[Mapping[str, Any]] = list(diagram["nodes"])
    if not 0 < len(nodes) <= MOST:
        raise Undrawable(f"a diagram has 1 to {MOST} nodes, not {len(nodes)}: fold what repeats")
    kinds = list(dict.fromkeys([*map(str, diagram.get("kinds") or ()), *(str(node.get("kind", "")) for node in nodes)]))
    used = {str(node.get("kind", "")) for node in nodes}
    grid = _grid(nodes)
    boxes = {str(node["id"]): _box(node, grid, kinds.index(str(node.get("kind", ""))) % HUES) for node in nodes}
    if len(boxes) < len(nodes):
        raise Undrawable("two nodes have one id")
    edges = [(*_ends(edge, boxes), edge) for edge in diagram.get("edges") or ()]
    lanes = [x for a, b, edge in edges for x in _reach(a, b, edge, grid)]
    frames = [_frame(frame, boxes, edges, grid) for frame in diagram.get("frames") or ()]
    held: list[_Box | _Frame] = [*boxes.values(), *frames]
    left, right = min([*lanes, *(one.left for one in held)]), max([*lanes, *(one.right for one in held)])
    top, bottom = min(one.top for one in held), max(one.bottom for one in held)
    place = (left - _MARGIN, top - _MARGIN, right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN)
    parts = [
        *(_drawn_frame(frame) for frame in frames),
        *(_drawn_edge(a, b, edge, grid) for a, b, edge in edges),
        *(_drawn_name(frame) for frame in frames),
        *(_drawn_box(box) for box in boxes.values()),
    ]
    name, told = escape(clean(title)), escape(clean(alt))
    svg = (
        f'<svg class="diagram" viewBox="{" ".join(f"{one:.1f}" for one in place)}" width="{place[2]:.0f}" '
        f'height="{place[3]:.0f}" role="img" aria-label="{name}"><title>{name}</title><desc>{told}</desc>{"".join(parts)}</svg>'
    )
    return Diagram(Markup(svg), tuple((i % HUES, kind) for i, kind in enumerate(kinds) if kind in used))


def _number(item: Mapping[str, Any], key: str, default: float | None = None) -> float:
    value = item.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _FURTHEST:
        raise Undrawable(f"{key} must be a number of columns or rows; got {str(value)[:40]!r}")
    return float(value)


def _grid(nodes: Sequence[Mapping[str, Any]]) -> _Grid:
    """Make columns as wide as the longest text needs, within limits."""
    widths = [_number(node, "width", 1.0) for node in nodes]
    if min(widths) < 0.5:
        raise Undrawable("a node is at least half a column wide")
    needed = (
        max(_LABEL * len(str(node.get("label", ""))), _NOTE * len(str(node.get("note") or ""))) / width
        for node, width in zip(nodes, widths, strict=True)
    )
    pitch = min(_WIDEST, max(_NARROWEST, max(needed) + 20)) + _GAP
    return _Grid(pitch, min(_number(node, "x") for node in nodes), min(_number(node, "y") for node in nodes))


def _box(node: Mapping[str, Any], grid: _Grid, hue: int) -> _Box:
    label, note = str(node["label"]), str(node.get("note") or "")
    size = (_number(node, "width", 1.0) * grid.pitch - _GAP, _TALL if note else _LOW)
    return _Box(label, note, hue, grid.x(_number(node, "x")), grid.y(_number(node, "y")), *size, grid.pitch - _GAP)


def _ends(edge: Mapping[str, Any], boxes: Mapping[str, _Box]) -> tuple[_Box, _Box]:
    a, b = str(edge["from"]), str(edge["to"])
    for end in (a, b):
        if end not in boxes:
            raise Undrawable(f"an edge names the node {end[:40]!r}, which does not exist")
    if boxes[b].top < boxes[a].bottom:
        raise Undrawable(f"the edge from {a[:40]!r} to {b[:40]!r} does not run downwards")
    return boxes[a], boxes[b]


def _frame(
    frame: Mapping[str, Any],
    boxes: Mapping[str, _Box],
    edges: Sequence[tuple[_Box, _Box, Mapping[str, Any]]],
    grid: _Grid,
) -> _Frame:
    """Return what surrounds these nodes and the lanes that lead into them."""
    held = [boxes[str(name)] for name in frame["nodes"]]
    if not held:
        raise Undrawable("a frame holds no node")
    led = [(a, b, edge) for a, b, edge in edges if b in held and edge.get("lane") is not None]
    lanes = [x for a, b, edge in led for x in _reach(a, b, edge, grid)]
    left = min([*lanes, *(box.left for box in held)]) - _EDGE
    right = max([*lanes, *(box.right for box in held)]) + _EDGE
    top, bottom = min(box.top for box in held) - _HEAD, max(box.bottom for box in held) + _EDGE
    return _Frame(left, top, right, bottom, str(frame.get("label", "")))


def _drawn_frame(frame: _Frame) -> str:
    size = f'width="{frame.right - frame.left:.1f}" height="{frame.bottom - frame.top:.1f}"'
    return f'<rect class="frame" x="{frame.left:.1f}" y="{frame.top:.1f}" {size} rx="7"/>'


def _drawn_name(frame: _Frame) -> str:
    left, top, right, _, label = frame
    return f'<text class="name" x="{left + 9:.1f}" y="{top + 15:.1f}">{_fitted(label, right - left - 18, _NOTE)}</text>'


def _lane(a: _Box, b: _Box, edge: Mapping[str, Any], grid: _Grid) -> float:
    return a.port(b.x) if edge.get("lane") is None else grid.x(_number(edge, "lane"))


def _reach(a: _Box, b: _Box, edge: Mapping[str, Any], grid: _Grid) -> tuple[float, float]:
    """Return how far an edge and its label reach to the left and to the right."""
    lane, letters = _lane(a, b, edge, grid), len(str(edge.get("label") or ""))
    return lane, lane + min(grid.pitch, _NOTE * letters) + 6 * bool(letters)


def _drawn_edge(a: _Box, b: _Box, edge: Mapping[str, Any], grid: _Grid) -> str:
    """Draw from the bottom of `a` into its lane, straight down, and into the top of `b`; without a lane, from the place nearest to `b`."""
    lane = _lane(a, b, edge, grid)
    x0, x1, y0, y1 = a.port(lane), b.port(lane), a.bottom, b.top
    bend = y1 - y0 if y1 - y0 < _ROW else _ROW - _TALL  # from afar, within the gap between two rows of boxes
    if x0 != lane and x1 != lane:
        bend = min(bend, (y1 - y0) / 2)
    path = f"M{x0:.1f} {y0:.1f}"
    if x0 != lane:
        path += f"C{x0:.1f} {y0 + bend / 2:.1f} {lane:.1f} {y0 + bend / 2:.1f} {lane:.1f} {y0 + bend:.1f}"
    if x1 == lane:
        path += f"V{y1:.1f}"
    else:
        path += f"V{y1 - bend:.1f}C{lane:.1f} {y1 - bend / 2:.1f} {x1:.1f} {y1 - bend / 2:.1f} {x1:.1f} {y1:.1f}"
    drawn = f'<path class="edge" d="{path}"/><path class="tip" d="M{x1:.1f} {y1:.1f}l-3.5 -7h7z"/>'
    label = str(edge.get("label") or "")
    if label:
        drawn += f'<text class="name" x="{lane + 6:.1f}" y="{(y0 + y1) / 2 + 4:.1f}">{_fitted(label, grid.pitch, _NOTE)}</text>'
    return drawn


def _drawn_box(box: _Box) -> str:
    lines = [("label", box.label, _LABEL), ("note", box.note, _NOTE)]
    places = (box.y - 4, box.y + 13) if box.note else (box.y + 4.5,)
    texts = "".join(
        f'<text class="{name}" x="{box.x:.1f}" y="{y:.1f}" text-anchor="middle">{_fitted(text, box.width - 12, letter)}</text>'
        for (name, text, letter), y in zip(lines, places, strict=False)
    )
    told = escape(clean(", ".join(filter(None, (box.label, box.note)))))
    return (
        f'<g class="box s{box.hue}"><title>{told}</title><rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="5"/>{texts}</g>'
    )


def _fitted(text: str, width: float, letter: float) -> Markup:
    """Return one line of at most `width` pixels; what does not fit ends in an ellipsis (the box's title has all of it)."""
    line, most = " ".join(clean(text).split()), max(2, int(width / letter) + 1)
    return escape(line if len(line) <= most else line[: most - 1] + "\N{HORIZONTAL ELLIPSIS}")

"""Exhibits as pictures: one SVG a panel, and the same numbers as a table.

The bytes depend on the data alone (fixed hash salt, no date, matplotlib's own defaults whatever the user's settings).
Series differ in colour (Okabe and Ito's palette), in dash or hatch, and in marker, so they can be told apart without colour.
The background is white also on a dark page: the pictures are shown on a card.
"""

from __future__ import annotations

import io
import math
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import escape

from repro.report.text import clean, number, scientific

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable

T = TypeVar("T")
ROWS = 50
WIDE, NARROW = (6.6, 3.7), (4.9, 3.6)  # inches
_POINTS = 2000
_CELLS_WITH_NUMBERS = 64  # a heat picture of at most so many cells shows their numbers
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#7B3294", "#A6611A", "#56B4E9", "#333333", "#E69F00")
_DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (3, 2)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_HATCHES = ("", "///", "...", "xxx", "\\\\\\", "+++", "ooo", "---")
_SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "repro", "svg.fonttype": "none", "text.parse_math": False, "font.size": 10, "axes.titlesize": 10.5,
    "axes.titlelocation": "left", "axes.titleweight": "bold", "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.color": "#e4e6ea", "grid.linewidth": 0.7, "axes.axisbelow": True, "axes.edgecolor": "#6b7480",
    "axes.labelcolor": "#2b3440", "xtick.color": "#4a5460", "ytick.color": "#4a5460", "lines.linewidth": 1.7,
    "legend.frameon": False, "legend.fontsize": 9, "axes.unicode_minus": True, "figure.facecolor": "white",
}  # fmt: skip


class Undrawable(ValueError):
    """The data of an exhibit does not have the form that docs/design.md, section 3, describes."""


def draw(panel: Mapping[str, Any], alt: str, wide: bool = True) -> str:
    """Return one panel as an SVG document with `role="img"`, a title and a description.

    Parameters
    ----------
    panel : one entry of `panels` (docs/design.md, section 3).
    alt : what the picture shows, in one or two sentences.
    wide : whether the panel stands alone and may be wider.

    Raises
    ------
    Undrawable
        if the panel is not of that form.
    """
    import matplotlib
    import matplotlib.style
    from matplotlib.figure import Figure

    try:
        with matplotlib.style.context(["default", _SETTINGS]), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figure = Figure(figsize=WIDE if wide else NARROW, layout="constrained")
            axes = figure.add_subplot()
            _fill(axes, panel)
            stream = io.StringIO()
            figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise Undrawable(f"{type(error).__name__}: {error}") from error
    head, start, body = stream.getvalue().partition("<svg ")
    attributes, end, content = body.partition(">")
    title = escape(clean(str(panel.get("title") or "Figure")))
    described = f"<title>{title}</title><desc>{escape(clean(alt))}</desc>"
    text = f'{head}{start}role="img" {attributes}{end}{described}{content}'
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _fill(axes: Axes, panel: Mapping[str, Any]) -> None:
    field = panel.get("field")
    if field:
        _background(axes, field)
    series = list(panel.get("series") or ())
    categories = _categories(series)
    for index, line in enumerate(series):
        _draw_series(axes, index, line, categories, sum(one.get("mark") == "bars" for one in series))
    if categories:
        axes.set_xticks(range(len(categories)), [_label(name, 14) for name in categories])
        axes.grid(visible=False, axis="x")
    else:
        axes.set_xscale(_scale(panel.get("x_scale")))
    axes.set_yscale(_scale(panel.get("y_scale")))
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_scale() == "log":
            axis.set_major_formatter(lambda value, _: _power(value))
            axis.set_minor_formatter(lambda value, _: "")
    axes.set_title(_label(panel.get("title", ""), 60))
    axes.set_xlabel(_label(panel.get("x_label", ""), 60))
    axes.set_ylabel(_label(panel.get("y_label", ""), 44))
    if len(series) > 4 or (field and field.get("style") == "heat" and any(line.get("label") for line in series)):
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2
        )  # a crowd, or a picture, leaves no free corner
    elif any(line.get("label") for line in series) and (len(series) > 1 or field):
        axes.legend(loc="best")


def _power(value: float) -> str:
    """Write a tick of a logarithmic axis: 0.1 to 1,000 plainly, the others as powers of ten."""
    return number(value, 3) if 0.05 < value < 5e3 else scientific(value, 2)


def _scale(name: object) -> str:
    if name in (None, "linear"):
        return "linear"
    if name == "log":
        return "log"
    raise ValueError(f"a scale is linear or log, not {name!r}")


def _background(axes: Axes, field: Mapping[str, Any]) -> None:
    x, y = _numbers(field["x"]), _numbers(field["y"])
    z = [_numbers(row) for row in field["z"]]
    if field.get("style") == "heat":
        shade: ScalarMappable = axes.pcolormesh(x, y, z, cmap="cividis", shading="nearest", rasterized=True)
        if len(x) * len(y) <= _CELLS_WITH_NUMBERS:
            _write_cells(axes, x, y, z)
    else:
        axes.contour(x, y, z, levels=12, colors="#9aa3ad", linewidths=0.7)
        shade = axes.contourf(x, y, z, levels=12, cmap="cividis", alpha=0.35)
    axes.grid(visible=False)
    axes.figure.colorbar(shade, ax=axes, shrink=0.9, pad=0.02)


def _write_cells(axes: Axes, x: list[float], y: list[float], z: list[list[float]]) -> None:
    """Write each cell's number into it, light on the dark half of the colours and dark on the light half."""
    middle = (min(map(min, z)) + max(map(max, z))) / 2
    for at_y, row in zip(y, z, strict=True):
        for at_x, value in zip(x, row, strict=True):
            colour = "black" if value > middle else "white"
            axes.text(
                at_x, at_y, number(value, 3), ha="center", va="center", fontsize=8, color=colour, clip_on=True, zorder=5
            )


def _categories(series: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names on the x axis of bars with text, in order of first appearance."""
    texts = [str(x) for line in series for x in line["x"] if isinstance(x, str)]
    return list(dict.fromkeys(texts))


def _draw_series(axes: Axes, index: int, line: Mapping[str, Any], categories: list[str], groups: int) -> None:
    x: list[float] = [float(categories.index(str(v))) for v in line["x"]] if categories else _numbers(line["x"])
    y = _numbers(line["y"])
    if len(x) != len(y):
        raise ValueError(f"a series has {len(x)} x and {len(y)} y")
    colour, mark = _COLOURS[index % len(_COLOURS)], line.get("mark", "line")
    label = _label(line.get("label", ""), 34).lstrip("_") or None
    low, high = (_numbers(line[end]) if line.get(end) is not None else None for end in ("low", "high"))
    if mark == "bars":
        gap = 1.0 if categories or len(x) < 2 else min(abs(b - a) for a, b in pairwise(x)) or 1.0
        width = 0.8 * gap / max(1, groups)
        places = [place + (index - (groups - 1) / 2) * width for place in x]
        error = (
            [[a - b for a, b in zip(y, low, strict=True)], [b - a for a, b in zip(y, high, strict=True)]]
            if low and high
            else None
        )
        axes.bar(places, y, width, color=colour, label=label, hatch=_HATCHES[index % 8], edgecolor="white", yerr=error,
                 error_kw={"ecolor": "#333333", "elinewidth": 1, "capsize": 3})  # fmt: skip
        return
    if low and high:
        axes.fill_between(x, low, high, color=colour, alpha=0.16, linewidth=0, step="post" if mark == "step" else None)
    if mark == "points":
        thin = max(1, math.ceil(len(x) / _POINTS))
        axes.plot(
            x[::thin], y[::thin], linestyle="none", marker=_MARKERS[index % 8], markersize=4, color=colour, label=label
        )
    elif mark in ("line", "step"):
        axes.plot(x, y, color=colour, label=label, linestyle=_DASHES[index % 6], marker=_MARKERS[index % 8], markersize=4,
                  markevery=max(1, len(x) // 9), drawstyle="steps-post" if mark == "step" else "default")  # fmt: skip
    else:
        raise ValueError(f"a mark is line, points, bars or step, not {mark!r}")


def _numbers(values: Sequence[Any]) -> list[float]:
    return [math.nan if value is None else float(value) for value in values]


def _label(text: object, width: int) -> str:
    return "\n".join(textwrap.wrap(clean(str(text)), width, max_lines=3)) if text else ""


def table(panel: Mapping[str, Any]) -> tuple[list[str], list[list[str]], int]:
    """Return a panel's numbers as columns and at most `ROWS` rows, and how many rows there were.

    Series over the same x share one table; otherwise the rows are (series, x, y) one after another.
    """
    series = [line for line in panel.get("series") or () if line.get("x")]
    name = str(panel.get("x_label") or "x")
    same = all(list(line["x"]) == list(series[0]["x"]) for line in series)
    if series and same:
        columns = [name, *(str(line.get("label") or panel.get("y_label") or "y") for line in series)]
        rows = [[_cell(x), *(_cell(line["y"][i]) for line in series)] for i, x in enumerate(series[0]["x"])]
    else:
        columns = ["series", name, str(panel.get("y_label") or "y")]
        rows = [
            [str(line.get("label", "")), _cell(x), _cell(y)]
            for line in series
            for x, y in _thinned(list(zip(line["x"], line["y"], strict=False)), max(2, ROWS // len(series)))
        ]
    total = len(rows) if same else sum(len(line["x"]) for line in series)
    return columns, _thinned(rows, ROWS), total


def _thinned(rows: list[T], most: int) -> list[T]:
    """Return at most `most` rows, evenly spaced, with the first and the last among them."""
    if len(rows) <= most:
        return rows
    return [rows[round(i * (len(rows) - 1) / (most - 1))] for i in range(most)]


def _cell(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "\u2014" if value is None else str(value)
    return number(value, 5)

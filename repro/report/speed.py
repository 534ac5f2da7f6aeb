"""Ratios against public packages, from what `benchmarks/peers.py` wrote, as rows with words and a bar.

The file may have been edited by hand or come from another version: what is not understood is shown as it stands or left
out, and never as a goal that is met.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from repro.report.text import number, seconds

_WORDS = {"aim": ("reproduced", "\u2713", "aim met"), "must": ("reproduced", "\u2713", "must met")}
_WIDTH, _LEFT, _RIGHT = 240.0, 6.0, 234.0


@dataclass(frozen=True)
class Row:
    """One comparison: times of a call, the ratio, its goals, and what came of it (style, symbol, words)."""

    workload: str
    ours: str
    peer: str
    ours_time: str
    peer_time: str
    ratio: float | None
    at_most: bool
    must: float | None
    aim: float | None
    style: str
    symbol: str
    words: str


def rows(speed: Mapping[str, Any]) -> list[Row]:
    """Return the comparisons of a peers file, in its order."""
    given = speed.get("rows")
    return [_row(row) for row in given if isinstance(row, Mapping)] if isinstance(given, list) else []


def _row(row: Mapping[str, Any]) -> Row:
    ratio, must, aim = (_positive(row.get(name)) for name in ("ratio", "must", "aim"))
    met = str(row.get("met") or "")
    if ratio is None:
        look = ("missing", "\u2013", met or "not run")
    elif must is None and aim is None:
        look = ("missing", "", "no goal")
    elif met == "missed":
        look = ("refuted", "\u2717", "aim missed" if must is None else "must missed")
    elif met == "must" and aim is not None:
        look = ("inconclusive", "\u2713", "must met, aim missed")
    else:
        look = _WORDS.get(met, ("missing", "\u2013", met or "not judged"))
    return Row(
        str(row.get("workload") or ""), str(row.get("ours") or ""), str(row.get("peer") or ""), _time(row.get("ours_us")),
        _time(row.get("peer_us")), ratio, str(row.get("kind") or "").startswith("cost"), must, aim, *look,
    )  # fmt: skip


def _positive(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        return None
    return float(value)


def _time(microseconds: object) -> str:
    value = _positive(microseconds)
    return "\u2014" if value is None else seconds(value * 1e-6)


def goal(row: Row) -> str:
    """Write the goals of a row in words."""
    sign = "at most" if row.at_most else "at least"
    texts = [
        f"{name} {sign} {number(limit, 3)}\u00d7" for name, limit in (("must", row.must), ("aim", row.aim)) if limit
    ]
    return ", ".join(texts) or "\u2014"


def processor(speed: Mapping[str, Any]) -> str:
    """Return what to call the machine that a file is from."""
    machine = speed.get("machine")
    name = machine.get("processor") if isinstance(machine, Mapping) else None
    return str(name) if name else "a machine without a name"


def facts(speed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what the file says of the machine and the versions, flat."""
    found = []
    for name, value in speed.items():
        if isinstance(value, Mapping):
            found += facts(value)
        elif isinstance(value, str | int | float):
            found.append((str(name), str(value)))
    return found


def bar(row: Row, largest: float) -> Markup | None:
    """Return the ratio as a bar from 1 on a logarithmic axis up to `largest`, with a tick at each goal."""
    if row.ratio is None:
        return None
    low, high = min(0.5, row.ratio), max(largest, 2.0)

    def x(value: float) -> float:
        place = (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
        return _LEFT + min(1.0, max(0.0, place)) * (_RIGHT - _LEFT)

    one, end = x(1.0), x(row.ratio)
    parts = [f'<rect class="gain" x="{min(one, end):.1f}" y="6" width="{max(abs(end - one), 1):.1f}" height="9"/>']
    parts.append(f'<path class="axis" d="M{one:.1f} 2v17"/>')
    parts += [
        f'<path class="goal {name}" d="M{x(limit):.1f} 1v19"/>'
        for name, limit in (("must", row.must), ("aim", row.aim))
        if limit is not None
    ]
    label = escape(f"{number(row.ratio, 3)} times; goals: {goal(row)}")
    return Markup(
        f'<svg class="ratio-plot" viewBox="0 0 {_WIDTH:.0f} 21" role="img" aria-label="{label}">{"".join(parts)}</svg>'
    )

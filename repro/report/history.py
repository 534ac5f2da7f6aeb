"""Speed over commits, from the results folder that asv writes.

asv's own page loads scripts from the network; this one is a static picture. Reading is forgiving where asv is loose (NaN,
texts from `track_` benchmarks, missing machine files, failed benchmarks) and never raises on a damaged file: it names it.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from repro.report.text import clean, number, seconds

_NOT_RESULTS = {"benchmarks.json", "machine.json"}
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "1 2", "12 4")
_MARKS = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
    "M-4-4h8v8h-8z",
    "M0-5l5 9h-10z",
    "M0-5l5 5-5 5-5-5z",
    "M-4-4l8 8m0-8l-8 8",
)


def read(folder: Path) -> dict[str, Any] | None:
    """Read asv's results folder; None where it holds no result.

    Returns
    -------
    `{"commits": [hash, ...]` in order of date, `"machines": {name: facts}`, `"damaged": [file, ...]`, `"benchmarks":
    {name: {"unit": text, "series": [{"label": ..., "machine": ..., "points": [[commit, value], ...]}]}}}`. A benchmark with
    parameters is one entry for each choice of them but `backend`, which is the label of a series.
    """
    files = sorted(path for path in folder.glob("*/*.json") if path.name not in _NOT_RESULTS)
    facts = dict(_items(_load(folder / "benchmarks.json")))
    machines, dates, damaged = {}, {}, []
    units: dict[str, str] = {}
    environments: dict[str, set[str]] = {}
    lines: dict[str, dict[tuple[str, str, str], dict[str, float]]] = {}
    for path in files:
        content = _load(path)
        commit = content.get("commit_hash") if content else None
        if content is None or not isinstance(commit, str) or not isinstance(content.get("results"), Mapping):
            damaged.append(path.relative_to(folder).as_posix())
            continue
        machine = path.parent.name
        environments.setdefault(machine, set()).add(str(content.get("env_name", "")))
        machines[machine] = {k: str(v) for k, v in _items(_load(path.parent / "machine.json"), None) if k != "version"}
        date = content.get("date")
        dates[commit] = float(date) if isinstance(date, int | float) else 0.0
        for name, choices, value in _values(content):
            title, label = _title_and_label(name, facts.get(name, {}).get("param_names"), choices)
            units[title] = str(facts.get(name, {}).get("unit", "seconds"))
            series = (label, machine, str(content.get("env_name", "")))
            lines.setdefault(title, {}).setdefault(series, {})[commit] = value
    if not lines:
        return None
    commits = sorted(dates, key=lambda commit: (dates[commit], commit))
    benchmarks = {
        name: {
            "unit": units[name],
            "series": [
                {
                    "label": label,
                    "machine": machine if len(environments[machine]) == 1 else f"{machine}, {environment}",
                    "points": [[c, points[c]] for c in commits if c in points],
                }
                for (label, machine, environment), points in sorted(lines[name].items())
            ],
        }
        for name in sorted(lines)
    }
    return {"commits": commits, "machines": machines, "damaged": damaged, "benchmarks": benchmarks}


def _load(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _items(content: Mapping[str, Any] | None, kind: type | None = dict) -> Iterator[tuple[str, Any]]:
    for key, value in (content or {}).items():
        if kind is None or isinstance(value, kind):
            yield key, value


def _title_and_label(benchmark: str, names: object, choices: list[str]) -> tuple[str, str]:
    """Return what a value belongs to and which of its lines: the backend, or all choices where none is called so."""
    named = [str(name) for name in names] if isinstance(names, list) and len(names) == len(choices) else []
    if "backend" not in named:
        return benchmark, ", ".join(choices)
    backend = named.index("backend")
    others = [f"{name} {choice}" for i, (name, choice) in enumerate(zip(named, choices, strict=True)) if i != backend]
    return f"{benchmark} ({', '.join(others)})" if others else benchmark, choices[backend]


def _values(content: Mapping[str, Any]) -> Iterator[tuple[str, list[str], float]]:
    """Yield (benchmark, choice of each parameter, value) for each finite number of one results file."""
    columns = content.get("result_columns", ["result", "params"])
    for name, row in content["results"].items():
        if not isinstance(row, list):
            continue
        entry = dict(zip(columns, row, strict=False))
        values = entry.get("result") or []
        params = entry.get("params") or []
        if not isinstance(values, list) or not all(isinstance(choices, list) for choices in params):
            continue
        for combination, value in zip(itertools.product(*params), values, strict=False):
            if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
                yield name, [str(choice).strip("'\"") for choice in combination], float(value)


def change(points: Sequence[tuple[str, float]]) -> str:
    """Return what became of the last value since the one before it: a factor, or nothing to compare with."""
    values = [value for _, value in points[-2:]]
    if len(values) < 2 or min(values) <= 0:
        return "\u2014"
    return f"{number(values[1] / values[0], 3)}\u00d7"


def draw(name: str, commits: list[str], unit: str, series: Sequence[Mapping[str, Any]]) -> Markup:
    """Return a line a series over the commits, on a logarithmic scale where the values span more than a factor of 20."""
    values = [value for line in series for _, value in line["points"]]
    logarithmic = min(values) > 0 and max(values) / min(values) > 20
    scale = math.log10 if logarithmic else float
    low, high = (scale(min(values)), scale(max(values))) if logarithmic else (min(0.0, *values), max(values))
    high = high if high > low else low + 1.0
    width, top, bottom, left = 620.0, 12.0, 168.0, 74.0
    place = {c: left + 10 + i * (width - left - 24) / max(1, len(commits) - 1) for i, c in enumerate(commits)}
    if len(commits) == 1:
        place = {commits[0]: (left + width) / 2}

    def y(value: float) -> float:
        return bottom - (scale(value) - low) / (high - low) * (bottom - top)

    parts = [f'<path class="axis" d="M{left} {top - 6}V{bottom}H{width}"/>']
    for mark in (low, (low + high) / 2, high):
        value = 10.0**mark if logarithmic else mark
        parts.append(f'<text x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{_with_unit(value, unit)}</text>')
    for commit in dict.fromkeys((commits[0], commits[-1])):
        end = "middle" if len(commits) == 1 else "start" if commit == commits[0] else "end"
        text = escape(clean(commit)[:8])
        parts.append(f'<text x="{place[commit]:.1f}" y="{bottom + 16}" text-anchor="{end}">{text}</text>')
    for index, line in enumerate(series):
        points = [(place[commit], y(value)) for commit, value in line["points"]]
        path = "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
        marks = "".join(
            f'<path d="{_MARKS[index % 5]}" transform="translate({px:.1f} {py:.1f})"/>' for px, py in points
        )
        dash = _DASHES[index % 6]
        parts.append(
            f'<g class="line s{index % 8}"><path class="run" stroke-dasharray="{dash}" d="M{path}"/>{marks}</g>'
        )
    label = escape(clean(f"{name}: {len(series)} series over {len(commits)} commits; the table below has the numbers"))
    return Markup(
        f'<svg class="history-plot" viewBox="0 0 {width:.0f} 190" role="img" aria-label="{label}">'
        f"<title>{label}</title>{''.join(parts)}</svg>"
    )


def key(index: int) -> Markup:
    """Return the legend's sample of the line that `draw` gives to the series of this index."""
    return Markup(
        f'<svg class="history-key" viewBox="0 0 34 12" aria-hidden="true"><g class="line s{index % 8}">'
        f'<path class="run" stroke-dasharray="{_DASHES[index % 6]}" d="M1 6H33"/>'
        f'<path d="{_MARKS[index % 5]}" transform="translate(17 6)"/></g></svg>'
    )


def _with_unit(value: float, unit: str) -> str:
    return seconds(value) if unit == "seconds" else number(value, 3)


def value_text(value: float, unit: str) -> str:
    """Write one measured value with its unit."""
    return seconds(value) if unit == "seconds" else f"{number(value, 4)} {clean(unit)}".strip()

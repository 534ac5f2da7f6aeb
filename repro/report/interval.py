"""The small picture beside a stochastic verdict: accepted band, intervals, estimate and one tick a seed.

Written by hand as SVG because ten thousand of them must render in seconds. It inherits the page's colours, so it follows
dark mode; it says in its title what it shows, and the numbers stand beside it as text.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeGuard

from markupsafe import Markup, escape

from repro.report.model import Band, Interval, RunView
from repro.report.text import number, span

WIDTH, HEIGHT = 360.0, 76.0
_MARGIN, _BAND_TOP, _BAND_HEIGHT, _LINE, _STRIP, _AXIS = 10.0, 4.0, 34.0, 21.0, 44.0, 58.0


@dataclass(frozen=True)
class Axis:
    """A linear axis from `low` to `high` over the picture's width."""

    low: float
    high: float

    def __call__(self, value: float) -> float:
        """Return the place of `value` in the picture; what lies outside ends at the edge."""
        place = _MARGIN + (value - self.low) / (self.high - self.low) * (WIDTH - 2 * _MARGIN)
        return min(WIDTH, max(0.0, place))

    def ticks(self) -> list[float]:
        """Return round numbers inside the axis, two to six."""
        raw = (self.high - self.low) / 5
        unit = 10.0 ** math.floor(math.log10(raw))
        step = next(factor * unit for factor in (1, 2, 2.5, 5, 10) if factor * unit >= raw)
        first = math.ceil(self.low / step)
        places = [(first + i) * step for i in range(7)]
        return [0.0 if abs(place) < step / 1e6 else place for place in places if place <= self.high]


def draw(run: RunView) -> Markup | None:
    """Return the picture of one run, or None where there is nothing to draw (an exact number, a table, no run)."""
    axis = _axis_of(run)
    if axis is None or run.estimate is None:
        return None
    parts = []
    if run.band is not None:
        left, right = (axis(end) for end in _open(run.band))
        width = max(right - left, 1.5)
        parts.append(f'<rect class="band" x="{left:.1f}" y="{_BAND_TOP}" width="{width:.1f}" height="{_BAND_HEIGHT}"/>')
    if _drawable(run.decision_interval):
        left, right = axis(run.decision_interval[0]), axis(run.decision_interval[1])
        parts.append(f'<path class="decision" d="M{left:.1f} {_LINE - 5}v10m0-5H{right:.1f}m0-5v10"/>')
    if _drawable(run.interval):
        left, right = axis(run.interval[0]), axis(run.interval[1])
        width = max(right - left, 1.0)
        parts.append(f'<rect class="ci" x="{left:.1f}" y="{_LINE - 3.5}" width="{width:.1f}" height="7"/>')
    parts.append(f'<path class="estimate" d="M{axis(run.estimate):.1f} {_LINE - 8}l5 8-5 8-5-8z"/>')
    strip = _strip(run.sample, axis)
    free = 0.0 if strip else _AXIS - _STRIP
    parts.append(f'{strip}<g transform="translate(0 {-free})">{_ticks(axis)}</g>')
    label = escape(describe(run))
    return Markup(
        f'<svg class="interval-plot" viewBox="0 0 {WIDTH:.0f} {HEIGHT - free:.0f}" role="img" aria-label="{label}">'
        f"<title>{label}</title>{''.join(parts)}</svg>"
    )


def describe(run: RunView) -> str:
    """Say in one sentence what the picture shows."""
    words = [f"measured {number(run.estimate)}"]
    if _drawable(run.interval):
        words.append(f"95 % interval {span(*run.interval)}")
    if _drawable(run.decision_interval):
        words.append(f"decision interval {span(*run.decision_interval)}")
    if run.band is not None:
        words.append(f"accepted: {span(*_open(run.band))}")
    return ", ".join(words) + f", over {number(run.seeds)} seeds"


def _drawable(pair: Interval | None) -> TypeGuard[Interval]:
    return pair is not None and all(math.isfinite(end) for end in pair) and pair[0] <= pair[1]


def _open(band: Band) -> Interval:
    """Write the missing ends of a band as infinite."""
    return (-math.inf if band[0] is None else band[0], math.inf if band[1] is None else band[1])


def _axis_of(run: RunView) -> Axis | None:
    """Return an axis over all ends of band and intervals, and over the seeds as far as they do not dwarf those."""
    if run.estimate is None or not math.isfinite(run.estimate) or not run.seeds:
        return None
    ends = [run.estimate]
    for pair in (run.band, run.interval, run.decision_interval):
        ends += [end for end in pair or () if end is not None and math.isfinite(end)]
    low, high = min(ends), max(ends)
    seen = [value for value in run.sample if math.isfinite(value)]
    room = 1.5 * (high - low)
    low, high = max(low - room, min([low, *seen])), min(high + room, max([high, *seen]))
    if not (math.isfinite(high - low) and high - low > 1e-12 * max(abs(low), abs(high))):
        return None
    edge = 0.05 * (high - low)
    return Axis(low - edge, high + edge)


def _strip(sample: tuple[float, ...], axis: Axis) -> str:
    """Draw one tick a seed; seeds beyond the axis are counted at the edge where they left."""
    inside = [value for value in sample if axis.low <= value <= axis.high]
    ticks = "".join(f"M{axis(value):.1f} {_STRIP}v8" for value in inside)
    below = sum(value < axis.low for value in sample)
    above = sum(value > axis.high for value in sample)
    text = f'<path class="seeds" d="{ticks}"/>' if ticks else ""
    if below:
        text += f'<text class="beyond" x="0" y="{_STRIP + 7}">\u25c2{below}</text>'
    if above:
        text += f'<text class="beyond" x="{WIDTH:.0f}" y="{_STRIP + 7}" text-anchor="end">{above}\u25b8</text>'
    return text


def _ticks(axis: Axis) -> str:
    line = f'<path class="axis" d="M0 {_AXIS}H{WIDTH:.0f}'
    labels = []
    for value in axis.ticks():
        line += f"M{axis(value):.1f} {_AXIS}v3"
        anchor = "start" if axis(value) < 30 else "end" if axis(value) > WIDTH - 30 else "middle"
        labels.append(f'<text x="{axis(value):.1f}" y="{_AXIS + 14}" text-anchor="{anchor}">{number(value)}</text>')
    return f'{line}"/>{"".join(labels)}'

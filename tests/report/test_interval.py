"""The small pictures show what the numbers say."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repro.report.interval import WIDTH, Axis, describe, draw
from repro.report.model import RunView

FLOATS = st.floats(-1e9, 1e9)


def run(**fields: object) -> RunView:
    """A run over 16 seeds that measured 10.2, in [9.9, 10.5], against the band [9, 11]."""
    given_fields: dict[str, object] = {
        "estimate": 10.2, "interval": (9.9, 10.5), "decision_interval": (9.5, 10.9), "band": (9.0, 11.0), "seeds": 16,
        "sample": (9.5, 10.0, 10.9),
    }  # fmt: skip
    return RunView("numpy", "reproduced", True, **{**given_fields, **fields})  # type: ignore[arg-type]


def parts(view: RunView) -> dict[str, ElementTree.Element]:
    """The picture's elements by class."""
    picture = draw(view)
    assert picture is not None
    return {element.get("class", element.tag): element for element in ElementTree.fromstring(str(picture)).iter()}


def test_places_are_in_proportion() -> None:
    """The ends of band and interval and the estimate stand where a linear axis puts them."""
    found = parts(run())
    band, ci = found["band"], found["ci"]
    left, width = float(band.get("x", "")), float(band.get("width", ""))
    scale = width / 2.0
    assert float(ci.get("x", "")) == pytest.approx(left + 0.9 * scale, abs=0.2)
    assert float(ci.get("width", "")) == pytest.approx(0.6 * scale, abs=0.2)
    place = re.match(r"M([\d.]+)", found["estimate"].get("d", ""))
    assert place is not None
    assert float(place[1]) == pytest.approx(left + 1.2 * scale, abs=0.2)
    assert found["seeds"].get("d", "").count("M") == 3


def test_an_open_band_reaches_the_edge() -> None:
    """A one-sided bound is drawn to the end of the picture."""
    band = parts(run(band=(9.0, None)))["band"]
    assert float(band.get("x", "")) + float(band.get("width", "")) == pytest.approx(WIDTH)
    band = parts(run(band=(None, 11.0)))["band"]
    assert float(band.get("x", "")) == 0.0


def test_seeds_beyond_the_axis_are_counted() -> None:
    """A wide spread does not squeeze the interval; what lies outside is said."""
    picture = str(draw(run(sample=(-1000.0, 10.0, 1000.0, 2000.0))))
    assert "◂1<" in picture and "2▸<" in picture
    assert parts(run(sample=(-1000.0, 10.0, 1000.0, 2000.0)))["seeds"].get("d", "").count("M") == 1


@pytest.mark.parametrize(
    "view",
    [
        run(seeds=None),
        run(estimate=None),
        run(estimate=math.nan),
        run(band=(10.2, 10.2), interval=None, decision_interval=None, sample=()),
        RunView("numpy", "not run", False),
    ],
)
def test_nothing_is_drawn_where_nothing_varies(view: RunView) -> None:
    """Exact numbers and missing runs have no picture."""
    assert draw(view) is None


@given(FLOATS, FLOATS, FLOATS, st.lists(st.floats(), max_size=20), st.none() | FLOATS)
def test_every_picture_is_sound(
    estimate: float, low: float, high: float, sample: list[float], edge: float | None
) -> None:
    """Any numbers give well-formed XML without NaN and no coordinate outside the picture."""
    low, high = sorted((low, high))
    picture = draw(
        run(estimate=estimate, interval=(low, high), decision_interval=None, band=(edge, None), sample=tuple(sample))
    )
    if picture is not None:
        ElementTree.fromstring(str(picture))
        assert "nan" not in str(picture) and "inf" not in re.sub(
            '<title>.*?</title>|aria-label="[^"]*"', "", str(picture)
        )
        assert all(-1 <= float(x) <= WIDTH + 1 for x in re.findall(r' x="([-\d.]+)"', str(picture)))


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_round_and_inside(low: float, width: float) -> None:
    """Two to seven ticks, all within the axis, a round step apart."""
    axis = Axis(low, low + width)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 7
    assert all(low - 1e-9 * abs(low) <= tick <= low + width + 1e-9 * abs(low + width) for tick in ticks)
    step = ticks[1] - ticks[0]
    assert f"{step:.3e}"[0] in "1259" or math.isclose(step, 1.0)


def test_the_text_alternative_has_the_numbers() -> None:
    """Whoever cannot see the picture is told the same."""
    text = describe(run())
    for piece in ("10.2", "95 % interval 9.9 to 10.5", "accepted: 9 to 11", "16 seeds"):
        assert piece in text

"""Texts are made safe, numbers stay what they were."""

from __future__ import annotations

import csv
import io
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repro.report.text import anchor, clean, csv_cell, href, markdown, number, scientific, seconds, slug, span

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
_BACK = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@given(ANY_TEXT)
def test_clean_text_holds_no_control_and_can_be_written(text: str) -> None:
    """No C0 or C1 control but tab and newline, no direction override, no lone surrogate survives."""
    result = clean(text)
    result.encode("utf-8")
    assert not [c for c in result if unicodedata.category(c) == "Cc" and c not in "\t\n"]
    assert not set(result) & {
        chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF)
    }
    assert clean(result) == result


def test_direction_overrides_are_shown() -> None:
    """A right-to-left override does not vanish: the reader sees that it was there."""
    assert clean("abc\u202edef") == "abc[U+202E]def"


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_ordinary_text_is_left_alone(text: str) -> None:
    """ASCII without controls passes unchanged."""
    assert clean(text) == text


@given(ANY_TEXT)
def test_a_csv_cell_is_never_a_formula(text: str) -> None:
    """After a CSV round trip no cell starts as a formula does, unless it is a plain number."""
    stream = io.StringIO()
    csv.writer(stream).writerow([csv_cell(text)])
    cell = next(csv.reader([stream.getvalue()]), [""])[0]
    if cell[:1] and cell[0] in "=+-@\t\r＝＋－＠":
        assert set(cell) <= set("+-0123456789.,_eE%")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("-0.5", "-0.5"),
        ("-1e-3", "-1e-3"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
    ],
)
def test_formulas_get_an_apostrophe_and_numbers_none(text: str, cell: str) -> None:
    """The guard keeps negative numbers readable by programs."""
    assert csv_cell(text) == cell


@given(ANY_TEXT)
def test_markdown_keeps_one_cell_one_cell(text: str) -> None:
    """Neither a bar, nor a line break, nor an angle bracket leaves a table's cell."""
    result = markdown(text)
    assert "\n" not in result and "<" not in result and ">" not in result
    assert "|" not in result.replace("\\\\", "").replace("\\|", "")


@given(st.lists(ANY_TEXT, min_size=2, max_size=2, unique=True))
def test_names_differ_where_texts_differ(texts: list[str]) -> None:
    """Two texts never share a file name (whatever the case rules of the disk) or an anchor."""
    one, other = texts
    assert slug(one).lower() != slug(other).lower()
    assert anchor(one) != anchor(other)
    assert set(slug(one)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert 0 < len(slug(one)) <= 80


def test_reserved_names_are_not_file_names() -> None:
    """A document called `con` does not become a device, and `..` no folder."""
    assert slug("con") != "con"
    assert slug("..") not in ("", "..")


def test_href_cannot_carry_a_scheme() -> None:
    """A colon is quoted, so a path never turns into `javascript:`."""
    assert href("javascript:alert(1)") == "javascript%3Aalert%281%29"
    assert href("//host/x") == "host/x"


@given(st.floats(-1e300, 1e300, allow_subnormal=False), st.integers(3, 12))
def test_a_written_number_is_the_number(value: float, digits: int) -> None:
    """Read back, a number is right to the digits that were asked for (four where powers of ten are written)."""
    text = number(value, digits).replace(",", "").replace("\u2212", "-")
    if "10" in text and any(c in text for c in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"):
        lead, _, power = text.rpartition("10")
        lead = {"": "1", "-": "-1"}.get(lead, lead.rstrip("×"))
        read = float(f"{lead}e{power.translate(_BACK)}")
        assert math.isclose(read, value, rel_tol=0.6 * 10.0 ** (1 - min(digits, 4)))
    else:
        assert math.isclose(float(text), value, rel_tol=0.6 * 10.0 ** (1 - digits))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (48000, "48,000"),
        (11.652, "11.652"),
        (-0.5, "\u22120.5"),
        (1e-9, "10⁻⁹"),
        (2.5e-7, "2.5×10⁻⁷"),
        (123450.4, "123,450"),
        (True, "true"),
        (None, "—"),
        (math.inf, "∞"),
    ],
)
def test_numbers_read_as_people_write_them(value: float | None, text: str) -> None:
    """Thousands are separated, powers of ten are powers of ten, zeros of an integer stay."""
    assert number(value) == text


def test_a_power_of_ten_keeps_its_sign() -> None:
    """Minus one millionth is negative also in scientific form."""
    assert scientific(-1e-6, 3) == "\u22121×10⁻⁶"


def test_intervals_carry_two_digits_of_their_width() -> None:
    """Digits beyond the width's second are noise; an open end is said in words."""
    assert span(9.903111, 10.503222) == "9.903 to 10.5"
    assert span(-math.inf, 3.0) == "at most 3"
    assert span(3.0, math.inf) == "at least 3"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3e-5, "30\u00a0µs"),
        (0.02, "20\u00a0ms"),
        (1.7, "1.7\u00a0s"),
        (600.0, "10\u00a0min"),
        (7200.0, "2\u00a0h"),
        (None, "—"),
    ],
)
def test_durations_have_a_unit_that_fits(value: float | None, text: str) -> None:
    """Microseconds to hours."""
    assert seconds(value) == text

"""Text made safe and numbers made readable, for every output of the report.

Specs, error messages and host names are written by strangers. HTML escaping is jinja2's work; this module removes what
escaping leaves alone (control characters, which break XML and terminals; text direction overrides, which show one thing
and mean another; lone surrogates, which cannot be encoded), and escapes for Markdown and for spreadsheets.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from urllib.parse import quote

_REMOVED = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)])
_OVERRIDES = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
_SHOWN = {code: f"[U+{code:04X}]" for code in _OVERRIDES}
_UNENCODABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_TABLE: dict[int, str | None] = {**_REMOVED, **_SHOWN, 0x0D: "\n", 0x2028: "\n", 0x2029: "\n"}
_NEEDS_CARE = re.compile("[^\t\n -~\xa0-\u0600]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|!~$&])")
_NUMBER = re.compile(r"[+-]?\d[\d,_]*(\.\d*)?([eE][+-]?\d+)?%?")
_PLAIN = re.compile(r"(?=.{1,80}\Z)[a-z0-9]+([-_][a-z0-9]+)*")
_SUPERSCRIPT = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


def clean(text: str) -> str:
    """Drop C0 and C1 controls (tab and newline stay), make direction overrides visible, replace what no encoding holds."""
    if not _NEEDS_CARE.search(text):
        return text
    return _UNENCODABLE.sub("\ufffd", text.translate(_TABLE))


def markdown(text: str) -> str:
    """Escape `text` for one cell or paragraph of Markdown: no markup, no HTML, no line break."""
    return _MARKDOWN.sub(r"\\\1", " ".join(clean(text).split())).replace("\\<", "&lt;").replace("\\>", "&gt;")


def csv_cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: a leading `= + - @` gets an apostrophe, numbers stay."""
    text = " ".join(clean("" if value is None else str(value)).split())
    if text[:1] in {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"} and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def slug(text: str) -> str:
    """Return a file name without suffix, `[a-z0-9_-]`, at most 80 letters; texts that differ never share one."""
    return text if _PLAIN.fullmatch(text) and not _RESERVED.fullmatch(text) else _with_digest(text)


def anchor(text: str) -> str:
    """Return a name for an `id` attribute: like `slug`, but capitals stay (a row of the ledger is `C-018`)."""
    return text if _PLAIN.fullmatch(text.lower()) and text.isascii() else _with_digest(text)


def _with_digest(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name}.{digest}" if name else f"x.{digest}"


def href(path: str) -> str:
    """Quote a relative path for an attribute; a scheme such as `javascript:` cannot survive (its colon is quoted)."""
    return quote(clean(path).lstrip("/"), safe="/-_.~")


def number(value: float | None, digits: int = 6) -> str:
    """Write a number for reading: thousands separated, `digits` significant digits, powers of ten as such."""
    if value is None:
        return "\u2014"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or (math.isfinite(value) and value == int(value) and abs(value) < 1e9):
        text = f"{int(value):,}" if abs(value) < 10**15 else f"{value:.{digits}g}"
    elif not math.isfinite(value):
        return "\u221e" if value > 0 else ("\u2212\u221e" if value < 0 else "NaN")
    elif 1e-4 <= abs(value) < 10 ** max(digits, 6):
        places = digits - 1 - math.floor(math.log10(abs(value)))
        text = f"{value:,.{places}f}".rstrip("0").rstrip(".") if places > 0 else f"{value:,.0f}"
    else:
        return scientific(value, min(digits, 4))
    return text.replace("-", "\u2212")


def scientific(value: float, digits: int) -> str:
    """Write a finite number as a multiple of a power of ten: `2.5×10⁻³`, and `10⁻³` for a bare one."""
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    lead = f"{mantissa}\u00d7".removeprefix("1\u00d7").replace("-", "\u2212")
    return f"{lead}10{str(int(exponent)).translate(_SUPERSCRIPT)}"


def span(low: float, high: float) -> str:
    """Write an interval with as many digits as its width carries (two significant ones)."""
    if math.isinf(low) and math.isinf(high):
        return "any number"
    if math.isinf(low):
        return f"at most {number(high)}"
    if math.isinf(high):
        return f"at least {number(low)}"
    width = abs(high - low)
    if width == 0:
        return f"{number(low)} to {number(high)}"
    size = max(abs(low), abs(high), width)
    digits = max(2, math.ceil(math.log10(size / width)) + 2) if size / width < 1e12 else 12
    return f"{number(low, digits)} to {number(high, digits)}"


def seconds(value: float | None) -> str:
    """Write a duration: ms below one second, then s, min and h."""
    if value is None:
        return "\u2014"
    for limit, factor, unit in ((1e-3, 1e6, "\u00b5s"), (1.0, 1e3, "ms"), (120.0, 1.0, "s"), (7200.0, 1 / 60, "min")):
        if value < limit:
            return f"{number(value * factor, 3)}\u00a0{unit}"
    return f"{number(value / 3600, 3)}\u00a0h"

"""Bytes to a plain dict, with limits: a specification is data from strangers.

``tomllib`` guards neither size nor line length (one dotted key of 40 KB costs seconds), so both are refused before it
starts; what nests too deep for it comes back as a ``RecursionError``.
"""

from __future__ import annotations

import stat
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from repro.errors import SpecProblem

MAX_BYTES = 256 * 1024
MAX_LINE = 1024


def read_toml(path: Path, shown: str) -> dict[str, Any]:
    """Parse one file; floats become :class:`~decimal.Decimal` so that ``1.50`` keeps its digits.

    ``shown`` is the path as messages should print it. Raises :class:`SpecProblem` for everything that is not a
    small, UTF-8, well-formed TOML file.
    """
    text = read_text(path, shown, MAX_BYTES)
    _refuse_long_lines(text, shown)
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise SpecProblem(shown, [f"is not valid TOML: {error}"]) from None
    except (RecursionError, ValueError, ArithmeticError) as error:  # deep nesting, huge integers, hostile decimals
        raise SpecProblem(shown, [f"cannot be parsed: {type(error).__name__}: {str(error)[:200]}"]) from None


def read_text(path: Path, shown: str, most: int) -> str:
    """A regular file of at most ``most`` bytes as text, or a :class:`SpecProblem`."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):  # a FIFO would hang the reader for ever
            raise SpecProblem(shown, ["is not a regular file"])
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise SpecProblem(shown, [f"cannot be read: {error.strerror or error}"]) from None
    if len(data) > most:
        raise SpecProblem(shown, [f"is larger than {most // 1024} KiB; split it into several files"])
    if data.startswith(b"\xef\xbb\xbf"):
        raise SpecProblem(shown, ["starts with a byte-order mark; save it as plain UTF-8"])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SpecProblem(shown, [f"is not UTF-8: byte {error.start} is 0x{data[error.start]:02x}"]) from None


def _refuse_long_lines(text: str, shown: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            raise SpecProblem(shown, [f"line {number} has {len(line)} characters; at most {MAX_LINE} are read"])

"""The ledger: every statement that the documents print, bound by a claim, left unchecked for a reason, or open."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from repro.errors import SpecProblem
from repro.spec.fields import ROW
from repro.spec.reading import read_text

FIELDS = ("row", "document", "slide", "statement", "printed", "kind", "how", "needs")
MAX_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Statement:
    """One row: what is printed, where, and how it could be measured."""

    row: str
    document: str
    slide: str
    statement: str
    printed: str
    kind: str
    how: str
    needs: str


def read_ledger(path: Path, shown: str) -> dict[str, Statement]:
    """Read the CSV file; raises :class:`SpecProblem` that names the line."""
    text = read_text(path, shown, MAX_BYTES)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if tuple(reader.fieldnames or ()) != FIELDS:
            raise SpecProblem(shown, [f"the first line must be: {','.join(FIELDS)}"])
        return _statements(reader, shown)
    except csv.Error as error:
        raise SpecProblem(shown, [f"is not a CSV file: {error}"]) from None


def _statements(reader: csv.DictReader[str], shown: str) -> dict[str, Statement]:
    statements: dict[str, Statement] = {}
    for fields in reader:
        if None in fields or None in fields.values():
            raise SpecProblem(shown, [f"line {reader.line_num}: takes {len(FIELDS)} cells"])
        statement = Statement(**fields)
        if any(unicodedata.category(c) == "Cc" and c not in "\r\n" for cell in fields.values() for c in cell):
            raise SpecProblem(shown, [f"line {reader.line_num}: holds a control character"])
        if not re.fullmatch(ROW, statement.row):
            raise SpecProblem(shown, [f"line {reader.line_num}: {statement.row!r} is no row id"])
        if statement.row in statements:
            raise SpecProblem(shown, [f"line {reader.line_num}: row {statement.row} stands twice"])
        statements[statement.row] = statement
    return statements

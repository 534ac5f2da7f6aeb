"""The ledger: every statement that the documents print, bound by a claim, left unchecked for a reason, or open."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from repro.errors import SpecProblem

FIELDS = ("row", "document", "slide", "statement", "printed", "kind", "how", "needs")
_ROW = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")


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
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != FIELDS:
                raise SpecProblem(shown, [f"the first line must be: {','.join(FIELDS)}"])
            return _statements(reader, shown)
    except OSError as error:
        raise SpecProblem(shown, [f"cannot be read: {error.strerror or error}"]) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise SpecProblem(shown, [f"is not a UTF-8 CSV file: {error}"]) from None


def _statements(reader: csv.DictReader[str], shown: str) -> dict[str, Statement]:
    statements: dict[str, Statement] = {}
    for fields in reader:
        if None in fields or None in fields.values():
            raise SpecProblem(shown, [f"line {reader.line_num}: takes {len(FIELDS)} cells"])
        statement = Statement(**fields)
        if not _ROW.match(statement.row):
            raise SpecProblem(shown, [f"line {reader.line_num}: {statement.row!r} is no row id"])
        if statement.row in statements:
            raise SpecProblem(shown, [f"line {reader.line_num}: row {statement.row} stands twice"])
        statements[statement.row] = statement
    return statements

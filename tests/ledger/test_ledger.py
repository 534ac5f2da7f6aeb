"""The ledger as data: complete, well-formed, and decided where the topics that exist decide it. Read without the harness."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

SPECS = Path(__file__).parents[2] / "specs"
DOCUMENTS = {
    "siggraph-ml-9": 12,
    "columbia-deep-learning": 211,
    "uts-rl-gans": 25,
    "fase-deep-rl": 15,
    "cpen400d-generative-rl": 29,
}
# Every statement but those of recurrent networks, generative models, deep Q networks and planning, which later topics will decide.
UNDECIDED = [
    *(6, 7, 9, 11, 120, *range(173, 183), 184, *range(186, 192), *range(193, 205), *range(205, 211)),
    *(*range(213, 224), *range(236, 241), 242, *range(244, 247), 260, 261, *range(265, 269), *range(285, 290)),
]
DECIDED = sorted(set(range(1, 293)) - set(UNDECIDED))


def rows() -> list[dict[str, str]]:
    """The ledger's rows as dicts."""
    with (SPECS / "ledger.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def bound() -> set[str]:
    """The rows that a claim of any document names."""
    sections = [tomllib.loads(path.read_text("utf-8")) for path in SPECS.glob("*/*.toml") if path.stem != "document"]
    return {
        row for section in sections for claim in section.get("claims", {}).values() for row in claim.get("ledger", [])
    }


def unchecked() -> dict[str, str]:
    """The rows that a document declares not checkable, with the document's folder."""
    found = {}
    for path in SPECS.glob("*/document.toml"):
        found |= dict.fromkeys(tomllib.loads(path.read_text("utf-8")).get("unchecked", {}), path.parent.name)
    return found


def test_every_statement_has_its_row() -> None:
    """292 rows, C-001 to C-292 in order, so many a document, none with an empty statement or kind."""
    ledger = rows()
    assert [row["row"] for row in ledger] == [f"C-{i:03d}" for i in range(1, 293)]
    counts = {name: sum(row["document"] == name for row in ledger) for name in DOCUMENTS}
    assert counts == DOCUMENTS
    assert sum(counts.values()) == 292
    assert all(
        row[column].strip() for row in ledger for column in ("slide", "statement", "printed", "kind", "how", "needs")
    )


def test_file_is_plain() -> None:
    """UTF-8 without a byte order mark, LF line ends, no escape that Markdown left behind."""
    raw = (SPECS / "ledger.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert b"\\" not in raw
    assert raw.endswith(b"\n")


def test_claims_bind_rows_of_their_own_document() -> None:
    """A claim names rows that exist, in the document that it is filed under."""
    home = {row["row"]: row["document"] for row in rows()}
    for path in SPECS.glob("*/*.toml"):
        for name, claim in tomllib.loads(path.read_text("utf-8")).get("claims", {}).items():
            for row in claim.get("ledger", []):
                assert home[row] == path.parent.name, name


def test_unchecked_rows_stand_in_their_own_document_and_are_not_bound() -> None:
    """A row cannot be both checked and not checkable; its reason stands with its document."""
    home = {row["row"]: row["document"] for row in rows()}
    for row, document in unchecked().items():
        assert home[row] == document
    assert not set(unchecked()) & bound()


def test_rows_of_the_first_topics_are_decided() -> None:
    """No row that the topics here decide is left open."""
    decided = bound() | set(unchecked())
    assert [i for i in DECIDED if f"C-{i:03d}" not in decided] == []

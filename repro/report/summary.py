"""What is tracked beside the records: a Markdown summary and two tables, safe to open in a forge and in a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from repro.report import verdict
from repro.report.model import ClaimView, Document, Report
from repro.report.text import csv_cell, markdown, number

_CLAIMS = (
    "document", "section", "claim", "slide", "says", "ledger", "backend", "cost", "expected", "outcome", "as_expected",
    "documented", "tolerance", "measured", "low", "high", "seeds", "reason",
)  # fmt: skip
_ERRATA = (
    "document",
    "slide",
    "says",
    "kind",
    "printed",
    "right",
    "because",
    "measured",
    "confirmed_by",
    "claim",
    "ledger",
)


def write(report: Report, folder: Path) -> list[Path]:
    """Write `SUMMARY.md`, `claims.csv` and `errata.csv` to `folder`, each whole or not at all, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"SUMMARY.md": summary(report), "claims.csv": claims(report), "errata.csv": errata(report)}
    for name, text in texts.items():
        _replace(folder / name, text)
    return [folder / name for name in texts]


def _replace(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def claims(report: Report) -> str:
    """Return one CSV row a claim and backend, in slide order."""
    return _csv(_CLAIMS, (row for document in report.documents for row in _claim_rows(document)))


def _claim_rows(document: Document) -> Iterable[Sequence[object]]:
    for section in document.sections:
        for claim in section.claims:
            for run in claim.runs:
                low, high = run.interval or (None, None)
                yield (
                    document.id, section.title, claim.id, claim.slide, claim.says, " ".join(claim.ledger), run.backend,
                    claim.cost, claim.expected, run.outcome, "yes" if run.as_expected else "no", claim.documented,
                    claim.tolerance, run.measured, low, high, run.seeds, run.reason or run.missing,
                )  # fmt: skip


def errata(report: Report) -> str:
    """Return one CSV row a printed statement that does not hold."""
    return _csv(_ERRATA, (_erratum(document, claim) for document, claim in verdict.errata(report)))


def _erratum(document: Document, claim: ClaimView) -> Sequence[object]:
    run, refuted = verdict.best_run(claim), claim.refuted
    if run is None or refuted is None:
        raise ValueError(f"{claim.id} is no erratum: it has no run or no correction")
    return (
        document.title, claim.slide, claim.says, refuted.kind, claim.documented, refuted.corrected, refuted.because,
        run.measured, refuted.confirm, claim.id, " ".join(claim.ledger),
    )  # fmt: skip


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return stream.getvalue()


def summary(report: Report) -> str:
    """Return the summary: counts, the errata, one row a document."""
    found, caught = verdict.counts(report.claims), verdict.controls(report.claims)
    decided = sum(map(verdict.decided, report.ledger))
    lines = [f"# {markdown(report.title)}", ""]
    lines += _table(("verdict", "claims"), [(look.word, number(found[key])) for key, look in verdict.LOOKS.items()])
    lines.append(
        f"{number(decided)} of {number(len(report.ledger))} rows of the ledger are decided. Of the deliberately broken "
        f"variants {number(caught['killed'])} were caught, {number(caught['survived'])} survived, "
        f"{number(caught['not applicable'])} could not be tried.\n"
    )
    rows = [
        (
            document.title,
            claim.slide,
            claim.says,
            claim.documented,
            claim.refuted.corrected,
            claim.refuted.kind,
            claim.refuted.because,
        )
        for document, claim in verdict.errata(report)
        if claim.refuted is not None
    ]
    if rows:
        lines += ["## Errata", "", *_table(("document", "slide", "statement", "printed", "right", "kind", "why"), rows)]
    lines += ["## Documents", ""]
    lines += _table(
        ("document", *(look.word for look in verdict.LOOKS.values()), "claims"),
        [
            (document.title, *map(number, verdict.counts(document.claims).values()), number(len(document.claims)))
            for document in report.documents
        ],
    )
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [columns, ["---"] * len(columns)]
    body = [[markdown(cell) or "\u2014" for cell in row] for row in rows]
    return [*("| " + " | ".join(cells) + " |" for cells in [*lines, *body]), ""]

"""Verdicts in words, symbols and counts. A colour never says anything that the words beside it do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from repro.report.model import ClaimView, Document, LedgerRow, Report, RunView

KINDS = {
    "wrong": "the printed statement is false",
    "inconsistent": "the document contradicts itself, or another document",
    "loose": "the idea is right, the form is imprecise",
    "conditional": "true only under settings that the document leaves open",
    "extraction": "damage of the text version, not the author\u2019s error",
}


@dataclass(frozen=True)
class Look:
    """How one verdict is shown: a key for the style, a symbol, a word, and what it means."""

    key: str
    symbol: str
    word: str
    meaning: str


LOOKS = {
    look.key: look
    for look in (
        Look("reproduced", "\u2713", "reproduced", "the printed number was measured again"),
        Look("refuted", "\u2260", "refuted", "the printed number fails, and the corrected one holds"),
        Look("surprise", "!", "unexpected", "the verdict is not the one that the specification expects"),
        Look("inconclusive", "?", "inconclusive", "the measurement cannot tell yet"),
        Look("error", "\u00d7", "error", "the measurement broke, or returned what cannot be"),
        Look("missing", "\u2013", "not run", "something is missing: the page says what to do"),
    )
}
_OF_OUTCOME = {"reproduced": "reproduced", "inconclusive": "inconclusive", "not run": "missing", "error": "error"}
_WORST_FIRST = ("error", "surprise", "inconclusive", "refuted", "reproduced", "missing")


def of_run(run: RunView) -> Look:
    """Return the look of one run; a verdict that nobody expected is shown as that before anything else."""
    if run.outcome.startswith("refuted"):
        return LOOKS["refuted" if run.as_expected else "surprise"]
    if run.outcome == "reproduced" and not run.as_expected:
        return LOOKS["surprise"]
    return LOOKS[_OF_OUTCOME.get(run.outcome, "error")]


def of_claim(claim: ClaimView) -> Look:
    """Return the worst verdict among the backends that ran; `not run` only where none did."""
    keys = {of_run(run).key for run in claim.runs}
    return LOOKS[next((key for key in _WORST_FIRST if key in keys), "missing")]


def of_row(row: LedgerRow) -> Look | None:
    """Return the look of a ledger row's outcome, or None for a row that no claim decides."""
    if row.state != "bound":
        return None
    key = "refuted" if row.outcome.startswith("refuted") else _OF_OUTCOME.get(row.outcome, "missing")
    return LOOKS[key]


def decided(row: LedgerRow) -> bool:
    """Whether a claim settled this row of the ledger, one way or the other."""
    return row.state == "bound" and (row.outcome == "reproduced" or row.outcome.startswith("refuted"))


def spoken(claim: ClaimView) -> str:
    """Return a claim's verdict in one phrase, with the kind of failure or what was not expected."""
    look = of_claim(claim)
    if look.key == "refuted" and claim.refuted:
        return f"refuted: {claim.refuted.kind}"
    if look.key == "surprise":
        outcome = "reproduced" if claim.expected.startswith("refuted") else "refuted"
        return f"unexpectedly {outcome}"
    return look.word


def best_run(claim: ClaimView) -> RunView | None:
    """Return the run that decided the claim: the first whose look is the claim's."""
    wanted = of_claim(claim)
    return next((run for run in claim.runs if of_run(run) == wanted), claim.runs[0] if claim.runs else None)


def counts(claims: Iterable[ClaimView]) -> dict[str, int]:
    """Count claims by verdict, in the order in which they are shown."""
    found = Counter(of_claim(claim).key for claim in claims)
    return {key: found[key] for key in LOOKS}


def errata(report: Report) -> list[tuple[Document, ClaimView]]:
    """Return each claim whose printed statement failed as expected, document by document in slide order."""
    return [
        (document, claim)
        for document in report.documents
        for claim in document.claims
        if claim.refuted is not None and of_claim(claim).key == "refuted"
    ]


def controls(claims: Iterable[ClaimView]) -> dict[str, int]:
    """Count controls by state."""
    found = Counter(control.state for claim in claims for control in claim.controls)
    return {state: found[state] for state in ("killed", "survived", "not applicable")}

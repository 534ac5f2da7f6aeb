"""What the records say, claim by claim: the rows that commands print and reports show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from repro.engine.session import Session
from repro.engine.verdicts import Verdict, judge_control, judge_result
from repro.judging import looks
from repro.spec.suite import Claim

# From worst to best: what a ledger row shows when its claims differ.
SEVERITY = (
    "error",
    "refuted",
    "refuted:wrong",
    "refuted:inconsistent",
    "refuted:conditional",
    "refuted:loose",
    "refuted:extraction",
    "inconclusive",
    "not run",
    "reproduced",
)


@dataclass(frozen=True)
class Result:
    """One claim on one backend."""

    claim: Claim
    backend: str
    verdict: Verdict
    seeds: int
    seconds: float
    origin: str
    record: dict[str, Any] | None

    @property
    def as_expected(self) -> bool:
        """Whether the outcome is the one that the suite expects; what was not run is neither."""
        return self.verdict.outcome == self.claim.spec.expected

    @property
    def surprising(self) -> bool:
        """Judged, and otherwise than expected."""
        return not self.as_expected and self.verdict.outcome != "not run"

    def as_row(self) -> dict[str, Any]:
        """The row of ``repro run --json``."""
        judgement = self.verdict.judgement
        interval = judgement.interval if judgement is not None else None
        return {
            "id": self.claim.id,
            "backend": self.backend,
            "outcome": self.verdict.outcome,
            "expected": self.claim.spec.expected,
            "as_expected": self.as_expected,
            "documented": judgement.documented if judgement is not None else None,
            "measured": judgement.measured if judgement is not None else None,
            "interval": list(interval) if interval is not None else None,
            "seeds": self.seeds,
            "seconds": self.seconds,
            "reason": self.verdict.reason,
        }


@dataclass(frozen=True)
class ControlResult:
    """One control of one claim."""

    claim: Claim
    name: str
    state: str
    reason: str

    def as_row(self) -> dict[str, Any]:
        """The row of ``repro controls --json``."""
        models = self.claim.spec.controls[self.name].models
        return {
            "claim": self.claim.id,
            "control": self.name,
            "models": models,
            "state": self.state,
        }


def claim_result(session: Session, claim: Claim, backend: str) -> Result:
    """The verdict that the records support; ``not run`` says what is missing and what to do."""
    record, origin = session.shown(session.claim_work(claim, backend))
    broken = session.broken_recording(claim.spec.recordings.values())
    if record is None and broken is None:
        return Result(claim, backend, Verdict("not run", _why_not(session, claim, backend)), 0, 0.0, "", None)
    if record is None:
        return Result(claim, backend, Verdict("error", broken or ""), 0, 0.0, "", None)
    if record["error"] is not None:
        verdict = Verdict("error", record["error"])
    else:
        verdict = judge_result(claim, record["result"], session.suite.error_per_comparison)
        if verdict.undecided and broken is not None:
            verdict = Verdict("error", broken)
    return Result(claim, backend, verdict, record["result"].get("seeds", 0), record["seconds"], origin, record)


def control_result(session: Session, claim: Claim, name: str) -> ControlResult:
    """Whether the check was seen to reject this mistake."""
    record, _ = session.shown(session.control_work(claim, name))
    if record is None:
        return ControlResult(claim, name, "not applicable", _why_not(session, claim, claim.backends[0]))
    if record["error"] is not None:
        return ControlResult(claim, name, "survived", f"the control itself broke: {record['error']}")
    state, reason, undecided = judge_control(claim, record["result"]["measured"], session.suite.error_per_comparison)
    if undecided:  # an interrupted measurement: it may still be rejected
        reason = f"undecided after {record['result']['seeds']} seeds: repro controls {claim.id}{_cost(claim)} goes on"
        return ControlResult(claim, name, "not applicable", reason)
    return ControlResult(claim, name, state, reason)


def _why_not(session: Session, claim: Claim, backend: str) -> str:
    lacking = session.missing(claim.spec, backend)
    if lacking is not None:
        return str(lacking)
    made = {name: session.seeds_made(name) for name in claim.spec.recordings.values()}
    told = [f"{seeds} of the first {looks(claim.spec.seeds or 1)[0]} seeds of {name}" for name, seeds in made.items()]
    command = f"repro run {claim.id}{_cost(claim)}"
    return f"{' and '.join(told)} measured: {command} goes on" if any(made.values()) else f"not measured yet: {command}"


def _cost(claim: Claim) -> str:
    return "" if claim.spec.cost == "fast" else f" --cost {claim.spec.cost}"


def ledger_rows(session: Session, results: list[Result]) -> list[dict[str, Any]]:
    """The rows of ``repro ledger --json``: one a statement, with the worst outcome of the claims that decide it."""
    outcomes: dict[str, list[str]] = {}
    claims: dict[str, list[str]] = {}
    for result in results:
        for row in result.claim.spec.ledger:
            outcomes.setdefault(row, []).append(result.verdict.outcome)
            claims.setdefault(row, [])
            if result.claim.id not in claims[row]:
                claims[row].append(result.claim.id)
    reasons = {row: why for document in session.suite.documents for row, why in document.spec.unchecked.items()}
    rows = []
    for statement in session.suite.ledger.values():
        row = statement.row
        state = "bound" if row in claims else "unchecked" if row in reasons else "open"
        worst = min(outcomes[row], key=SEVERITY.index) if row in outcomes else None
        rows.append(
            {
                "row": row,
                "document": statement.document,
                "state": state,
                "claims": claims.get(row, []),
                "outcome": worst,
                "reason": reasons.get(row),
            }
        )
    return rows

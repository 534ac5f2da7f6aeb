"""What the judge says of a claim, a correction and a control: pure functions of the specification and what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from repro.judging import Impossible, Judgement, judge
from repro.spec.printed import Printed
from repro.spec.suite import Claim


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says of a claim; a pure function of the claim and what was measured."""

    outcome: str
    reason: str
    judgement: Judgement | None = None
    correction: Judgement | None = None
    confirmation: Judgement | None = None

    @property
    def undecided(self) -> bool:
        """More seeds may still be spent."""
        return any(each is not None and each.undecided for each in (self.judgement, self.correction))

    def to_dict(self) -> dict[str, Any]:
        """For the record: evidence of what was concluded when it was measured. Reports judge again from the values."""
        parts = {"judgement": self.judgement, "correction": self.correction, "confirmation": self.confirmation}
        told = {name: part.to_dict() for name, part in parts.items() if part is not None}
        return {"outcome": self.outcome, "reason": self.reason, **told}


def passing_check(claim: Claim) -> Printed:
    """The check that the right code passes: the printed one, or its correction."""
    return claim.spec.refuted or claim.spec


def judge_printed(claim: Claim, printed: Printed, measured: Any, error: float, seeded: bool = True) -> Judgement:
    """Judge a measurement of this claim by one printed thing: its own, or its correction."""
    giver = printed if printed.tolerance is not None else claim.spec
    possible = claim.spec.possible
    return judge(
        printed.as_printed(),
        giver.as_tolerance() if printed.needs_tolerance else None,
        measured,
        error=error,
        max_seeds=claim.spec.seeds if seeded else None,
        identical=claim.spec.identical,
        possible=(float(possible[0]), float(possible[1])) if possible else None,
    )


def judge_claim(claim: Claim, measured: Any, confirmed: Any, error: float) -> Verdict:
    """The verdict on a claim. ``confirmed`` is what the correction's second route returned, or ``None`` before it ran."""
    try:
        judgement = judge_printed(claim, claim.spec, measured, error)
        refuted = claim.spec.refuted
        if refuted is None:
            return Verdict(judgement.outcome, judgement.reason, judgement)
        correction = judge_printed(claim, refuted, measured, error)
        confirmation = None
        if confirmed is not None:
            seeded = claim.spec.seeds is not None and not _is_scalar(confirmed)
            confirmation = judge_printed(claim, refuted, confirmed, error, seeded)
    except Impossible as problem:
        return Verdict("error", str(problem))
    return _refuted_verdict(judgement, correction, confirmation, f"refuted:{refuted.kind}")


def judge_result(claim: Claim, result: dict[str, Any], error: float) -> Verdict:
    """The verdict on a measurement; without its second route a correction is not believed, once all looks are done."""
    confirmed = result.get("confirmed")
    verdict = judge_claim(claim, result["measured"], confirmed, error)
    if claim.spec.refuted is not None and confirmed is None and not verdict.undecided:
        return Verdict("error", "the second route to the correction gave nothing")
    return verdict


def judge_control(claim: Claim, measured: Any, error: float) -> tuple[str, str, bool]:
    """State of a control (``killed`` or ``survived``), why, and whether more seeds could change it.

    What the judge cannot judge has not been rejected by the check, so it survives: a mistake in a control must not look like a catch.
    """
    try:
        judgement = judge_printed(claim, passing_check(claim), measured, error)
    except Impossible as problem:
        return "survived", f"could not be judged: {problem}", False
    state = "killed" if judgement.outcome == "refuted" else "survived"
    return state, judgement.reason, judgement.undecided


def _refuted_verdict(judgement: Judgement, correction: Judgement, confirmation: Judgement | None, kind: str) -> Verdict:
    parts = (judgement, correction, confirmation)
    if judgement.outcome != "refuted":
        return Verdict(judgement.outcome, f"expected to be refuted: {judgement.reason}", *parts)
    if correction.outcome != "reproduced":
        return Verdict(
            "refuted", f"{judgement.reason}; but the correction is {correction.outcome}: {correction.reason}", *parts
        )
    if confirmation is not None and confirmation.outcome != "reproduced":
        reason = f"{judgement.reason}; but the second route to the correction is {confirmation.outcome}: {confirmation.reason}"
        return Verdict("refuted", reason, *parts)
    return Verdict(kind, judgement.reason, *parts)


def _is_scalar(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_scalar(item) for item in value.values())
    return not isinstance(value, list)

"""What has to be measured, as small state machines: each hands out calls, takes replies and ends with a record.

A claim's job asks for its looks one by one and stops at the first that decides; then it asks for the correction's second route.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from repro.engine.batches import UnevenSeeds, join, require_seeds
from repro.engine.needs import frameworks
from repro.engine.process import Reply, Task
from repro.judging import Impossible, Judgement, judge, looks
from repro.spec.models import Limits
from repro.spec.printed import Printed
from repro.spec.suite import Claim, Exhibit

SECONDS = {"fast": 120, "standard": 4 * 3600, "full": 7 * 24 * 3600}
MEBIBYTES = {"fast": 4096, "standard": 8192, "full": 16384}
ABSCISSA = frozenset({"x"})  # of a curve, the one entry that all seeds share


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a job wants made."""

    dotted: str
    kwargs: dict[str, Any]
    seeds: tuple[int, int] | None


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


class MeasurementFailed(Exception):
    """A call of the job came back with an error; its text is the reason."""


Steps = Generator[Call, Reply, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Looked:
    """The looks that are done: what was measured, and for how many seeds."""

    measured: Any = None
    seeds: int = 0


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a job that was interrupted goes on, and what keeps each undecided look for the next time."""

    start: Looked = Looked()
    keep: Callable[[Looked], None] = lambda looked: None


def claim_steps(claim: Claim, backend: str, error: float, bookmark: Bookmark) -> Steps:
    """Measure a claim look by look; returns ``{"measured", "seeds", "confirmed"}``."""
    spec = claim.spec
    kwargs = _arguments(claim, backend, {})
    measured, seeds = yield from _looks(
        claim, spec.measure, kwargs, lambda values: judge_claim(claim, values, None, error).undecided, bookmark
    )
    result: dict[str, Any] = {"measured": measured, "seeds": seeds}
    if spec.refuted is not None:
        everything = (0, spec.seeds) if spec.seeds is not None else None
        result["confirmed"] = _value((yield Call(spec.refuted.confirm, dict(spec.refuted.confirm_args), everything)))
    return result


def control_steps(claim: Claim, name: str, error: float, bookmark: Bookmark) -> Steps:
    """Measure one control until the check of the right code decides on it; returns ``{"measured", "seeds"}``."""
    control = claim.spec.controls[name]
    kwargs = _arguments(claim, claim.backends[0], control.args)
    measured, seeds = yield from _looks(
        claim,
        control.measure or claim.spec.measure,
        kwargs,
        lambda values: judge_control(claim, values, error)[2],
        bookmark,
    )
    return {"measured": measured, "seeds": seeds}


def exhibit_steps(exhibit: Exhibit) -> Steps:
    """Make one exhibit; returns ``{"data"}``."""
    reply = yield Call(exhibit.spec.make, dict(exhibit.spec.args), None)
    return {"data": _value(reply)}


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
    """The verdict on a finished measurement; without its second route a correction is not believed."""
    confirmed = result.get("confirmed")
    if claim.spec.refuted is not None and confirmed is None:
        return Verdict("error", "the second route to the correction gave nothing")
    return judge_claim(claim, result["measured"], confirmed, error)


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


def _looks(
    claim: Claim, dotted: str, kwargs: dict[str, Any], undecided: Callable[[Any], bool], bookmark: Bookmark
) -> Generator[Call, Reply, tuple[Any, int]]:
    if claim.spec.seeds is None:
        return _value((yield Call(dotted, kwargs, None))), 0
    common = ABSCISSA if claim.spec.shape is not None else frozenset[str]()
    measured, done = bookmark.start.measured, bookmark.start.seeds
    for look in (look for look in looks(claim.spec.seeds) if look > done):
        batch = _value((yield Call(dotted, kwargs, (done, look))))
        try:
            require_seeds(batch, look - done, common)
            measured = batch if measured is None else join(measured, batch, common)
        except UnevenSeeds as error:
            raise MeasurementFailed(str(error)) from None
        done = look
        if not undecided(measured):
            break
        bookmark.keep(Looked(measured, done))
    return measured, done


def _value(reply: Reply) -> Any:
    if reply.error is not None:
        raise MeasurementFailed(reply.error)
    return reply.value


def _arguments(claim: Claim, backend: str, overrides: dict[str, Any]) -> dict[str, Any]:
    kwargs = {**claim.spec.args, **overrides}
    if claim.spec.backends is not None:
        kwargs.setdefault("backend", backend)
    return kwargs


@dataclass
class Job:
    """A running state machine and what surrounds it."""

    name: str
    steps: Steps
    group: str
    seconds: float
    mebibytes: int
    spent: float = 0.0

    def task(self, call: Call) -> Task:
        """A call of this job as the pool takes it."""
        left = max(1.0, self.seconds - self.spent)
        return Task(self.name, call.dotted, call.kwargs, call.seeds, self.group, left, self.mebibytes)


def make_job(name: str, steps: Steps, cost: str, needs: list[str], backend: str | None, limits: Limits) -> Job:
    """A job with the limits that its cost class allows, or its claim asks for."""
    return Job(
        name,
        steps,
        frameworks(needs, backend),
        limits.seconds or SECONDS[cost],
        limits.mebibytes or MEBIBYTES[cost],
    )

"""What has to be measured, as small state machines: each hands out calls, takes replies and ends with a record.

A claim's job asks for its looks one by one and stops at the first that decides; then it asks for the correction's second route.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from repro.engine.batches import UnevenSeeds, join, require_seeds
from repro.engine.needs import frameworks
from repro.engine.process import Reply, Task
from repro.engine.verdicts import judge_claim, judge_control
from repro.judging import looks
from repro.spec.models import Limits
from repro.spec.suite import Claim, Exhibit, Recording

SECONDS = {"fast": 120, "standard": 4 * 3600, "full": 7 * 24 * 3600}
MEBIBYTES = {"fast": 4096, "standard": 8192, "full": 16384}
ABSCISSA = frozenset({"x"})  # of a curve, the one entry that all seeds share


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a job wants made."""

    dotted: str
    kwargs: dict[str, Any]
    seeds: tuple[int, int] | None
    offered: dict[str, Any] = field(default_factory=dict)


class MoreSeeds(Exception):
    """The next look reads more seeds of the recordings than there are: so many of each."""

    def __init__(self, seeds: int) -> None:
        super().__init__(f"{seeds} seeds are needed")
        self.seeds = seeds


class MeasurementFailed(Exception):
    """A call of the job came back with an error; its text is the reason."""


Steps = Generator[Call, Reply, dict[str, Any]]
Recorded = Callable[[str], list[Any]]  # what a recording holds, one entry a seed


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


def claim_steps(claim: Claim, backend: str, error: float, bookmark: Bookmark, recorded: Recorded) -> Steps:
    """Measure a claim look by look; returns ``{"measured", "seeds", "confirmed"}``. Raises :class:`MoreSeeds` between looks."""
    spec = claim.spec
    kwargs = _arguments(claim, backend, {})
    read = {argument: recorded(name) for argument, name in spec.recordings.items()}
    measured, seeds = yield from _looks(
        claim, spec.measure, kwargs, read, lambda values: judge_claim(claim, values, None, error).undecided, bookmark
    )
    result: dict[str, Any] = {"measured": measured, "seeds": seeds}
    if spec.refuted is not None:
        everything = (0, seeds if read else spec.seeds) if spec.seeds is not None else None
        call = Call(spec.refuted.confirm, dict(spec.refuted.confirm_args), everything, _part(read, everything))
        result["confirmed"] = _value((yield call))
    return result


def control_steps(claim: Claim, name: str, error: float, bookmark: Bookmark, recorded: Recorded) -> Steps:
    """Measure one control until the check of the right code decides on it; returns ``{"measured", "seeds"}``."""
    control = claim.spec.controls[name]
    kwargs = _arguments(claim, claim.backends[0], control.args)
    measured, seeds = yield from _looks(
        claim,
        control.measure or claim.spec.measure,
        kwargs,
        {argument: recorded(name) for argument, name in (claim.spec.recordings | control.recordings).items()},
        lambda values: judge_control(claim, values, error)[2],
        bookmark,
    )
    return {"measured": measured, "seeds": seeds}


def exhibit_steps(exhibit: Exhibit, recorded: Recorded) -> Steps:
    """Make one exhibit; returns ``{"data", "read"}``, the latter the number of seeds by argument."""
    read = {argument: recorded(name) for argument, name in exhibit.spec.recordings.items()}
    reply = yield Call(exhibit.spec.make, dict(exhibit.spec.args), None, read)
    return {"data": _value(reply), "read": {argument: len(entries) for argument, entries in read.items()}}


def recording_steps(recording: Recording, seed: int, checkpoint: Path) -> Steps:
    """Make one seed of a recording, which may keep its state in the folder ``checkpoint``; returns ``{"data"}``."""
    reply = yield Call(
        recording.spec.make, {**recording.spec.args, "seed": seed}, None, {"checkpoint": str(checkpoint)}
    )
    return {"data": _value(reply)}


def _looks(
    claim: Claim,
    dotted: str,
    kwargs: dict[str, Any],
    read: dict[str, list[Any]],
    undecided: Callable[[Any], bool],
    bookmark: Bookmark,
) -> Generator[Call, Reply, tuple[Any, int]]:
    if claim.spec.seeds is None:
        return _value((yield Call(dotted, kwargs, None))), 0
    common = ABSCISSA if claim.spec.shape is not None else frozenset[str]()
    measured, done = bookmark.start.measured, bookmark.start.seeds
    for look in (look for look in looks(claim.spec.seeds) if look > done):
        if any(len(entries) < look for entries in read.values()):
            raise MoreSeeds(look)
        batch = _value((yield Call(dotted, kwargs, (done, look), _part(read, (done, look)))))
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


def _part(read: dict[str, list[Any]], seeds: tuple[int, int] | None) -> dict[str, list[Any]]:
    """What recordings hold for these seeds; a claim that reads any has seeds."""
    return {argument: entries[slice(*seeds)] for argument, entries in read.items()} if seeds is not None else {}


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
        return Task(self.name, call.dotted, call.kwargs, call.seeds, self.group, left, self.mebibytes, call.offered)


def make_job(name: str, steps: Steps, cost: str, needs: list[str], backend: str | None, limits: Limits) -> Job:
    """A job with the limits that its cost class allows, or its claim asks for."""
    return Job(
        name,
        steps,
        frameworks(needs, backend),
        limits.seconds or SECONDS[cost],
        limits.mebibytes or MEBIBYTES[cost],
    )

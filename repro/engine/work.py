"""One thing to measure, as the runner sees it, and what of a specification its measurement depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from repro.engine.jobs import Bookmark, Job
from repro.judging import FIRST_LOOK, looks
from repro.spec.models import ClaimSpec

# What no measurement depends on, and what the fingerprint holds elsewhere.
PROSE = {"slide", "says", "note", "ledger", "limits", "cost", "controls", "backends", "recordings", "times"}


@dataclass(frozen=True)
class Work:
    """Something to measure: its record's name, the fingerprint that the record must have, and the job that makes it.

    It takes so many seeds of the recordings that it ``reads`` as each of its ``looks`` says, one after the other. An exhibit ``shows``
    recordings, by argument: all seeds that there are, from the first look on.
    """

    name: str
    cost: str
    fingerprint: dict[str, Any]
    packages: tuple[str, ...]
    job: Callable[[Bookmark], Job]
    verdict: Callable[[dict[str, Any]], dict[str, Any] | None]
    reads: frozenset[str] = frozenset()
    looks: tuple[int, ...] = (FIRST_LOOK,)
    shows: Mapping[str, str] = field(default_factory=dict)
    checkpoint: Path | None = None  # where it keeps its state while it is measured


def looks_of(spec: ClaimSpec) -> tuple[int, ...]:
    """After how many seeds a claim is judged."""
    return tuple(looks(spec.seeds)) if spec.seeds is not None else (FIRST_LOOK,)


def told_of(spec: ClaimSpec) -> dict[str, Any]:
    """What of a claim a measurement of it depends on; numbers keep their printed digits."""
    told = spec.model_dump(mode="json", exclude=PROSE, exclude_none=True)
    told.get("refuted", {}).pop("because", None)
    return told

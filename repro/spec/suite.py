"""All documents of a project, in slide order, with what is wrong in them kept beside what is right."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from functools import cached_property

from repro.errors import SpecProblem, UsageProblem
from repro.judging import capacity, comparisons
from repro.spec.ledger import Statement
from repro.spec.models import COSTS, ClaimSpec, DocumentFile, ExhibitSpec, RecordingSpec


@dataclass(frozen=True)
class _Placed:
    """Something that a section holds; ``path`` is its file, relative to the project."""

    id: str
    document: str
    section: str
    path: str


@dataclass(frozen=True)
class Claim(_Placed):
    """One claim with its place: ``spec`` is what the file says."""

    spec: ClaimSpec

    @property
    def backends(self) -> list[str]:
        """Backends it is measured on; a claim that names none is measured once, on the reference."""
        return list(self.spec.backends or ["numpy"])

    @property
    def topic(self) -> str:
        """The package that measures it: ``autodiff`` for ``implementations.autodiff.experiments:f``."""
        return _topic(self.spec.measure)

    @property
    def reads(self) -> set[str]:
        """The recordings that it or one of its controls reads."""
        read = [self.spec.recordings, *(control.recordings for control in self.spec.controls.values())]
        return {name for recordings in read for name in recordings.values()}


@dataclass(frozen=True)
class Exhibit(_Placed):
    """One exhibit with its place."""

    spec: ExhibitSpec

    @property
    def topic(self) -> str:
        """The package that makes it."""
        return _topic(self.spec.make)

    @property
    def reads(self) -> set[str]:
        """The recordings that it reads."""
        return set(self.spec.recordings.values())


@dataclass(frozen=True)
class Recording(_Placed):
    """One recording with its place."""

    spec: RecordingSpec


def _topic(dotted: str) -> str:
    parts = dotted.split(":")[0].split(".")
    return parts[1] if len(parts) > 1 else parts[0]


@dataclass(frozen=True)
class Section:
    """One specification file."""

    id: str
    title: str
    position: int
    path: str
    claims: tuple[Claim, ...]
    exhibits: tuple[Exhibit, ...]
    recordings: tuple[Recording, ...] = ()


@dataclass(frozen=True)
class Document:
    """One document: a folder of sections."""

    id: str
    path: str
    spec: DocumentFile
    sections: tuple[Section, ...]


@dataclass
class Suite:
    """Everything that a project's documents say, and the problems of the files that do not validate."""

    documents: list[Document]
    ledger: dict[str, Statement]
    error: float
    problems: list[SpecProblem] = field(default_factory=list)

    @cached_property
    def claims(self) -> list[Claim]:
        """All claims, in slide order."""
        return [claim for document in self.documents for section in document.sections for claim in section.claims]

    @cached_property
    def exhibits(self) -> list[Exhibit]:
        """All exhibits, in slide order."""
        return [item for document in self.documents for section in document.sections for item in section.exhibits]

    @cached_property
    def recordings(self) -> dict[str, Recording]:
        """All recordings by their ids."""
        return {
            item.id: item for document in self.documents for section in document.sections for item in section.recordings
        }

    @property
    def items(self) -> list[Claim | Exhibit]:
        """Claims and exhibits."""
        return [*self.claims, *self.exhibits]

    @cached_property
    def error_per_comparison(self) -> float:
        """The suite's error budget, shared evenly by the comparisons that chance can decide, those of corrections included."""
        stochastic = [claim for claim in self.claims if claim.spec.seeds is not None]
        total = 0
        for claim in stochastic:
            judged = [claim.spec.as_printed(), *([claim.spec.refuted.as_printed()] if claim.spec.refuted else [])]
            total += len(claim.backends) * sum(comparisons(printed) for printed in judged)
        return self.error / capacity(total)

    def require_valid(self) -> None:
        """Raise all problems of all files at once."""
        if self.problems:
            raise UsageProblem("\n".join(str(problem) for problem in self.problems))

    def select(self, patterns: tuple[str, ...], cost: str | None = None) -> list[Claim]:
        """Claims that match any pattern (all, for none) and cost at most ``cost``."""
        return [claim for claim in self.claims if _affordable(claim.spec.cost, cost) and self._matches(claim, patterns)]

    def select_exhibits(self, patterns: tuple[str, ...], cost: str | None = None) -> list[Exhibit]:
        """Exhibits likewise."""
        return [item for item in self.exhibits if _affordable(item.spec.cost, cost) and self._matches(item, patterns)]

    def select_recordings(self, patterns: tuple[str, ...], cost: str | None = None) -> list[Recording]:
        """The recordings that claims or exhibits read which match any pattern, and that cost at most ``cost`` themselves."""
        read = {name for claim in self.select(patterns) for name in claim.reads}
        read |= {name for exhibit in self.select_exhibits(patterns) for name in exhibit.reads}
        return [one for one in self.recordings.values() if one.id in read and _affordable(one.spec.cost, cost)]

    def require_known(self, patterns: tuple[str, ...]) -> None:
        """Refuse a pattern that names nothing: a typing mistake must not look like success."""
        for pattern in patterns:
            if not self.select((pattern,)) and not self.select_exhibits((pattern,)):
                raise UsageProblem(
                    f"nothing matches '{pattern}'; a pattern is (part of) a claim's id, a document, a section, a topic, "
                    "a slide heading or a ledger row: see repro list"
                )

    @staticmethod
    def _matches(item: Claim | Exhibit, patterns: tuple[str, ...]) -> bool:
        if not patterns:
            return True
        exact = {item.document, item.section, item.topic, *item.spec.ledger}
        texts = (item.id, item.spec.slide.lower(), f"{item.document}/{item.section}", *item.reads)
        for pattern in patterns:
            low = pattern.lower()
            if any(low in text for text in texts) or any(
                fnmatch.fnmatchcase(name.lower(), low) for name in (*exact, *texts)
            ):
                return True
        return False


def _affordable(cost: str, most: str | None) -> bool:
    return most is None or COSTS.index(cost) <= COSTS.index(most)

"""All documents of a project, in slide order, with what is wrong in them kept beside what is right."""

from __future__ import annotations

import fnmatch
import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from repro.config import Config
from repro.errors import SpecProblem, UsageProblem
from repro.judging import capacity, comparisons
from repro.spec.explaining import explain
from repro.spec.ledger import Statement, read_ledger
from repro.spec.models import COSTS, ClaimSpec, DocumentFile, ExhibitSpec, SectionFile
from repro.spec.reading import read_toml

_Model = TypeVar("_Model", bound=BaseModel)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


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


@dataclass(frozen=True)
class Exhibit(_Placed):
    """One exhibit with its place."""

    spec: ExhibitSpec

    @property
    def topic(self) -> str:
        """The package that makes it."""
        return _topic(self.spec.make)


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
        texts = (item.id, item.spec.slide.lower(), f"{item.document}/{item.section}")
        for pattern in patterns:
            low = pattern.lower()
            if any(low in text for text in texts) or any(
                fnmatch.fnmatchcase(name.lower(), low) for name in (*exact, *texts)
            ):
                return True
        return False


def _affordable(cost: str, most: str | None) -> bool:
    return most is None or COSTS.index(cost) <= COSTS.index(most)


def load_suite(config: Config) -> Suite:
    """Read every specification of the project. A broken file becomes a problem; the others are read all the same."""
    if not config.specs.is_dir():
        raise UsageProblem(f"{config.specs} is not a folder; [tool.repro] specs names where the specifications are")
    suite = Suite([], {}, config.error)
    if os.path.lexists(config.ledger):
        try:
            suite.ledger = read_ledger(config.ledger, _shown(config, config.ledger))
        except SpecProblem as problem:
            suite.problems.append(problem)
    for folder, files in sorted(_files(config, suite.problems).items()):
        document = _load_document(config, folder, files, suite.problems)
        if document is not None:
            suite.documents.append(document)
    _check_across_files(suite, _shown(config, config.ledger))
    return suite


def _shown(config: Config, path: Path) -> str:
    return path.relative_to(config.root).as_posix() if path.is_relative_to(config.root) else str(path)


def _files(config: Config, problems: list[SpecProblem]) -> dict[Path, list[Path]]:
    """The section files of each document's folder. What would be left unread is a problem, not a silence."""
    files: dict[Path, list[Path]] = {}
    inside = config.specs.resolve()
    for folder in config.specs.iterdir():
        for file in [folder] if folder.suffix == ".toml" else sorted(folder.glob("**/*.toml")):
            parts = file.relative_to(config.specs).parts
            if any(part.startswith(".") for part in parts):  # an editor's, or a version control's
                continue
            fault = _misplaced(parts, file.resolve().is_relative_to(inside))
            if fault:
                problems.append(SpecProblem(_shown(config, file), [fault]))
            else:
                files.setdefault(folder, []).append(file)
    return files


def _misplaced(parts: tuple[str, ...], inside: bool) -> str:
    if len(parts) != 2:
        return "lies in no document's folder: it must be <document>/<section>.toml"
    if not all(_NAME.fullmatch(part.removesuffix(".toml")) for part in parts):
        return "a document's folder and a section's file are named in letters, digits, hyphens and underscores"
    return "" if inside else "is a link that leads out of the specifications"


def _load_document(config: Config, folder: Path, files: list[Path], problems: list[SpecProblem]) -> Document | None:
    shown = _shown(config, folder / "document.toml")
    spec = _load(folder / "document.toml", shown, DocumentFile, problems)
    found = (_load_section(config, folder.name, file, problems) for file in files if file.name != "document.toml")
    sections = [section for section in found if section is not None]
    sections.sort(key=lambda section: (section.position, section.id))
    return Document(folder.name, shown, spec, tuple(sections)) if spec is not None else None


def _load_section(config: Config, document: str, file: Path, problems: list[SpecProblem]) -> Section | None:
    shown = _shown(config, file)
    spec = _load(file, shown, SectionFile, problems)
    if spec is None:
        return None
    return Section(
        id=file.stem,
        title=spec.section,
        position=spec.position,
        path=shown,
        claims=tuple(Claim(name, document, file.stem, shown, claim) for name, claim in spec.claims.items()),
        exhibits=tuple(Exhibit(name, document, file.stem, shown, item) for name, item in spec.exhibits.items()),
    )


def _load(path: Path, shown: str, model: type[_Model], problems: list[SpecProblem]) -> _Model | None:
    try:
        return model.model_validate(read_toml(path, shown))
    except SpecProblem as problem:
        problems.append(problem)
    except ValidationError as error:
        problems.append(SpecProblem(shown, explain(error, model)))
    return None


def _check_across_files(suite: Suite, ledger_path: str) -> None:
    """What no single file can know: ids are unique, ledger rows exist and belong to the document."""
    seen: dict[str, str] = {}
    for item in suite.items:
        if item.id in seen:
            suite.problems.append(SpecProblem(item.path, [f"'{item.id}' is already used in {seen[item.id]}"]))
        seen[item.id] = item.path
        suite.problems += [
            SpecProblem(item.path, [f"{item.id}.ledger: {ledger_path} has no row {row}"])
            for row in item.spec.ledger
            if suite.ledger and row not in suite.ledger
        ]
    bound = {row for claim in suite.claims for row in claim.spec.ledger}
    for document in suite.documents:
        for row in document.spec.unchecked:
            if suite.ledger and row not in suite.ledger:
                suite.problems.append(SpecProblem(document.path, [f"unchecked: {ledger_path} has no row {row}"]))
            if row in bound:
                suite.problems.append(SpecProblem(document.path, [f"unchecked: {row} is bound by a claim as well"]))

"""From the files of a project to its suite: everything that is wrong is gathered, and hides nothing that is right."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from repro.config import Config
from repro.errors import SpecProblem, UsageProblem
from repro.spec.explaining import explain
from repro.spec.ledger import read_ledger
from repro.spec.models import COSTS, DocumentFile, SectionFile
from repro.spec.reading import read_toml
from repro.spec.suite import Claim, Document, Exhibit, Recording, Section, Suite

_Model = TypeVar("_Model", bound=BaseModel)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


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
        recordings=tuple(Recording(name, document, file.stem, shown, item) for name, item in spec.recordings.items()),
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
    for recording in (item for document in suite.documents for part in document.sections for item in part.recordings):
        if recording.id in seen:
            suite.problems.append(
                SpecProblem(recording.path, [f"'{recording.id}' is already used in {seen[recording.id]}"])
            )
        seen[recording.id] = recording.path
        if not any(recording.id in item.reads for item in suite.items):
            suite.problems.append(SpecProblem(recording.path, [f"{recording.id}: no claim and no exhibit reads it"]))
    for item in suite.items:
        suite.problems += [SpecProblem(item.path, [f"{item.id}.{fault}"]) for fault in _unreadable(suite, item)]
    bound = {row for claim in suite.claims for row in claim.spec.ledger}
    for document in suite.documents:
        for row in document.spec.unchecked:
            if suite.ledger and row not in suite.ledger:
                suite.problems.append(SpecProblem(document.path, [f"unchecked: {ledger_path} has no row {row}"]))
            if row in bound:
                suite.problems.append(SpecProblem(document.path, [f"unchecked: {row} is bound by a claim as well"]))


def _unreadable(suite: Suite, item: Claim | Exhibit) -> list[str]:
    """What keeps a claim or an exhibit from the recordings that it names, with those of its controls."""
    faults = []
    for name in sorted(item.reads):
        recording = suite.recordings.get(name)
        if recording is None:
            faults.append(f"recordings: there is no recording '{name}'")
            continue
        if lacking := [need for need in recording.spec.needs if need not in item.spec.needs]:
            faults.append(f"needs: must list {', '.join(lacking)}, as '{name}' needs it")
        if COSTS.index(item.spec.cost) < COSTS.index(recording.spec.cost):
            faults.append(f"cost: should be at least {recording.spec.cost}, the cost of '{name}'; got {item.spec.cost}")
        if isinstance(item, Claim) and (item.spec.seeds or 0) > recording.spec.seeds:
            faults.append(f"seeds: should be at most {recording.spec.seeds}, those of '{name}'; got {item.spec.seeds}")
    return faults

"""What a report is made of: plain frozen data, filled from the suite and the record store.

Nothing here knows how a claim is judged or where a record lives, and nothing that draws the report reads anything else:
the same `Report` gives the same bytes. Every `str` may hold anything (a spec is written by a stranger); it is cleaned and
escaped where it is written, in `repro.report.text`. Numbers that may be missing are `None`; so is an end of a band that has no limit there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Interval = tuple[float, float]
Band = tuple[float | None, float | None]


@dataclass(frozen=True)
class CellView:
    """The verdict on one cell of a table; the fields are those of `repro.judging.judgement.Cell`."""

    key: str
    column: str
    documented: str
    measured: str
    interval: Interval | None
    outcome: str


@dataclass(frozen=True)
class RunView:
    """One claim measured on one backend; the fields of a judgement, and where they came from.

    `outcome` is one of "reproduced", "refuted" (or "refuted:<kind>"), "inconclusive", "not run", "error"; `sample` holds at most 200 per-seed
    values to draw; `origin` is "yours" or "published"; `missing` says what to do about a run that did not happen.
    """

    backend: str
    outcome: str
    as_expected: bool
    documented: str = ""
    measured: str = ""
    estimate: float | None = None
    interval: Interval | None = None
    decision_interval: Interval | None = None
    decision_level: float | None = None
    band: Band | None = None
    seeds: int | None = None
    power: float | None = None
    seeds_to_settle: int | None = None
    cells: tuple[CellView, ...] = ()
    reason: str = ""
    sample: tuple[float, ...] = ()
    seconds: float | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    origin: str = "yours"
    missing: str = ""


@dataclass(frozen=True)
class ControlView:
    """A deliberately broken variant, and whether the check rejected it: "killed", "survived" or "not applicable"."""

    id: str
    models: str
    state: str
    reason: str = ""
    measured: str = ""


@dataclass(frozen=True)
class RefutedView:
    """How the document fails, the corrected statement, and the second, independent route that confirms it."""

    kind: str
    because: str
    corrected: str
    confirm: str = ""
    confirm_outcome: str = ""


@dataclass(frozen=True)
class ClaimView:
    """One printed statement and all that was measured of it. `expected` is "reproduced" or "refuted:<kind>"."""

    id: str
    slide: str
    says: str
    ledger: tuple[str, ...]
    measure: str
    source_path: str
    source_line: int
    spec_path: str
    spec_line: int
    args: str
    cost: str
    backends: tuple[str, ...]
    expected: str
    tolerance: str
    documented: str
    runs: tuple[RunView, ...] = ()
    controls: tuple[ControlView, ...] = ()
    refuted: RefutedView | None = None
    note: str = ""


@dataclass(frozen=True)
class ExhibitView:
    """Something shown and not judged. `data` has the form of section 3 of docs/design.md, or is None where it is missing."""

    id: str
    slide: str
    says: str
    make: str
    data: Mapping[str, Any] | None
    missing: str = ""
    source_path: str = ""
    source_line: int = 0
    spec_path: str = ""
    spec_line: int = 0
    ledger: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """The claims and exhibits of one spec file, in slide order."""

    id: str
    title: str
    position: int
    claims: tuple[ClaimView, ...] = ()
    exhibits: tuple[ExhibitView, ...] = ()
    spec_path: str = ""


@dataclass(frozen=True)
class Document:
    """A course or paper. `unchecked` maps ledger rows to the reason why no program can check them."""

    id: str
    title: str
    authors: str = ""
    year: int | None = None
    kind: str = ""
    note: str = ""
    sections: tuple[Section, ...] = ()
    unchecked: Mapping[str, str] = field(default_factory=dict)

    @property
    def claims(self) -> tuple[ClaimView, ...]:
        """All claims of the document, in slide order."""
        return tuple(claim for section in self.sections for claim in section.claims)

    @property
    def exhibits(self) -> tuple[ExhibitView, ...]:
        """All exhibits of the document, in slide order."""
        return tuple(exhibit for section in self.sections for exhibit in section.exhibits)


@dataclass(frozen=True)
class LedgerRow:
    """One statement that a document prints: "bound" to claims, "unchecked" for a reason, or still "open"."""

    row: str
    document: str
    slide: str
    statement: str
    printed: str
    state: str
    claims: tuple[str, ...] = ()
    reason: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Renewed:
    """A recording of which some seeds come from earlier code: how many of how many, and what showed that nothing changed."""

    recording: str
    kept: int
    seeds: int
    told: str


@dataclass(frozen=True)
class Report:
    """Everything that the site, the summary and the tables show.

    Parameters
    ----------
    provenance : facts about the whole suite (commit, versions, threads, device, ...), shown as they are.
    renewed : recordings with seeds of earlier code that were kept (`repro renew`).
    speed : contents of the files in `results/peers/`, one a machine: `{"rows": [{workload, ours, peer, ratio, must, aim, met}, ...], ...}`.
    asv : a parsed results folder, from `repro.report.history.read`.
    sources : text of spec and code files by their path in the checkout. A file that is here gets a page with numbered
        lines inside the report; any other is linked at its place in the checkout.
    root : path from the report's folder to the checkout.
    capacity, error : how many comparisons share the suite's error, and that error (the method page states both).
    """

    title: str
    documents: tuple[Document, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    speed: tuple[Mapping[str, Any], ...] = ()
    asv: Mapping[str, Any] | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    root: str = "../.."
    capacity: int = 1000
    error: float = 0.01
    renewed: tuple[Renewed, ...] = ()

    @property
    def claims(self) -> tuple[ClaimView, ...]:
        """All claims of the suite, document by document."""
        return tuple(claim for document in self.documents for claim in document.claims)

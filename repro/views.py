"""From the suite and the records to what a report shows. The report reads nothing else.

Longer than most modules, so that one place says all that the report knows of the engine.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from repro.engine.fingerprint import digest
from repro.engine.renewal import renewed
from repro.engine.results import Result, claim_result, control_result, ledger_rows
from repro.engine.session import Session
from repro.errors import UsageProblem
from repro.judging import Judgement
from repro.report import history
from repro.report import model as m
from repro.spec.places import line_of
from repro.spec.suite import Claim, Document, Exhibit
from repro.spec.wording import contrast, tolerance_text

_DRAWN_SEEDS = 200


def gather(session: Session, folder: Path) -> m.Report:
    """Everything that a report in ``folder`` shows; a pure function of specifications and records."""
    viewer = _Viewer(session)
    documents = tuple(viewer.document(document) for document in session.suite.documents)
    outcomes = ledger_rows(session, viewer.results)
    speed = session.config.results.parent
    return m.Report(
        title=session.config.title,
        documents=documents,
        ledger=tuple(viewer.ledger_row(row) for row in outcomes),
        provenance=viewer.provenance(),
        renewed=tuple(_renewed(session)),
        speed=tuple(_table(path) for path in sorted((speed / "peers").glob("*.json"))),
        asv=history.read(speed / "asv"),
        sources=viewer.sources,
        root=Path(os.path.relpath(session.config.root, folder)).as_posix(),
        capacity=round(session.suite.error / session.suite.error_per_comparison),
        error=session.suite.error,
    )


class _Viewer:
    """Builds the views and keeps what they have in common: results, source texts, provenance."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.root = session.config.root
        self.results: list[Result] = []
        self.sources: dict[str, str] = {}
        self._seen: dict[str, set[str]] = {}
        self.read = cache(self._read)

    def document(self, document: Document) -> m.Document:
        """One document in slide order."""
        sections = tuple(
            m.Section(
                id=section.id,
                title=section.title,
                position=section.position,
                claims=tuple(self.claim(claim) for claim in section.claims),
                exhibits=tuple(self.exhibit(exhibit) for exhibit in section.exhibits),
                spec_path=section.path,
            )
            for section in document.sections
        )
        spec = document.spec
        return m.Document(
            id=document.id,
            title=spec.title,
            authors=", ".join(spec.authors),
            year=spec.year,
            kind=spec.kind,
            note=spec.note or "",
            sections=sections,
            unchecked=spec.unchecked,
        )

    def claim(self, claim: Claim) -> m.ClaimView:
        """One claim with its runs, its controls and its correction."""
        results = [claim_result(self.session, claim, backend) for backend in claim.backends]
        self.results += results
        spec = claim.spec
        path, line = self._code(spec.measure)
        return m.ClaimView(
            id=claim.id,
            slide=spec.slide,
            says=spec.says,
            ledger=tuple(spec.ledger),
            measure=spec.measure,
            source_path=path,
            source_line=line,
            spec_path=claim.path,
            spec_line=self._spec_line(claim),
            args=json.dumps(spec.args),
            cost=spec.cost,
            backends=tuple(claim.backends),
            expected=spec.expected,
            tolerance=tolerance_text(spec),
            documented=contrast(spec)[0],
            runs=tuple(self._run(result) for result in results),
            controls=tuple(self._control(claim, name) for name in spec.controls),
            refuted=_refuted_view(claim, results[0]),
            note=spec.note or "",
        )

    def exhibit(self, exhibit: Exhibit) -> m.ExhibitView:
        """One exhibit, drawn or missing."""
        record, _ = self.session.shown(self.session.exhibit_work(exhibit))
        lacking = self.session.missing(exhibit.spec, None)
        missing = ""
        if record is None:
            missing = str(lacking) if lacking else f"not made yet: repro run {exhibit.id} --cost {exhibit.spec.cost}"
        elif record["error"] is not None:
            missing = f"could not be made: {record['error']}"
        else:
            self._note(record)
        path, line = self._code(exhibit.spec.make)
        return m.ExhibitView(
            id=exhibit.id,
            slide=exhibit.spec.slide,
            says=exhibit.spec.says,
            make=exhibit.spec.make,
            data=None if missing or record is None else record["result"]["data"],
            missing=missing,
            source_path=path,
            source_line=line,
            spec_path=exhibit.path,
            spec_line=self._spec_line(exhibit),
            ledger=tuple(exhibit.spec.ledger),
        )

    def ledger_row(self, row: dict[str, Any]) -> m.LedgerRow:
        """One statement of the ledger."""
        statement = self.session.suite.ledger[row["row"]]
        return m.LedgerRow(
            row=statement.row,
            document=statement.document,
            slide=statement.slide,
            statement=statement.statement,
            printed=statement.printed,
            state=row["state"],
            claims=tuple(row["claims"]),
            reason=row["reason"] or "",
            outcome=row["outcome"] or "",
        )

    def provenance(self) -> dict[str, str]:
        """What the shown records say of their making; several values where they differ."""
        return {key: ", ".join(sorted(values)) for key, values in sorted(self._seen.items()) if key != "measured"}

    def _run(self, result: Result) -> m.RunView:
        outcome = result.verdict.outcome
        missing = result.verdict.reason if outcome == "not run" else ""
        if result.record is not None:
            self._note(result.record)
        judged = _judged(result.verdict.judgement)
        return m.RunView(
            backend=result.backend,
            outcome=outcome,
            as_expected=result.as_expected,
            seeds=result.seeds or None,
            reason=result.verdict.reason,
            sample=_sample(result),
            seconds=result.seconds if result.record is not None else None,
            provenance=_provenance(result),
            origin=result.origin or "yours",
            missing=missing,
            **judged,
        )

    def _control(self, claim: Claim, name: str) -> m.ControlView:
        result = control_result(self.session, claim, name)
        return m.ControlView(name, claim.spec.controls[name].models, result.state, result.reason)

    def _code(self, dotted: str) -> tuple[str, int]:
        found = self.session.sources.function(dotted)
        if isinstance(found, str):
            return "", 0
        path = found[0].relative_to(self.root).as_posix()
        self.read(path)
        return path, found[1].lineno

    def _spec_line(self, item: Claim | Exhibit) -> int:
        self.read(item.path)
        return line_of(self.root / item.path, item.id)

    def _read(self, path: str) -> None:
        self.sources[path] = (self.root / path).read_text(encoding="utf-8", errors="replace")

    def _note(self, record: dict[str, Any]) -> None:
        for key, value in record["provenance"].items():
            self._seen.setdefault(key, set()).add(value)


def _renewed(session: Session) -> Iterator[m.Renewed]:
    for name in session.suite.recordings:
        kept, seeds, told = renewed(session, name)
        if kept:
            yield m.Renewed(name, kept, seeds, told)


def _provenance(result: Result) -> dict[str, str]:
    """Where a run came from, with its fingerprint in one word."""
    if result.record is None:
        return {}
    return {**result.record["provenance"], "fingerprint": digest(result.record["fingerprint"])}


def _judged(judgement: Judgement | None) -> dict[str, Any]:
    if judgement is None:
        return {}
    low, high = judgement.band or (None, None)
    band = (-math.inf if low is None else low, math.inf if high is None else high)
    return {
        "documented": judgement.documented,
        "measured": judgement.measured,
        "estimate": judgement.estimate,
        "interval": judgement.interval,
        "decision_interval": judgement.decision_interval,
        "decision_level": judgement.decision_level,
        "band": band if judgement.band is not None else None,
        "power": judgement.power,
        "seeds_to_settle": judgement.seeds_to_settle,
        "cells": tuple(
            m.CellView(cell.key, cell.column, cell.documented, cell.measured, cell.interval, cell.outcome)
            for cell in judgement.cells
        ),
    }


def _sample(result: Result) -> tuple[float, ...]:
    """At most 200 per-seed numbers to draw: the values, or the differences of an order."""
    if result.record is None or result.record["error"] is not None or not result.seeds:
        return ()
    measured = result.record["result"]["measured"]
    order = result.claim.spec.order
    if order is not None and isinstance(measured, dict):
        a, b = measured.get(order.a), measured.get(order.b)
        if isinstance(a, list) and isinstance(b, list):
            sign = 1 if order.better == "higher" else -1
            return tuple(sign * (x - y) for x, y in zip(a[:_DRAWN_SEEDS], b[:_DRAWN_SEEDS], strict=False))
    if isinstance(measured, list) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in measured):
        return tuple(float(value) for value in measured[:_DRAWN_SEEDS])
    return ()


def _refuted_view(claim: Claim, result: Result) -> m.RefutedView | None:
    refuted = claim.spec.refuted
    if refuted is None:
        return None
    confirmation = result.verdict.confirmation
    if confirmation is None:
        outcome = "not run"
    elif confirmation.outcome == "reproduced":
        outcome = (
            f"agrees in all {len(confirmation.cells)} cells"
            if confirmation.cells
            else f"agrees: {confirmation.measured}"
        )
    else:
        outcome = f"{confirmation.outcome}: {confirmation.reason.rstrip('.')}"
    return m.RefutedView(refuted.kind, refuted.because, contrast(claim.spec)[1], refuted.confirm, outcome)


def _table(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{path}: cannot be read: {error}") from None
    return content if isinstance(content, dict) else {}

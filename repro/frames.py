"""Verdicts, statements and per-seed values as pandas tables, for a notebook or a script.

>>> from repro import frames
>>> verdicts = frames.verdicts()                                 # doctest: +SKIP
>>> verdicts.groupby(["document", "outcome"]).size().unstack()   # doctest: +SKIP

Every function reads the records of the project in or above ``folder`` and measures nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from repro.config import find_config
from repro.engine.results import claim_result, control_result, ledger_rows
from repro.engine.session import Session
from repro.errors import UsageProblem
from repro.spec.loading import load_suite


def verdicts(folder: str | Path = ".") -> pd.DataFrame:
    """One row a claim and backend: where it stands, what is printed, what was measured, the verdict and its 95 % interval."""
    session = _session(folder)
    rows = []
    for claim in session.suite.claims:
        for backend in claim.backends:
            row = claim_result(session, claim, backend).as_row()
            low, high = row.pop("interval") or (None, None)
            place = {"document": claim.document, "section": claim.section, "slide": claim.spec.slide}
            rows.append({"id": row.pop("id"), **place, **row, "low": low, "high": high})
    return pd.DataFrame(rows)


def controls(folder: str | Path = ".") -> pd.DataFrame:
    """The kill matrix: one row a control, with the mistake that it models and whether the check rejected it."""
    session = _session(folder)
    claims = session.suite.claims
    return pd.DataFrame(
        [control_result(session, claim, name).as_row() for claim in claims for name in claim.spec.controls]
    )


def ledger(folder: str | Path = ".") -> pd.DataFrame:
    """One row a statement of the ledger: bound, unchecked or open, and the worst outcome of the claims that decide it."""
    session = _session(folder)
    claims = session.suite.claims
    results = [claim_result(session, claim, backend) for claim in claims for backend in claim.backends]
    return pd.DataFrame(ledger_rows(session, results))


def samples(claim: str, folder: str | Path = ".") -> pd.DataFrame:
    """The recorded values of one seeded claim: columns backend, quantity (the path inside the result), seed, value.

    Raises :class:`~repro.errors.UsageProblem` for a claim that does not exist or has no seeds.
    """
    session = _session(folder)
    found = next((each for each in session.suite.claims if each.id == claim), None)
    if found is None or found.spec.seeds is None:
        raise UsageProblem(f"there is no seeded claim '{claim}'; repro list names the claims")
    rows: list[dict[str, Any]] = []
    for backend in found.backends:
        result = claim_result(session, found, backend)
        if result.record is not None and result.record["error"] is None:
            for quantity, values in _series(result.record["result"]["measured"], ""):
                rows += [
                    {"backend": backend, "quantity": quantity, "seed": seed, "value": value}
                    for seed, value in enumerate(values)
                ]
    return pd.DataFrame(rows, columns=["backend", "quantity", "seed", "value"])


def _series(measured: Any, path: str) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(measured, dict):
        for key, item in measured.items():
            if key != "x":  # the abscissa of a curve belongs to no seed
                yield from _series(item, f"{path}/{key}" if path else str(key))
    elif isinstance(measured, list):
        yield path, measured


def _session(folder: str | Path) -> Session:
    config = find_config(Path(folder))
    suite = load_suite(config)
    suite.require_valid()
    return Session(config, suite)

"""What is counted, and as what it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from repro.report import verdict
from repro.report.model import ClaimView, LedgerRow, Report, RunView


def ran(outcome: str, as_expected: bool = True, backend: str = "numpy") -> RunView:
    """A run of that outcome."""
    return RunView(backend, outcome, as_expected)


@pytest.mark.parametrize(
    ("runs", "key"),
    [
        ((), "missing"),
        ((ran("reproduced"),), "reproduced"),
        ((ran("reproduced"), ran("not run", False)), "reproduced"),
        ((ran("not run", False),), "missing"),
        ((ran("refuted:wrong"),), "refuted"),
        ((ran("refuted"),), "refuted"),
        ((ran("refuted", False),), "surprise"),
        ((ran("reproduced", False),), "surprise"),
        ((ran("reproduced"), ran("refuted", False)), "surprise"),
        ((ran("reproduced"), ran("inconclusive", False)), "inconclusive"),
        ((ran("refuted:wrong"), ran("error", False)), "error"),
        ((ran("something new"),), "error"),
    ],
)
def test_a_claim_is_as_good_as_its_worst_backend(
    make_claim: Callable[..., ClaimView], runs: tuple[RunView, ...], key: str
) -> None:
    """What did not run hides nothing that did; what nobody expected is never green; an unknown outcome is no success."""
    assert verdict.of_claim(replace(make_claim(0), runs=runs)).key == key


def test_a_surprise_is_no_erratum(make_report: Callable[..., Report]) -> None:
    """Only a refutation that came out as the specification says, correction included, enters the errata."""
    report = make_report(30)
    listed = {claim.id for _, claim in verdict.errata(report)}
    assert listed == {claim.id for claim in report.claims if claim.expected == "refuted:wrong"}
    broken = replace(report.claims[2], runs=(ran("error", False),))
    document = replace(report.documents[0], sections=(replace(report.documents[0].sections[0], claims=(broken,)),))
    assert verdict.errata(replace(report, documents=(document,))) == []


@pytest.mark.parametrize(
    ("state", "outcome", "expected"),
    [
        ("bound", "reproduced", True),
        ("bound", "refuted:loose", True),
        ("bound", "inconclusive", False),
        ("bound", "not run", False),
        ("bound", "error", False),
        ("open", "", False),
        ("unchecked", "", False),
    ],
)
def test_a_row_is_decided_by_a_verdict_only(state: str, outcome: str, expected: bool) -> None:
    """Rows without a verdict, for whatever reason, count in the denominator alone."""
    assert verdict.decided(LedgerRow("C-1", "d", "s", "x", "1", state, outcome=outcome)) is expected


def test_counts_add_up(make_report: Callable[..., Report]) -> None:
    """Each claim is counted once."""
    report = make_report(35)
    assert sum(verdict.counts(report.claims).values()) == len(report.claims)
    assert verdict.controls(report.claims)["killed"] == sum(
        c.state == "killed" for claim in report.claims for c in claim.controls
    )

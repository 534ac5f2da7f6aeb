"""The ledger: what is bound, unchecked or open, and what the worst of a row's claims says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repro.config import find_config
from repro.engine.results import SEVERITY
from repro.spec import load_suite

ROOT = Path(__file__).parents[2]
LEDGER = "row,document,slide,statement,printed,kind,how,needs\n"
DECIDED = [
    "C-010", "C-013", "C-015", *(f"C-{k:03d}" for k in range(17, 42)), *(f"C-{k:03d}" for k in range(58, 62)),
    *(f"C-{k:03d}" for k in range(249, 254)), *(f"C-{k:03d}" for k in range(290, 293)),
]  # fmt: skip
REFUTED = "{{ kind = '{}', because = 'a slip', value = 4, confirm = 'experiments:double' }}"


def test_bound_unchecked_and_open(project: Any, capsys: Any) -> None:
    """A row is bound by its claims, unchecked by its document with the reason, or open; the order is the file's."""
    project.write("specs/ledger.csv", LEDGER + "".join(f"C-{k},doc,S,x,4,value,run,\n" for k in (3, 1, 2)))
    project.write("specs/doc/document.toml", "schema=1\ntitle='t'\nkind='k'\n[unchecked]\nC-1 = 'an opinion'\n")
    project.claims(project.claim("a", ledger="['C-2']"), project.claim("b", ledger="['C-2']"))
    rows = project.here("ledger", "--json", capture=capsys).rows
    assert rows == [
        {"row": "C-3", "state": "open", "claims": [], "outcome": None},
        {"row": "C-1", "state": "unchecked", "claims": [], "outcome": None},
        {"row": "C-2", "state": "bound", "claims": ["a", "b"], "outcome": "not run"},
    ]
    chosen = project.here("ledger", "--json", "--state", "open", capture=capsys).rows
    assert [row["row"] for row in chosen] == ["C-3"]
    told = project.here("ledger", capture=capsys).out
    assert "an opinion" in told
    assert "3 statements: 1 bound, 1 unchecked, 1 open" in told


def test_the_worst_of_its_claims_counts(project: Any, capsys: Any) -> None:
    """Claims of every outcome on one row after another: the row says the worst."""
    fates = {
        "error": {"measure": "'nowhere:f'"},
        "refuted": {"value": "5"},
        **{f"refuted:{kind}": {"value": "5", "refuted": REFUTED.format(kind)} for kind in
           ("wrong", "inconsistent", "conditional", "loose", "extraction")},
        "not run": {"needs": "['nonesuch']"},
        "reproduced": {},
    }  # fmt: skip
    order = [outcome for outcome in SEVERITY if outcome in fates]
    assert len(order) == len(fates)
    project.write("specs/ledger.csv", LEDGER + "".join(f"C-{k},doc,S,x,4,value,run,\n" for k in range(len(order))))
    claims = []
    for k, outcome in enumerate(
        order
    ):  # the claim of rank k decides the rows 0 to k, so row k is decided by k and worse... better
        rows = [f"C-{row}" for row in range(k + 1)]
        claims.append(project.claim(f"claim_{k}", ledger=str(rows), **fates[outcome]))
    project.claims(*claims)
    project.here("run", capture=capsys)
    told = {row["row"]: row["outcome"] for row in project.here("ledger", "--json", capture=capsys).rows}
    assert told == {f"C-{k}": outcome for k, outcome in enumerate(order)}


@given(st.permutations(SEVERITY))
def test_severity_names_every_outcome_once(outcomes: list[str]) -> None:
    """An outcome that the ranking forgets would break the ledger."""
    assert min(outcomes, key=SEVERITY.index) == "error"
    assert len(set(SEVERITY)) == len(SEVERITY) == 10


# the project's own


@pytest.fixture(scope="module")
def suite() -> Any:
    """The real suite."""
    return load_suite(find_config(ROOT))


def test_the_real_suite_is_valid(suite: Any) -> None:
    """No problem in any file; every row that a claim names exists, and belongs to a document that is here."""
    assert [str(problem) for problem in suite.problems] == []
    assert len(suite.ledger) == 292
    assert {statement.document for statement in suite.ledger.values()} >= {document.id for document in suite.documents}


def test_a_claim_decides_rows_of_its_own_document(suite: Any) -> None:
    """A row is bound where it is printed; only an inconsistency reaches into another document."""
    for claim in suite.claims:
        inconsistent = claim.spec.refuted is not None and claim.spec.refuted.kind == "inconsistent"
        documents = {suite.ledger[row].document for row in claim.spec.ledger}
        assert inconsistent or documents <= {claim.document}, f"{claim.id}: {claim.spec.ledger}"


def test_unchecked_rows_stand_in_their_own_document(suite: Any) -> None:
    """With a reason of some length."""
    for document in suite.documents:
        for row, reason in document.spec.unchecked.items():
            assert suite.ledger[row].document == document.id, row
            assert len(reason) > 15, row


def test_no_row_of_the_first_topics_is_open(suite: Any) -> None:
    """The rows on automatic differentiation, optimisation, losses, activations and the odd ones are bound or reasoned."""
    bound = {row for claim in suite.claims for row in claim.spec.ledger}
    unchecked = {row for document in suite.documents for row in document.spec.unchecked}
    assert set(suite.ledger) >= set(DECIDED)
    assert [row for row in DECIDED if row not in bound | unchecked] == []


def test_every_name_of_the_real_suite_leads_somewhere(suite: Any, capsys: Any) -> None:
    """`repro check` on this repository: all functions exist and take the arguments that are given."""
    from repro.cli import run_command_line

    assert run_command_line(["--project", str(ROOT), "check"]) == 0, capsys.readouterr().err

"""The records as pandas tables, held against the command line's own rows."""

from typing import Any

import pytest

from repro import frames
from repro.errors import UsageProblem

SPEC = """
schema = 1
section = "Coins"
position = 1
[claims.fair_coin]
slide = "COIN"
says = "a fair coin"
measure = "coins:toss"
value = 0.5
tolerance = { abs = 0.3 }
seeds = 256
ledger = ["X-1"]
[claims.fair_coin.controls.loaded]
models = "a loaded coin"
args = { p = 0.99 }
[claims.two_and_two]
slide = "SUM"
says = "two and two are five"
measure = "coins:total"
value = 5
tolerance = "exact"
refuted = { kind = "wrong", because = "they are four", value = 4, confirm = "coins:total" }
[claims.two_and_two.controls.three]
models = "one more"
args = { more = 1 }
"""

CODE = """
import numpy as np

def toss(seeds, p=0.5):
    return np.array([np.random.default_rng(seed).random() < p for seed in seeds])

def total(more=0):
    return 4 + more
"""


@pytest.fixture(scope="module")
def project(shared_project: Any) -> Any:
    """A project of two claims, measured."""
    shared_project.write("coins.py", CODE)
    shared_project.write("specs/doc/section.toml", SPEC)
    ledger = "row,document,slide,statement,printed,kind,how,needs\nX-1,doc,COIN,a fair coin,1/2,S,toss,nothing\n"
    shared_project.write("specs/ledger.csv", ledger)
    for command in ("run", "controls"):
        done = shared_project.run(command)
        assert done.code == 0, done.err
    return shared_project


def test_verdicts_are_the_rows_of_run(project: Any) -> None:
    """Same claims, outcomes and intervals as `repro run --json`."""
    table = frames.verdicts(project.root)

    rows = project.run("run", "--json").rows
    assert table["id"].tolist() == [row["id"] for row in rows]
    assert table["outcome"].tolist() == [row["outcome"] for row in rows] == ["reproduced", "refuted:wrong"]
    assert [table.loc[0, "low"], table.loc[0, "high"]] == rows[0]["interval"]
    assert table["low"].isna().tolist() == [False, True]


def test_controls_and_ledger_are_the_rows_of_their_commands(project: Any) -> None:
    """The kill matrix and the ledger, field by field."""
    assert frames.controls(project.root).to_dict("records") == project.run("controls", "--json").rows
    assert frames.ledger(project.root)[["row", "state", "outcome"]].values.tolist() == [["X-1", "bound", "reproduced"]]


def test_samples_hold_one_value_a_seed(project: Any) -> None:
    """Seeds count from 0, and their mean is the measured rate."""
    table = frames.samples("fair_coin", project.root)

    measured = frames.verdicts(project.root).loc[0, "seeds"]
    assert table["seed"].tolist() == list(range(measured))
    assert set(table["value"]) == {True, False}


def test_samples_of_a_claim_without_seeds_are_refused(project: Any) -> None:
    """The error names the claim."""
    with pytest.raises(UsageProblem, match="two_and_two"):
        frames.samples("two_and_two", project.root)

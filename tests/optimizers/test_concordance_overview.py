"""The page of all optimizers: each cell repeats what the library's own table says."""

import pytest

from implementations.optimizers import concordance_overview as overview
from implementations.optimizers.concordance_cases import KERAS, LEGACY, TORCH


def test_every_library_case_is_found_under_its_rule() -> None:
    """The plain case of each rule in each library: with dampening or centring only where the rule has it."""
    for name in overview.RULES:
        for cases in (TORCH, KERAS, LEGACY):
            case = overview.case_of(name, cases)
            assert "dampening" not in case.settings
            assert ("centered" in case.settings) == (name == "RMSprop, centred")


def test_cells_say_what_the_tables_say() -> None:
    """Agrees where the case has no `how` (torch, tensorflow)."""
    pytest.importorskip("torch")
    pytest.importorskip("tensorflow")
    rows = overview.table()["table"]["rows"]
    assert [row[0] for row in rows] == list(overview.RULES)
    for name, *cells in rows:
        for cell, cases in zip(cells, (TORCH, KERAS, LEGACY), strict=True):
            case = overview.case_of(name, cases)
            assert (cell == "agrees") == (not case.how)
    found = {row[0]: row[1:] for row in rows}
    assert found["momentum"] == ["differs from step 21 on", "agrees", "differs from step 21 on"]

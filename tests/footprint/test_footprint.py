"""The carbon table: what arithmetic gives from the source's published inputs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from implementations.footprint.experiments import carbon_of_training, pounds_of_tonnes


def test_architecture_search_in_exact_rationals() -> None:
    """0.954 * 1.58 * 274,120 h * 1,515.43 W / 1000 is 626,155.306 lb."""
    exact = Fraction(954, 1000) * Fraction(158, 100) * 274_120 * Fraction(151_543, 100) / 1000
    assert carbon_of_training() == pytest.approx(float(exact), rel=1e-14)
    assert round(exact) == 626_155


def test_other_models_of_the_source() -> None:
    """The same equation gives the source's 192 lb for one training of that transformer (84 hours, same watts)."""
    assert round(carbon_of_training(hours=84)) == 192


def test_everyday_lines_are_round_tonnes() -> None:
    """0.9, 5.0 and 16.4 tonnes are 1,984, 11,023 and 36,156 lb; short and long tons are not."""
    printed = {"flight": 1984, "human life": 11023, "American life": 36156}
    found = {line: round(cell["pounds"]) for line, cell in pounds_of_tonnes().items()}
    assert found == printed
    for unit in ("short ton", "long ton"):
        assert all(round(cell["pounds"]) != printed[line] for line, cell in pounds_of_tonnes(unit=unit).items())

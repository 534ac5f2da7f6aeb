"""Rows and networks as data: order, parts, and that they cannot be changed."""

from dataclasses import FrozenInstanceError

import pytest

from implementations.networks.table import (
    Activation,
    Concat,
    Conv,
    Crop,
    Dense,
    Head,
    Network,
    Residual,
    pair,
    parts,
    walk,
)

CONV, RELU, CROP, DENSE = Conv("conv", 4, 3), Activation("relu"), Crop(1), Dense("fc", 2)
RESIDUAL = Residual("block", (CONV, RELU), (CROP,))
CONCAT = Concat("module", ((), (RESIDUAL, RELU)))
HEAD = Head("side", (DENSE,))


def test_a_size_is_one_number_or_height_and_width() -> None:
    """A number counts for both directions; a pair stays as it is."""
    assert pair(3) == (3, 3)
    assert pair((3, 5)) == (3, 5)


def test_parts_are_the_lists_of_rows_that_a_row_holds() -> None:
    """Branches; body and shortcut, even where empty; the rows of a head; nothing for a layer."""
    assert parts(CONCAT) == ((), (RESIDUAL, RELU))
    assert parts(RESIDUAL) == ((CONV, RELU), (CROP,))
    assert parts(Residual("r", (CONV,))) == ((CONV,), ())
    assert parts(HEAD) == ((DENSE,),)
    assert parts(CONV) == ()


def test_walk_visits_a_row_before_what_it_holds() -> None:
    """Depth first, in the table's order."""
    assert list(walk((CONCAT, HEAD))) == [CONCAT, RESIDUAL, CONV, RELU, CROP, RELU, HEAD, DENSE]


def test_tables_are_values() -> None:
    """Equal rows make equal networks, which can be keys; a row cannot be changed."""
    one, other = (Network("n", "N", "s", (5, 5, 1), (Conv("conv", 4, 3), CONCAT)) for _ in range(2))
    assert one == other
    assert {one: 1}[other] == 1
    with pytest.raises(FrozenInstanceError):
        CONV.filters = 5  # type: ignore[misc]

"""Networks from their names, against the catalogue's tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.networks import small
from implementations.networks.counting import parameter_shapes
from implementations.svhn_story import runs, runs_svhn
from implementations.svhn_story.lettered import network
from implementations.svhn_story.names import of_rows


@pytest.mark.parametrize("name", [name for name in runs_svhn.MAPS if name != "lr"])
def test_at_full_width_they_are_the_catalogue_s(name: str) -> None:
    """Row for row the table that the catalogue has for SVHN."""
    table = getattr(small, name)(size=32, channels=3)
    assert network(name, runs_svhn.MAPS[name], runs_svhn.UNITS).rows == table.rows


def test_logistic_regression_is_one_dense_layer() -> None:
    """3072 x 10 weights and 10 biases."""
    assert list(parameter_shapes(network("lr", (), 0)).values()) == [(3072, 10), (10,)]


@given(st.text("cpn", max_size=5), st.sampled_from(["f", "ff", "fdf", "fff"]))
def test_a_name_is_spelled_by_its_table(start: str, end: str) -> None:
    """Any name: the table's rows spell it again, and all but the last dense layer have the asked units."""
    table = network(f"cnn_{start}{end}", [4] * start.count("c"), 6)
    assert of_rows(table.rows) == start + end
    dense = [row.units for row in table.rows if hasattr(row, "units")]
    assert dense == [6] * (end.count("f") - 1) + [10]


@pytest.mark.parametrize(
    "name, maps", [("cnn_cx f", (4,)), ("cnn_cfd", (4,)), ("cnn_cf", ()), ("cnn_cf", (4, 4)), ("cnn_", ())]
)
def test_other_names_are_refused(name: str, maps: tuple[int, ...]) -> None:
    """A letter without a meaning, no dense layer at the end, maps that do not fit the convolutions."""
    with pytest.raises(ValueError, match="letters cpnfd"):
        network(name, maps, 6)


def test_the_stand_in_s_networks_have_the_same_layers() -> None:
    """Narrower, and nothing else."""
    assert runs.MAPS.keys() == runs_svhn.MAPS.keys()
    assert all(len(runs.MAPS[name]) == len(maps) for name, maps in runs_svhn.MAPS.items())

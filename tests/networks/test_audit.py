"""GoogLeNet's printed table: the plain count against the project's own table, and the search against planted slips.

Against the layers of torch and Keras it is held in `test_experiments`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.networks import audit, audit_search
from implementations.networks import experiments_inception as experiments
from implementations.networks.audit import CONVENTIONS, MODULES, ROWS, Convention, Row

DECIMAL, BINARY, DECIMAL_BIASES, BINARY_BIASES = CONVENTIONS
widths = st.tuples(*[st.integers(1, 400)] * 6)


def test_each_row_takes_what_the_row_before_it_gives() -> None:
    """The printed depths chain: a row's convolutions that see its input see as many maps as the row before has."""
    for before, row in pairwise(ROWS.values()):
        assert row.kernels[0].inputs == before.depth
    for name in MODULES:
        row = ROWS[name]
        one, _, three, _, five, pooled = (kernel.outputs for kernel in row.kernels)
        assert one + three + five + pooled == row.depth


def test_keras_separable_convolution_is_the_stem() -> None:
    """SeparableConv2D with a depth multiplier of 8 from 3 to 64 maps has 2,712 weights and 64 biases."""
    keras = pytest.importorskip("keras")
    layer = keras.layers.SeparableConv2D(64, 7, strides=2, padding="same", depth_multiplier=8)
    layer.build((None, 224, 224, 3))
    stem = experiments.printed_row("conv1", "separable")
    assert layer.count_params() == stem.weights + stem.biases == 2_712 + 64


@pytest.mark.parametrize("name", ROWS)
def test_the_table_of_this_project_holds_the_printed_row(name: str) -> None:
    """Row by row, the network's own lines have the weights, biases and operations of the plain formula."""
    found = experiments.counted(name)
    row = ROWS[name]
    assert (found.weights, found.biases, found.multiply_adds) == (row.weights, row.biases, row.operations)


def test_which_conventions_fit_which_cells() -> None:
    """The verdict on each cell: five rows' params fit somewhere, all under K = 1024; nine rows' ops, all under 10^6."""
    params = {name: audit.params_fit(row) for name, row in ROWS.items() if audit.params_fit(row)}
    assert params == {
        "conv2": (BINARY, BINARY_BIASES),
        "3a": (BINARY,),
        "3b": (BINARY_BIASES,),
        "linear": (BINARY,),
    }
    assert {name for name, row in ROWS.items() if "10^6" not in audit.ops_fit(row)} == {"conv1", "4a", "5a"}
    assert {name for name, row in ROWS.items() if "2^20" in audit.ops_fit(row)} == {"linear"}


def test_only_eight_maps_a_colour_fit_the_first_row() -> None:
    """Of all depth multipliers up to 64, 8 alone gives 2.7 K, and 8 alone gives 34 M."""
    stems = {m: replace(ROWS["conv1"], kernels=audit.separable(3, m, 64, 7)) for m in range(1, 65)}
    assert [m for m, row in stems.items() if DECIMAL in audit.params_fit(row)] == [8]
    assert [m for m, row in stems.items() if "10^6" in audit.ops_fit(row)] == [8]


@given(widths=widths, inputs=st.integers(1, 900), size=st.integers(1, 60), convention=st.sampled_from(CONVENTIONS))
def test_honest_cells_fit_and_agree(widths: tuple[int, ...], inputs: int, size: int, convention: Convention) -> None:
    """Cells written from a row's own weights fit under the convention they were written in, and agree with each other."""
    row = Row("any", size, 0, audit.inception(inputs, widths), 0, 0)
    row = replace(row, params=round(audit.params(row, convention)), ops=round(audit.ops(row)))
    assert convention in audit.params_fit(row)
    assert "10^6" in audit.ops_fit(row)
    assert convention in audit.cells_agree(row)


@given(params=st.integers(20, 400), ops=st.integers(1, 100), size=st.integers(5, 20))
def test_agreement_is_what_trying_finds(params: int, ops: int, size: int) -> None:
    """By enumeration of the weights: some integer number of them gives both cells, or none does."""
    row = Row("any", size, 0, (), params, ops)
    found = any(
        abs(weights / kilo - params) <= 0.5 and abs(weights * size**2 / 1e6 - ops) <= 0.5
        for kilo in (1000, 1024)
        for weights in range((params - 1) * kilo, (params + 1) * kilo)
    )
    assert bool(audit.cells_agree(row)) == found


@pytest.mark.parametrize("name", MODULES)
def test_a_planted_slip_is_found(name: str) -> None:
    """Cells that were written with one slip are explained by that slip, in both cells."""
    for slip in audit_search.slips(ROWS[name])[::37]:
        cells = replace(ROWS[name], params=round(audit.params(slip.row, BINARY)), ops=round(audit.ops(slip.row)))
        found = [one for one in audit_search.explanations(cells) if one.slip.what == slip.what]
        assert len(found) == 1
        assert BINARY in found[0].conventions
        assert found[0].ops_too


def test_every_slip_changes_the_count() -> None:
    """No slip leaves the number of weights as it is, and each is tried once."""
    for name in MODULES:
        tried = audit_search.slips(ROWS[name])
        assert all(slip.row.weights != ROWS[name].weights for slip in tried)
        assert len({slip.row.kernels for slip in tried}) == len(tried) > 250


def test_no_slip_explains_both_cells_of_the_rows_that_contradict_themselves() -> None:
    """None could: 4c, 4d, 4e and 5b have cells that no number of weights gives. For 5a some could, and none does."""
    for name in ("4c", "4d", "4e", "5b"):
        assert not audit.cells_agree(ROWS[name])
    for name in ("4c", "4d", "4e", "5a", "5b"):
        assert not any(one.ops_too for one in audit_search.explanations(ROWS[name]))
    assert sum(one.ops_too for one in audit_search.explanations(ROWS["4a"])) == 12


def test_luck_finds_explanations_for_anything() -> None:
    """Invented cells have explanations too: several for params alone, fewer for both cells."""
    alone, both = audit_search.luck(ROWS["4a"])
    assert alone > both > 1


def test_480_maps_coming_in() -> None:
    """The one pattern: 480 maps give the printed params of 4b and 4e (K = 1000) and 4d (K = 1024), not of 4c, and no ops."""
    fits = {}
    for name in ("4b", "4c", "4d", "4e"):
        own = tuple(kernel.outputs for kernel in ROWS[name].kernels)
        row = replace(ROWS[name], kernels=audit.inception(480, own))
        fits[name] = audit.params_fit(row)
        assert not audit.ops_fit(row)
    assert fits == {"4b": (DECIMAL,), "4c": (), "4d": (BINARY, BINARY_BIASES), "4e": (DECIMAL,)}

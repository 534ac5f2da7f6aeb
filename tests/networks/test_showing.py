"""Networks as exhibits: every row of the table once, sums that agree, names that are found, an exhibit for each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from implementations.networks.catalogue import NETWORKS, network
from implementations.networks.counting import parameter_shapes
from implementations.networks.showing import COLUMNS, exhibit, show
from implementations.networks.table import Activation, Concat, Conv, Dense, Flatten, Head, Network, Residual, walk
from implementations.networks.wording import KINDS, kind, padded, size, words
from repro.config import find_config
from repro.spec import load_suite

ROOT = Path(__file__).parents[2]
COUNTS = ("weights", "biases", "kept", "multiply-adds")


def rows_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table as dicts, each with its level."""
    table = data["table"]
    return [
        dict(zip(COLUMNS, row, strict=True)) | {"level": level}
        for row, level in zip(table["rows"], table["levels"], strict=True)
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_table_adds_up(name: str) -> None:
    """Rows that hold nothing add up to the total, a row that holds others is their sum, and what is trained is weights and biases."""
    data = show(name)
    rows = rows_of(data)
    for count in COUNTS:
        column = COLUMNS.index(count)
        leaves = [
            row[count]
            for row, below in zip(rows, [*rows[1:], {"level": 0}], strict=True)
            if below["level"] <= row["level"]
        ]
        assert sum(leaves) == data["table"]["totals"][0][column] == sum(row[count] for row in rows if row["level"] == 0)
    total, trained = data["table"]["totals"]
    assert trained[3] == total[3] + total[4]
    assert json.loads(json.dumps(data, allow_nan=False)) == data


@pytest.mark.parametrize("name", NETWORKS)
def test_every_parameter_is_counted_in_its_row(name: str) -> None:
    """Weights, biases and kept numbers of a row without rows are the entries of its arrays; LeNet's C3 has fewer than its array."""
    shapes = parameter_shapes(network(name))
    for row in rows_of(show(name)):
        own = {key: shape for key, shape in shapes.items() if key.rpartition("/")[0] == row["row"]}
        if own and row["row"] != "c3":
            entries = sum(_product(shape) for shape in own.values())
            assert row["weights"] + row["biases"] + row["kept"] == entries
    assert {key.rpartition("/")[0] for key in shapes} <= {row["row"] for row in rows_of(show(name))}


def _product(shape: tuple[int, ...]) -> int:
    result = 1
    for length in shape:
        result *= length
    return result


def test_a_module_shows_the_sum_of_its_branches() -> None:
    """Inception 3a by hand: six convolutions over 192 maps, used at 28 x 28 places."""
    weights = 192 * 64 + 192 * 96 + 9 * 96 * 128 + 192 * 16 + 25 * 16 * 32 + 192 * 32
    (module,) = (row for row in rows_of(show("googlenet")) if row["row"] == "inception_3a")
    assert (module["weights"], module["biases"]) == (weights, 64 + 96 + 128 + 16 + 32 + 32)
    assert module["multiply-adds"] == weights * 28 * 28
    assert (module["layer"], module["output"], module["level"]) == ("concat of 4", "28×28×256", 0)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_row_has_a_line_or_is_a_word(name: str) -> None:
    """Lines are the rows without the nameless nonlinearities; each of those is a word in another line."""
    rows = list(walk(network(name).rows))
    quiet = [row for row in rows if isinstance(row, Activation) and not row.name]
    lines = rows_of(show(name))
    assert [line["row"] for line in lines] == [row.name for row in rows if row not in quiet]
    said = [word for line in lines for word in line["layer"].split(", ")]
    functions = [words(row) for row in rows if isinstance(row, Activation)]
    assert {word: said.count(word) for word in functions} == {word: functions.count(word) for word in functions}


def test_a_nonlinearity_without_a_layer_before_it_has_its_own_line() -> None:
    """At the start of a branch, and behind a side output, it belongs to no line before."""
    relu = Activation("relu")
    rows = (
        Conv("c", 4, 3, padding="same"), Residual("r", (relu, Conv("a", 4, 1), relu), ()), relu,
        Concat("both", ((Conv("b", 2, 1),), (relu,))), Head("side", (Flatten(), Dense("d", 2))), relu,
    )  # fmt: skip
    lines = [
        (row["level"], row["row"], row["layer"]) for row in rows_of(exhibit(Network("n", "N", "here", (8, 8, 3), rows)))
    ]
    assert lines == [
        (0, "c", "3×3 conv, 4, same"), (0, "r", "add, relu"), (1, "", "relu"), (1, "a", "1×1 conv, 4, relu"),
        (0, "both", "concat of 2"), (1, "b", "1×1 conv, 2"), (1, "", "relu"),
        (0, "side", "side output"), (1, "", "flatten"), (1, "d", "dense, 2"), (0, "", "relu"),
    ]  # fmt: skip


def test_names_are_listed_with_their_sizes() -> None:
    """All names in the catalogue's order; ResNet-50's size is the one that its authors' code has."""
    table = show()["table"]
    assert [row[0] for row in table["rows"]] == list(NETWORKS)
    by_name = {row[0]: dict(zip(table["columns"], row, strict=True)) for row in table["rows"]}
    assert by_name["resnet50"]["trained"] == 25_557_032
    assert (by_name["googlenet"]["input"], by_name["googlenet"]["output"]) == ("224×224×3", "1000")


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    """Whoever mistypes is told what exists."""
    with pytest.raises(ValueError, match="googlenet"):
        show("googlnet")


def test_every_network_is_an_exhibit_of_one_document() -> None:
    """The specifications show each network once, on a slide, under its own name."""
    exhibits = [
        one for one in load_suite(find_config(ROOT)).exhibits if one.spec.make.endswith("networks.showing:show")
    ]
    assert sorted(one.spec.args["name"] for one in exhibits) == sorted(NETWORKS)
    for one in exhibits:
        assert one.id == f"network_{one.spec.args['name']}" and not one.spec.needs


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (Conv("c", 64, 7, 2, 3), "7×7/2 conv, 64, padding 3"),
        (Conv("c", 8, (3, 5), (2, 1), "same"), "3×5/2×1 conv, 8, same"),
        (Conv("c", 8, 3, groups=2, padding=((0, 1), (2, 0))), "3×3 conv, 8, 2 groups, padding 0+1 by 2+0"),
        (Conv("c", 8, 3, groups=8), "3×3 depthwise conv, 8"),
        (Conv("c", 2, 3, connections=((0,), (1,))), "3×3 conv, 2 by a table"),
        (Residual("r", (), drop=0.25), "add, body dropped with 0.25"),
    ],
)
def test_words(row: Any, told: str) -> None:
    """Window, maps, groups, stride and padding are said where they are not the plainest."""
    assert words(row) + padded(row) == told


def test_every_row_of_every_network_has_words_and_a_kind() -> None:
    """No row falls through, and no kind is one that the legend does not know."""
    for name in NETWORKS:
        for row in walk(network(name).rows):
            assert words(row) and kind(row) in KINDS
    assert size((3, 4)) == "3×4" and size(5) == "5×5" and size((10,)) == "10"

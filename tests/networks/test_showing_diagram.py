"""Diagrams of networks: every layer in a box as often as it is there, nothing on top of anything, lines where data flow."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from implementations.networks.catalogue import NETWORKS, network
from implementations.networks.diagram import diagram
from implementations.networks.table import (
    Activation,
    BatchNorm,
    Concat,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Head,
    Network,
    Pool,
    Residual,
    Row,
    TransposedConv,
    walk,
)
from repro.report import diagram as drawing


def made(*rows: Row, input: tuple[int, ...] = (16, 16, 4)) -> dict[str, Any]:
    """The diagram of a network of these rows."""
    return diagram(Network("n", "N", "here", input, rows))


def conv(name: str, filters: int = 4) -> Conv:
    """A convolution that keeps the size."""
    return Conv(name, filters, 3, padding="same")


def places(data: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Column and row of each box, by its label: for diagrams whose labels differ."""
    return {node["label"]: (node["x"], node["y"]) for node in data["nodes"]}


def flows(data: dict[str, Any]) -> set[tuple[str, str]]:
    """The labels that edges join."""
    labels = {node["id"]: node["label"] for node in data["nodes"]}
    return {(labels[edge["from"]], labels[edge["to"]]) for edge in data["edges"]}


def times(data: dict[str, Any], ident: str) -> int:
    """How often a box stands for a layer: the product over the frames around it."""
    counts = (re.match(r"(\d+) times", frame["label"]) for frame in data["frames"] if ident in frame["nodes"])
    return math.prod(int(found[1]) for found in counts if found)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_is_drawn_as_often_as_it_is_there(name: str) -> None:
    """Convolutions, poolings and dense layers in boxes, times the repetitions of their frames, are those of the table."""
    one, data = network(name), diagram(network(name))
    drawn = {
        kind: sum(times(data, node["id"]) for node in data["nodes"] if node["kind"] == kind)
        for kind in ("convolution", "dense")
    }
    rows = list(walk(one.rows))
    assert drawn["convolution"] == sum(isinstance(row, Conv | TransposedConv) for row in rows)
    assert drawn["dense"] == sum(type(row).__name__ in ("Dense", "RadialBasis") for row in rows)
    joins = [node for node in data["nodes"] if node["kind"] == "concat or add"]
    assert sum(times(data, node["id"]) for node in joins) == sum(isinstance(row, Concat | Residual) for row in rows)
    said = " ".join(node.get("note", "") for node in data["nodes"] for _ in range(times(data, node["id"])))
    assert said.count("batch norm") == sum(isinstance(row, BatchNorm) for row in rows)
    assert said.count("dropout") == sum(isinstance(row, Dropout) for row in rows)


@pytest.mark.parametrize("name", NETWORKS)
def test_no_box_lies_on_another(name: str) -> None:
    """Two boxes are apart by a column's width or by most of a row; frames that do not hold each other are apart as well."""
    data = diagram(network(name))
    boxes = {
        node["id"]: (node["x"] - node.get("width", 1) / 2, node["x"] + node.get("width", 1) / 2, node["y"])
        for node in data["nodes"]
    }
    ordered = list(boxes.values())
    for place, (left, right, row) in enumerate(ordered):
        for other_left, other_right, other_row in ordered[place + 1 :]:
            assert right <= other_left + 1e-9 or other_right <= left + 1e-9 or abs(row - other_row) >= 1 - 1e-9
    for frame in data["frames"]:
        held = [boxes[ident] for ident in frame["nodes"]]
        left, right = min(box[0] for box in held), max(box[1] for box in held)
        top, bottom = min(box[2] for box in held), max(box[2] for box in held)
        for ident, box in boxes.items():
            inside = box[0] < right - 1e-9 and box[1] > left + 1e-9 and top - 1e-9 < box[2] < bottom + 1e-9
            assert inside == (ident in frame["nodes"])


@pytest.mark.parametrize("name", NETWORKS)
def test_data_flow_from_the_input_down_to_the_outputs(name: str) -> None:
    """Every box but the input has an edge into it, every edge runs downwards, and what has no edge out of it is an output."""
    one, data = network(name), diagram(network(name))
    rows = {node["id"]: node["y"] for node in data["nodes"]}
    assert {edge["to"] for edge in data["edges"]} == set(rows) - {"input"}
    assert all(rows[edge["from"]] < rows[edge["to"]] for edge in data["edges"])
    outputs = set(rows) - {edge["from"] for edge in data["edges"]}
    assert len(outputs) == 1 + sum(isinstance(row, Head) for row in walk(one.rows))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_report_draws_it(name: str) -> None:
    """The harness accepts every diagram, and its text fits: no label is cut."""
    found = drawing.draw(diagram(network(name)), name, "alt")
    labels = re.findall(r'<text class="(?:label|note)"[^>]*>([^<]*)</text>', found.svg)
    assert labels and not [label for label in labels if label.endswith("…")]


def test_a_chain() -> None:
    """Layers stand below each other; what leaves the shape alone is a word in the box of its layer."""
    data = made(
        conv("a"), BatchNorm("b"), Activation("relu"), Pool("max", 2, 2), Flatten(), Dense("d", 3), Dropout(0.5)
    )
    assert [(node["label"], node["note"]) for node in data["nodes"]] == [
        ("input", "16×16×4"), ("3×3 conv, 4", "16×16×4, batch norm, relu"), ("2×2/2 max pool", "8×8×4"),
        ("flatten", "256"), ("dense, 3", "3, dropout 0.5"),
    ]  # fmt: skip
    assert [(node["x"], node["y"]) for node in data["nodes"]] == [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4)]
    assert len(data["edges"]) == 4 and data["frames"] == []


def test_branches_stand_side_by_side() -> None:
    """Three branches start in one row, each in a column of its own, and end in a box as wide as they."""
    data = made(Concat("m", ((conv("a", 1),), (conv("b", 2), conv("c", 3)), (conv("d", 5),))))
    place = places(data)
    heads = [place[f"3×3 conv, {filters}"] for filters in (1, 2, 5)]
    assert [x for x, _ in heads] == [-1, 0, 1] and len({y for _, y in heads}) == 1
    assert place["3×3 conv, 3"] == (0, heads[1][1] + 1)
    assert [node["width"] for node in data["nodes"] if node["label"] == "concat"] == [3]
    assert flows(data) == {
        ("input", "3×3 conv, 1"), ("input", "3×3 conv, 2"), ("input", "3×3 conv, 5"), ("3×3 conv, 2", "3×3 conv, 3"),
        ("3×3 conv, 1", "concat"), ("3×3 conv, 3", "concat"), ("3×3 conv, 5", "concat"),
    }  # fmt: skip
    assert data["frames"][0]["label"] == "m" and len(data["frames"][0]["nodes"]) == 5


def test_a_shortcut_passes_on_the_right() -> None:
    """The identity is a line beside the body, from what comes before to the sum; a shortcut with layers is a column."""
    data = made(
        conv("a"), Residual("r", (conv("b", 8), conv("c", 4))), Residual("s", (conv("d", 6),), (Conv("e", 6, 1),))
    )
    (lane,) = (edge for edge in data["edges"] if "lane" in edge)
    place = places(data)
    assert place["3×3 conv, 8"][0] == 0 and lane["lane"] > 0.5
    assert (place["3×3 conv, 6"][0], place["1×1 conv, 6"][0]) == (0, 1)
    assert ("3×3 conv, 4", "add") in flows(data) and ("1×1 conv, 6", "add") in flows(data)


def test_a_shortcut_moves_with_its_block() -> None:
    """Two residual blocks in branches side by side: each shortcut passes its own body, in its own column."""
    blocks = (Residual("l", (conv("a", 4),)), Residual("r", (conv("b", 4),)))
    data = made(Concat("both", ((blocks[0],), (blocks[1],))))
    bodies = [node["x"] for node in data["nodes"] if node["label"] == "3×3 conv, 4"]
    lanes = [edge["lane"] for edge in data["edges"] if "lane" in edge]
    assert len(lanes) == 2 and bodies[1] - bodies[0] > 1
    assert lanes[0] - bodies[0] == pytest.approx(lanes[1] - bodies[1])
    assert bodies[0] + 0.5 < lanes[0] < bodies[1] - 0.5


def test_a_head_leaves_to_the_side() -> None:
    """Heads start beside the row that follows and right of the network; two at a time take two columns, later ones the first again."""

    def head(name: str) -> Head:
        return Head(name, (Flatten(), Dense(f"{name}_1", 3), Dense(f"{name}_2", 2)))

    data = made(
        conv("a"),
        head("first"),
        conv("b", 5),
        head("second"),
        *(conv(f"c{i}", 6 + i) for i in range(6)),
        head("third"),
        conv("z"),
    )
    columns = [min(node["x"] for node in data["nodes"] if node["id"] in frame["nodes"]) for frame in data["frames"]]
    assert [frame["label"] for frame in data["frames"]] == ["first", "second", "third"]
    assert columns[0] - 0.5 > 0.5 and columns[0] == columns[2] < columns[1] - 0.9
    assert ("3×3 conv, 4", "3×3 conv, 5") in flows(data)
    twins = made(
        conv("a"), Head("one", (Flatten(), Dense("d", 2))), Head("two", (Flatten(), Dense("e", 2))), conv("b", 5)
    )
    assert [frame["label"] for frame in twins["frames"]] == ["one", "two"]


def test_what_repeats_is_drawn_once() -> None:
    """Blocks alike in all but their names are one frame that says how often; one with another stride or width is not among them."""

    def block(name: str, filters: int = 4) -> tuple[Row, ...]:
        body = (conv(f"{name}_a", filters), Activation("relu"), conv(f"{name}_b"))
        return (Residual(name, body), Activation("relu"))

    data = made(conv("in"), *block("one"), *block("two"), *block("three"), *block("wide", 9), *block("last"))
    assert [frame["label"] for frame in data["frames"]] == ["3 times: one to three", "wide", "last"]
    assert sum(node["label"] == "add" for node in data["nodes"]) == 3
    unequal = made(conv("in"), Residual("one", (conv("a"),)), Activation("relu"), Residual("two", (conv("b"),)))
    assert [frame["label"] for frame in unequal["frames"]] == ["one", "two"]


def test_layers_that_change_the_shape_are_never_folded() -> None:
    """Two poolings in a row are the same words and not the same step."""
    labels = [node["label"] for node in made(Pool("max", 2, 2), Pool("max", 2, 2))["nodes"]]
    assert labels == ["input", "2×2/2 max pool", "2×2/2 max pool"]


def test_u_net_is_a_letter_on_its_side() -> None:
    """Each of the four levels lies one column further right, and each skip runs straight down in its own."""
    data = diagram(network("unet"))
    node = {one["id"]: one for one in data["nodes"]}
    joins = [one for one in data["nodes"] if one["label"] == "concat"]
    assert [one["x"] for one in joins] == [3, 2, 1, 0]
    for join in joins:
        straight = [edge for edge in data["edges"] if edge["to"] == join["id"] and node[edge["from"]]["x"] == join["x"]]
        assert len(straight) == 1 and node[straight[0]["from"]]["label"].startswith("crop")


def test_a_concat_with_its_own_input_keeps_the_column() -> None:
    """An empty branch is an edge from what comes before, straight down; the other branch moves aside."""
    data = made(conv("a", 3), Concat("dense", ((), (conv("b", 5),))))
    place = places(data)
    assert place["3×3 conv, 3"][0] == place["concat"][0] == 0 and place["3×3 conv, 5"][0] == 1
    assert ("3×3 conv, 3", "concat") in flows(data)


def test_a_deep_network_stays_readable() -> None:
    """ResNet-110 has 110 layers with weights and fits into thirty boxes."""
    assert len(diagram(network("resnet110"))["nodes"]) <= 30


def test_a_nonlinearity_without_a_layer_before_it_has_a_box() -> None:
    """At the start of a body, as in residual blocks of the second kind; and behind a head, which it does not belong to."""
    head = Head("h", (Flatten(), Dense("d", 2)))
    for rows in ((Residual("r", (Activation("relu"), conv("b", 4))),), (head, Activation("relu"))):
        assert "relu" in places(made(conv("a"), *rows))

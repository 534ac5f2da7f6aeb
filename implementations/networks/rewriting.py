"""Tables rewritten so that they compute the same with less work.

`relu_after_max_pooling`: ReLU never decreases, so the maximum of a window's ReLUs is the ReLU of its maximum, and where the maximum is
positive the same pixel has it: outputs and gradients are the same numbers, and ReLU sees a quarter of the pixels behind a 2x2 pooling.
Pixels outside the image are in no maximum, before as after.
"""

from __future__ import annotations

from dataclasses import replace

from implementations.networks.table import Activation, Concat, Head, Network, Pool, Residual, Row


def relu_after_max_pooling(network: Network) -> Network:
    """The same function of the same weights, with every ReLU that max poolings follow moved behind the last of them."""
    return replace(network, rows=_relu_after_max_pooling(network.rows))


def logits(network: Network) -> Network:
    """The network without the softmax that ends it or a head, as a loss of logits takes it."""
    rows = tuple(
        replace(row, rows=_without_softmax(row.rows)) if isinstance(row, Head) else row for row in network.rows
    )
    return replace(network, rows=_without_softmax(rows))


def _relu_after_max_pooling(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    moved: list[Row] = []
    for row in map(_inside, rows):
        if isinstance(row, Pool) and row.kind == "max" and moved and _is_relu(moved[-1]):
            moved.insert(-1, row)
        else:
            moved.append(row)
    return tuple(moved)


def _inside(row: Row) -> Row:
    match row:
        case Concat(branches=branches):
            return replace(row, branches=tuple(map(_relu_after_max_pooling, branches)))
        case Residual(body=body, shortcut=shortcut):
            return replace(row, body=_relu_after_max_pooling(body), shortcut=_relu_after_max_pooling(shortcut))
        case Head(rows=rows):
            return replace(row, rows=_relu_after_max_pooling(rows))
        case _:
            return row


def _is_relu(row: Row) -> bool:
    return isinstance(row, Activation) and row.function == "relu"


def _without_softmax(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    ends = bool(rows) and isinstance(rows[-1], Activation) and rows[-1].function == "softmax"
    return rows[:-1] if ends else rows

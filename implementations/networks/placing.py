"""Each row of a network at its place: a label, and the shapes that enter and leave it. What the builders walk along.

A label is the row's name, or for a row without one its type and its number in the table's order (`table.walk`, from 1):
``conv1``, ``Activation_2``. Layers, hooks and comparisons of all backends use the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.networks.counting import Line, parameter_shapes, summary
from implementations.networks.shapes import Shape
from implementations.networks.table import Concat, Conv, Dropout, Head, Network, Residual, Row, parts


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its label, the shapes (without the batch) that enter and leave it, and the rows that it holds."""

    label: str
    row: Row
    input: Shape
    output: Shape
    parts: tuple[tuple[Placed, ...], ...]


def placed(network: Network) -> tuple[Placed, ...]:
    """The rows of a network, each at its place. ValueError, naming the row, where shapes do not fit."""
    return _placed(network.rows, enumerate(summary(network), 1))


def _placed(rows: tuple[Row, ...], lines: Iterator[tuple[int, Line]]) -> tuple[Placed, ...]:
    found = []
    for row in rows:
        number, line = next(lines)
        inside = tuple(_placed(part, lines) for part in parts(row))
        label = row.name or f"{line.kind}_{number}"
        found.append(Placed(label, row, line.input, line.output, inside))
    return tuple(found)


def without_dropout(network: Network) -> Network:
    """The same table with every dropout rate, of values and of paths, at zero: what is left of training is the same each time."""
    return replace(network, rows=_kept(network.rows))


def _kept(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(_keep(row) for row in rows)


def _keep(row: Row) -> Row:
    match row:
        case Dropout():
            return replace(row, rate=0.0)
        case Concat(branches=branches):
            return replace(row, branches=tuple(_kept(branch) for branch in branches))
        case Residual(body=body, shortcut=shortcut):
            return replace(row, body=_kept(body), shortcut=_kept(shortcut), drop=0.0)
        case Head(rows=rows):
            return replace(row, rows=_kept(rows))
        case _:
            return row


def connected(row: Conv) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pairs of maps that a convolution with ``connections`` joins: (input maps, output maps), output by output."""
    joined = [(seen, filter) for filter, maps in enumerate(row.connections or ()) for seen in maps]
    inputs, outputs = np.array(joined, dtype=np.intp).T
    return inputs, outputs


def check_weights(network: Network, weights: Mapping[str, NDArray[Any]]) -> None:
    """ValueError, naming what is wrong, unless the weights are just those of the table, in its shapes."""
    shapes = parameter_shapes(network)
    if missing := [name for name in shapes if name not in weights]:
        raise ValueError(f"{network.name}: no weights for {', '.join(missing)}")
    if unknown := [name for name in weights if name not in shapes]:
        raise ValueError(f"{network.name} has no {', '.join(unknown)}")
    for name, shape in shapes.items():
        if np.shape(weights[name]) != shape:
            raise ValueError(f"{network.name}: {name} has shape {np.shape(weights[name])}, not {shape}")


def check_batch(network: Network, shape: Shape) -> None:
    """ValueError unless a batch of that shape can enter the network."""
    if tuple(shape[1:]) != network.input:
        raise ValueError(f"{network.name} takes (batch, {', '.join(map(str, network.input))}), not {tuple(shape)}")

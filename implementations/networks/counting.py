"""Shapes, parameters and multiply-adds of a network, from its table alone.

No framework and no arrays: `summary` walks the table once and hands each shape from row to row.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from implementations.networks.shapes import Shape, multiply_adds, output, parameters, weights
from implementations.networks.table import Combined, Concat, Head, Network, Parametric, Residual, Row

KEPT = frozenset({"mean", "variance", "centres"})  # what a gradient step leaves alone


class Line(NamedTuple):
    """What one row holds and does, for one image. A row that holds rows counts nothing itself: totals are sums of lines."""

    name: str
    kind: str  # the name of the row's type
    depth: int  # in how many rows it is nested
    input: Shape
    output: Shape
    weights: int  # entries of kernels, without those between maps that are not connected
    biases: int  # all other trained numbers: biases, gains, gammas and betas
    kept: int  # numbers that are not trained: moments, centres
    multiply_adds: int


class Totals(NamedTuple):
    """Sums over lines."""

    weights: int
    biases: int
    kept: int
    multiply_adds: int

    @property
    def trained(self) -> int:
        """Weights and biases: what frameworks call trainable parameters."""
        return self.weights + self.biases


def summary(network: Network) -> tuple[Line, ...]:
    """One line a row, in the order of `table.walk`: a row that holds rows stands before them.

    ValueError, naming the network and the row, where shapes do not fit, a row with parameters or rows has no name, or two
    rows have one name. All functions here raise it.
    """
    return tuple(_Walk(network).lines)


def totals(network: Network, *, inside: str | None = None) -> Totals:
    """The sums over all rows; or over the row ``inside`` and those that it holds. ValueError where there is none of that name."""
    lines = summary(network)
    if inside is not None:
        start = next((i for i, line in enumerate(lines) if inside and line.name == inside), None)
        if start is None:
            raise ValueError(f"{network.name} has no row named {inside!r}")
        held = next((i for i in range(start + 1, len(lines)) if lines[i].depth <= lines[start].depth), len(lines))
        lines = lines[start:held]
    return Totals(
        weights=sum(line.weights for line in lines),
        biases=sum(line.biases for line in lines),
        kept=sum(line.kept for line in lines),
        multiply_adds=sum(line.multiply_adds for line in lines),
    )


def output_shape(network: Network) -> Shape:
    """What leaves the last row, without the batch."""
    return _Walk(network).output


def head_shapes(network: Network) -> dict[str, Shape]:
    """What leaves each head, by its name, in the table's order."""
    return _Walk(network).heads


def parameter_shapes(network: Network) -> dict[str, Shape]:
    """Shapes of all parameters by ``row/parameter``, in the table's order; as arrays have them, so C3's whole kernel."""
    return _Walk(network).parameters


def trained(network: Network) -> tuple[str, ...]:
    """The names ``row/parameter`` that a gradient step moves, in the table's order."""
    return tuple(name for name in parameter_shapes(network) if name.rpartition("/")[2] not in KEPT)


class _Walk:
    """One pass over a table, collecting lines, parameters and heads."""

    def __init__(self, network: Network) -> None:
        if len(network.input) not in (1, 3) or min(network.input) < 1:
            raise ValueError(
                f"{network.name}: the input {network.input} is no (height, width, channels) and no (inputs,)"
            )
        self.network = network
        self.lines: list[Line] = []
        self.parameters: dict[str, Shape] = {}
        self.heads: dict[str, Shape] = {}
        self._names: set[str] = set()
        self.output = self._rows(network.rows, network.input, 0)

    def _rows(self, rows: tuple[Row, ...], shape: Shape, depth: int) -> Shape:
        for row in rows:
            self._check_name(row)
            try:
                if isinstance(row, Combined):
                    shape = self._combined(row, shape, depth)
                else:
                    shape = self._layer(row, shape, depth)
            except _Refused:
                raise
            except ValueError as error:
                raise self._refusal(row, str(error)) from None
        return shape

    def _layer(self, row: Row, shape: Shape, depth: int) -> Shape:
        out = output(row, shape)
        biases = kept = kernel = operations = 0
        found = parameters(row, shape)
        if found:
            for name, size in found.items():
                self.parameters[f"{row.name}/{name}"] = size
                if name in KEPT:
                    kept += prod(size)
                elif name != "kernel":
                    biases += prod(size)
            kernel = weights(row, shape)
            operations = multiply_adds(row, shape, out)
        self.lines.append(Line(row.name, type(row).__name__, depth, shape, out, kernel, biases, kept, operations))
        return out

    def _combined(self, row: Combined, shape: Shape, depth: int) -> Shape:
        place = len(self.lines)
        self.lines.append(Line(row.name, type(row).__name__, depth, shape, shape, 0, 0, 0, 0))
        match row:
            case Concat(branches=branches):
                outs = [self._rows(branch, shape, depth + 1) for branch in branches]
                if not outs:
                    raise ValueError("no branches")
                if any(one[:-1] != outs[0][:-1] for one in outs):
                    raise ValueError(f"branches of different sizes cannot be stacked: {', '.join(map(str, outs))}")
                out: Shape = (*outs[0][:-1], sum(one[-1] for one in outs))
            case Residual(body=body, shortcut=shortcut):
                out = self._rows(body, shape, depth + 1)
                around = self._rows(shortcut, shape, depth + 1)
                if not 0 <= row.drop < 1:
                    raise ValueError(f"drop {row.drop} is no probability below one")
                if around != out:
                    raise ValueError(f"the body gives {out} and the shortcut {around}: they cannot be added")
            case Head(rows=rows):
                self.heads[row.name] = self._rows(rows, shape, depth + 1)
                out = shape
        self.lines[place] = self.lines[place]._replace(output=out)
        return out

    def _check_name(self, row: Row) -> None:
        name = row.name
        if not name:
            if isinstance(row, Parametric | Combined):
                raise self._refusal(row, "needs a name")
        elif name in self._names or "/" in name:
            raise self._refusal(row, "contains a slash" if "/" in name else "a second row of this name")
        self._names.add(name)

    def _refusal(self, row: Row, problem: str) -> _Refused:
        called = f"{row.name!r}" if row.name else f"number {len(self.lines) + 1}"
        return _Refused(f"{self.network.name}: row {called} ({type(row).__name__}): {problem}")


class _Refused(ValueError):
    """A row that does not fit, already named: the rows around it let it pass."""

"""The diagram of a network: the rows of its table as boxes on a grid, from top to bottom.

Branches stand side by side, a shortcut passes its block on the right, a head leaves to the side. What leaves the shape as it
is and belongs to the layer before (activation, batch normalisation, dropout) is a word in that layer's box; blocks that repeat
are drawn once, in a frame that says how often. A concat with its own input, or a crop of it, as a branch (U-Net's) keeps the
column of that branch and moves the other to the right, so that U-Net is drawn as the letter lying on its side.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from implementations.networks.counting import Line, summary
from implementations.networks.table import (
    Activation,
    BatchNorm,
    Concat,
    Crop,
    Dropout,
    Head,
    Network,
    Residual,
    Row,
    parts,
)
from implementations.networks.wording import KINDS, kind, size, words

_ABOVE, _BELOW = 0.45, 0.2  # rows that a frame takes beside what it holds
_LANE = 0.2  # columns between a block and the shortcut that passes it
_ASIDE = 0.4  # columns between a network and its heads


@dataclass
class Step:
    """One box and what it holds: a row with its line, the rows that are words in its box, and how often it repeats."""

    row: Row
    line: Line
    inner: tuple[tuple[Step, ...], ...]
    followers: list[Row] = field(default_factory=list)
    count: int = 1
    last: str = ""  # the name of the last of `count`


@dataclass
class Block:
    """Boxes, edges and frames around an axis at x = 0, from y = 0 downwards; `exit` is the box that ends it."""

    exit: str
    left: float = 0.0
    right: float = 0.0
    height: float = 0.0
    nodes: list[dict[str, Any]] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)

    def take(self, other: Block, x: float, y: float) -> None:
        """Put another block with its axis at x and its first row at y."""
        self.nodes += [{**node, "x": node["x"] + x, "y": node["y"] + y} for node in other.nodes]
        self.edges += [edge | {"lane": edge["lane"] + x} if "lane" in edge else edge for edge in other.edges]
        self.frames += other.frames
        self.left, self.right = max(self.left, other.left - x), max(self.right, other.right + x)
        self.height = max(self.height, other.height + y)

    def join(self, ident: str, row: Row, note: str, width: float = 1.0) -> None:
        """End in a box of its own row, on the axis."""
        label = "concat" if isinstance(row, Concat) else words(row)
        box = {"id": ident, "label": label, "note": note, "kind": kind(row), "x": 0.0, "y": self.height, "width": width}
        self.nodes.append(box)
        self.left, self.right = max(self.left, width / 2), max(self.right, width / 2)
        self.height += 1
        self.exit = ident

    def frame(self, label: str) -> None:
        """Surround everything; the first row moves down to leave room for the label."""
        for node in self.nodes:
            node["y"] += _ABOVE
        self.height += _ABOVE + _BELOW
        self.frames.insert(0, {"label": label, "nodes": [node["id"] for node in self.nodes]})


def diagram(network: Network) -> dict[str, Any]:
    """The nodes, edges and frames of a network, as an exhibit's ``diagram``. ValueError where its table does not fit."""
    names = (f"n{number}" for number in itertools.count(1))
    drawn = Block("input")
    entry = {"id": "input", "label": "input", "note": size(network.input), "kind": "input", "x": 0.0, "y": 0.0}
    drawn.nodes.append(entry)
    drawn.take(_series(steps(network.rows, iter(summary(network))), "input", names), 0.0, 1.0)
    return {"kinds": list(KINDS), "nodes": drawn.nodes, "edges": drawn.edges, "frames": drawn.frames}


def steps(rows: tuple[Row, ...], lines: Iterator[Line]) -> tuple[Step, ...]:
    """The boxes of a list of rows: followers taken in, repetitions folded. Takes the rows' lines, in the order of `walk`."""
    found: list[Step] = []
    for row in rows:
        line = next(lines)
        inner = tuple(steps(part, lines) for part in parts(row))
        if found and isinstance(row, Activation | BatchNorm | Dropout) and not isinstance(found[-1].row, Head):
            found[-1].followers.append(row)
        else:
            found.append(Step(row, line, inner, last=line.name))
    folded: list[Step] = []
    for step in found:
        before = folded[-1] if folded else None
        if before is not None and not isinstance(step.row, Head) and _signature(step) == _signature(before):
            before.count += 1
            before.last = step.last
        else:
            folded.append(step)
    return tuple(folded)


def _signature(step: Step) -> tuple[Any, ...]:
    """What two steps share that differ in names only. Of two such steps in a row the first has left the shape as it was."""
    return _nameless(step.row), step.line.input, tuple(map(_nameless, step.followers))


def _nameless(row: Row) -> Row:
    match row:
        case Concat(branches=branches):
            return replace(row, name="", branches=tuple(tuple(map(_nameless, branch)) for branch in branches))
        case Residual(body=body, shortcut=shortcut):
            return replace(row, name="", body=tuple(map(_nameless, body)), shortcut=tuple(map(_nameless, shortcut)))
        case Head(rows=rows):
            return replace(row, name="", rows=tuple(map(_nameless, rows)))
        case _:
            return replace(row, name="")


def _series(series: tuple[Step, ...], came: str, names: Iterator[str]) -> Block:
    """Steps below each other, and their heads beside them."""
    block = Block(came)
    heads: list[tuple[float, Block]] = []
    for step in series:
        drawn = _drawn(step, block.exit, names)
        if isinstance(step.row, Head):
            heads.append((block.height, drawn))
        else:
            block.take(drawn, 0.0, block.height)
            block.exit = drawn.exit
    beside, free = block.right, 0.0  # the first column beside the network, and the row from which on it is free
    for start, head in heads:
        block.take(head, (beside if start >= free else block.right) + _ASIDE + head.left, start)
        free = max(free, start + head.height)
    return block


def _drawn(step: Step, came: str, names: Iterator[str]) -> Block:
    note = ", ".join([size(step.line.output), *map(words, step.followers)])
    ident = next(names)
    match step.row:
        case Concat():
            block = _branches(step, came, ident, note, names)
        case Residual():
            block = _around(step, came, ident, note, names)
        case Head():
            block = _series(step.inner[0], came, names)
        case row:
            block = Block(came)
            block.join(ident, row, note)
            block.edges.append({"from": came, "to": ident})
    if step.count > 1:
        block.frame(f"{step.count} times" + (f": {step.line.name} to {step.last}" if step.line.name else ""))
    elif step.inner and not (isinstance(step.row, Concat) and any(map(_passes, step.inner))):
        block.frame(step.line.name)
    return block


def _passes(branch: tuple[Step, ...]) -> bool:
    """Whether a branch of a concat is the input itself or a crop of it."""
    return all(isinstance(step.row, Crop) for step in branch)


def _branches(step: Step, came: str, ident: str, note: str, names: Iterator[str]) -> Block:
    """Branches side by side and the concat below them, as wide as they; or to the right of one that passes the input."""
    block = Block(came)
    drawn = [_series(branch, came, names) for branch in step.inner]
    straight = next(itertools.compress(drawn, map(_passes, step.inner)), None)
    aside = [branch for branch in drawn if branch is not straight]
    width = sum(branch.left + branch.right for branch in aside)
    edge = -width / 2
    if straight is not None:
        block.take(straight, 0.0, 0.0)
        edge, width = 0.5, 1.0
    for branch in aside:
        block.take(branch, edge + branch.left, 0.0)
        edge += branch.left + branch.right
    block.join(ident, step.row, note, width)
    block.edges += [{"from": branch.exit, "to": ident} for branch in drawn]
    return block


def _around(step: Step, came: str, ident: str, note: str, names: Iterator[str]) -> Block:
    """The body on the axis, the shortcut to its right, and the sum below."""
    block = Block(came)
    body, shortcut = (_series(part, came, names) for part in step.inner)
    block.take(body, 0.0, 0.0)
    edges: list[dict[str, Any]] = [{"from": body.exit, "to": ident}]
    if step.inner[1]:
        block.take(shortcut, body.right + shortcut.left, 0.0)
        edges.append({"from": shortcut.exit, "to": ident})
    else:
        edges.append({"from": came, "to": ident, "lane": block.right + _LANE})
        block.right += 1.5 * _LANE
    block.join(ident, step.row, note)
    block.edges += edges
    return block

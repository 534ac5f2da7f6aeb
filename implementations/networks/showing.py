"""A network as an exhibit: its table with sizes and counts, and its diagram."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from implementations.networks.catalogue import NETWORKS, network
from implementations.networks.counting import Line, output_shape, summary, totals
from implementations.networks.diagram import diagram
from implementations.networks.table import Activation, Head, Network, Row, parts
from implementations.networks.wording import padded, size, words

COLUMNS = ["row", "layer", "output", "weights", "biases", "kept", "multiply-adds"]


def show(name: str | None = None) -> dict[str, Any]:
    """The table and the diagram of a network of the catalogue; without a name, the table of all names.

    The table has a line for each row, those inside another row a level deeper. A row that holds rows shows the sums of what it
    holds; a nonlinearity without a name of its own is a word in the line before. "biases" are all trained numbers that are no
    entries of a kernel, "kept" those that a gradient step leaves alone. ValueError, naming the nearest, for an unknown name.
    """
    return _listing() if name is None else exhibit(network(name))


def exhibit(one: Network) -> dict[str, Any]:
    """The same for any network."""
    found = totals(one)
    lines = _lines(one)
    return {
        "table": {
            "columns": COLUMNS,
            "rows": [[line.name, text, size(line.output), *line[5:]] for line, text in lines],
            "levels": [line.depth for line, _ in lines],
            "totals": [
                ["total", "", size(output_shape(one)), *found],
                ["trained", "", "", found.trained, "", "", ""],
            ],
        },
        "diagram": diagram(one),
        "alt": f"{one.title}: {size(one.input)} in, {size(output_shape(one))} out, {found.trained:,} trained numbers, "
        f"{found.multiply_adds:,} multiply-adds for one input. {one.source}",
    }


def _listing() -> dict[str, Any]:
    rows = []
    for name in NETWORKS:
        one = network(name)
        found = totals(one)
        rows.append([name, one.title, size(one.input), size(output_shape(one)), found.trained, found.multiply_adds])
    return {
        "table": {"columns": ["network", "what it is", "input", "output", "trained", "multiply-adds"], "rows": rows},
        "alt": f"{len(rows)} networks; trained: weights and biases, multiply-adds: for one input.",
    }


def _lines(one: Network) -> list[tuple[Line, str]]:
    """Each line that is shown, with the words of its row and of the nameless nonlinearities that follow it."""
    shown: list[tuple[Line, str]] = []
    _add(shown, one.rows, iter(_summed(summary(one))))
    return shown


def _add(shown: list[tuple[Line, str]], rows: tuple[Row, ...], lines: Iterator[Line]) -> None:
    place, before = 0, None
    for row in rows:
        line = next(lines)
        if isinstance(row, Activation) and not row.name and before is not None and not isinstance(before, Head):
            shown[place] = (shown[place][0], f"{shown[place][1]}, {words(row)}")
        else:
            place, before = len(shown), row
            shown.append((line, words(row) + padded(row)))
        for part in parts(row):
            _add(shown, part, lines)


def _summed(lines: tuple[Line, ...]) -> list[Line]:
    """The lines of `summary` with the sums of what a row holds in its own line."""
    summed = list(lines)
    for place, line in enumerate(lines):
        end = place + 1
        while end < len(lines) and lines[end].depth > line.depth:
            end += 1
        held = lines[place:end]
        summed[place] = line._replace(
            weights=sum(inner.weights for inner in held),
            biases=sum(inner.biases for inner in held),
            kept=sum(inner.kept for inner in held),
            multiply_adds=sum(inner.multiply_adds for inner in held),
        )
    return summed

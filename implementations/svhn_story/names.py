"""What a network's name says of its layers, and what its table and its printed list of layers say.

Source: columbia-deep-learning, slide "7. ADDING COMPLEXITY": a heading, a list of layers and a legend name the same network.
"""

from __future__ import annotations

from collections.abc import Sequence

from implementations.networks.catalogue import network
from implementations.networks.table import Conv, Dense, Dropout, LocalResponseNorm, Pool, Row

LETTERS = {"conv": "c", "pool": "p", "norm": "n", "fc": "f", "dropout": "d"}
KINDS: dict[type, str] = {Conv: "c", Pool: "p", LocalResponseNorm: "n", Dense: "f", Dropout: "d"}


def of_list(layers: str, separator: str = "→", prefix: str = "cnn_") -> str:
    """The name that a printed list of layers spells, "conv→pool→fc" to "cnn_cpf". Raises KeyError for an unknown layer."""
    return prefix + "".join(LETTERS[layer.strip()] for layer in layers.split(separator))


def of_catalogue(name: str, prefix: str = "cnn_") -> str:
    """The name that the table of a network of this project's catalogue spells, row by row."""
    return prefix + of_rows(network(name).rows)


def of_rows(rows: Sequence[Row]) -> str:
    """The letters of a table's rows; activations and flattening have none."""
    return "".join(KINDS.get(type(row), "") for row in rows)

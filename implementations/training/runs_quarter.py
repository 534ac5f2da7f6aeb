"""The question of dropout at a quarter of the width: cnn_cpcpff with a quarter of its maps and units, at the slides' length, on MNIST.

A run takes a minute instead of a quarter of an hour, so that pairs enough to decide fit into an hour. It is another network than the
slides', with a sixteenth of the parameters; what it says of dropout is said of it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from implementations.datasets.mnist import load_mnist
from implementations.networks.small import cnn_cpcpfdf, cnn_cpcpff
from implementations.networks.table import Conv, Dense, Network, Row
from implementations.training.loop import Curves, Plan, train

SHARE = 4
CLASSES = 10


def quarter(*, dropout: bool) -> Network:
    """cnn_cpcpff, or cnn_cpcpfdf, with 8 and 16 maps and 256 units."""
    network = cnn_cpcpfdf() if dropout else cnn_cpcpff()

    def narrowed(row: Row) -> Row:
        match row:
            case Conv(filters=filters):
                return replace(row, filters=filters // SHARE)
            case Dense(units=units) if units != CLASSES:
                return replace(row, units=units // SHARE)
        return row

    return replace(network, name=f"{network.name}_quarter", rows=tuple(map(narrowed, network.rows)))


def mnist_quarter(*, dropout: bool, seed: int, steps: int = 10_000, checkpoint: str | None = None) -> Curves:
    """The curves of one run (`loop.train`): steps of Adam on 100 digits. Needs torch."""
    from implementations.training.learner_torch import TorchLearner

    images = {"train": load_mnist("train"), "test": load_mnist("test")}
    learner = TorchLearner(quarter(dropout=dropout), seed)
    return train(learner, images, Plan(steps, test_every=500), seed, Path(checkpoint) if checkpoint else None)

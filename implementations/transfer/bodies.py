"""The bodies: tables that end in features, and what makes them classifiers."""

from __future__ import annotations

from dataclasses import replace

from implementations.networks.table import Activation, Conv, Dense, Flatten, Network, Pool

COURSE = "columbia-deep-learning, INTERLUDE: RETRAINING / TRANSFER LEARNING"


def dense_body(units: int = 64) -> Network:
    """784 pixels to ``units`` features in one layer: small enough for seconds in NumPy."""
    return Network("dense_body", "784-64", COURSE, (784,), (Dense("fc1", units), Activation("relu")))


def convolutional_body(maps: tuple[int, int] = (8, 16), units: int = 64) -> Network:
    """cnn_cpcpff without its last layer, and narrower."""
    rows = (
        *(Conv("conv1", maps[0], 5, padding="same"), Activation("relu"), Pool("max", 2, 2, name="pool1")),
        *(Conv("conv2", maps[1], 5, padding="same"), Activation("relu"), Pool("max", 2, 2, name="pool2")),
        *(Flatten(), Dense("fc1", units), Activation("relu")),
    )
    return Network("convolutional_body", "cpcpf", COURSE, (28, 28, 1), rows)


def with_head(body: Network, classes: int) -> Network:
    """The body and one dense layer that gives logits."""
    return replace(body, rows=(*body.rows, Dense("head", classes)))


def head(features: int, classes: int) -> Network:
    """The dense layer alone, on features."""
    return Network("head", "A head on features", COURSE, (features,), (Dense("head", classes),))

"""Networks with their poolings and without, and what each can fit: one seed on drawn digits. Needs torch to train."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import Images
from implementations.networks.small import COURSE, cnn_cf
from implementations.networks.table import Flatten, Network, Pool, Row
from implementations.streams import streams_numpy as streams
from implementations.training.loop import Plan, evaluate, train

Scores = dict[str, dict[str, float]]
LABELS = 1 << 22  # the stream of the random labels, beyond those of training


def pooled_cnn_cf(kind: Literal["max", "average"] = "max", size: int = 2) -> Network:
    """cnn_cf with a pooling between its convolution and its dense layer: conv, pool, fc."""
    rows: list[Row] = []
    for row in cnn_cf().rows:
        if isinstance(row, Flatten):
            rows.append(Pool(kind, size, size, name="pool1"))
        rows.append(row)
    return replace(cnn_cf(), name="cnn_cpf", title="cnn_cpf", source=f"{COURSE}, POOLING", rows=tuple(rows))


def without_pooling(network: Network) -> Network:
    """The network with its poolings taken out; its first dense layer grows with what reaches it."""
    rows = tuple(row for row in network.rows if not isinstance(row, Pool))
    return replace(network, rows=rows)


def random_labels(images: Images, seed: int) -> Images:
    """The same images with labels that have nothing to do with them."""
    labels = streams.integers(np.array([seed]), 0, len(images.classes), len(images), stream=LABELS)[0]
    return Images(images.x, labels.astype(np.uint8), images.classes)


def pooling_on_glyphs(
    *,
    seed: int,
    steps: int,
    labels: Literal["true", "random"] = "true",
    images: int = 4000,
    checkpoint: str | None = None,
) -> Scores:
    """cnn_cf with max pooling, with average pooling and without, trained by Adam; accuracies on ``train`` and ``test`` images.

    All see the same batches of 100 for ``steps`` steps. With random labels the training images alone mean anything.
    An interrupted seed goes on where it was.
    """
    from implementations.training.learner_torch import TorchLearner

    fit, test = load_glyphs("train", images), load_glyphs("test")
    if labels == "random":
        fit = random_labels(fit, seed)
    networks = {"max": pooled_cnn_cf(), "average": pooled_cnn_cf("average"), "none": cnn_cf()}
    plan = Plan(steps, test_every=steps)
    scores: Scores = {}
    for name, network in networks.items():
        learner = TorchLearner(network, seed)
        folder = None if checkpoint is None else Path(checkpoint) / name
        curves = train(learner, {"train": fit, "test": test}, plan, seed, folder)
        scores[name] = {"train": evaluate(learner, fit).accuracy, "test": curves["test_accuracy"][-1]}
    return scores

"""One recorded run on drawn digits: an embedding learns 0 to 4 from triplets, and is asked about 5 to 9 from one image of each."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import Split, training_tensor
from implementations.embedding.embedding_numpy import nearest, on_sphere, on_sphere_backward, triplet_loss
from implementations.networks.networks_numpy import backward, forward
from implementations.networks.table import Activation, Dense, Network
from implementations.optimizers.optimizers_numpy import Adam
from implementations.streams import streams_numpy as streams
from implementations.training.starting import starting_weights

Array = NDArray[Any]
Labels = NDArray[np.int64]
Weights = dict[str, Array]
SOURCE, TARGET = (0, 1, 2, 3, 4), (5, 6, 7, 8, 9)
TRIPLETS, GALLERY = 1 << 28, (1 << 28) + 1  # streams
NETWORK = Network(
    "embedding", "784-64-16", "siggraph-ml-9, Summary", (784,), (Dense("fc1", 64), Activation("relu"), Dense("fc2", 16))
)


def on_glyphs(*, seed: int, checkpoint: str | None = None, steps: int = 400, galleries: int = 20) -> dict[str, float]:
    """One-shot accuracy on 5 to 9 of the ``trained`` embedding, the ``untrained`` one, and the ``pixels`` themselves.

    The mean over several galleries of one image a class, all the seed's own. Takes seconds, so ``checkpoint`` is not used.
    """
    before = {name: w.astype(np.float32) for name, w in starting_weights(NETWORK, seed, "zero").items()}
    after = trained(before, *_digits("train", 2_000, SOURCE), seed, steps)
    x, y = _digits("test", 1_000, TARGET)
    points = {"trained": embedded(after, x), "untrained": embedded(before, x), "pixels": on_sphere(x)}
    orders = [streams.permutation([seed], number, len(y), stream=GALLERY)[0] for number in range(galleries)]
    found = {name: [one_shot(e, y, order) for order in orders] for name, e in points.items()}
    return {name: float(np.mean(shares)) for name, shares in found.items()}


def one_shot(points: Array, y: Labels, order: Labels) -> float:
    """The share of images that are nearest to their own class's first image in this order; those first ones are not asked."""
    classes = np.unique(y)
    first = np.array([order[np.flatnonzero(y[order] == k)[0]] for k in classes])
    asked = np.setdiff1d(np.arange(len(y)), first)
    return float((classes[nearest(points[asked], points[first])] == y[asked]).mean())


def trained(weights: Weights, x: Array, y: Labels, seed: int, steps: int, batch: int = 50) -> Weights:
    """The weights after so many steps of Adam on the mean loss of ``batch`` random triplets of images x (n, 784)."""
    rule = Adam()
    memory = {name: rule.start(w) for name, w in weights.items()}
    for step in range(steps):
        index = triplets(y, seed, step, batch)
        done = forward(NETWORK, weights, x[index.ravel()])
        e = on_sphere(done.output).reshape(3, batch, -1)
        slopes = np.concatenate(triplet_loss(*e)[1:]) / np.float32(batch)
        _, gradients = backward(NETWORK, weights, done, on_sphere_backward(done.output, slopes))
        new = {}
        for name, gradient in gradients.items():
            stepped, memory[name] = rule.step(weights[name], memory[name], lambda theta, g=gradient: g, 0.001)  # type: ignore[misc]
            new[name] = stepped.astype(np.float32)
        weights = new
    return weights


def triplets(y: Labels, seed: int, step: int, batch: int) -> Labels:
    """Random images (3, batch): anchors, others of their class (seldom themselves), and images of another class."""
    u = streams.uniform([seed], step, (3, batch), stream=TRIPLETS)[0]
    by_class = np.argsort(y, kind="stable")
    sizes = np.bincount(y)
    starts = np.cumsum(sizes) - sizes
    anchor = (u[0] * len(y)).astype(np.int64)
    start, size = starts[y[anchor]], sizes[y[anchor]]
    positive = start + (u[1] * size).astype(np.int64)
    negative = (start + size + (u[2] * (len(y) - size)).astype(np.int64)) % len(
        y
    )  # in the cyclic order after the class
    return np.stack([anchor, by_class[positive], by_class[negative]])


def embedded(weights: Weights, x: Array) -> Array:
    """Images (n, 784) as points of the unit sphere, (n, 16)."""
    return on_sphere(forward(NETWORK, weights, x).output)


@cache
def _digits(split: Split, count: int, digits: tuple[int, ...]) -> tuple[Array, Labels]:
    images = load_glyphs(split, count)
    chosen = np.isin(images.y, digits)
    return training_tensor(images.x[chosen]).reshape(int(chosen.sum()), -1), images.y[chosen].astype(np.int64)

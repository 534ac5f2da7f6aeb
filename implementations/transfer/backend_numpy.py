"""Train a table in NumPy from given weights, and what a table puts out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.networks.networks_numpy import forward
from implementations.networks.table import Network
from implementations.training.batches import batch_indices
from implementations.training.learner_numpy import NumpyLearner

Array = NDArray[Any]
Weights = dict[str, Array]


def fit(
    network: Network, start: Weights, x: Array, y: NDArray[np.int64], seed: int, steps: int, batch: int = 50
) -> Weights:
    """The weights after so many steps of Adam on the softmax cross-entropy, on batches of at most ``batch`` images."""
    learner = NumpyLearner(network, seed)
    learner.weights = {name: start[name].astype(np.float32) for name in learner.weights}
    for step in range(steps):
        index = batch_indices(seed, step, min(batch, len(x)), len(x))
        learner.step(x[index], y[index])
    return learner.weights


def outputs(network: Network, weights: Weights, x: Array) -> Array:
    """What leaves the last row, without dropout; weights of other rows are left aside."""
    names = {row.name for row in network.rows}
    own = {name: w.astype(np.float32) for name, w in weights.items() if name.split("/")[0] in names}
    return forward(network, own, x.reshape(len(x), *network.input)).output

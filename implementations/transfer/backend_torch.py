"""Train a table in PyTorch from given weights, and what a table puts out; weights come and go in the table's layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from implementations.networks.networks_torch import build, from_table, parameters
from implementations.networks.table import Network
from implementations.training.batches import batch_indices
from implementations.training.learner_torch import TorchLearner

Array = NDArray[Any]
Weights = dict[str, Array]
PIECE = 1000  # images at a time


def fit(
    network: Network, start: Weights, x: Array, y: NDArray[np.int64], seed: int, steps: int, batch: int = 50
) -> Weights:
    """The weights after so many steps of Adam on the softmax cross-entropy, on batches of at most ``batch`` images."""
    learner = TorchLearner(network, seed)
    with torch.no_grad():
        for one in learner.module.tensors:
            one.tensor.copy_(torch.tensor(from_table(one.row, one.name, start[one.name])))
    for step in range(steps):
        index = batch_indices(seed, step, min(batch, len(x)), len(x))
        learner.step(x[index], y[index])
    return parameters(learner.module)


def outputs(network: Network, weights: Weights, x: Array) -> Array:
    """What leaves the last row, without dropout; weights of other rows are left aside."""
    names = {row.name for row in network.rows}
    own = {name: w for name, w in weights.items() if name.split("/")[0] in names}
    module = build(network, own, torch.float32).eval()
    images = x.reshape(len(x), *network.input)
    with torch.no_grad():
        pieces = [module(torch.from_numpy(images[i : i + PIECE])).numpy() for i in range(0, len(x), PIECE)]
    return np.concatenate(pieces)

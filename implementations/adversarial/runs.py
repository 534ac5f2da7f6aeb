"""One recorded run on drawn digits: train a small network in NumPy, then change its test digits."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.adversarial.adversarial_numpy import input_gradient, worst_margin
from implementations.adversarial.attacks import EPSILONS, Attacks, attacks
from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import training_tensor
from implementations.networks.small import lr
from implementations.networks.table import Activation, Dense, Network
from implementations.training.batches import batch_indices
from implementations.training.learner_numpy import NumpyLearner

Array = NDArray[Any]
TRAIN, TEST, BATCH = 2_000, 500, 100
HIDDEN = Network(
    "mlp_32",
    "784-32-10",
    "one hidden layer, small enough for seconds",
    (784,),
    (Dense("fc1", 32), Activation("relu"), Dense("fc2", 10)),
)
NETWORKS = {"lr": lr(), "mlp": HIDDEN}


def on_glyphs(*, network: str, seed: int, steps: int = 300, checkpoint: str | None = None) -> Attacks:
    """Accuracies of a network under changes of the test digits (`attacks.attacks`), after steps of 100 digits by Adam.

    Of ``"lr"`` also ``"worst"``: the share that survives every change of that size (`worst_margin`). Takes about a second, so
    ``checkpoint`` is not used. Raises KeyError unless the network is one of ``NETWORKS``.
    """
    learner = trained(network, seed, steps)
    x, y = digits("test", TEST)
    table, weights = learner.network, learner.weights
    found = attacks(learner.logits, lambda a, b: input_gradient(table, weights, a, b), x, y, seed)
    if network == "lr":
        kernel, bias = weights["fc/kernel"], weights["fc/bias"]
        found["worst"] = [float((worst_margin(kernel, bias, x, y, epsilon) > 0).mean()) for epsilon in EPSILONS]
    return found


def trained(network: str, seed: int, steps: int = 300) -> NumpyLearner:
    """A network after training; the digits are the same for all seeds, first weights and batches are the seed's own."""
    learner = NumpyLearner(NETWORKS[network], seed)
    x, y = digits("train", TRAIN)
    for step in range(steps):
        index = batch_indices(seed, step, BATCH, TRAIN)
        learner.step(x[index], y[index])
    return learner


@cache
def digits(split: Any, count: int) -> tuple[Array, NDArray[np.int64]]:
    """Drawn digits as vectors (count, 784) in [0, 1], and their labels; not to be written to."""
    images = load_glyphs(split, count)
    return training_tensor(images.x).reshape(count, -1), images.y.astype(np.int64)

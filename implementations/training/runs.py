"""One run on digits that is recorded: a network, a seed, and images that somebody else has loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from implementations.datasets.samples import Images
from implementations.networks.small import cnn_cf, cnn_cpcpfdf, cnn_cpcpff, keras_mlp, lr
from implementations.networks.table import Network
from implementations.training.loop import Curves, Plan, train
from implementations.training.starting import Biases

NETWORKS: dict[str, Callable[[], Network]] = {
    make.__name__: make for make in (lr, keras_mlp, cnn_cf, cnn_cpcpff, cnn_cpcpfdf)
}
LEGENDS = 9_900  # the step at which the printed legends read most test curves


def digits(
    images: dict[str, Images],
    network: str,
    seed: int,
    checkpoint: str | None,
    *,
    steps: int = 10_000,
    batch: int = 100,
    test_every: int = 500,
    optimizer: str = "adam",
    biases: Biases = "glorot_uniform",
    **settings: Any,
) -> Curves:
    """The curves of one run (`loop.train`) in PyTorch; ``settings`` are the optimizer's. Needs torch."""
    from implementations.training.learner_torch import TorchLearner

    learner = TorchLearner(NETWORKS[network](), seed, optimizer, biases, **settings)
    plan = Plan(steps, batch, test_every=test_every, test_at=(LEGENDS,))
    return train(learner, images, plan, seed, Path(checkpoint) if checkpoint else None)

"""One recorded run on MNIST: train one of the course's networks in PyTorch, then change its test digits."""

from __future__ import annotations

import numpy as np

from implementations.adversarial.attacks import Attacks, attacks
from implementations.datasets.mnist import load_mnist
from implementations.datasets.samples import training_tensor
from implementations.networks.small import cnn_cf, cnn_cpcpff, lr
from implementations.training.batches import batch_indices

NETWORKS = {make.__name__: make for make in (lr, cnn_cf, cnn_cpcpff)}


def on_mnist(*, network: str, seed: int, steps: int = 300, test: int = 2_000, checkpoint: str | None = None) -> Attacks:
    """Accuracies on the first ``test`` of the test digits, after steps of 100 digits by Adam. Needs torch.

    Half a minute for the convolutional networks, so ``checkpoint`` is not used.
    """
    from implementations.adversarial.adversarial_torch import input_gradient
    from implementations.training.learner_torch import TorchLearner

    learner = TorchLearner(NETWORKS[network](), seed)
    images = load_mnist("train")
    labels = images.y.astype(np.int64)
    for step in range(steps):
        index = batch_indices(seed, step, 100, len(images))
        learner.step(training_tensor(images.x[index]), labels[index])
    digits = load_mnist("test").first(test)
    x = training_tensor(digits.x).reshape(test, *learner.network.input)
    return attacks(
        learner.logits, lambda a, b: input_gradient(learner.module, a, b), x, digits.y.astype(np.int64), seed
    )

"""One recorded run on MNIST: train a convolutional network in PyTorch, then change its test digits."""

from __future__ import annotations

import numpy as np

from implementations.adversarial.attacks import Attacks, attacks
from implementations.datasets.mnist import load_mnist
from implementations.datasets.samples import training_tensor
from implementations.networks.table import Activation, Conv, Dense, Flatten, Network, Pool
from implementations.training.batches import batch_indices

NARROW = Network(
    "narrow_cpcpff",
    "cnn_cpcpff with a quarter of its maps",
    "columbia-deep-learning, ADDING COMPLEXITY",
    (28, 28, 1),
    (
        *(Conv("conv1", 8, 5, padding="same"), Activation("relu"), Pool("max", 2, 2, name="pool1")),
        *(Conv("conv2", 16, 5, padding="same"), Activation("relu"), Pool("max", 2, 2, name="pool2")),
        *(Flatten(), Dense("fc1", 64), Activation("relu"), Dense("fc2", 10)),
    ),
)


def on_mnist(*, seed: int, steps: int = 600, test: int = 1_000, checkpoint: str | None = None) -> Attacks:
    """Accuracies on the first ``test`` of the test digits, after steps of 100 digits (600 see each once) by Adam. Needs torch.

    Takes seconds, so ``checkpoint`` is not used.
    """
    from implementations.adversarial.adversarial_torch import input_gradient
    from implementations.training.learner_torch import TorchLearner

    learner = TorchLearner(NARROW, seed)
    images = load_mnist("train")
    labels = images.y.astype(np.int64)
    for step in range(steps):
        index = batch_indices(seed, step, 100, len(images))
        learner.step(training_tensor(images.x[index]), labels[index])
    digits = load_mnist("test").first(test)
    x = training_tensor(digits.x)
    return attacks(
        learner.logits, lambda a, b: input_gradient(learner.module, a, b), x, digits.y.astype(np.int64), seed
    )

"""The second route to the race of logistic regression on MNIST."""

from __future__ import annotations

from implementations.comparisons.race_numpy import lead_in, scores
from implementations.datasets.mnist import load_mnist
from implementations.datasets.samples import Images


def lead_on_mnist(tuned: bool, steps: int = 2000) -> float:
    """Adam's lead on the test digits after learning from the first 20,000; the next 5,000 choose."""
    train, test = load_mnist("train"), load_mnist("test")
    validation = Images(train.x[20_000:25_000], train.y[20_000:25_000], train.classes)
    return lead_in(scores(train.first(20_000), validation, test, steps, (0.001, 0.01, 0.1) if tuned else ()))

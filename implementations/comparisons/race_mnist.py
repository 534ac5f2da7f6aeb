"""The race on MNIST. A module of its own, as `training.runs_mnist`: its records depend on MNIST's bytes and not on the glyphs."""

from __future__ import annotations

from typing import Any

from implementations.comparisons.race import Race, race
from implementations.datasets.mnist import load_mnist
from implementations.datasets.samples import Images

VALIDATION = 5000  # images at the end of the training file that are held back to choose by


def race_on_mnist(*, network: str, seed: int, steps: int, checkpoint: str | None = None, **settings: Any) -> Race:
    """A race on the first 55,000 training digits, chosen on the last 5,000, tested on the 10,000."""
    train, test = load_mnist("train"), load_mnist("test")
    fit = train.first(len(train) - VALIDATION)
    validation = Images(train.x[-VALIDATION:], train.y[-VALIDATION:], train.classes)
    return race(fit, validation, test, network=network, seed=seed, steps=steps, checkpoint=checkpoint, **settings)

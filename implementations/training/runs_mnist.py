"""The recorded runs on MNIST. A module of its own: what else can be trained on must not make hours of records stale."""

from __future__ import annotations

from typing import Any

from implementations.datasets.mnist import load_mnist
from implementations.training.loop import Curves
from implementations.training.runs import digits


def mnist(*, network: str, seed: int, checkpoint: str | None = None, **settings: Any) -> Curves:
    """One network trained on the 60,000 digits, and looked at on the 10,000; `runs.digits` has the settings."""
    images = {"train": load_mnist("train"), "test": load_mnist("test")}
    return digits(images, network, seed, checkpoint, **settings)

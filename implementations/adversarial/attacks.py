"""The accuracies of a trained network on changed images, whatever the backend, and on images and labels that somebody else has loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.adversarial.adversarial_numpy import fgsm, random_signs

Array = NDArray[Any]
Labels = NDArray[np.int64]
Logits = Callable[[Array], Array]
Attacks = dict[str, list[float]]
EPSILONS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)  # of the distance from black to white
CHANGES = ("crafted", "random", "opposite")


def attacks(
    logits: Logits,
    gradient: Callable[[Array, Labels], Array],
    x: Array,
    y: Labels,
    seed: int,
    epsilons: tuple[float, ...] = EPSILONS,
) -> Attacks:
    """For each epsilon the accuracy under each of ``CHANGES``: lists as long as ``"epsilon"``. Images float32 in [0, 1].

    The gradient is taken once, at the unchanged images: it does not depend on epsilon.
    """
    uphill = gradient(x, y)
    directions = {"crafted": uphill, "random": random_signs(seed, x.shape), "opposite": -uphill}
    found: Attacks = {"epsilon": list(epsilons)}
    for change in CHANGES:
        found[change] = [accuracy(logits, fgsm(x, directions[change], epsilon), y) for epsilon in epsilons]
    return found


def accuracy(logits: Logits, x: Array, y: Labels) -> float:
    """The share of images whose largest logit is that of their label."""
    return float((logits(x).argmax(axis=1) == y).mean())

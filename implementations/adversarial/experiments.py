"""What is claimed of crafted changes: from closed form, or read from recorded runs, a list with `attacks.Attacks` of one seed each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from implementations.adversarial.adversarial_numpy import fgsm, input_gradient
from implementations.adversarial.attacks import Attacks
from implementations.networks.table import Dense, Network
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Runs = Sequence[Attacks]
PIXELS, IMAGES = 784, 64


def fall_beside_the_worst(epsilon: float = 0.1, direction: str = "sign", scale: float = 1.0) -> float:
    """The largest relative gap, over random two-class logistic regressions, of the margin's fall to epsilon \\|\\|w\\|\\|_1.

    ``direction``: ``"sign"`` is FGSM; ``"gradient"`` follows the gradient itself, scaled to the same largest change; ``"random"``
    changes every pixel by as much, with random signs. ``scale`` multiplies weights whose margins are of order 1: where margins exceed
    about 36, the right class's probability rounds to 1, the gradient to 0, and its sign is lost although the worst change is the same.
    """
    draws = streams.normal([0], 0, (PIXELS, 2))[0], streams.uniform([0], 1, (IMAGES, PIXELS))[0]
    kernel, x = (
        scale / np.sqrt(PIXELS) * draws[0],
        0.2 + 0.6 * draws[1],
    )  # no pixel so near to black or white that it would be cut off
    network = Network("two", "Two classes", "adversarial", (PIXELS,), (Dense("fc", 2),))
    y = np.arange(IMAGES) % 2
    slope = input_gradient(network, {"fc/kernel": kernel, "fc/bias": np.zeros(2)}, x, y)
    match direction:
        case "sign":
            changed = fgsm(x, slope, epsilon)
        case "gradient":
            changed = x + epsilon * slope / np.abs(slope).max(axis=1, keepdims=True)
        case "random":
            changed = fgsm(x, streams.normal([0], 2, (IMAGES, PIXELS))[0], epsilon)
        case _:
            raise ValueError(f"direction {direction!r}: sign, gradient and random are implemented")
    w = kernel[:, 1] - kernel[:, 0]
    fall = (2 * y - 1) * ((x - changed) @ w)
    worst = epsilon * np.abs(w).sum()
    return float(np.abs(fall / worst - 1).max())


def accuracy_under(run: Runs, change: str = "crafted", epsilon: float = 0.1) -> Array:
    """The share of test images that are still read right under a change of this size, one a seed."""
    return np.array([one[change][one["epsilon"].index(epsilon)] for one in run])


def accuracy_lost(run: Runs, change: str = "random", epsilon: float = 0.1) -> Array:
    """What a change takes from the accuracy on the images as they are, one a seed."""
    return accuracy_under(run, change, 0.0) - accuracy_under(run, change, epsilon)


def crafted_and_random(run: Runs, epsilon: float = 0.1, change: str = "crafted") -> dict[str, Array]:
    """Accuracies under a crafted change (or, for a control, another) and under random signs of the same size; seeds pair them."""
    return {"crafted": accuracy_under(run, change, epsilon), "random": accuracy_under(run, "random", epsilon)}

"""Second route to the race at the defaults: logistic regression in NumPy by the rules of the optimizers topic, on other digits.

Without AdaGrad: TensorFlow's sum of squares starts at 0.1, that of the optimizers topic at 0. The same default is another rule then.
"""

from __future__ import annotations

from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import Images, training_tensor
from implementations.optimizers.optimizers_numpy import (
    Adam,
    GradientDescent,
    Momentum,
    RMSprop,
    Rule,
    iterates,
)
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
PIXELS, CLASSES = 784, 10
RULES: dict[str, tuple[Rule, float]] = {
    "sgd": (GradientDescent(), 0.01),
    "momentum": (Momentum(), 0.01),
    "rmsprop": (RMSprop(), 0.001),
    "adam": (Adam(), 0.001),
}


def flat(images: Images) -> Array:
    """Pixels in [0, 1] with a column of ones, (n, 785)."""
    pixels = training_tensor(images.x).reshape(len(images), -1).astype(np.float64)
    return np.concatenate([pixels, np.ones((len(images), 1))], axis=1)


def gradient(theta: Array, x: Array, y: NDArray[np.uint8]) -> Array:
    """The gradient of the mean softmax cross-entropy of batches x (s, b, 785), y (s, b) at theta (s, 785 x 10), flat."""
    error = softmax(x @ theta.reshape(len(theta), -1, CLASSES), axis=2)
    error[np.arange(y.shape[0])[:, None], np.arange(y.shape[1]), y] -= 1
    value: Array = (np.swapaxes(x, 1, 2) @ error / y.shape[1]).reshape(len(theta), -1)
    return value


def default_accuracies(runs: int = 4, steps: int = 200, batch: int = 100) -> dict[str, float]:
    """Test accuracy of each rule at its default after so many steps from zero weights, the mean of a few runs."""
    fit, test = load_glyphs("train", 4000, seed=1), load_glyphs("test", 1000, seed=1)
    x, held, seeds = flat(fit), flat(test), np.arange(runs)

    def slope(theta: Array, step: int) -> Array:
        at = streams.integers(seeds, step, len(fit), batch)
        return gradient(theta, x[at], fit.y[at])

    means = {}
    for name, (rule, size) in RULES.items():
        walk = iterates(rule, np.zeros((runs, (PIXELS + 1) * CLASSES)), slope, lambda step, size=size: size)  # type: ignore[misc]
        theta = next(islice(walk, steps, None)).reshape(runs, -1, CLASSES)
        means[name] = float(((held @ theta).argmax(axis=2) == test.y).mean())
    return means


def default_lead(runs: int = 4) -> float:
    """Adam's mean test accuracy at the defaults less that of the best other rule."""
    means = default_accuracies(runs)
    return means["adam"] - max(accuracy for name, accuracy in means.items() if name != "adam")

"""Second route to the races of logistic regression: in NumPy, by the rules of the optimizers topic, on other digits and batches.

Without AdaGrad: TensorFlow's sum of squares starts at 0.1, that of the optimizers topic at 0. The same default is another rule then.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from implementations.datasets.glyphs import draw_glyphs, load_glyphs
from implementations.datasets.samples import Images, training_tensor
from implementations.optimizers.optimizers_numpy import Adam, GradientDescent, Momentum, RMSprop, Rule, iterates
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
PIXELS, CLASSES, RUNS = 784, 10, 4
RULES: dict[str, tuple[Rule, float]] = {
    "sgd": (GradientDescent(), 0.01),
    "momentum": (Momentum(), 0.01),
    "rmsprop": (RMSprop(), 0.001),
    "adam": (Adam(), 0.001),
}


class Score(NamedTuple):
    """Accuracies of a rule at a step size, the means of a few runs: the one that chooses, the one that is reported."""

    validation: float
    test: float


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


def scores(
    fit: Images, validation: Images, test: Images, steps: int, step_sizes: Sequence[float] = ()
) -> dict[str, list[Score]]:
    """Each rule at each step size, or at its default where none are given, after so many steps from zero on batches of 100."""
    x, seeds = flat(fit), np.arange(RUNS)

    def slope(theta: Array, step: int) -> Array:
        at = streams.integers(seeds, step, len(fit), 100)
        return gradient(theta, x[at], fit.y[at])

    def accuracy(theta: Array, images: Images) -> float:
        return float(((flat(images) @ theta.reshape(RUNS, -1, CLASSES)).argmax(axis=2) == images.y).mean())

    def score(rule: Rule, size: float) -> Score:
        walk = iterates(rule, np.zeros((RUNS, (PIXELS + 1) * CLASSES)), slope, lambda step: size)
        theta = next(islice(walk, steps, None))
        return Score(accuracy(theta, validation), accuracy(theta, test))

    return {name: [score(rule, size) for size in step_sizes or (default,)] for name, (rule, default) in RULES.items()}


def lead_in(found: dict[str, list[Score]]) -> float:
    """Adam's test accuracy less that of the best other rule; step sizes and rival are chosen by validation."""
    best = {name: max(one, key=lambda score: score.validation) for name, one in found.items()}
    adam = best.pop("adam")
    return adam.test - max(best.values(), key=lambda score: score.validation).test


def default_lead() -> float:
    """At the defaults, on 4,000 drawn digits of another set, 200 steps."""
    fit, test = load_glyphs("train", 4000, seed=1), load_glyphs("test", 1000, seed=1)
    return lead_in(scores(fit, draw_glyphs(np.arange(4000, 5000), "train", seed=1), test, 200))

"""Choosing the best of several by images that are then reported, or that are not.

Source: columbia-deep-learning, slides "8. VALIDATION DATA" and "10. HYPERPARAMETER SEARCH". Equations: the package's docstring.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
CANDIDATES, VALIDATION, TEST = 0, 1, 2  # streams


def expected_optimism(candidates: int, images: int, accuracy: float) -> float:
    """E max / n - p of equally good candidates with independent errors, summed exactly."""
    below = stats.binom.cdf(np.arange(images), images, accuracy)
    return float(np.sum(1 - below**candidates) / images - accuracy)


def drawn_accuracies(seeds: Seeds, truth: Array, images: int, stream: int) -> Array:
    """Accuracies on so many images of candidates whose true ones are ``truth`` (s, k) or (k,): (s, k), by inverting the binomial."""
    uniform = streams.uniform(seeds, 0, truth.shape[-1], stream=stream)
    right: Array = stats.binom.ppf(uniform, images, truth) / images
    return right


def optimism(seeds: Seeds, candidates: int, images: int, accuracy: float, fresh: bool = False) -> Array:
    """Reported less true accuracy of the candidate that is best on so many images, one a seed.

    Reported is its accuracy on the images that it was chosen by, or on as many ``fresh`` ones.
    """
    truth = np.full(candidates, accuracy)
    seen = drawn_accuracies(seeds, truth, images, VALIDATION)
    reported = drawn_accuracies(seeds, truth, images, TEST) if fresh else seen
    rows = np.arange(len(seeds))
    value: Array = reported[rows, seen.argmax(axis=1)] - accuracy
    return value


def required_gain(candidates: int, images: int, accuracy: float, level: float = 0.05) -> float:
    """The gain over the incumbent below which the guard keeps it: z standard errors of a difference, z for level / candidates."""
    z = stats.norm.isf(level / candidates)
    return float(z * np.sqrt(2 * accuracy * (1 - accuracy) / images))


def search_replaces_incumbent(
    seeds: Seeds, candidates: int, images: int, accuracy: float, gain: float = 0.0, guarded: bool = True
) -> NDArray[np.bool_]:
    """Whether a search over candidates puts one in the place of the incumbent, one truth a seed.

    All are as good as the incumbent, but the last, which is better by ``gain``. Without the guard any better accuracy will do.
    """
    truth = np.full(candidates + 1, accuracy)
    truth[-1] += gain
    seen = drawn_accuracies(seeds, truth, images, CANDIDATES)
    needed = required_gain(candidates, images, accuracy) if guarded else 0.0
    return np.asarray(seen[:, 1:].max(axis=1) - seen[:, 0] > needed)

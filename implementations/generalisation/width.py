"""A narrow first layer: what 784 - w - 10 networks learn from drawn digits, by width; and when to stop.

Source: columbia-deep-learning, slides "INFORMATION BOTTLENECKS IN NEURAL NETWORKS" and "8. VALIDATION DATA".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from implementations.generalisation.replicas import accuracy, own_digits, training

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
TEST = 500  # images a seed


def by_width(seeds: Seeds, widths: Sequence[int], images: int = 300, steps: int = 300) -> dict[str, dict[str, Array]]:
    """Accuracy on the ``train`` and ``test`` images after so many steps of 32 digits: {width: {split: one a seed}}."""
    fit, test = own_digits(seeds, images), own_digits(seeds, TEST, "test")
    found = {}
    for width in widths:
        theta = next(islice(training(seeds, fit, width), steps, None))
        found[str(width)] = {"train": accuracy(theta, fit, width), "test": accuracy(theta, test, width)}
    return found


def curves(seeds: Seeds, width: int = 32, images: int = 150, steps: int = 200, every: int = 10) -> dict[str, Array]:
    """Accuracy on the training images, on 200 others (``chosen by``) and on 200 more (``fresh``), (s, steps / every)."""
    fit = own_digits(seeds, images)
    sets = {"train": fit, "chosen by": own_digits(seeds, 200, "test"), "fresh": own_digits(seeds, 200, "test", 200)}
    looks = islice(training(seeds, fit, width), every, steps + 1, every)
    found = [[accuracy(theta, data, width) for data in sets.values()] for theta in looks]
    return dict(zip(sets, np.array(found).transpose(1, 2, 0), strict=True))


def stopping_optimism(seeds: Seeds, choose: bool = True) -> Array:
    """Accuracy at the best step, on the images that chose it, less that on fresh ones at the same step; one a seed.

    The two sets' difference at the last step, which is zero on average, is taken off: it is most of the noise. ``choose =
    False`` stops half way, whatever the images say.
    """
    found = curves(seeds)
    chosen, fresh = found["chosen by"], found["fresh"]
    rows = np.arange(len(seeds))
    at = chosen.argmax(axis=1) if choose else np.full(len(seeds), chosen.shape[1] // 2)
    difference = chosen - fresh
    value: Array = difference[rows, at] - difference[:, -1]
    return value

"""A narrow first layer: what 784 - w - 10 networks learn from drawn digits, by width; and when to stop.

Source: columbia-deep-learning, slides "INFORMATION BOTTLENECKS IN NEURAL NETWORKS" and "8. VALIDATION DATA".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from implementations.generalisation.replicas import CLASSES, Digits, accuracy, own_digits, training
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
TEST = 500  # images a seed
LABELS, RELABELLED = 10, 11  # streams, beyond those of the replicas


def relabelled(seeds: Seeds, data: Digits, share: float) -> Digits:
    """The same images, a share of which has a label drawn at random. Raises ValueError unless 0 <= share <= 1."""
    if not 0 <= share <= 1:
        raise ValueError(f"a share must be between 0 and 1, got {share}")
    count = data.y.shape[1]
    drawn = streams.integers(seeds, 0, CLASSES, count, stream=LABELS)
    return Digits(data.x, np.where(streams.uniform(seeds, 0, count, stream=RELABELLED) < share, drawn, data.y))


def by_width(
    seeds: Seeds, widths: Sequence[int], images: int = 300, steps: int = 300, random_labels: float = 0.0
) -> dict[str, dict[str, Array]]:
    """Accuracy on the ``train`` and ``test`` images after so many steps of 32 digits: {width: {split: one a seed}}.

    A share of the training images may have ``random_labels``; test images never do.
    """
    fit, test = relabelled(seeds, own_digits(seeds, images), random_labels), own_digits(seeds, TEST, "test")
    found = {}
    for width in widths:
        theta = next(islice(training(seeds, fit, width), steps, None))
        found[str(width)] = {"train": accuracy(theta, fit, width), "test": accuracy(theta, test, width)}
    return found


def two_widths(*, seed: int, checkpoint: str | None = None, **settings: Any) -> dict[str, dict[str, float]]:
    """What is recorded of one seed: accuracies of 20 and of 64 units, `by_width`. Seconds, so no checkpoint is kept."""
    found = by_width(np.array([seed]), (20, 64), **settings)
    return {width: {split: float(values[0]) for split, values in one.items()} for width, one in found.items()}


def curves(seeds: Seeds, width: int = 32, images: int = 150, steps: int = 200, every: int = 10) -> dict[str, Array]:
    """Accuracy on the training images, on 200 others (``chosen by``) and on 200 more (``fresh``), (s, steps / every)."""
    fit = own_digits(seeds, images)
    sets = {"train": fit, "chosen by": own_digits(seeds, 200, "test"), "fresh": own_digits(seeds, 200, "test", 200)}
    looks = islice(training(seeds, fit, width), every, steps + 1, every)
    found = [[accuracy(theta, data, width) for data in sets.values()] for theta in looks]
    return dict(zip(sets, np.array(found).transpose(1, 2, 0), strict=True))


def stopping_optimism(seeds: Seeds, reported: Literal["chosen by", "fresh"] = "chosen by") -> Array:
    """How much better than on the other images a network is on the reported ones, at the step that ``chosen by`` likes best.

    One a seed. The two sets' difference at the last step, which is zero on average, is taken off: it is most of the noise.
    """
    found = curves(seeds)
    rows, at = np.arange(len(seeds)), found["chosen by"].argmax(axis=1)
    difference = found["chosen by"] - found["fresh"]
    if reported == "fresh":
        difference = -difference
    value: Array = difference[rows, at] - difference[:, -1]
    return value

"""No free lunch by enumeration: every Boolean function of three bits, every training set, exact shares.

Source: siggraph-ml-9, slide "Summary", which names the theorem. Equations: the package's docstring.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.int64]
Learner = Callable[[Bits, Bits], Bits]  # shown points (m,), their labels (t, m) -> predictions at all points (t, 8)

INPUTS: Bits = np.array([[point >> bit & 1 for bit in range(3)] for point in range(8)])
TARGETS: Bits = np.array([[function >> point & 1 for point in range(8)] for function in range(256)])
_DISTANCE: Bits = np.abs(INPUTS[:, None] - INPUTS[None]).sum(axis=2)


def nearest(shown: Bits, labels: Bits) -> Bits:
    """The label of the nearest shown point in Hamming distance; of equally near ones, the first."""
    predictions: Bits = labels[:, _DISTANCE[:, shown].argmin(axis=1)]
    return predictions


def majority(shown: Bits, labels: Bits) -> Bits:
    """The label that was shown more often, everywhere; 1 at a tie."""
    return np.repeat((2 * labels.sum(axis=1, keepdims=True) >= len(shown)).astype(np.int64), 8, axis=1)


def minority(shown: Bits, labels: Bits) -> Bits:
    """The label that was shown less often: a perverse learner."""
    return 1 - majority(shown, labels)


def linear(shown: Bits, labels: Bits) -> Bits:
    """The sign of the least-squares linear fit with a constant."""
    design = np.concatenate([INPUTS, np.ones((8, 1), np.int64)], axis=1)
    fit = (2 * labels - 1) @ np.linalg.pinv(design[shown]).T @ design.T
    signs: Bits = np.asarray(fit > 1e-9, dtype=np.int64)
    return signs


def always_one(shown: Bits, labels: Bits) -> Bits:
    """1, whatever was shown: no learner at all."""
    return np.ones((len(labels), 8), np.int64)


LEARNERS: dict[str, Learner] = {
    "nearest neighbour": nearest,
    "majority": majority,
    "minority": minority,
    "linear": linear,
    "always 1": always_one,
}


def smooth() -> Bits:
    """The functions that change between at most a third of the twelve pairs of neighbours: (t, 8)."""
    pairs = np.argwhere(np.triu(_DISTANCE == 1))
    changes = np.abs(TARGETS[:, pairs[:, 0]] - TARGETS[:, pairs[:, 1]]).sum(axis=1)
    functions: Bits = TARGETS[3 * changes <= len(pairs)]
    return functions


def mean_error(learner: Learner, size: int, targets: Bits = TARGETS, everywhere: bool = False) -> float:
    """Share of wrong predictions at points that were not shown, over all training sets of a size and all targets.

    ``everywhere`` counts the shown points too. Raises ValueError unless 1 <= size <= 7.
    """
    if not 1 <= size <= 7:
        raise ValueError(f"a training set has 1 to 7 of the 8 points, got {size}")
    wrong = asked = 0
    for subset in combinations(range(8), size):
        shown = np.array(subset)
        points = np.arange(8) if everywhere else np.setdiff1d(np.arange(8), shown)
        errors = learner(shown, targets[:, shown])[:, points] != targets[:, points]
        wrong += int(errors.sum())
        asked += errors.size
    return wrong / asked


def worst_and_best_prediction(size: int) -> tuple[float, float]:
    """Over every prediction that any learner could make from any training set: the least and the greatest mean error.

    What was shown fixes nothing at the 8 - size other points: all their labellings are equally many. A prediction is a labelling too.
    """
    rest = 8 - size
    labellings = np.array([[number >> point & 1 for point in range(rest)] for number in range(2**rest)])
    means = (labellings[:, None] != labellings[None]).mean(axis=(1, 2))
    return float(means.min()), float(means.max())

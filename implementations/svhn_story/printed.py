"""What follows from the printed numbers alone: counts, shares, lengths, names, and the same run printed twice.

Source: columbia-deep-learning, slides "3. LOGISTIC REGRESSION AND BASIC DEBUGGING" to "9. DROPOUT". The printed numbers themselves are arguments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np

from implementations.svhn_story.class_counts import SVHN_TRAIN

SMOOTHED = 1  # the column of a legend's row: name, smoothed, value, step, time
MOST = 100_000  # pictures: the largest set that is looked for


def accuracies(correct: Mapping[str, Sequence[int]], images: int = 1000) -> dict[str, dict[str, float]]:
    """Accuracy of each step from its right answers by class."""
    return {step: {"accuracy": sum(counts) / images} for step, counts in correct.items()}


def least_p(right: Mapping[str, int], images: int = 1000, counts: Sequence[int] = SVHN_TRAIN, shift: int = 0) -> float:
    """Of predictors that give one class each: the smallest exact two-sided binomial p of their right answers.

    ``right`` has for a class, as text, the number of right ones of ``images``; ``counts`` the classes in the population; ``shift`` looks up
    the class beside. An accuracy is compatible with "always class k" at the level alpha where p is at least alpha.
    """
    from scipy.stats import binomtest

    total = sum(counts)
    shares = {k: counts[(int(k) + shift) % len(counts)] / total for k in right}
    return min(float(binomtest(n, images, shares[k]).pvalue) for k, n in right.items())


def smallest_set(shares: Sequence[float], digits: int = 4) -> int:
    """The smallest number n of pictures of which all the shares, rounded to so many digits, are k / n for a whole k.

    Raises ValueError where no n up to ``MOST`` gives them all.
    """
    n = np.arange(1, MOST + 1)
    half = 0.5 * 0.1**digits + 1e-12
    fits = np.all([abs(np.round(n * share) / n - share) <= half for share in shares], axis=0)
    if not fits.any():
        raise ValueError(f"no set of up to {MOST} pictures has the shares {shares}")
    return int(n[fits.argmax()])


def lengths(classes: int = 10, labels: int = 20, slots: int | None = None) -> dict[str, dict[str, int]]:
    """Entries that a program prints for a batch of ``labels`` true labels and a predictor of ``classes`` classes.

    ``slots`` counts the right ones into that many bins instead.
    """
    true = np.arange(labels) % classes
    logits = np.zeros((labels, classes))
    logits[:, 2] = 1  # a collapsed predictor
    guess = logits.argmax(axis=1)
    right = np.bincount(true[guess == true], minlength=slots or classes)
    return {
        name: {"entries": len(vector)}
        for name, vector in (("correct by class", right), ("sample pred", guess), ("sample true", true))
    }


def lengths_from_a_program(classes: int, true: Sequence[int], guess: int) -> dict[str, dict[str, int]]:
    """The same by printing: a confusion table of the printed true labels and one guess, its vectors written out and read again."""
    confusion = np.zeros((classes, classes), int)
    for label in true:
        confusion[label, guess] += 1
    vectors = {
        "correct by class": confusion.diagonal(),
        "sample pred": np.repeat(np.arange(classes), confusion.sum(axis=0)),
        "sample true": np.array(true),
    }
    return {name: {"entries": len(str(vector).strip("[]").split())} for name, vector in vectors.items()}


def runs_that_differ(legends: Sequence[Sequence[Any]], column: int = SMOOTHED) -> int:
    """How many runs stand in more than one row, by name, step and time alike, with more than one number in the column."""
    seen: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
    for name, *numbers, step, time in legends:
        seen[name, step, time].add((name, *numbers)[column])
    return sum(len(values) > 1 for values in seen.values())


def times_that_differ(legends: Sequence[Sequence[Any]]) -> int:
    """The same by the time of day alone: seconds at which a point was written that has two smoothed values."""
    times = {row[-1] for row in legends}
    return sum(len({row[SMOOTHED] for row in legends if row[-1] == time}) > 1 for time in times)


def z_of_a_gap(train: float, validation: float, batch: int = 100, images: int = 2500, halved: bool = True) -> float:
    """Training less validation accuracy, in standard errors of the two printed numbers.

    The smoothed accuracy of a batch has the error sqrt(p (1 - p) / batch), ``halved`` by TensorBoard's weight of 0.6:
    sqrt((1 - w) / (1 + w)) = 1/2.
    """
    return (train - validation) / sqrt(_variance(train, batch) / (4 if halved else 1) + _variance(validation, images))


def z_of_two_gaps(
    first: Sequence[float], second: Sequence[float], batch: int = 100, images: int = 2500, halved: bool = True
) -> float:
    """The first gap (train, validation) less the second, in standard errors."""
    share = 4 if halved else 1
    variance = sum(_variance(train, batch) / share + _variance(held, images) for train, held in (first, second))
    return ((first[0] - first[1]) - (second[0] - second[1])) / sqrt(variance)


def z_of_two_shares(a: float, b: float, images: int = 2500) -> float:
    """Two accuracies on so many pictures each, as far apart as so many standard errors, pooled."""
    pooled = (a + b) / 2
    return (a - b) / sqrt(2 * pooled * (1 - pooled) / images)


def z_by_table(a: float, b: float, images: int = 2500) -> float:
    """The same as the root of Pearson's chi-squared of the two-by-two table of right and wrong answers."""
    from scipy.stats import chi2_contingency

    right = [round(a * images), round(b * images)]
    return float(np.sqrt(chi2_contingency([[n, images - n] for n in right], correction=False).statistic))


def _variance(p: float, images: int) -> float:
    return p * (1 - p) / images

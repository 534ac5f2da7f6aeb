r"""How many seeds decide whether one network beats another: the power of a paired t test.

Of n seeds each gives a difference d_i of two accuracies, the same start and the same batches for both. With their mean d and
spread s the test says "better" where

    t = sqrt(n) d / s  >  q      q the quantile 1 - tail of Student's t with n - 1 degrees of freedom

and where the true mean is e and the true spread s, t has the noncentral distribution with n - 1 degrees of freedom and the
noncentrality sqrt(n) e / s. Its chance to lie above q is the *power*: how often so many seeds would show an effect that is there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

ENOUGH = 0.8  # the power that is customarily asked for


def power(effect: float, spread: float, seeds: ArrayLike, tail: float = 0.05) -> NDArray[np.float64]:
    """The chance that a one-sided paired t test at ``tail`` over so many seeds (each at least 2) shows a true mean difference.

    ``effect`` and ``spread`` (> 0) are the mean and the standard deviation of the differences, in the same unit.
    """
    from scipy.stats import nct, t

    n = np.asarray(seeds, dtype=np.float64)
    if spread <= 0 or (n < 2).any():
        raise ValueError(f"a spread of {spread} over {seeds!r} seeds: both a spread above 0 and two seeds are needed")
    return np.asarray(nct.sf(t.isf(tail, n - 1), n - 1, np.sqrt(n) * effect / spread), dtype=np.float64)


def seeds_needed(effect: float, spread: float, tail: float = 0.05, enough: float = ENOUGH) -> int | None:
    """The fewest seeds with that power; None where there is no effect in the test's direction, or 2^20 are too few."""
    if effect <= 0:
        return None
    few, many = 1, 2
    while power(effect, spread, many, tail) < enough:
        few, many = many, 2 * many
        if many > 2**20:
            return None
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if power(effect, spread, middle, tail) >= enough else (middle, many)
    return many

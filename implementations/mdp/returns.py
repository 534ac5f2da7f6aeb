"""Discounted sums of rewards, in the forms that the documents print. `rewards` holds r_0 .. r_n along its last axis."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def returns(rewards: Array, gamma: float) -> Array:
    """G_0 .. G_n by the recursion G_t = R_t + gamma G_{t+1}, from the end: GOALS, RETURNS, EPISODES. (..., n + 1), same out."""
    values = np.array(rewards, dtype=np.float64)
    for t in range(values.shape[-1] - 2, -1, -1):
        values[..., t] += gamma * values[..., t + 1]
    return values


def discounted_sum(rewards: Array, gamma: float) -> Array:
    """sum_t gamma^t r_t, (...,): RL: FORMALISING THE PROCESS."""
    value: Array = np.asarray(rewards @ gamma ** np.arange(np.shape(rewards)[-1], dtype=np.float64))
    return value


def coefficients(length: int, gamma: Fraction, t: int) -> list[Fraction]:
    """The weight of each of r_0 .. r_{length-1} in R_t, exactly: the recursion applied to one reward of 1 at a time."""
    weights = []
    for one in range(length):
        total = Fraction(0)
        for k in range(length - 1, t - 1, -1):
            total = (1 if k == one else 0) + gamma * total
        weights.append(total)
    return weights

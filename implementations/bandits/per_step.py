"""One Python loop a strategy, a step at a time, as one would write it in class, on NumPy's own generator.

Two uses: the other side of the speed ratios in the benchmarks, and a second, independent route for findings: it shares neither code
nor random numbers with `bandits_numpy`. Equal values are decided at random, as public testbeds do; `ties = "first"` takes the first.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ties = Literal["random", "first"]


def epsilon_greedy(
    rng: np.random.Generator, means: Array, steps: int, epsilon: float, ties: Ties = "random"
) -> tuple[float, list[int]]:
    """Sum of the rewards and the arms played in one game of eps-greedy on Gaussian arms with these means (K,)."""
    arms = len(means)
    q, n = np.zeros(arms), np.zeros(arms)
    total, played = 0.0, []
    for _ in range(steps):
        a = rng.integers(arms) if rng.random() < epsilon else _argmax(rng, q, ties)
        r = rng.normal(means[a], 1.0)
        n[a] += 1
        q[a] += (r - q[a]) / n[a]
        total += r
        played.append(int(a))
    return float(total), played


def ucb(rng: np.random.Generator, means: Array, steps: int, c: float, ties: Ties = "random") -> tuple[float, list[int]]:
    """Sum of the rewards and the arms played in one game of UCB on Gaussian arms with these means (K,)."""
    arms = len(means)
    q, n = np.zeros(arms), np.zeros(arms)
    total, played = 0.0, []
    for t in range(1, steps + 1):
        a = t - 1 if t <= arms else _argmax(rng, q + c * np.sqrt(np.log(t) / n), ties)
        r = rng.normal(means[a], 1.0)
        n[a] += 1
        q[a] += (r - q[a]) / n[a]
        total += r
        played.append(int(a))
    return float(total), played


def gradient(rng: np.random.Generator, means: Array, steps: int, alpha: float) -> tuple[float, list[int]]:
    """Sum of the rewards and the arms played in one game of the gradient bandit on Gaussian arms with these means (K,)."""
    arms = len(means)
    h, baseline = np.zeros(arms), 0.0
    total, played = 0.0, []
    for t in range(1, steps + 1):
        pi = np.exp(h - h.max())
        pi /= pi.sum()
        a = rng.choice(arms, p=pi)
        r = rng.normal(means[a], 1.0)
        baseline += (r - baseline) / t
        one_hot = np.zeros(arms)
        one_hot[a] = 1.0
        h += alpha * (r - baseline) * (one_hot - pi)
        total += r
        played.append(int(a))
    return float(total), played


def thompson(rng: np.random.Generator, means: Array, steps: int) -> tuple[float, list[int]]:
    """Sum of the rewards and the arms played in one game of Thompson sampling on Bernoulli arms with these means (K,)."""
    arms = len(means)
    ones, zeros = np.zeros(arms), np.zeros(arms)
    total, played = 0.0, []
    for _ in range(steps):
        a = int(np.argmax([rng.beta(1 + ones[k], 1 + zeros[k]) for k in range(arms)]))
        r = float(rng.random() < means[a])
        ones[a] += r
        zeros[a] += 1 - r
        total += r
        played.append(int(a))
    return total, played


def _argmax(rng: np.random.Generator, values: Array, ties: Ties) -> int:
    if ties == "first":
        return int(np.argmax(values))
    return int(rng.choice(np.flatnonzero(values == values.max())))

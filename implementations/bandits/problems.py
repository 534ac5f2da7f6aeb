"""The testbeds: K arms with fixed means, and rewards that scatter about them.

Columbia's THE MULTI-ARMED BANDIT PROBLEM names Bernoulli and N(mu, 1) rewards; SIGGRAPH's "Today" names ten arms. Neither prints
how the means are drawn: N(0, 1) is the testbed of Sutton and Barto, whose figures Columbia shows, and U(0, 1) the uniform prior of
its slide THOMPSON SAMPLING.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from implementations.bandits import ziggurat
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]

MEANS, REWARDS, CHOICES = 0, 1, 2  # streams: what the seeds' random words are spent on
TESTBED = 128  # problems in one replicate: sixteen replicates, the judge's first look, are 2048 problems


@dataclass(frozen=True, slots=True)
class Problem:
    """K-armed problems. `means` fixes them for every replicate; without it each replicate draws `arms` means of its own.

    rewards = "gaussian": means N(0, 1), rewards N(mu, 1). rewards = "bernoulli": means U(0, 1), rewards 0 or 1.
    `ascending` sorts each replicate's means, so that what a strategy does to the last arm is done to the best.
    """

    rewards: Literal["gaussian", "bernoulli"] = "gaussian"
    arms: int = 10
    means: tuple[float, ...] | None = None
    ascending: bool = False

    def __post_init__(self) -> None:
        if self.rewards not in ("gaussian", "bernoulli"):
            raise ValueError(f"rewards must be gaussian or bernoulli, got {self.rewards!r}")
        if (len(self.means) if self.means is not None else self.arms) < 1:
            raise ValueError("a bandit needs at least one arm")

    def draw(self, seeds: Seeds) -> Array:
        """The means, shape (n, K); row i depends on seeds[i] alone."""
        if self.means is not None:
            return np.tile(np.array(self.means, dtype=np.float64), (len(seeds), 1))
        draw = streams.normal if self.rewards == "gaussian" else streams.uniform
        means = draw(seeds, 0, self.arms, stream=MEANS)
        return np.sort(means, axis=1) if self.ascending else means

    def chance(self, words: NDArray[np.uint64]) -> Array:
        """What a reward has besides its arm: a standard normal number, or a uniform one; a word each."""
        return ziggurat.normal(words) if self.rewards == "gaussian" else ziggurat.uniform(words)

    def reward(self, expected: Array, chance: Array) -> Array:
        """The rewards of arms with these means."""
        return expected + chance if self.rewards == "gaussian" else (chance < expected).astype(np.float64)


def testbed(seeds: Seeds, size: int = TESTBED) -> Seeds:
    """Seeds of `size` problems for each replicate, shape (n size,): replicate s owns size * s ... size * s + size - 1."""
    several: Seeds = (seeds[:, None] * size + np.arange(size)).ravel()
    return several


def gaps(means: Array) -> Array:
    """What each arm's mean lacks to the best, shape (n, K)."""
    lacking: Array = means.max(axis=1, keepdims=True) - means
    return lacking

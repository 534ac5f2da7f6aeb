"""The strategies of the slides, played by all replicates at once: one step of the loop is one step of n games.

Nothing of shape (n, steps) is ever held: counts, value estimates and sums are enough, and a learning curve is a mean over replicates,
added up step by step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from implementations.bandits.learners import by_step, learner_for
from implementations.bandits.problems import REWARDS, Problem, gaps
from implementations.bandits.strategies import Strategy

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Arms = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Curve:
    """Means over the replicates at each step, shape (steps,), and the squares that their standard errors need."""

    reward: Array
    optimal: Array  # share of replicates that play a best arm
    gap: Array  # expected reward given up; its running sum is the regret
    reward_square: Array
    gap_square: Array


@dataclass(frozen=True, slots=True)
class Play:
    """What n replicates of a strategy left behind."""

    means: Array  # (n, K)
    counts: Arms  # (n, K), how often each arm was played
    total: Array  # (n,), sum of the rewards
    last: Arms  # (n,), the arm of the last step
    regret: Array  # (n, m), sum over arms of gap times count, after each of the m marks
    curve: Curve | None

    @property
    def optimal(self) -> Array:
        """Share of the steps on which a best arm was played, shape (n,)."""
        share: Array = (self.counts * (gaps(self.means) == 0.0)).sum(axis=1) / self.counts.sum(axis=1)
        return share


def play(
    strategy: Strategy, problem: Problem, seeds: Seeds, steps: int, marks: Sequence[int] = (), *, curve: bool = False
) -> Play:
    """Play one problem a seed for `steps` steps; regret is read after the steps in `marks`, or after the last one.

    Raises ValueError for steps < 1, marks that do not rise within 1 ... steps, or a strategy that cannot learn from the rewards.
    """
    marks = check_marks(marks, steps)
    means = problem.draw(seeds)
    lost = gaps(means)
    n, arms = means.shape
    row = np.arange(n) * arms  # of each replicate in the flattened (n, K) arrays
    counts, total, regret = np.zeros((n, arms), np.int64), np.zeros(n), []
    sums = np.zeros((5, steps if curve else 0))
    learner = learner_for(strategy, problem, seeds, arms, steps)
    chances = by_step(seeds, steps, REWARDS, problem.chance)
    for t in range(1, steps + 1):
        arm = learner.choose(t)
        at = row + arm
        reward = problem.reward(means.ravel().take(at), next(chances))
        learner.learn(t, arm, at, reward)
        counts.ravel()[at] += 1
        total += reward
        if curve:
            gap = lost.ravel().take(at)
            sums[:, t - 1] = reward.sum(), (gap == 0.0).sum(), gap.sum(), reward @ reward, gap @ gap
        if t in marks:
            regret.append((lost * counts).sum(axis=1))
    return Play(means, counts, total, arm, np.stack(regret, axis=1), Curve(*sums / n) if curve else None)


def check_marks(marks: Sequence[int], steps: int) -> list[int]:
    """The marks as a list; the last step where there are none."""
    chosen = list(marks) or [steps]
    if steps < 1 or chosen[0] < 1 or chosen[-1] > steps or any(b <= a for a, b in pairwise(chosen)):
        raise ValueError(f"marks must rise within 1 ... {steps} steps, got {chosen}")
    return chosen

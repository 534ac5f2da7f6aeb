"""Thompson sampling: the Beta posterior, whose counts are updated, and how it fares against the other strategies."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from implementations.bandits import theory
from implementations.bandits.experiments import Settings, a_testbed, made, played
from implementations.bandits.learners import BetaThompsonLearner
from implementations.bandits.problems import Problem
from implementations.bandits.strategies import Thompson

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]

RIVALS: dict[str, Settings] = {
    "random": {"kind": "random"},
    "greedy": {"kind": "greedy"},
    "epsilon 0.1": {"kind": "epsilon_greedy", "epsilon": 0.1},
    "epsilon 0.01": {"kind": "epsilon_greedy", "epsilon": 0.01},
    "decaying 10/t": {"kind": "epsilon_greedy", "decay": 10.0},
    "optimistic": {"kind": "optimistic"},
    "UCB sqrt 2": {"kind": "ucb", "c": 2.0**0.5},
    "gradient 0.1": {"kind": "gradient", "alpha": 0.1},
}


def posterior_error(prior: float = 1.0, swapped: bool = False, offset: int = 0) -> dict[str, Any]:
    """Largest difference between the learner's Beta density and Bayes' rule on a grid, over the highest density.

    One row for each outcome of an arm: ones-zeros. `prior` replaces the 1 of Beta(1 + ones, 1 + zeros); `swapped` exchanges the
    counts; `offset` updates another arm.
    """
    grid = np.linspace(0.0, 1.0, 4001)
    table = {}
    for ones, zeros in ((0, 0), (1, 0), (0, 3), (7, 3), (40, 60)):
        learner = BetaThompsonLearner(Thompson(offset), np.zeros(1, np.int64), 3, 1)
        learner.posterior.a[:], learner.posterior.b[:] = prior, prior
        for reward in [1.0] * ones + [0.0] * zeros:
            learner.learn(1, np.array([1]), np.array([1]), np.array([1.0 - reward if swapped else reward]))
        density = stats.beta(learner.posterior.a[0, 1], learner.posterior.b[0, 1]).pdf(grid[1:-1])
        exact = theory.beta_posterior(ones, zeros, grid)
        table[f"{ones}-{zeros}"] = {"error": float(np.abs(density - exact[1:-1]).max() / exact.max())}
    return table


def arm_that_learns(arms: int = 4, seen_by: int = 0) -> int:
    """Which marginal moves when a reward of arm k is seen: its index minus k, by Bayes' rule on a joint grid of all the means.

    `seen_by` is the offset of the arm whose mean the likelihood is given by mistake.
    """
    k, grid = 1, (np.arange(21) + 0.5) / 21
    joint = np.ones((21,) * arms)
    axis = [1] * arms
    axis[k + seen_by] = 21
    joint = joint * grid.reshape(axis)  # the likelihood of a reward of 1
    joint /= joint.sum()
    moved = [abs((joint.sum(axis=tuple(j for j in range(arms) if j != arm)) @ grid) - 0.5) for arm in range(arms)]
    return int(np.argmax(moved)) - k


def offset_of_least_regret(games: int = 16, steps: int = 500) -> int:
    """The offset among 0, 1, 2 with which Thompson sampling on four arms, updating arm k + offset, loses least."""
    seeds = np.arange(games, dtype=np.int64)
    regrets = [
        played(seeds, Thompson(offset), Problem("bernoulli", arms=4), steps).regret.mean() for offset in (0, 1, 2)
    ]
    return int(np.argmin(regrets))


def rivals_beaten(seeds: Seeds, strategy: Settings, steps: int = 1000) -> Array:
    """How many of the eight rivals have more regret than the strategy, on testbeds of ten Bernoulli arms with means U(0, 1)."""
    problem = Problem("bernoulli")
    own = a_testbed(played(seeds, made(strategy), problem, steps).regret[:, -1])
    beaten = [a_testbed(played(seeds, made(rival), problem, steps).regret[:, -1]) > own for rival in RIVALS.values()]
    count: Array = np.sum(beaten, axis=0).astype(np.float64)
    return count

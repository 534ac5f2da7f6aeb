"""What the documents claim of the strategies on testbeds of 2000 and more problems.

One seed is a testbed of 128 problems, so that the judge's first look, 16 seeds, is at 2048. Strategies come as tables,
`{ kind = "ucb", c = 2.0 }`, see `strategies.strategy`.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.bandits import per_step
from implementations.bandits.bandits_numpy import Play, play
from implementations.bandits.learners import EpsilonGreedyLearner
from implementations.bandits.problems import REWARDS, TESTBED, Problem, testbed
from implementations.bandits.strategies import EpsilonGreedy, Strategy, strategy
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Settings = dict[str, Any]


def a_testbed(values: NDArray[Any]) -> Array:
    """Means over the problems of each seed's testbed: (n TESTBED, ...) to (n, ...)."""
    means: Array = values.reshape(-1, TESTBED, *values.shape[1:]).mean(axis=1)
    return means


def made(settings: Settings) -> Strategy:
    """The strategy that a table of settings describes."""
    return strategy(settings["kind"], **{name: value for name, value in settings.items() if name != "kind"})


def played(seeds: Seeds, strategy: Strategy, problem: Problem, steps: int, backend: str = "numpy", **more: Any) -> Play:
    """The games of all the problems of all the seeds' testbeds."""
    if backend == "numba":
        from implementations.bandits import bandits_numba

        return bandits_numba.play(strategy, problem, testbed(seeds), steps, **more)
    return play(strategy, problem, testbed(seeds), steps, **more)


# --- SIGGRAPH: ten arms and four strategies --------------------------------------------------------------------------------------


def fixed_means(seeds: Seeds, arms: int = 10, pulls: int = 100, wander: float = 0.0, noise: float = 1.0) -> Any:
    """The number of arms, and the drift of their pay: late mean minus early mean, squared, in units of its variance 4 / pulls.

    A fixed mean with unit noise has a drift of 1. Each arm of each problem is pulled `pulls` times. `wander` lets the means walk
    by so much a pull; `noise` scales the scatter.
    """
    problem, many = Problem(arms=arms), testbed(seeds)
    means = problem.draw(many)
    chance = noise * problem.chance(streams.words(many, 0, (arms, pulls), stream=REWARDS))
    walk = wander * np.cumsum(streams.normal(many, 1, (arms, pulls), stream=REWARDS), axis=2) if wander else 0.0
    rewards = problem.reward(means[:, :, None] + walk, chance)
    change = rewards[:, :, pulls // 2 :].mean(axis=2) - rewards[:, :, : pulls // 2].mean(axis=2)
    drift = a_testbed((change**2).mean(axis=1) * pulls / 4)
    return {"arms": {"value": np.full(len(seeds), means.shape[1])}, "drift": {"value": drift}}


def random_shortfall(seeds: Seeds, spared: int = 0, steps: int = 1000) -> Array:
    """Average reward of picking at random minus the mean of the ten means; `spared` last arms, the best ones, are never picked."""
    game = played(seeds, EpsilonGreedy(epsilon=1.0, spared=spared), Problem(ascending=True), steps)
    return a_testbed(game.total / steps - game.means.mean(axis=1))


def compare(
    seeds: Seeds,
    strategies: dict[str, Settings],
    quantity: str = "reward",
    steps: int = 1000,
    rewards: Any = "gaussian",
    backend: str = "numpy",
) -> dict[str, Array]:
    """Average reward a step, share of optimal actions, or regret of strategies that play the same problems."""
    answers = {}
    for name, settings in strategies.items():
        game = played(seeds, made(settings), Problem(rewards), steps, backend)
        answers[name] = a_testbed(
            {"reward": game.total / steps, "optimal": game.optimal, "regret": game.regret[:, -1]}[quantity]
        )
    return answers


def compare_elsewhere(seeds: Seeds, strategies: dict[str, Settings]) -> dict[str, Array]:
    """`compare` by the compiled loops and on other problems: a second route that shares neither code nor random numbers."""
    return compare(seeds + 1_000_000, strategies, backend="numba")


def first_steps_one_by_one(seeds: Seeds, strategies: dict[str, Settings], steps: int = 10) -> dict[str, Array]:
    """`compare` for eps-greedy and greedy by a plain loop on NumPy's own generator: a second route, other random numbers."""
    answers: dict[str, Array] = {}
    for name, settings in strategies.items():
        epsilon = settings.get("epsilon", 0.0)
        rewards = np.empty((len(seeds), TESTBED))
        for i, seed in enumerate(seeds):
            rng = np.random.default_rng(int(seed))
            for j in range(TESTBED):
                rewards[i, j] = per_step.epsilon_greedy(rng, rng.normal(size=10), steps, epsilon)[0] / steps
        answers[name] = rewards.mean(axis=1)
    return answers


def exploration_rate(seeds: Seeds, decay: float = 10.0, epsilon: float = 0.1) -> dict[str, Array]:
    """Share of non-greedy picks among the steps from each x to the next, x = 10 ... 1000 in ratios of 10^(1/4).

    eps_t = min(1, decay / t); without a decay (0), `epsilon`.
    """
    edges = [round(10 ** (1 + i / 4)) for i in range(9)]
    problem, many = Problem(), testbed(seeds)
    means, row = problem.draw(many), np.arange(len(many))
    learner = EpsilonGreedyLearner(EpsilonGreedy(epsilon, decay=decay or None), many, 10, edges[-1])
    strayed = np.zeros((len(many), edges[-1] + 1))
    for t in range(1, edges[-1] + 1):
        arm = learner.choose(t)
        strayed[:, t] = arm != learner.q.argmax(axis=1)
        reward = problem.reward(means[row, arm], problem.chance(streams.words(many, t, stream=REWARDS)))
        learner.learn(t, arm, row * 10 + arm, reward)
    shares = [strayed[:, a + 1 : b + 1].mean(axis=1) for a, b in pairwise(edges)]
    middles = np.sqrt(np.array(edges[:-1], float) * edges[1:])
    return {"x": middles, "y": a_testbed(np.stack(shares, axis=1))}

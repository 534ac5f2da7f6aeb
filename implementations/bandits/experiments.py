"""What the documents claim of the strategies on testbeds of 2000 and more problems.

One seed is a testbed of 128 problems, so that the judge's first look, 16 seeds, is at 2048. Strategies come as tables,
`{ kind = "ucb", c = 2.0 }`, see `strategies.strategy`.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.bandits import enumeration, per_step
from implementations.bandits.bandits_numpy import EpsilonGreedyLearner, Play, SampleAverage, play
from implementations.bandits.problems import REWARDS, TESTBED, Problem, testbed
from implementations.bandits.strategies import GREEDY, UCB, EpsilonGreedy, Gradient, Strategy, Thompson, strategy
from implementations.bandits.theory import random_regret
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Settings = dict[str, Any]

EVEN = tuple(np.linspace(-1.5, 1.5, 10).tolist())  # ten arms, each a third better than the one before


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


# --- Columbia: definitions -----------------------------------------------------------------------------------------------------------

HINDSIGHT = 3  # stream of the rewards that the arms not played would have paid
SHORT, SHORT_STEPS = (0.4, 0.6), 5  # a game short enough to follow every history


def regret_against_enumeration(seeds: Seeds, definition: str = "gaps", spared: int = 0) -> Any:
    """Simulated regret of two Bernoulli arms over five steps minus the documents' L(T), enumerated; one row a strategy.

    definition = "gaps": sum over arms of gap times plays; "hindsight": the most that one arm would have paid minus what was paid,
    which is not the documents' regret. `spared` arms are never explored.
    """
    exact: dict[str, tuple[enumeration.Policy, Strategy]] = {
        "random": (enumeration.epsilon_greedy(2, lambda t: 1.0), EpsilonGreedy(1.0, spared=spared)),
        "greedy": (enumeration.epsilon_greedy(2, lambda t: 0.0), GREEDY),
        "epsilon 0.1": (enumeration.epsilon_greedy(2, lambda t: 0.1), EpsilonGreedy(0.1, spared=spared)),
        "decaying 2/t": (
            enumeration.epsilon_greedy(2, lambda t: min(1.0, 2.0 / t)),
            EpsilonGreedy(decay=2.0, spared=spared),
        ),
        "UCB 1": (enumeration.ucb(2, 1.0), UCB(1.0)),
        "Thompson": (enumeration.thompson(2), Thompson()),
        "gradient 0.5": (enumeration.gradient(2, 0.5), Gradient(0.5)),
    }
    table = {}
    for name, (policy, same) in exact.items():
        game = played(seeds, same, Problem("bernoulli", means=SHORT), SHORT_STEPS)
        regret = game.regret[:, -1]
        if definition == "hindsight":
            draws = streams.uniform(testbed(seeds), 0, (SHORT_STEPS, 2), stream=HINDSIGHT)
            regret = (draws < SHORT).sum(axis=1).max(axis=1) - game.total
        exactly = enumeration.expected_regret(policy, SHORT, SHORT_STEPS)
        table[name] = {"difference": a_testbed(regret) - exactly}
    return table


def random_regret_ratio(seeds: Seeds, spared: int = 0, against: str = "mean", steps: int = 1000) -> Any:
    """Regret of picking at random over T (max mu - mean mu): on ten evenly spaced arms and on the testbed.

    against = "worst": over T (max mu - min mu).
    """
    table = {}
    for name, problem in (("even", Problem(means=EVEN)), ("testbed", Problem(ascending=True))):
        game = played(seeds, EpsilonGreedy(1.0, spared=spared), problem, steps)
        if against == "worst":
            predicted = steps * (game.means.max(axis=1) - game.means.min(axis=1))
        else:
            predicted = np.array([random_regret(means, steps) for means in game.means])
        table[name] = {"ratio": a_testbed(game.regret[:, -1]) / a_testbed(predicted)}
    return table


EARLY = 30


def greedy_against_locked_arm(
    seeds: Seeds, epsilon: float = 0.0, horizons: Sequence[int] = (EARLY,), backend: str = "numpy"
) -> Any:
    """Greedy's regret over T (max mu - mu of the arm played last): means over the testbed, then the ratio; one row a horizon."""
    table = {}
    for steps in horizons:
        game = played(seeds, EpsilonGreedy(epsilon), Problem(), steps, backend)
        locked = game.means.max(axis=1) - game.means[np.arange(len(game.last)), game.last]
        table[str(steps)] = {"ratio": a_testbed(game.regret[:, -1]) / a_testbed(steps * locked)}
    return table


def greedy_against_locked_arm_one_by_one(seeds: Seeds) -> Any:
    """`greedy_against_locked_arm` by a plain loop on NumPy's own generator: a second route, other random numbers."""
    lost, locked = np.empty((2, len(seeds), TESTBED))
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng(int(seed))
        for j in range(TESTBED):
            means = rng.normal(size=10)
            gap = means.max() - means[per_step.epsilon_greedy(rng, means, EARLY, 0.0)[1]]
            lost[i, j], locked[i, j] = gap.sum(), gap[-1]
    return {str(EARLY): {"ratio": lost.mean(axis=1) / (EARLY * locked.mean(axis=1))}}


# --- Columbia: eps-greedy and the incremental mean ----------------------------------------------------------------------------------


def mixture(seeds: Seeds, epsilon: float = 0.1, spared: int = 0, others_only: bool = False, steps: int = 1000) -> Any:
    """How often eps-greedy plays the arm with the highest Q, and each of the nine others on average.

    `others_only` sends the random pick to another arm whenever it hits the greedy one.
    """
    many, best = testbed(seeds, 8), 9
    learner = EpsilonGreedyLearner(EpsilonGreedy(epsilon, spared=spared), many, 10, steps)
    learner.q[:, best] = 1.0
    hits = np.zeros(len(many))
    for t in range(1, steps + 1):
        explores = learner.choose(t) != best
        hits += ~explores
    share = hits.reshape(-1, 8).mean(axis=1) / steps
    if others_only:
        share = share - epsilon / 10
    return {"greedy": {"share": share}, "other": {"share": (1.0 - share) / 9}}


def incremental_error(seeds: Seeds, step: str = "count", draws: int = 1000) -> Array:
    """Largest difference between Q by the incremental update and the mean of all rewards of the arm; three arms in random order.

    step = "count" is 1/n_k; "one_late" 1/(n_k + 1); "constant" 0.1.
    """
    n = len(seeds)
    arms, rewards = streams.integers(seeds, 0, 3, draws), 5.0 + 3.0 * streams.normal(seeds, 1, draws)
    learner = SampleAverage(n, 3, draws, step=0.1 if step == "constant" else None)
    if step == "one_late":
        learner.step_size = np.append(learner.step_size[1:], 0.0)
    for t in range(draws):
        learner.learn(t + 1, arms[:, t], np.arange(n) * 3 + arms[:, t], rewards[:, t])
    mine = arms[:, :, None] == np.arange(3)
    error: Array = np.abs(learner.q - (rewards[:, :, None] * mine).sum(axis=1) / mine.sum(axis=1)).max(axis=1)
    return error


def error_by_plays(seeds: Seeds, squared: bool = False, total: bool = False) -> dict[str, Array]:
    """Mean absolute error of Q after n = 1, 10, 100, 1000 plays of an arm: the width that a confidence interval must have.

    `squared` takes the mean squared error, a variance; `total` the sum of rewards in place of their mean.
    """
    plays = np.array([1, 10, 100, 1000])
    noise = Problem().chance(streams.words(testbed(seeds), 0, 1000, stream=REWARDS))
    sums = np.cumsum(noise, axis=1)[:, plays - 1]
    errors = sums if total else sums / plays
    return {"x": plays.astype(np.float64), "y": a_testbed(errors**2 if squared else np.abs(errors))}


def normal_quantile_widths(seeds: Seeds) -> dict[str, Array]:
    """The half-width of a 95 % interval around the mean of n rewards N(mu, 1), in closed form: 1.96 / sqrt n; alike for all seeds."""
    plays = np.array([1.0, 10.0, 100.0, 1000.0])
    return {"x": plays, "y": np.tile(1.959963984540054 / np.sqrt(plays), (len(seeds), 1))}

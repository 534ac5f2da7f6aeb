"""What Columbia's slides DEFINITIONS and SIMPLE BALANCE OF EXPLORATION AND EXPLOITATION state, and UPPER CONFIDENCE BOUND's interval.

One seed is a testbed of 128 problems or games, as in `experiments`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.bandits import enumeration, per_step
from implementations.bandits.experiments import a_testbed, played
from implementations.bandits.experiments_growth import EVEN
from implementations.bandits.learners import EpsilonGreedyLearner, SampleAverage
from implementations.bandits.problems import REWARDS, TESTBED, Problem, testbed
from implementations.bandits.strategies import GREEDY, UCB, EpsilonGreedy, Gradient, Strategy, Thompson
from implementations.bandits.theory import random_regret
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]

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

"""2000 games of bandits as one batch, as compiled loops, and as the Python loop that one would write in class.

The same strategies on the same kinds of problems; ours in NumPy and numba give the same rewards, the loop draws from NumPy's own
generator and decides equal values at random, as public testbeds do ("loop"), or by np.argmax ("argmax loop"). A loop would take half
a minute for all 2000 games: it plays 20 of them, and its time is multiplied by 100.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.workload import Goal, Run, Workload
from implementations.bandits import per_step
from implementations.bandits.problems import Problem
from implementations.bandits.strategies import UCB, EpsilonGreedy, Gradient, Strategy, Thompson

RUNS, STEPS, PARTS = 2000, 1000, 100
Loop = Callable[[np.random.Generator, np.ndarray], object]


def _numpy(strategy: Strategy, problem: Problem) -> Run:
    from implementations.bandits.bandits_numpy import play

    return lambda: [play(strategy, problem, np.arange(RUNS), STEPS).total]


def _numba(strategy: Strategy, problem: Problem) -> Run:
    from implementations.bandits.bandits_numba import play

    return lambda: [play(strategy, problem, np.arange(RUNS), STEPS).total]


def _loop(game: Loop, problem: Problem) -> Run:
    rng, means = np.random.default_rng(0), problem.draw(np.arange(RUNS // PARTS))
    return lambda: [game(rng, mu) for mu in means]


def _workload(
    name: str, says: str, strategy: Strategy, problem: Problem, loops: Mapping[str, Loop], goals: list[Goal]
) -> Workload:
    backends: dict[str, Callable[[], Run]] = {
        "numpy": lambda: _numpy(strategy, problem),
        "numba": lambda: _numba(strategy, problem),
    }
    for label, game in loops.items():
        backends[label] = lambda game=game: _loop(game, problem)  # type: ignore[misc]
    return Workload(
        name, says, backends, goals, tolerance=1e-12, other_results=tuple(loops), parts=dict.fromkeys(loops, PARTS)
    )


WORKLOADS = [
    _workload(
        "bandit eps",
        f"eps-greedy, 0.1, {RUNS} games of {STEPS} steps",
        EpsilonGreedy(0.1),
        Problem(),
        {
            "loop": lambda rng, mu: per_step.epsilon_greedy(rng, mu, STEPS, 0.1),
            "argmax loop": lambda rng, mu: per_step.epsilon_greedy(rng, mu, STEPS, 0.1, "first"),
        },
        [Goal("numpy", "loop", must=150), Goal("numba", "loop", must=500, aim=900)],
    ),
    _workload(
        "bandit ucb",
        f"UCB, c = 2, {RUNS} games of {STEPS} steps",
        UCB(2.0),
        Problem(),
        {
            "loop": lambda rng, mu: per_step.ucb(rng, mu, STEPS, 2.0),
            "argmax loop": lambda rng, mu: per_step.ucb(rng, mu, STEPS, 2.0, "first"),
        },
        [Goal("numpy", "loop", must=150), Goal("numba", "loop", must=700, aim=1300)],
    ),
    _workload(
        "bandit gradient",
        f"gradient bandit, 0.1, {RUNS} games of {STEPS} steps",
        Gradient(0.1),
        Problem(),
        {"loop": lambda rng, mu: per_step.gradient(rng, mu, STEPS, 0.1)},
        [Goal("numpy", "loop", must=80), Goal("numba", "loop", must=150, aim=250)],
    ),
    _workload(
        "bandit thompson",
        f"Thompson sampling on ten coins, {RUNS} games of {STEPS} steps",
        Thompson(),
        Problem("bernoulli"),
        {"loop": lambda rng, mu: per_step.thompson(rng, mu, STEPS)},
        [Goal("numpy", "loop", must=35, aim=60)],
    ),
]

"""Bandits: one pull of each strategy in a testbed of 2000 games of 1000 steps, by backend, and the memory that it takes.

"numpy" and "numba" are ours; "loop" is the Python loop of `implementations.bandits.per_step`, of which 20 games are timed.
A backend that is not installed is n/a. Ratios of backends taken in turns are in `benchmarks.peers`.
"""

from __future__ import annotations

import importlib
import time
from typing import Any

import numpy as np

import implementations.bandits.per_step as _per_step
import implementations.bandits.problems as _problems
import implementations.bandits.strategies as _strategies

_RUNS, _STEPS, _LOOP_RUNS = 2000, 1000, 20
_GAUSSIAN, _BERNOULLI = _problems.Problem(), _problems.Problem("bernoulli")
_CASES: dict[str, tuple[_strategies.Strategy, _problems.Problem, Any]] = {
    "eps-greedy": (
        _strategies.EpsilonGreedy(0.1),
        _GAUSSIAN,
        lambda rng, means: _per_step.epsilon_greedy(rng, means, _STEPS, 0.1),
    ),
    "UCB": (_strategies.UCB(2.0), _GAUSSIAN, lambda rng, means: _per_step.ucb(rng, means, _STEPS, 2.0)),
    "gradient": (_strategies.Gradient(0.1), _GAUSSIAN, lambda rng, means: _per_step.gradient(rng, means, _STEPS, 0.1)),
    "Thompson": (_strategies.Thompson(), _BERNOULLI, lambda rng, means: _per_step.thompson(rng, means, _STEPS)),
}


class Pull:
    """CPU time of one pull; peak memory of a whole testbed."""

    params = (["numpy", "numba", "loop"], list(_CASES))
    param_names = ("backend", "strategy")
    timeout = 300

    def setup(self, backend: str, strategy: str) -> None:
        """Import, compile, warm up."""
        chosen, problem, game = _CASES[strategy]
        self.pulls = (_LOOP_RUNS if backend == "loop" else _RUNS) * _STEPS
        if backend == "loop":
            rng, means = np.random.default_rng(0), problem.draw(np.arange(_LOOP_RUNS))
            self.run: Any = lambda: [game(rng, mu) for mu in means]
            return
        try:
            play = importlib.import_module(f"implementations.bandits.bandits_{backend}").play
        except ImportError as missing:
            raise NotImplementedError(f"{backend} is not installed") from missing
        self.run = lambda: play(chosen, problem, np.arange(_RUNS), _STEPS)
        play(chosen, problem, np.arange(2), 100)

    def track_pull(self, backend: str, strategy: str) -> float:
        """Nanoseconds of CPU a pull, the least of five."""
        seconds = []
        for _ in range(5):
            start = time.process_time()
            self.run()
            seconds.append(time.process_time() - start)
        return min(seconds) / self.pulls * 1e9

    track_pull.unit = "ns"  # type: ignore[attr-defined]

    def peakmem_testbed(self, backend: str, strategy: str) -> None:
        """All games of the testbed; sums and counts only, no (games, steps) array."""
        self.run()

"""CartPole: Q-learning with the printed bins by backend, few and many seeds at once; and the stepper alone.

A package that is not installed is n/a. One thread; packages are imported, and loops compiled, before the clock starts.
"""

from __future__ import annotations

import numpy as np

import benchmarks.workloads_cartpole as _workloads
import implementations.cartpole.dynamics as _dynamics


class QLearning:
    """64 seeds of 200 steps, or 1024 of 64."""

    params = (list(_workloads.WORKLOADS[0].backends), [64, 1024])
    param_names = ("backend", "seeds")

    def setup(self, backend: str, seeds: int) -> None:
        """Prepare the backend and call it once."""
        workload = _workloads.WORKLOADS[0 if seeds == 64 else 1]
        try:
            self._run = workload.backends[backend]()
        except ImportError as missing:
            raise NotImplementedError(f"{backend} is not installed") from missing
        self._run()

    def time_learning(self, backend: str, seeds: int) -> None:
        """All steps of all seeds."""
        self._run()


class Stepper:
    """One step of n carts, and where they end."""

    params = ([1, 64, 1024, 16384],)
    param_names = ("carts",)

    def setup(self, carts: int) -> None:
        """States as they are at the start, and any actions."""
        self._states = _dynamics.start(np.arange(carts))
        self._actions = np.arange(carts) % 2

    def time_step(self, carts: int) -> None:
        """The step and the test for a fall."""
        _dynamics.fallen(_dynamics.step(self._states, self._actions))

"""Policy evaluation, value iteration and Q-learning: the workloads of `workloads_mdp`, by backend.

A library that is not installed is n/a. One thread; libraries are imported, and loops compiled, before the clock starts.
"""

from __future__ import annotations

import benchmarks.workload as _workload
import benchmarks.workloads_mdp as _mdp


class _Work(_workload.Beside):
    """Time of one call; a subclass names its workload and the backends."""

    def time_work(self, backend: str) -> None:
        """The whole of it, the equations' assembly included."""
        self._run()


class Evaluation25(_Work):
    """5 x 5 gridworld, random policy."""

    workload = _mdp.WORKLOADS[0]
    params = (list(workload.backends),)


class Evaluation2500(_Work):
    """50 x 50 gridworld, random policy."""

    workload = _mdp.WORKLOADS[1]
    params = (list(workload.backends),)


class Evaluation250000(_Work):
    """500 x 500 gridworld, random policy."""

    workload = _mdp.WORKLOADS[2]
    params = (list(workload.backends),)


class ValueIteration25(_Work):
    """5 x 5 gridworld."""

    workload = _mdp.WORKLOADS[3]
    params = (list(workload.backends),)


class ValueIteration250000(_Work):
    """500 x 500 gridworld."""

    workload = _mdp.WORKLOADS[4]
    params = (list(workload.backends),)


class CliffWalking(_Work):
    """Q-learning, 1024 seeds, 10 episodes."""

    workload = _mdp.WORKLOADS[5]
    params = (list(workload.backends),)

"""What a speed comparison consists of: one piece of work, done by several libraries, and the ratios it should reach.

A module `benchmarks/workloads_*.py` has a list `WORKLOADS`; `benchmarks.peers` and the asv classes find it there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

Run = Callable[[], Any]  # does the work once and returns its result


@dataclass(frozen=True)
class Goal:
    """A ratio of times, time[slow] / time[fast]: to reach at least, or with `at_most` to stay below."""

    fast: str
    slow: str
    must: float | None = None
    aim: float | None = None
    at_most: bool = False

    def state(self, ratio: float) -> str:
        """ "aim", "must" or "missed": the best of the goals that `ratio` reaches."""
        reached = [
            name
            for name, limit in (("aim", self.aim), ("must", self.must))
            if limit is not None and (ratio <= limit if self.at_most else ratio >= limit)
        ]
        return reached[0] if reached else "missed"


@dataclass(frozen=True)
class Workload:
    """One piece of work. `backends` maps a name to a factory, which imports its library, prepares, and returns the work.

    The results of all backends but those in `other_results` are the same numbers, to `tolerance` relative to the largest.
    `clock` is the processor's; work that other processes or a device do needs `time.perf_counter`.
    A backend too slow for all of the work does one part in `parts[name]` of it a call, and its time is multiplied.
    """

    name: str
    says: str
    backends: Mapping[str, Callable[[], Run]]
    goals: Sequence[Goal]
    tolerance: float
    other_results: Sequence[str] = ()
    clock: Callable[[], float] = time.process_time
    parts: Mapping[str, int] = field(default_factory=dict)


class Beside:
    """What asv's classes share: a subclass names its workload, takes the backends as its parameter, and times ``self._run()``."""

    param_names = ("backend",)
    workload: Workload

    def setup(self, backend: str) -> None:
        """Prepare the backend and call it once; without its library it is n/a."""
        try:
            self._run = self.workload.backends[backend]()
        except ImportError as missing:
            raise NotImplementedError(f"{backend} is not installed") from missing
        self._run()


def one_threaded_tensorflow() -> Any:
    """The tensorflow module, limited to one thread."""
    import tensorflow as tf

    with suppress(RuntimeError):  # already running, from an earlier workload: then it was set there
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    return tf

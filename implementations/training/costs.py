"""What a training step costs, network by network: in turns on one processor, so that whatever else the machine does meets all alike.

The learning runs are no clock for this: days and other work lie between them. Machines differ, the order of the networks should not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from implementations.training.loop import Learner

Array = NDArray[np.float64]
Costs = dict[str, float]


def step_costs(*, seed: int, networks: list[str], rounds: int = 5, steps: int = 2) -> Costs:
    """Processor milliseconds of a step of Adam on 100 digits of noise, for each of the small networks (`runs.NETWORKS`). Needs torch."""
    from implementations.training.learner_torch import TorchLearner
    from implementations.training.runs import NETWORKS

    return in_turns({name: TorchLearner(NETWORKS[name](), seed) for name in networks}, (28, 28, 1), seed, rounds, steps)


def in_turns(
    learners: Mapping[str, Learner],
    shape: tuple[int, ...],
    seed: int,
    rounds: int,
    steps: int,
    clock: Callable[[], float] = time.process_time,
) -> Costs:
    """The median over rounds of the milliseconds of a step: ``steps`` of each learner a round, after a first round that does not count.

    All see the same batch of 100 pictures of noise of that shape.
    """
    random = np.random.default_rng(seed)
    x, y = random.random((100, *shape), dtype=np.float32), random.integers(0, 10, 100)
    spent: dict[str, list[float]] = {name: [] for name in learners}
    for _ in range(rounds + 1):
        for name, learner in learners.items():
            before = clock()
            for _ in range(steps):
                learner.step(x, y)
            spent[name].append(1e3 * (clock() - before) / steps)
    return {name: float(np.median(times[1:])) for name, times in spent.items()}


def two_costs(run: Sequence[Costs], first: str, second: str) -> dict[str, Array]:
    """Two networks' costs of a step, seeds paired."""
    return {"first": _of(run, first), "second": _of(run, second)}


def _of(run: Sequence[Costs], name: str) -> Array:
    return np.array([one[name] for one in run])

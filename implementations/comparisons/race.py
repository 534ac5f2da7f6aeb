"""One seed's race of optimizers: every rule at every step size, same start, same batches, equally many steps. Needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from implementations.datasets.samples import Images
from implementations.training import checkpoints
from implementations.training.loop import Diverged, Plan, evaluate, train
from implementations.training.runs import NETWORKS

RULES = ("sgd", "momentum", "adagrad", "rmsprop", "adam")  # the names of `learner_torch.OPTIMIZERS`
DECADES = (0.001, 0.01, 0.1)  # every rule's default is one of them
LOOKS = 5  # at the validation images, evenly spaced, the last at the end

Race = dict[str, dict[str, Any]]


def default_step_size(rule: str) -> float:
    """The step size that the rule has where none is given: `learner_torch.OPTIMIZERS`."""
    from implementations.training.learner_torch import OPTIMIZERS

    size: float = OPTIMIZERS[rule][1]["lr"]
    return size


def race(
    fit: Images,
    validation: Images,
    test: Images,
    *,
    network: str,
    seed: int,
    steps: int,
    checkpoint: str | None,
    batch: int = 100,
    step_sizes: Sequence[float] = DECADES,
) -> Race:
    """For each rule: ``step_sizes``, the ``default`` among them, ``validation`` curves and ``test`` accuracies.

    ``validation`` has a row a step size and an accuracy a look (``LOOKS``, at ``steps`` / LOOKS, ...), ``test`` an accuracy a
    step size, after the last step; all are 0 where the loss was not finite before. An interrupted race goes on with the
    run that was interrupted. Raises ValueError where a default is missing from the step sizes, or ``steps`` does not divide.
    """
    from implementations.training.learner_torch import TorchLearner

    if steps % LOOKS:
        raise ValueError(f"{steps} steps cannot be looked at {LOOKS} times, evenly")
    defaults = {rule: default_step_size(rule) for rule in RULES}
    if missing := set(defaults.values()) - set(step_sizes):
        raise ValueError(f"the step sizes must hold every rule's default; {sorted(missing)} are missing")
    runs = [(rule, size) for rule in RULES for size in step_sizes]
    folder = Path(checkpoint) if checkpoint is not None else None
    kept = checkpoints.load(folder) if folder is not None else None
    results: list[list[float]] = [] if kept is None else kept[0]["results"].tolist()
    plan = Plan(steps, batch, test_every=steps // LOOKS)
    for rule, size in runs[len(results) :]:
        learner = TorchLearner(NETWORKS[network](), seed, rule, lr=size)
        try:
            curve = train(learner, {"train": fit, "test": validation}, plan, seed)["test_accuracy"]
            results.append([*curve, evaluate(learner, test).accuracy])
        except Diverged:
            results.append([0.0] * (LOOKS + 1))
        if folder is not None:
            checkpoints.save(folder, {"results": np.array(results)}, len(results), len(runs))
    found: Race = {}
    for number, rule in enumerate(RULES):
        rows = results[number * len(step_sizes) :][: len(step_sizes)]
        found[rule] = {
            "step_sizes": list(step_sizes),
            "default": defaults[rule],
            "validation": [row[:-1] for row in rows],
            "test": [row[-1] for row in rows],
        }
    return found

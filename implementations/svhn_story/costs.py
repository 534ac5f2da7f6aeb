"""What a training step of the story's networks costs, on pictures of the stand-in's size."""

from __future__ import annotations

from implementations.svhn_story.lettered import network
from implementations.svhn_story.runs import MAPS, UNITS
from implementations.training.costs import Costs, in_turns


def step_costs(*, seed: int, networks: list[str], rounds: int = 5, steps: int = 2) -> Costs:
    """Processor milliseconds of a step of Adam, for each of the networks (`costs.in_turns`). Needs torch."""
    from implementations.training.learner_torch import TorchLearner

    learners = {name: TorchLearner(network(name, MAPS[name], UNITS), seed) for name in networks}
    return in_turns(learners, (32, 32, 3), seed, rounds, steps)

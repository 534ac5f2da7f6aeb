"""One recorded run of the story on the stand-in: a network, a way to enter the pixels, a rule, a seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from implementations.datasets.samples import Images, training_tensor
from implementations.svhn_story.lettered import network as lettered
from implementations.svhn_story.stand_in import load_stand_in
from implementations.training.batches import batch_indices
from implementations.training.loop import Curves, Plan, train

# An eighth to a quarter of the widths of the networks for SVHN: the effects need the layers, not their widths.
MAPS = {
    "lr": (),
    "cnn_cf": (8,),
    "cnn_cnf": (8,),
    "cnn_cpncpnff": (8, 16),
    "cnn_cpncpnfdf": (8, 16),
}
UNITS = 128
STEPS = 600


def stand_in(
    *,
    network: str,
    seed: int,
    checkpoint: str | None = None,
    optimizer: str = "adam",
    pixels: str = "picture_means",
    steps: int = STEPS,
    pictures: int = 4000,
) -> Curves:
    """The curves of one run of steps of 100 (`loop.train`; its test pictures are the validation set), on a set of the seed's own.

    Also ``largest``, the share of the commonest guess in the recorded training batches, and ``shares``, of the ten classes in the
    validation set. Needs torch.
    """
    images = {"train": load_stand_in("train", pictures, seed=seed), "test": load_stand_in("test", seed=seed)}
    plan = Plan(steps, test_every=100)
    learner = _learner(images["train"], network, seed, optimizer, pixels)
    curves = train(learner, images, plan, seed, Path(checkpoint) if checkpoint else None)
    return {**curves, "largest": learner.largest[:: plan.train_every], "shares": _shares(images["test"])}


def first_nan(
    *, network: str, seed: int, loss: str, optimizer: str = "sgd", pixels: str = "raw", steps: int = 20
) -> dict[str, Any]:
    """How many steps the loss stayed a finite number: ``steps`` of them where it never failed. Needs torch."""
    images = load_stand_in("train", 500, seed=seed)
    learner = _learner(images, network, seed, optimizer, pixels, loss=loss)
    labels = images.y.astype(np.int64)
    for step in range(steps):
        index = batch_indices(seed, step, 100, len(images))
        value, _ = learner.step(training_tensor(images.x[index]), labels[index])
        if not np.isfinite(value):
            return {"finite": step, "loss": str(value)}
    return {"finite": steps, "loss": "finite"}


def _learner(images: Images, network: str, seed: int, optimizer: str, pixels: str, **settings: Any) -> Any:
    from implementations.svhn_story.learner_torch import StoryLearner

    means = training_tensor(images.x).mean(axis=(0, 1, 2), dtype=np.float64)
    table = lettered(network, MAPS[network], UNITS)
    return StoryLearner(table, seed, optimizer, pixels=pixels, set_means=means, **settings)  # type: ignore[arg-type]


def _shares(images: Images) -> list[float]:
    return [float(share) for share in np.bincount(images.y, minlength=len(images.classes)) / len(images)]

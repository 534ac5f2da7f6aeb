"""The recorded runs on SVHN itself: the slides' lengths, and 2,500 of the training digits held out.

The slides say neither how large their validation set is nor where it comes from. Their validation accuracies are all multiples of 1 / 2500
(`printed.smallest_set`); here the last 2,500 digits of the training file are held out. Widths are the catalogue's.
"""

from __future__ import annotations

from pathlib import Path

from implementations.datasets.samples import Images
from implementations.datasets.svhn import load_svhn
from implementations.svhn_story.lettered import network as lettered
from implementations.training.loop import Curves, Plan, train

MAPS = {
    "lr": (),
    "cnn_cf": (64,),
    "cnn_cnf": (64,),
    "cnn_cpncpnff": (32, 64),
    "cnn_cpncpnfdf": (32, 64),
}
UNITS = 1024
VALIDATION = 2500


def svhn(
    *,
    network: str,
    seed: int,
    checkpoint: str | None = None,
    optimizer: str = "adam",
    pixels: str = "picture_means",
    steps: int = 20_001,
) -> Curves:
    """The curves of one run of steps of 100 (`loop.train`; its test pictures are the validation set). Needs torch and SVHN."""
    from implementations.svhn_story.learner_torch import StoryLearner

    images = held_out(load_svhn("train"))
    plan = Plan(steps, train_every=100, test_every=100)
    learner = StoryLearner(lettered(network, MAPS[network], UNITS), seed, optimizer, pixels=pixels)  # type: ignore[arg-type]
    return train(learner, images, plan, seed, Path(checkpoint) if checkpoint else None)


def held_out(images: Images, count: int = VALIDATION) -> dict[str, Images]:
    """All but the last ``count`` pictures as "train", and those as "test"."""
    return {
        "train": images.first(len(images) - count),
        "test": Images(images.x[-count:], images.y[-count:], images.classes),
    }

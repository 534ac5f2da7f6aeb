"""Recorded runs on CIFAR-10: plain and residual networks of 20 and 56 layers, at the paper's length and at one that a processor manages."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.cifar import load_cifar10, load_cifar10_jpeg, load_cifar10_subset
from implementations.datasets.samples import Images, training_tensor
from implementations.networks.resnet import plain20, plain56, resnet20, resnet56
from implementations.training.loop import Curves, Plan, train

NETWORKS = {make.__name__: make for make in (plain20, plain56, resnet20, resnet56)}
LOADERS = {"cifar10": load_cifar10, "cifar10-jpeg": load_cifar10_jpeg, "cifar10-subset": load_cifar10_subset}
Data = Literal["cifar10", "cifar10-jpeg", "cifar10-subset"]


def halved(images: Images) -> Images:
    """Pictures of half the height and width: the mean of every four pixels, rounded; sixteen bits hold the sums."""
    n, height, width, channels = images.x.shape
    fours: NDArray[np.uint16] = images.x.reshape(n, height // 2, 2, width // 2, 2, channels).sum(
        axis=(2, 4), dtype=np.uint16
    )
    return Images(((fours + 2) // 4).astype(np.uint8), images.y, images.classes)


def cifar(
    *,
    network: str,
    seed: int,
    data: Data,
    steps: int = 64_000,
    drops: tuple[int, ...] | list[int] = (32_000, 48_000),
    half: bool = False,
    augment: bool = True,
    device: str = "cpu",
    checkpoint: str | None = None,
) -> Curves:
    """The curves of one run (`training.loop.train`): batches of 128, momentum 0.9, decay 1e-4, step size 0.1. Needs torch.

    ``half`` takes pictures of 16 x 16 pixels. The test pictures are looked at eight times.
    """
    from implementations.depth.learner_torch import ResidualLearner

    images = {"train": LOADERS[data]("train"), "test": LOADERS[data]("test")}
    if half:
        images = {name: halved(one) for name, one in images.items()}
    mean = training_tensor(images["train"].x).mean(axis=0)
    table = NETWORKS[network](size=16 if half else 32)
    learner = ResidualLearner(table, seed, mean, drops=tuple(drops), augment=augment, device=device)
    plan = Plan(steps, 128, test_every=max(steps // 8, 1))
    return train(learner, images, plan, seed, Path(checkpoint) if checkpoint else None)

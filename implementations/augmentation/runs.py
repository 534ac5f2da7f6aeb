"""One recorded run on drawn digits: the same network, steps and rule on each kind of data."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.augmentation.augmentation_numpy import randomly_mirrored, randomly_shifted
from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import Split, training_tensor
from implementations.networks.table import Activation, Dense, Network
from implementations.streams import streams_numpy as streams
from implementations.training.batches import batch_indices
from implementations.training.learner_numpy import NumpyLearner

Array = NDArray[Any]
Labels = NDArray[np.int64]
Found = dict[str, dict[str, float]]
Change = Callable[[Array, int, int], Array]
MLP = Network(
    "mlp_32", "784-32-10", "siggraph-ml-9, Summary (Practice)", (784,),
    (Dense("fc1", 32), Activation("relu"), Dense("fc2", 10)),
)  # fmt: skip
POOL, TEST, BATCH = 2_000, 1_000, 50
COMMON = 5  # digits below are the common ones of biased images
CHOICE = 1 << 26  # the stream of which images of the pool a seed gets
CHANGES: dict[str, Change | None] = {"plain": None, "shifted": randomly_shifted, "mirrored": randomly_mirrored}


def on_glyphs(
    *,
    seed: int,
    checkpoint: str | None = None,
    images: tuple[int, ...] = (200, 2_000),
    kinds: tuple[str, ...] = ("plain",),
    steps: int = 300,
) -> Found:
    """For each kind of data, test accuracies by number of images: ``"200"``, and on the digits from 5 on alone ``"200 rare"``.

    Kinds are ``CHANGES`` and ``"biased"``. Each seed has images of its own from 2,000. About a second, so ``checkpoint`` is not used.
    """
    found: Found = {kind: {} for kind in kinds}
    x, y = _digits("train", POOL)
    order = streams.permutation([seed], 0, POOL, stream=CHOICE)[0]
    for kind in kinds:
        for count in images:
            chosen = biased(order, y, count) if kind == "biased" else order[:count]
            right = _right_answers(x[chosen], y[chosen], CHANGES.get(kind), seed, steps)
            rare = _digits("test", TEST)[1] >= COMMON
            found[kind] |= {str(count): float(right.mean()), f"{count} rare": float(right[rare].mean())}
    return found


def biased(order: NDArray[np.int64], y: Labels, count: int, share: float = 0.05) -> NDArray[np.int64]:
    """The first ``count`` images in this order of which a ``share`` shows one of the rare digits. Raises ValueError for want of them."""
    rare = round(share * count)
    few, many = order[y[order] >= COMMON][:rare], order[y[order] < COMMON][: count - rare]
    if len(few) + len(many) < count:
        raise ValueError(f"{len(order)} images do not hold {count} biased ones")
    return np.concatenate([few, many])


def _right_answers(x: Array, y: Labels, change: Change | None, seed: int, steps: int) -> NDArray[np.bool_]:
    learner = NumpyLearner(MLP, seed)
    for step in range(steps):
        index = batch_indices(seed, step, BATCH, len(x))
        batch = x[index] if change is None else change(x[index], seed, step)
        learner.step(batch, y[index])
    pictures, labels = _digits("test", TEST)
    return np.asarray(learner.logits(pictures).argmax(axis=1) == labels)


@cache
def _digits(split: Split, count: int) -> tuple[Array, Labels]:
    images = load_glyphs(split, count)
    return training_tensor(images.x)[..., 0], images.y.astype(np.int64)

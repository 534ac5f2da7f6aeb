"""One recorded run on drawn digits, in NumPy: 0 to 4 first, then 5 to 9."""

from __future__ import annotations

from functools import cache
from typing import Any

from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import Split, training_tensor
from implementations.transfer import backend_numpy
from implementations.transfer.bodies import dense_body
from implementations.transfer.retraining import Arms, Task, compare, shuffled_order, task

SOURCE, TARGET = (0, 1, 2, 3, 4), (5, 6, 7, 8, 9)


def on_glyphs(*, seed: int, checkpoint: str | None = None, **settings: Any) -> Arms:
    """Test accuracies on 5 to 9 by arm and number of labels (`retraining.compare`), from a one-layer body.

    About 1,000 source images and 500 test images, the same for all seeds; each seed has labelled images of its own, first
    weights and batches. Takes seconds, so ``checkpoint`` is not used.
    """
    source = _task("train", 2_000, SOURCE, 0)
    target, test = _task("train", 2_000, TARGET, 0), _task("test", 1_000, TARGET, 0)
    target = shuffled_order(target, seed)  # labelled images of the seed's own
    constants = {"source_steps": 200, "steps": 300, "head_steps": 1_000, **settings}
    return compare(backend_numpy, dense_body(), source, target, test, seed, **constants)


@cache
def _task(split: Split, count: int, digits: tuple[int, ...], seed: int) -> Task:
    images = load_glyphs(split, count, seed=seed)
    return task(training_tensor(images.x).reshape(count, -1), images.y, digits)

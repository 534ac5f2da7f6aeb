"""One recorded run on MNIST, in PyTorch: 0 to 4 first, then 5 to 9. A module of its own: its records do not depend on the drawn digits."""

from __future__ import annotations

from functools import cache
from typing import Any

from implementations.datasets.mnist import load_mnist
from implementations.datasets.samples import Split, training_tensor
from implementations.transfer.bodies import convolutional_body
from implementations.transfer.retraining import Arms, Task, compare, shuffled_order, task

SOURCE, TARGET = (0, 1, 2, 3, 4), (5, 6, 7, 8, 9)


def on_mnist(*, seed: int, checkpoint: str | None = None, **settings: Any) -> Arms:
    """Test accuracies on 5 to 9 by arm and number of labels (`retraining.compare`), from a body of two convolutions.

    The 0 to 4 of the first 20,000 training digits (about 10,000), the 5 to 9 of the first 4,000 test digits (about 1,900); each seed
    has labelled images of its own among the 5 to 9 of those 20,000. Needs torch. Half a minute, so ``checkpoint`` is not used.
    """
    from implementations.transfer import backend_torch

    source, test = _task("train", 20_000, SOURCE), _task("test", 4_000, TARGET)
    target = shuffled_order(_task("train", 20_000, TARGET), seed)
    constants = {"source_steps": 300, "steps": 300, "head_steps": 2_000, "counts": (1, 5, 50), **settings}
    return compare(backend_torch, convolutional_body(), source, target, test, seed, **constants)


@cache
def _task(split: Split, count: int, digits: tuple[int, ...]) -> Task:
    images = load_mnist(split).first(count)
    return task(training_tensor(images.x), images.y, digits)

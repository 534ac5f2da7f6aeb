"""Which images a step sees: a function of the seed and the step alone, so an interrupted run goes on with the same batches."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams

ORDER = 1 << 20  # the stream of the orders, far from those of the weights: one a parameter


@lru_cache(maxsize=2)
def epoch_order(seed: int, epoch: int, images: int) -> NDArray[np.int64]:
    """The order in which an epoch sees its images, (images,): a random one for each seed and epoch, not to be written to."""
    order: NDArray[np.int64] = streams.permutation(np.array([seed]), epoch, images, stream=ORDER)[0]
    order.flags.writeable = False
    return order


def batch_indices(seed: int, step: int, batch: int, images: int) -> NDArray[np.int64]:
    """The images of step ``step`` (from 0), (batch,): successive pieces of the epochs' orders.

    What is left of an epoch that the batch does not divide begins the next one's first batch, so no image is left out.
    Raises ValueError unless 1 <= batch <= images.
    """
    if not 1 <= batch <= images:
        raise ValueError(f"a batch of {batch} from {images} images")
    epoch, start = divmod(step * batch, images)
    head = epoch_order(seed, epoch, images)[start : start + batch]
    if len(head) == batch:
        return head
    return np.concatenate([head, epoch_order(seed, epoch + 1, images)[: batch - len(head)]])

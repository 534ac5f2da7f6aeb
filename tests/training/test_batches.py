"""Which images a step sees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.training.batches import batch_indices


@given(st.integers(0, 2**31), st.integers(1, 60), st.data())
def test_every_epoch_sees_every_image_once(seed: int, images: int, data: st.DataObject) -> None:
    """Laid end to end, the batches are one random order of the images after another, whatever the batch size."""
    batch = data.draw(st.integers(1, images))
    steps = -(-3 * images // batch)
    seen = np.concatenate([batch_indices(seed, step, batch, images) for step in range(steps)])

    for epoch in range(3):
        assert sorted(seen[epoch * images : (epoch + 1) * images]) == list(range(images))


def test_epochs_and_seeds_have_orders_of_their_own() -> None:
    """Neither the next epoch nor the next seed sees the images in the same order."""
    first, next_epoch, next_seed = (batch_indices(*at, 100, 100).tolist() for at in ((0, 0), (0, 1), (1, 0)))
    assert first != next_epoch
    assert first != next_seed


@pytest.mark.parametrize("batch", [0, 11])
def test_a_batch_that_cannot_be_is_refused(batch: int) -> None:
    """None at all, or more than there are."""
    with pytest.raises(ValueError, match=f"a batch of {batch} from 10 images"):
        batch_indices(0, 0, batch, 10)

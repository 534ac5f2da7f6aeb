"""What readouts of pooled maps can fit: ranks against least squares, the closed form against the steps."""

from __future__ import annotations

import numpy as np
import pytest

from implementations.comparisons import capacity
from implementations.comparisons.capacity import labels_that_can_be_fit, maps, random_labels_fitted, readout_lags
from implementations.comparisons.pooling import random_labels
from implementations.datasets.glyphs import load_glyphs


def test_maps_are_what_the_pooling_leaves() -> None:
    """64 maps of 28 x 28, of 14 x 14, of one: and pooled values are the maxima of those that are not."""
    images = load_glyphs("train", 3)
    bare, pooled = maps(images, 1), maps(images, 2)
    assert [maps(images, pool).shape for pool in (1, 2, 28)] == [(3, 50176), (3, 12544), (3, 64)]
    windows = bare.reshape(3, 14, 2, 14, 2, 64).max(axis=(2, 4))
    np.testing.assert_allclose(pooled.reshape(3, 14, 14, 64), windows, atol=1e-12)


def test_independent_maps_can_be_given_any_labels() -> None:
    """Least squares on the pooled maps of thirty digits reproduces arbitrary numbers; pooled whole, those of 100 digits are dependent."""
    h = maps(load_glyphs("train", 30, seed=capacity.SEED), 2)
    y = np.cos(np.arange(30.0))
    np.testing.assert_allclose(h @ np.linalg.lstsq(h, y, rcond=None)[0], y, atol=1e-8)
    assert labels_that_can_be_fit(2, 30) == 30
    assert labels_that_can_be_fit(28, 100) == 64


@pytest.mark.parametrize("pool", [1, 2])
def test_the_closed_form_is_the_steps(pool: int) -> None:
    """Forty steps of gradient descent on the readout have as many labels right."""
    drawn = random_labels(load_glyphs("train", 60, seed=capacity.SEED), capacity.SEED)
    h, wanted = maps(drawn, pool), np.eye(10)[drawn.y] - 0.1
    w, step_size = np.zeros((h.shape[1], 10)), 1 / np.linalg.norm(h @ h.T, 2)
    for _ in range(40):
        w += step_size * h.T @ (wanted - h @ w)
    assert random_labels_fitted(pool, 60, 40) == pytest.approx(np.mean((h @ w).argmax(axis=1) == drawn.y), abs=1e-12)


def test_pooled_readouts_lag_and_arrive() -> None:
    """After a hundred steps the pooled one has fewer labels of a hundred; after very many both have all."""
    assert readout_lags(100, 100) > 0
    assert random_labels_fitted(2, 100, 10**6) == random_labels_fitted(1, 100, 10**6) == 1

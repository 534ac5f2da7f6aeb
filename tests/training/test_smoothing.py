"""TensorBoard's smoothing."""

from __future__ import annotations

import numpy as np
import pytest

from implementations.training.smoothing import smoothed


def test_it_is_the_recursion_freed_of_its_start() -> None:
    """Against the recursion and its correction, one value after another."""
    values = np.random.default_rng(0).normal(size=(3, 40))
    for weight in (0.0, 0.6, 0.99):
        state, by_hand = np.zeros(3), []
        for t in range(40):
            state = weight * state + (1 - weight) * values[:, t]
            by_hand.append(state / (1 - weight ** (t + 1)))
        np.testing.assert_allclose(smoothed(values, weight), np.stack(by_hand, axis=1), rtol=1e-12)


def test_a_constant_stays_and_the_first_value_is_shown() -> None:
    """No pull towards zero at the start."""
    np.testing.assert_allclose(smoothed(np.full(20, 0.7), 0.9), 0.7, rtol=1e-12)
    assert smoothed(np.array([3.0, 5.0]), 0.9)[0] == pytest.approx(3.0, rel=1e-14)


@pytest.mark.parametrize("weight", [-0.1, 1.0])
def test_a_weight_that_cannot_be_is_refused(weight: float) -> None:
    """At 1 nothing would ever be shown."""
    with pytest.raises(ValueError, match="weight"):
        smoothed(np.zeros(3), weight)

"""The networks with a seeds axis: gradients by the complex step, one step of Adam, seeds that do not touch each other."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from implementations.generalisation.replicas import (
    Digits,
    accuracy,
    gradient,
    logits,
    own_digits,
    parts,
    start,
    training,
)
from implementations.generalisation.width import by_width, relabelled, stopping_optimism

SEEDS = np.array([2, 7])
WIDTH = 6


@pytest.fixture(scope="module")
def digits() -> Digits:
    """Forty drawn digits for each of two seeds."""
    return own_digits(SEEDS, 40)


def loss(theta: NDArray[Any], x: NDArray[Any], y: NDArray[np.int64]) -> float:
    """Mean cross-entropy of one seed's network in double precision, written out once more."""
    w1, b1, w2, b2 = parts(theta[None], WIDTH)
    z = np.maximum(x @ w1[0] + b1[0], 0) @ w2[0] + b2[0]
    return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]))


def test_the_gradient_is_that_of_the_loss(digits: Digits) -> None:
    """Along random directions, by central differences in double precision, for each seed."""
    theta: NDArray[Any] = start(SEEDS, WIDTH).astype(np.float64)
    x: NDArray[Any] = digits.x.astype(np.float64)
    found = gradient(theta, x, digits.y, WIDTH)
    generator = np.random.default_rng(0)
    for seed in range(2):
        for _ in range(5):
            way = generator.normal(size=(theta.shape[1],))
            way /= np.linalg.norm(way)
            ahead, behind = (loss(theta[seed] + h * way, x[seed], digits.y[seed]) for h in (1e-5, -1e-5))
            assert (ahead - behind) / 2e-5 == pytest.approx(float(found[seed] @ way), rel=1e-4, abs=1e-7)


def test_the_first_step_of_adam_moves_every_weight_by_the_step_size(digits: Digits) -> None:
    """Adam's first step is alpha times the sign of the gradient, where that is not tiny."""
    first, second = islice(training(SEEDS, digits, WIDTH), 2)
    moved = np.abs(second - first)
    assert moved.max() == pytest.approx(0.001, rel=1e-3)
    assert (np.abs(moved - 0.001) < 1e-5).mean() > 0.5


def test_a_seed_trains_alone_as_in_company(digits: Digits) -> None:
    """After twenty steps the second seed's parameters are to the last bit those that it has on its own."""
    together = next(islice(training(SEEDS, digits, WIDTH), 20, None))
    alone = next(islice(training(SEEDS[1:], own_digits(SEEDS[1:], 40), WIDTH), 20, None))
    np.testing.assert_array_equal(together[1], alone[0])


def test_training_learns_its_images(digits: Digits) -> None:
    """From chance to nearly all of forty images."""
    walk = training(SEEDS, digits, 32)
    assert accuracy(next(walk), digits, 32).max() < 0.5
    assert accuracy(next(islice(walk, 300, None)), digits, 32).min() > 0.95


def test_accuracy_counts_the_largest_logit(digits: Digits) -> None:
    """As a loop over the images does."""
    theta = start(SEEDS, WIDTH)
    z = logits(theta, digits.x, WIDTH)
    by_hand = [np.mean([np.argmax(z[s, i]) == digits.y[s, i] for i in range(40)]) for s in range(2)]
    np.testing.assert_allclose(accuracy(theta, digits, WIDTH), by_hand)


def test_random_labels_come_in_their_share() -> None:
    """None, all drawn anew, or about half of them: and the images stay."""
    data = own_digits(SEEDS, 400)
    assert np.array_equal(relabelled(SEEDS, data, 0.0).y, data.y)
    changed = (relabelled(SEEDS, data, 0.5).y != data.y).mean()
    assert 0.35 < changed < 0.55  # half are drawn anew, a tenth of these hit the old label
    with pytest.raises(ValueError, match="share"):
        relabelled(SEEDS, data, 1.5)


def test_one_unit_is_too_narrow() -> None:
    """A single unit leaves far more training images wrong than sixteen do."""
    found = by_width(SEEDS, (1, 16), images=100, steps=200)
    assert found["1"]["train"].max() < found["16"]["train"].min()
    with pytest.raises(ValueError, match="width"):
        start(SEEDS, 0)


def test_the_reported_set_decides_the_sign() -> None:
    """What one set flatters by is what the other is behind by."""
    np.testing.assert_array_equal(stopping_optimism(SEEDS), -stopping_optimism(SEEDS, "fresh"))

"""Crafted changes: the closed form asked of a linear program, the gradient of other programs, and the properties of a change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from implementations.adversarial import runs
from implementations.adversarial.adversarial_numpy import fgsm, input_gradient, random_signs, worst_margin
from implementations.adversarial.attacks import CHANGES, EPSILONS, attacks
from implementations.adversarial.experiments import (
    accuracy_lost,
    accuracy_under,
    crafted_and_random,
    fall_beside_the_worst,
)
from implementations.adversarial.figures import curves, pictures
from implementations.networks.small import cnn_cf
from implementations.networks.table import Activation, Conv, Dense, Flatten, Network
from implementations.networks.weights import random_weights

LINEAR = Network("linear", "", "", (6,), (Dense("fc", 4),))
DEEP = Network("deep", "", "", (5, 5, 1), (Conv("c", 2, 3), Activation("tanh"), Flatten(), Dense("fc", 4)))


def linear_problem(seed: int) -> tuple[Any, Any, Any, Any]:
    """Kernel (6, 4), bias (4,), eight images (8, 6) in [0, 1], some pixels at its ends, and their labels."""
    rng = np.random.default_rng(seed)
    x = np.clip(rng.uniform(-0.3, 1.3, (8, 6)), 0, 1)
    return rng.normal(size=(6, 4)), rng.normal(size=4), x, rng.integers(0, 4, 8)


@given(seed=st.integers(0, 10**6), epsilon=st.floats(0, 1.5))
def test_the_worst_margin_is_that_of_a_linear_program(seed: int, epsilon: float) -> None:
    """Minimising z_y - z_j over the box of allowed images, for each other class, gives the closed form."""
    kernel, bias, x, y = linear_problem(seed)
    found = worst_margin(kernel, bias, x, y, epsilon)
    for i, label in enumerate(y[:2]):
        box = np.stack([np.maximum(x[i] - epsilon, 0), np.minimum(x[i] + epsilon, 1)], axis=1)
        solved = [
            linprog(kernel[:, label] - kernel[:, j], bounds=box).fun + bias[label] - bias[j]
            for j in range(4)
            if j != label
        ]
        assert found[i] == pytest.approx(min(solved), abs=1e-9)


@given(seed=st.integers(0, 10**6), epsilon=st.floats(0, 1.5))
def test_nothing_that_survives_every_change_falls_to_a_crafted_or_random_one(seed: int, epsilon: float) -> None:
    """A positive worst margin is a certificate; without a change it is the margin itself."""
    kernel, bias, x, y = linear_problem(seed)
    weights = {"fc/kernel": kernel, "fc/bias": bias}
    certain = worst_margin(kernel, bias, x, y, epsilon) > 1e-12
    for direction in (input_gradient(LINEAR, weights, x, y), random_signs(seed, x.shape)):
        z = fgsm(x, direction, epsilon) @ kernel + bias
        assert ((z.argmax(axis=1) == y) | ~certain).all()
    z = x @ kernel + bias
    others = np.where(np.eye(4, dtype=bool)[y], -np.inf, z).max(axis=1)
    np.testing.assert_allclose(worst_margin(kernel, bias, x, y, 0.0), z[np.arange(8), y] - others)


def test_the_gradient_by_the_image_is_that_of_finite_differences() -> None:
    """Central differences of the cross-entropy, image by image, for a network with a convolution."""
    weights = random_weights(DEEP, 3)
    rng = np.random.default_rng(0)
    x, y = rng.uniform(size=(3, 5, 5, 1)), np.array([0, 3, 1])
    found = input_gradient(DEEP, weights, x, y)

    from implementations.losses.losses_numpy import sparse_cross_entropy_from_logits
    from implementations.networks.networks_numpy import forward

    for place in np.ndindex(5, 5):
        h = np.zeros((1, 5, 5, 1))
        h[0, place[0], place[1], 0] = 1e-5
        up, down = (sparse_cross_entropy_from_logits(y, forward(DEEP, weights, x + s * h).output) for s in (1, -1))
        np.testing.assert_allclose(found[:, place[0], place[1], 0], (up - down) / 2e-5, atol=1e-8)


def test_torch_has_the_same_gradient_in_any_batches() -> None:
    """Autograd through the torch module against our backward pass, with a batch that does not divide the images."""
    torch = pytest.importorskip("torch")
    from implementations.adversarial import adversarial_torch
    from implementations.networks.networks_torch import build

    network = cnn_cf()
    weights = random_weights(network, 1)
    rng = np.random.default_rng(1)
    x, y = rng.uniform(size=(5, 28, 28, 1)), rng.integers(0, 10, 5)
    theirs = adversarial_torch.input_gradient(build(network, weights, torch.float64), x, y, batch=2)
    ours = input_gradient(network, weights, x, y)
    np.testing.assert_allclose(theirs, ours, atol=1e-12 * np.abs(ours).max() + 1e-15)


@given(seed=st.integers(0, 10**6), epsilon=st.floats(0, 2))
def test_a_change_is_no_larger_than_epsilon_and_leaves_an_image(seed: int, epsilon: float) -> None:
    """Pixels stay in [0, 1] and within epsilon of what they were; exactly epsilon away where that is inside."""
    rng = np.random.default_rng(seed)
    x, gradient = rng.uniform(size=(4, 9)), rng.normal(size=(4, 9))
    changed = fgsm(x, gradient, epsilon)
    assert changed.min() >= 0 and changed.max() <= 1
    assert np.abs(changed - x).max() <= epsilon + 1e-15
    free = (x > epsilon) & (x < 1 - epsilon)
    np.testing.assert_allclose((changed - x)[free], (epsilon * np.sign(gradient))[free], atol=1e-15)


def test_a_change_keeps_the_type_and_what_has_no_gradient() -> None:
    """float32 stays float32, a pixel without gradient stays as it is, and a negative size is refused."""
    x = np.full((1, 3), 0.5, np.float32)
    changed = fgsm(x, np.array([[0.0, 1.0, -1.0]]), 0.1)
    assert changed.dtype == np.float32
    np.testing.assert_allclose(changed, [[0.5, 0.6, 0.4]], rtol=1e-6)
    with pytest.raises(ValueError, match="at least 0"):
        fgsm(x, x, -0.1)


def test_random_signs_are_fair_and_the_seeds_own() -> None:
    """Plus and minus one in equal shares within five standard errors, other ones for another seed."""
    signs = random_signs(0, (200, 100))
    assert set(np.unique(signs)) == {-1, 1}
    assert abs(signs.mean()) < 5 / np.sqrt(signs.size)
    assert abs((signs * random_signs(1, (200, 100))).mean()) < 5 / np.sqrt(signs.size)


@pytest.mark.parametrize("epsilon", [0.01, 0.1, 0.19])
def test_the_sign_step_takes_epsilon_times_the_l1_norm(epsilon: float) -> None:
    """To rounding; a random change takes far less, and a step along the gradient itself less too."""
    assert fall_beside_the_worst(epsilon) < 1e-12
    assert fall_beside_the_worst(epsilon, "gradient") > 0.5
    assert fall_beside_the_worst(epsilon, "random") > 0.9
    with pytest.raises(ValueError, match="sideways"):
        fall_beside_the_worst(epsilon, "sideways")


def test_attacks_follow_the_gradient_that_they_are_given() -> None:
    """On a classifier by one pixel: uphill flips all digits at the distance to the boundary, downhill none, and lists are by epsilon."""
    x = np.full((40, 2), 0.5, np.float32)
    x[:, 0] += np.where(np.arange(40) % 2, 0.12, -0.12).astype(np.float32)
    y = np.arange(40) % 2
    slope = np.stack([np.where(y, -1.0, 1.0), np.zeros(40)], axis=1)
    found = attacks(lambda a: np.stack([0.5 - a[:, 0], a[:, 0] - 0.5], axis=1), lambda a, b: slope, x, y, 0)
    assert set(found) == {"epsilon", *CHANGES}
    assert found["crafted"] == [float(epsilon < 0.12) for epsilon in EPSILONS]
    assert found["opposite"] == [1.0] * len(EPSILONS)
    assert 0.2 < found["random"][EPSILONS.index(0.15)] < 0.8


def test_a_recorded_run_is_consistent_with_its_certificate() -> None:
    """Logistic regression: without a change all rows agree; what survives every change is at most what survives the crafted one."""
    run = runs.on_glyphs(network="lr", seed=5, steps=60)
    assert run["crafted"][0] == run["random"][0] == run["opposite"][0] == run["worst"][0]
    assert all(worst <= crafted for worst, crafted in zip(run["worst"], run["crafted"], strict=True))
    assert run["worst"] == sorted(run["worst"], reverse=True)
    assert run == runs.on_glyphs(network="lr", seed=5, steps=60)


def test_measures_read_the_recorded_lists() -> None:
    """Of two invented seeds: the entry of the named change at the named size, and its distance to the clean one."""
    runs_ = [
        {"epsilon": [0.0, 0.1], "crafted": [0.9, 0.2], "random": [0.9, 0.8], "opposite": [0.9, 1.0]},
        {"epsilon": [0.0, 0.1], "crafted": [0.8, 0.1], "random": [0.8, 0.75], "opposite": [0.8, 1.0]},
    ]
    np.testing.assert_allclose(accuracy_under(runs_), [0.2, 0.1])
    np.testing.assert_allclose(accuracy_lost(runs_), [0.1, 0.05])
    both = crafted_and_random(runs_)
    np.testing.assert_allclose(both["crafted"], [0.2, 0.1])
    np.testing.assert_allclose(both["random"], [0.8, 0.75])
    panel = curves(some_network=runs_)["panels"][0]
    assert panel["title"] == "some network"
    assert [one["y"] for one in panel["series"]] == [[0.85, 0.15], [0.85, 0.775], [0.85, 1.0]]


def test_the_pictured_digit_is_within_epsilon() -> None:
    """Four heat fields; the last is the crafted picture less the plain one, nowhere larger than epsilon."""
    fields = [np.array(panel["field"]["z"]) for panel in pictures(0.1)["panels"]]
    assert [field.shape for field in fields] == [(28, 28)] * 4
    np.testing.assert_allclose(fields[2] - fields[0], fields[3], atol=2e-3)
    assert np.abs(fields[3]).max() == pytest.approx(0.1, abs=1e-3)
    with pytest.raises(ValueError, match="flips none"):
        pictures(0.0)

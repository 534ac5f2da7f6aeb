"""The shallow family in the deep one, auxiliary heads, and the paper's learner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from implementations.datasets.samples import Images
from implementations.depth import experiments_cifar, experiments_networks, heads
from implementations.depth.inside import deeper, difference
from implementations.networks.networks_numpy import forward
from implementations.networks.resnet import plain20, plain56
from implementations.networks.weights import random_weights

SEEDS = np.arange(4)


def test_made_network_is_the_catalogues_and_computes_the_same_of_any_picture() -> None:
    """Weights of plain56 by construction: on a picture of large and negative pixels the outputs are those of plain20, bit for bit."""
    weights = random_weights(plain20(size=8), 7)
    made = deeper(weights, residual=False, size=8)
    x = 50 * np.random.default_rng(0).normal(size=(2, 8, 8, 3))
    np.testing.assert_array_equal(forward(plain56(size=8), made, x).output, forward(plain20(size=8), weights, x).output)
    assert all(np.array_equal(made[name], weights[name]) for name in weights)


@pytest.mark.parametrize(
    ("residual", "other_batch", "same"), [(False, False, True), (False, True, False), (True, True, True)]
)
def test_in_training_only_residual_families_are_nested_for_every_batch(
    residual: bool, other_batch: bool, same: bool
) -> None:
    """Plain: equal on the batch that the weights were made for, a third of a deviation off on another. Residual: equal."""
    found = difference(residual=residual, training=True, other_batch=other_batch)
    assert found < 1e-12 if same else 0.1 < found < 1


@pytest.mark.parametrize("network", ["plain20", "resnet20"])
def test_growth_of_the_gradient_is_that_of_the_networks_cut_in_two(network: str) -> None:
    """torch's gradients at the first and last unit against those that the NumPy network has for its own two parts."""
    pytest.importorskip("torch")
    ours = experiments_networks.decades(SEEDS[:2], network=network, size=8)
    np.testing.assert_allclose(ours, experiments_networks.by_numpy(SEEDS[:2], network=network, size=8), atol=0.02)


def test_backend_is_named() -> None:
    """An unknown backend is refused by name."""
    with pytest.raises(ValueError, match="jax"):
        difference(backend="jax")


@pytest.mark.parametrize("normalised", [False, True])
def test_heads_are_those_of_autograd(normalised: bool) -> None:
    """Norms with and without heads agree with one loss of three terms, differentiated by torch."""
    pytest.importorskip("torch")
    settings: Any = {"layers": 6, "width": 9, "normalised": normalised, "gain": 1.0}
    ours, theirs = heads.perceptron(SEEDS, **settings), heads.perceptron_by_autograd(SEEDS, **settings)
    for name in ("with", "without"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-9)
    assert (ours["with"] != ours["without"]).all()


def test_heads_of_no_weight_change_nothing() -> None:
    """With weight 0 the norms are equal."""
    found = heads.perceptron(SEEDS, layers=6, weight=0.0)
    np.testing.assert_array_equal(found["with"], found["without"])


def test_pictures_are_moved_and_mirrored_whole() -> None:
    """Every augmented picture is a window of the padded one or of its mirror image; all moves come up; a step repeats itself."""
    pytest.importorskip("torch")
    from implementations.depth.learner_torch import PAD, moved_and_mirrored

    x = np.random.default_rng(0).normal(size=(200, 6, 6, 3)).astype(np.float32)
    found = moved_and_mirrored(x, 3, 5)
    np.testing.assert_array_equal(found, moved_and_mirrored(x, 3, 5))
    assert not np.array_equal(found, moved_and_mirrored(x, 3, 6))
    padded = np.pad(x, ((0, 0), (PAD, PAD), (PAD, PAD), (0, 0)))
    seen = set()
    for picture, whole in zip(found, padded, strict=True):
        windows = {
            (down, right, mirrored): window[:, ::-1] if mirrored else window
            for down in range(2 * PAD + 1)
            for right in range(2 * PAD + 1)
            for mirrored in (False, True)
            for window in [whole[down : down + 6, right : right + 6]]
        }
        matches = [place for place, window in windows.items() if np.array_equal(window, picture)]
        assert matches
        seen.add(matches[0])
    assert {down for down, _, _ in seen} == {right for _, right, _ in seen} == set(range(2 * PAD + 1))
    assert {mirrored for _, _, mirrored in seen} == {False, True}


def test_step_size_falls_and_an_interrupted_run_goes_on() -> None:
    """A tenth from the step of the drop; restored in another learner after two steps, the third gives the same loss."""
    pytest.importorskip("torch")
    from implementations.depth.learner_torch import ResidualLearner

    generator = np.random.default_rng(0)
    x, y = generator.uniform(size=(4, 8, 8, 3)).astype(np.float32), np.arange(4)
    first, second = (ResidualLearner(plain20(size=8), 1, x.mean(axis=0), drops=(2,)) for _ in range(2))
    for _ in range(2):
        first.step(x, y)
        assert first.optimizer.param_groups[0]["lr"] == pytest.approx(0.1)
    second.restore(first.state())
    assert first.step(x, y)[0] == second.step(x, y)[0]
    assert second.optimizer.param_groups[0]["lr"] == pytest.approx(0.01)
    np.testing.assert_array_equal(first.logits(x), second.logits(x))


def test_learner_starts_by_he() -> None:
    """Kernels have variance 2 / fan in: that of a 3 x 3 convolution of 64 maps, to 5 %."""
    pytest.importorskip("torch")
    from implementations.depth.learner_torch import ResidualLearner

    learner = ResidualLearner(plain20(size=8), 1, np.zeros((8, 8, 3)))
    kernel = next(one.tensor for one in learner.module.tensors if one.name == "stage3_block3_conv2/kernel")
    assert float(kernel.detach().var()) == pytest.approx(2 / (9 * 64), rel=0.05)


def test_halved_pictures_are_means_of_four() -> None:
    """Sums of four pixels, a quarter, rounded half up; 255 stays 255."""
    from implementations.depth.runs_cifar import halved

    x = np.zeros((1, 4, 4, 1), np.uint8)
    x[0, :2, :2, 0] = 255
    x[0, 2:, 2:, 0] = [[1, 2], [3, 4]]
    found = halved(Images(x, np.zeros(1, np.uint8), ("a",)))
    assert found.x[0, :, :, 0].tolist() == [[255, 0], [0, 3]]


def test_training_error_is_the_share_wrong_at_the_end_of_a_recorded_run() -> None:
    """Of four recorded batches the last two count: 0.75 and 0.25 right are half wrong; one number a seed."""
    runs = [{"train_accuracy": [0.0, 0.0, 0.75, 0.25]}, {"train_accuracy": [0.0, 0.0, 1.0, 1.0]}]
    np.testing.assert_allclose(experiments_cifar.training_error(runs, points=2), [0.5, 0.0])
    np.testing.assert_allclose(experiments_cifar.plain_and_residual(runs, runs[::-1], 2)["residual"], [0.0, 0.5])

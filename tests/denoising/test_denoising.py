"""The two networks' tables, Wiener's filter against its definition, and training that follows the squared error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from implementations.denoising.denoising_numpy import errors, noise, wiener
from implementations.denoising.experiments import two_errors
from implementations.denoising.tables import small_unet
from implementations.networks.counting import parameter_shapes
from implementations.networks.networks_numpy import forward
from implementations.networks.table import Concat, walk
from implementations.networks.weights import random_weights


@pytest.mark.parametrize("skips", [True, False])
def test_a_picture_comes_out_as_large_as_it_went_in(skips: bool) -> None:
    """Sides that are multiples of four, one map."""
    network = small_unet(skips=skips, width=2, size=12)
    x = np.random.default_rng(0).normal(size=(2, 12, 12, 1))
    assert forward(network, random_weights(network, 0), x).output.shape == x.shape


def test_without_skips_nothing_is_joined_and_no_parameter_is_missing() -> None:
    """All convolutions have the same shapes; the transposed ones are larger, so there are more parameters."""
    with_, without = small_unet(), small_unet(skips=False)
    assert sum(isinstance(row, Concat) for row in walk(with_.rows)) == 2
    assert not any(isinstance(row, Concat) for row in walk(without.rows))
    ours, theirs = parameter_shapes(with_), parameter_shapes(without)
    assert ours.keys() == theirs.keys()
    for name in ours:
        assert name.startswith("up") or ours[name] == theirs[name]
    assert sum(map(np.prod, ours.values())) < sum(map(np.prod, theirs.values()))


def test_only_skips_pass_a_single_pixel_on() -> None:
    """Silencing what comes up from below, the output still depends on the input with skips, and does not without."""
    for skips in (True, False):
        network = small_unet(skips=skips, width=2, size=12)
        weights = {name: 0 * w if name.startswith("up") else w for name, w in random_weights(network, 1).items()}
        x = np.random.default_rng(0).normal(size=(2, 12, 12, 1))
        first, second = forward(network, weights, x).output
        assert (np.abs(first - second).max() > 1e-6) == skips


def test_wiener_is_the_least_squares_map_from_noisy_to_clean() -> None:
    """Against regression on 200,000 simulated noisy copies: coefficients agree within the sampling error."""
    rng = np.random.default_rng(0)
    clean = rng.normal(size=(200_000, 3)) @ rng.normal(size=(3, 3)) + [1, 2, 3]
    noisy = clean + 0.7 * rng.normal(size=clean.shape)
    design = np.column_stack([np.ones(len(noisy)), noisy])
    regressed = np.linalg.lstsq(design, clean, rcond=None)[0]
    points = rng.normal(size=(20, 3))
    expected = np.column_stack([np.ones(20), points]) @ regressed
    np.testing.assert_allclose(wiener(clean, 0.7, points), expected, atol=0.03)


def test_wiener_keeps_all_without_noise_and_nothing_under_much() -> None:
    """Limits: the noisy images themselves; the mean of the clean ones. Shapes are kept."""
    rng = np.random.default_rng(0)
    clean, noisy = rng.normal(size=(50, 2, 2, 1)), rng.normal(size=(5, 2, 2, 1))
    np.testing.assert_allclose(wiener(clean, 1e-6, noisy), noisy, atol=1e-9)
    np.testing.assert_allclose(wiener(clean, 1e6, noisy), np.broadcast_to(clean.mean(axis=0), noisy.shape), atol=1e-9)


def test_errors_of_known_pictures() -> None:
    """A constant shift has no error of detail; a board of +-1 has differences of 2 everywhere."""
    clean = np.zeros((2, 4, 4, 1))
    assert errors(clean + 0.5, clean) == {"pixels": 0.25, "detail": 0.0}
    board = np.indices((4, 4)).sum(axis=0) % 2 * 2.0 - 1
    assert errors(clean + board[None, :, :, None], clean) == {"pixels": 1.0, "detail": 4.0}
    stripes = np.zeros((1, 2, 2, 1))
    stripes[0, 0] = 1
    assert errors(stripes, np.zeros_like(stripes)) == {"pixels": 0.5, "detail": 0.5}


def test_noise_is_standard_and_never_shared() -> None:
    """Mean 0 and deviation 1 within five standard errors; test noise, steps and seeds have their own."""
    drawn = [
        noise(0, 0, (100, 100)),
        noise(0, 1, (100, 100)),
        noise(1, 0, (100, 100)),
        noise(0, 0, (100, 100), test=True),
    ]
    for one in drawn:
        assert abs(one.mean()) < 0.05 and abs(one.std() - 1) < 0.05 / np.sqrt(2)
    correlations = np.corrcoef([one.ravel() for one in drawn])
    assert np.abs(correlations - np.eye(4)).max() < 0.05


def test_training_follows_the_squared_error_and_repeats_itself() -> None:
    """Forty steps on bright squares bring the error below that of the noisy images; the same seed, the same pictures."""
    pytest.importorskip("torch")
    from implementations.denoising.denoising_torch import denoised, trained

    rng = np.random.default_rng(0)
    clean = np.zeros((60, 12, 12, 1), np.float32)
    for image, (r, c) in zip(clean, rng.integers(0, 7, (60, 2)), strict=True):
        image[r : r + 5, c : c + 5] = 1
    network = small_unet(width=4, size=12)
    noisy = clean + np.float32(0.5) * noise(9, 0, clean.shape, test=True)

    def after(steps: int, seed: int = 3) -> Any:
        return denoised(trained(network, clean, 0.5, seed, steps, batch=20), noisy)

    assert errors(after(40), clean)["pixels"] < min(errors(after(0), clean)["pixels"], errors(noisy, clean)["pixels"])
    np.testing.assert_array_equal(after(3), after(3))
    assert (after(3) != after(3, seed=4)).any()


def test_measures_read_the_recorded_lists() -> None:
    """Two denoisers' errors of one kind, seed by seed."""
    runs = [{name: {"pixels": p, "detail": d} for name in ("skips", "wiener")} for p, d in ((0.1, 0.2), (0.3, 0.4))]
    runs[1]["wiener"]["detail"] = 0.9
    found = two_errors(runs, second="wiener")
    np.testing.assert_allclose([found["first"], found["second"]], [[0.2, 0.4], [0.2, 0.9]])
    np.testing.assert_allclose(two_errors(runs, second="wiener", of="pixels")["second"], [0.1, 0.3])

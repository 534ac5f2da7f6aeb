"""Pooling against none: parameters by arithmetic, labels without meaning, a small run of everything."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from implementations.comparisons.experiments import parameters, pooling_loss, saving
from implementations.comparisons.figures import pooling_table
from implementations.comparisons.pooling import pooled_cnn_cf, pooling_on_glyphs, random_labels, without_pooling
from implementations.datasets.glyphs import load_glyphs
from implementations.networks.small import cnn_cf, cnn_cpcpff
from implementations.networks.table import Pool


def test_parameters_by_arithmetic() -> None:
    """Kernels, biases and dense layers, multiplied out by hand for both networks with and without pooling."""
    convolution = 25 * 64 + 64
    assert parameters("cnn_cf") == {
        "pooled": convolution + 14 * 14 * 64 * 10 + 10,
        "bare": convolution + 28 * 28 * 64 * 10 + 10,
    }
    both = 25 * 32 + 32 + 25 * 32 * 64 + 64 + 1024 + 1024 * 10 + 10
    assert parameters("cnn_cpcpff") == {"pooled": both + 7 * 7 * 64 * 1024, "bare": both + 28 * 28 * 64 * 1024}


@pytest.mark.parametrize("name", ["cnn_cf", "cnn_cpcpff"])
def test_the_parameters_are_torch_s(name: Literal["cnn_cf", "cnn_cpcpff"]) -> None:
    """The built modules hold as many numbers as the tables say."""
    pytest.importorskip("torch")
    from implementations.networks.networks_torch import build
    from implementations.networks.weights import initial_weights

    pooled = cnn_cpcpff() if name == "cnn_cpcpff" else pooled_cnn_cf()
    module = build(pooled, initial_weights(pooled, 0))
    assert sum(p.numel() for p in module.parameters()) == parameters(name)["pooled"]


def test_savings_are_the_areas_of_the_windows() -> None:
    """One pooling by 2 saves a factor of four in the dense layer, two save sixteen."""
    assert saving("cnn_cf", "fc1") == 4
    assert saving("cnn_cpcpff", "fc1") == 16


def test_poolings_are_added_and_taken_out() -> None:
    """cnn_cpf without its pooling has cnn_cf's rows; the pooling stands between convolution and dense layer."""
    rows = pooled_cnn_cf("average", 4).rows
    assert [row for row in rows if isinstance(row, Pool)] == [Pool("average", 4, 4, name="pool1")]
    assert without_pooling(pooled_cnn_cf()).rows == cnn_cf().rows
    assert not any(isinstance(row, Pool) for row in without_pooling(cnn_cpcpff()).rows)


def test_random_labels_have_nothing_to_do_with_the_digits() -> None:
    """About a tenth agree; another seed gives others; the images are the same."""
    images = load_glyphs("train", 2000)
    first, second = random_labels(images, 0), random_labels(images, 1)
    assert first.x is images.x
    assert 0.07 < np.mean(first.y == images.y) < 0.13
    assert 0.07 < np.mean(first.y == second.y) < 0.13
    np.testing.assert_array_equal(first.y, random_labels(images, 0).y)


def test_one_small_run() -> None:
    """Five steps on a hundred digits: three networks, two accuracies."""
    pytest.importorskip("torch")
    scores = pooling_on_glyphs(seed=1, steps=5, images=100)
    assert list(scores) == ["max", "average", "none"]
    assert all(0.1 < one["train"] <= 1 for one in scores.values())
    assert all(0.1 < one["test"] <= 1 for one in scores.values())


def test_losses_are_differences_of_the_same_images() -> None:
    """Without pooling less with it; other images only where asked for."""
    scores = {
        "max": {"train": 0.9, "test": 0.7},
        "average": {"train": 0.8, "test": 0.6},
        "none": {"train": 1.0, "test": 0.75},
    }
    assert pooling_loss([scores]) == pytest.approx(0.05)
    assert pooling_loss([scores], "average", "train") == pytest.approx(0.2)
    assert pooling_loss([scores], bare_on="train") == pytest.approx(0.3)


def test_the_table_has_means_and_deviations() -> None:
    """Of two seeds; parameters with and without pooling beside them."""
    one, two = (
        {kind: {"train": a, "test": b} for kind in ("max", "average", "none")} for a, b in ((0.9, 0.7), (0.8, 0.5))
    )
    rows = pooling_table([one, two], [two, two])["table"]["rows"]
    assert rows[0] == ["max", 127_114, 0.85, 0.0707, 0.6, 0.1414, 0.8, 0.0]
    assert [row[1] for row in rows] == [127_114, 127_114, 503_434]

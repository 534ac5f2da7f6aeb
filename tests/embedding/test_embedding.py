"""The sphere and the triplet loss against finite differences and torch, nearest neighbours against SciPy, and what triplets are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from implementations.embedding import runs
from implementations.embedding.embedding_numpy import Triplets, nearest, on_sphere, on_sphere_backward, triplet_loss
from implementations.embedding.experiments import two_accuracies
from implementations.training.starting import starting_weights


def of_outputs(f: Any) -> Triplets:
    """The loss of outputs (3, n, d): anchors, positives, negatives."""
    return triplet_loss(on_sphere(f[0]), on_sphere(f[1]), on_sphere(f[2]))


def test_points_lie_on_the_sphere_in_their_direction() -> None:
    """Length one, parallel to the given rows; a row of zeros stays, and gets no gradient."""
    f = np.array([[3.0, 4.0], [-2.0, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(on_sphere(f), [[0.6, 0.8], [-1.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(on_sphere_backward(f, np.ones((3, 2)))[2], [0, 0])


@given(seed=st.integers(0, 10**6))
def test_gradients_are_those_of_finite_differences(seed: int) -> None:
    """The loss of normalised outputs by the outputs, central differences, for all three images of a triplet."""
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(3, 6, 4))

    loss, *slopes = of_outputs(f)
    found = np.stack([on_sphere_backward(one, slope) for one, slope in zip(f, slopes, strict=True)])
    clear = loss > 1e-3  # beside the corner, where there is no gradient
    assert (found[:, loss == 0] == 0).all()
    for image in range(3):
        for d in range(4):
            h = np.zeros((3, 1, 4))
            h[image, 0, d] = 1e-6
            numeric = (of_outputs(f + h).loss - of_outputs(f - h).loss) / 2e-6
            np.testing.assert_allclose(found[image, clear, d], numeric[clear], atol=1e-7)


def test_torch_has_the_same_loss() -> None:
    """TripletMarginWithDistanceLoss with squared distances and the same margin."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    a, p, n = (on_sphere(rng.normal(size=(20, 5))) for _ in range(3))
    theirs = torch.nn.TripletMarginWithDistanceLoss(
        distance_function=lambda x, y: (x - y).square().sum(1), margin=0.3, reduction="none"
    )(*map(torch.tensor, (a, p, n)))
    np.testing.assert_allclose(triplet_loss(a, p, n, 0.3).loss, theirs.numpy(), atol=1e-12)


def test_the_nearest_is_that_of_scipy() -> None:
    """The least Euclidean distance, also off the sphere."""
    rng = np.random.default_rng(0)
    queries, gallery = rng.normal(size=(50, 7)), 3 * rng.normal(size=(9, 7))
    np.testing.assert_array_equal(nearest(queries, gallery), cdist(queries, gallery).argmin(axis=1))


def test_triplets_are_two_of_a_class_and_one_of_another() -> None:
    """Every class is an anchor, every image of a class a positive, every image of the others a negative."""
    y = np.array([2, 0, 0, 1, 2, 2, 1, 0, 0])
    anchor, positive, negative = np.concatenate([runs.triplets(y, 0, step, 200) for step in range(5)], axis=1)
    assert (y[anchor] == y[positive]).all()
    assert (y[anchor] != y[negative]).all()
    pairs = set(zip(anchor.tolist(), positive.tolist(), strict=True))
    assert pairs == {(i, j) for i in range(9) for j in range(9) if y[i] == y[j]}
    pairs = set(zip(anchor.tolist(), negative.tolist(), strict=True))
    assert pairs == {(i, j) for i in range(9) for j in range(9) if y[i] != y[j]}


def test_one_shot_asks_all_but_the_gallery() -> None:
    """Three points of each of two classes: the gallery is each class's first in the order, and one of the four others is wrong."""
    points = np.array([[0.0], [0.1], [0.9], [1.0], [1.1], [1.2]])
    y = np.array([5, 5, 5, 8, 8, 8])
    assert runs.one_shot(points, y, np.array([3, 0, 1, 2, 4, 5])) == 0.75
    assert runs.one_shot(points, y, np.array([5, 2, 1, 0, 4, 3])) == 0.75  # 2 and 5: point 3 is nearer to the wrong one


def test_training_lowers_the_loss_and_repeats_itself() -> None:
    """After 60 steps fewer triplets of images of the same classes violate the margin; the same seed gives the same accuracies."""
    x, y = runs._digits("train", 300, runs.SOURCE)
    before = {name: w.astype(np.float32) for name, w in starting_weights(runs.NETWORK, 1, "zero").items()}
    after = runs.trained(before, x, y, 1, 60)
    index = runs.triplets(y, 99, 0, 300)

    def mean_loss(weights: runs.Weights) -> float:
        a, p, n = (runs.embedded(weights, x[one]) for one in index)
        return float(triplet_loss(a, p, n).loss.mean())

    assert mean_loss(after) < 0.5 * mean_loss(before)
    short = [runs.on_glyphs(seed=seed, steps=3, galleries=2) for seed in (0, 0, 1)]
    assert short[0] == short[1] != short[2]


def test_measures_read_the_recorded_numbers() -> None:
    """Two embeddings, seed by seed."""
    lists = [{"trained": 0.5, "untrained": 0.2, "pixels": 0.3}, {"trained": 0.6, "untrained": 0.1, "pixels": 0.4}]
    found = two_accuracies(lists, second="pixels")
    np.testing.assert_allclose([found["first"], found["second"]], [[0.5, 0.6], [0.3, 0.4]])
    np.testing.assert_allclose(two_accuracies(lists)["second"], [0.2, 0.1])

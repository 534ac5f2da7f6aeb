"""Transfer: what the arms keep and train, the same in both backends, and a case where the right answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from implementations.networks.table import Activation, Dense, Network
from implementations.networks.weights import random_weights
from implementations.training.starting import starting_weights
from implementations.transfer import backend_numpy, drawn, runs
from implementations.transfer.bodies import convolutional_body, dense_body, head, with_head
from implementations.transfer.experiments import accuracy, right_and_shuffled, two_arms
from implementations.transfer.figures import curves
from implementations.transfer.retraining import (
    ANOTHER,
    ARMS,
    Task,
    compare,
    first_of_each,
    shuffled_order,
    standardised,
    task,
)

BODY = Network("body", "", "", (30,), (Dense("fc1", 8), Activation("relu")))


def spotted(rng: Any, n: int, spots: tuple[int, ...]) -> Task:
    """Noise of 30 pixels in which one of two given pixels is bright: which one is the class."""
    y = rng.integers(0, len(spots), n)
    x = rng.normal(0, 0.3, (n, 30)).astype(np.float32)
    x[np.arange(n), np.array(spots)[y]] += 2
    return Task(x, y, len(spots))


def arms(target_spots: tuple[int, ...], **settings: Any) -> dict[str, list[float]]:
    """Mean accuracies over three seeds after learning to tell pixel 3 from 17."""
    found = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        tasks = spotted(rng, 400, (3, 17)), spotted(rng, 60, target_spots), spotted(rng, 300, target_spots)
        constants = {"source_steps": 600, "steps": 100, "head_steps": 300, "counts": (3,), **settings}
        found.append(compare(backend_numpy, BODY, *tasks, seed, **constants))
    return {arm: np.mean([one[arm] for one in found], axis=0).tolist() for arm in found[0]}


def test_features_for_the_same_two_pixels_transfer_and_those_of_shuffled_labels_do_not() -> None:
    """The target's classes lie on the source's pixels, exchanged: transferred ones win; shuffled labels give none."""
    right, shuffled = arms((17, 3)), arms((17, 3), shuffled=True, arms=("transferred", "random"))
    assert right["transferred"][0] > right["random"][0] + 0.05
    assert right["retrained"][0] > right["scratch"][0]
    assert shuffled["transferred"][0] < right["transferred"][0] - 0.05
    assert shuffled["random"] == right["random"]


def test_what_is_kept_is_not_trained() -> None:
    """No step of a whole network leaves scratch and retrained where they started: accuracy there is that of their start."""
    rng = np.random.default_rng(0)
    tasks = spotted(rng, 200, (3, 17)), spotted(rng, 60, (17, 3)), spotted(rng, 300, (17, 3))
    found = compare(backend_numpy, BODY, *tasks, 7, source_steps=50, steps=0, head_steps=0, counts=(2,))
    start = starting_weights(with_head(BODY, 2), 7, "zero")
    other = starting_weights(with_head(BODY, 2), 7 + ANOTHER, "zero")
    new = {name: other[name] for name in other if name.startswith("head/")}
    expected = backend_numpy.outputs(with_head(BODY, 2), {**start, **new}, tasks[2].x).argmax(axis=1) == tasks[2].y
    assert found["scratch"] == [expected.mean()]
    body = backend_numpy.fit(with_head(BODY, 2), start, tasks[0].x, tasks[0].y, 7, 50, batch=100)
    expected = backend_numpy.outputs(with_head(BODY, 2), {**body, **new}, tasks[2].x).argmax(axis=1) == tasks[2].y
    assert found["retrained"] == [expected.mean()]


def test_a_head_on_features_is_the_whole_network() -> None:
    """Body, then head on its features: the logits of the network of both."""
    weights = random_weights(with_head(BODY, 4), 1)
    x = np.random.default_rng(0).normal(size=(5, 30)).astype(np.float32)
    features = backend_numpy.outputs(BODY, weights, x)
    np.testing.assert_allclose(
        backend_numpy.outputs(head(8, 4), weights, features),
        backend_numpy.outputs(with_head(BODY, 4), weights, x),
        rtol=1e-5,
    )


@pytest.mark.parametrize("body", [dense_body(16), convolutional_body((2, 3), 8)], ids=lambda body: body.name)
def test_torch_trains_from_given_weights_to_where_numpy_does(body: Network) -> None:
    """Six steps from weights that are neither learner's own: the same weights, and the same features from them."""
    pytest.importorskip("torch")
    from implementations.transfer import backend_torch

    rng = np.random.default_rng(0)
    x, y = rng.uniform(size=(40, *body.input)).astype(np.float32), rng.integers(0, 3, 40)
    network = with_head(body, 3)
    start = random_weights(network, 5)
    ours, theirs = (backend.fit(network, start, x, y, 2, 6, batch=16) for backend in (backend_numpy, backend_torch))
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_allclose(theirs[name], ours[name], atol=2e-4, err_msg=name)
        assert np.abs(ours[name] - start[name]).max() > 1e-3  # all of it is trained
    np.testing.assert_allclose(
        backend_torch.outputs(body, ours, x), backend_numpy.outputs(body, ours, x), rtol=1e-4, atol=1e-5
    )


def test_standardised_features_have_no_mean_and_deviation_one() -> None:
    """By the first array's moments; a feature that never varies becomes 0 instead of infinite."""
    rng = np.random.default_rng(0)
    like, other = rng.normal(3, 2, (500, 4)), rng.normal(3, 2, (10, 4))
    like[:, 2] = 5
    itself, moved = standardised(like, like, other)
    np.testing.assert_allclose(itself.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(itself.std(axis=0), [1, 1, 0, 1])
    np.testing.assert_allclose(moved[:, 0], (other[:, 0] - like[:, 0].mean()) / like[:, 0].std())
    assert (moved[:, 2] == 0).all()


def test_a_task_counts_its_digits_from_zero_and_labels_so_many_of_each() -> None:
    """Other digits are left out; the first two images of each class in their order; too few are refused."""
    y = np.array([5, 9, 1, 7, 5, 9, 7, 5], np.uint8)
    chosen = task(np.arange(8.0)[:, None], y, (5, 7, 9))
    assert chosen.x[:, 0].tolist() == [0, 1, 3, 4, 5, 6, 7]
    assert chosen.y.tolist() == [0, 2, 1, 0, 2, 1, 0]
    assert first_of_each(chosen, 2).x[:, 0].tolist() == [0, 1, 3, 4, 5, 6]
    with pytest.raises(ValueError, match="asked for 3 images of each class, and one has 2"):
        first_of_each(chosen, 3)


def test_each_seed_has_an_order_of_its_own() -> None:
    """The same images with their labels, in another order for another seed."""
    some = Task(np.arange(50)[:, None], np.arange(50) % 5, 5)
    first, again, other = (shuffled_order(some, seed) for seed in (1, 1, 2))
    assert (first.x == again.x).all() and (first.x != other.x).any()
    assert (first.x[:, 0] % 5 == first.y).all()
    assert sorted(first.x[:, 0]) == list(range(50))


def test_a_recorded_run_depends_on_its_seed_alone() -> None:
    """The same lists again, other ones for another seed, between 0 and 1."""
    settings: dict[str, Any] = {"source_steps": 30, "head_steps": 30, "counts": (2,), "arms": ("transferred", "random")}
    first, again, other = (runs.on_glyphs(seed=seed, **settings) for seed in (4, 4, 5))
    assert first == again != other
    assert set(first) == {"labels", "transferred", "random"}
    assert all(0 <= value <= 1 for arm in ("transferred", "random") for value in first[arm])


def test_the_second_route_measures_each_seed_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two arms by the names of the measure, in the order of the seeds, with as many labels as are asked for."""
    asked: list[dict[str, Any]] = []

    def run(**settings: Any) -> dict[str, list[float]]:
        asked.append(settings)
        return {"transferred": [settings["seed"] / 10], "scratch": [settings["seed"] / 5]}

    monkeypatch.setattr(drawn, "on_glyphs", run)
    found = drawn.two_arms_on_drawn_digits(np.array([3, 1]), labels=20)
    np.testing.assert_allclose(found["first"], [0.3, 0.1])
    np.testing.assert_allclose(found["second"], [0.6, 0.2])
    assert [one["counts"] for one in asked] == [(20,)] * 2


def test_measures_read_the_recorded_lists() -> None:
    """Of two invented seeds: the entry at the number of labels, arm by arm, and the panel's means."""
    lists = [{"labels": [1.0, 5.0], **{arm: [0.1, value] for arm in ARMS}} for value in (0.5, 0.7)]
    lists[0]["random"] = [0.2, 0.3]
    np.testing.assert_allclose(accuracy(lists, "scratch", 5), [0.5, 0.7])
    np.testing.assert_allclose(two_arms(lists)["second"], [0.3, 0.7])
    found = right_and_shuffled(lists, lists[::-1])
    np.testing.assert_allclose([found["right"], found["shuffled"]], [[0.5, 0.7], [0.7, 0.5]])
    panel = curves(lists)["panels"][0]
    assert panel["series"][1]["y"] == [0.15, 0.5]
    assert panel["series"][1]["low"] == [0.1, 0.3]

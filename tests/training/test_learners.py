"""The learners: the same steps in every backend, and a run that goes on after an interruption as if there had been none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import Images, training_tensor
from implementations.networks.small import cnn_cf, cnn_cpcpff, keras_mlp, lr
from implementations.networks.table import BatchNorm, Dense, Network
from implementations.training import checkpoints
from implementations.training.batches import batch_indices
from implementations.training.learner_numpy import NumpyLearner
from implementations.training.loop import BINS, TEST, TRAIN, Diverged, Plan, evaluate, train
from implementations.training.starting import starting_weights


@pytest.fixture(scope="module")
def images() -> dict[str, Images]:
    """A few hundred drawn digits."""
    return {"train": load_glyphs("train", 300), "test": load_glyphs("test", 100)}


def torch_learner(*arguments: Any, **options: Any) -> Any:
    """The learner in torch, where torch is."""
    pytest.importorskip("torch")
    from implementations.training.learner_torch import TorchLearner

    return TorchLearner(*arguments, **options)


def tensorflow_learner(*arguments: Any, **options: Any) -> Any:
    """The learner in Keras, where TensorFlow is."""
    pytest.importorskip("tensorflow")
    from implementations.training.learner_tensorflow import KerasLearner

    return KerasLearner(*arguments, **options)


LEARNERS = {"numpy": NumpyLearner, "torch": torch_learner, "tensorflow": tensorflow_learner}


class Interrupted(Exception):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
@pytest.mark.parametrize("network", [lr, cnn_cf])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_the_libraries_take_the_steps_that_numpy_writes_out(
    images: dict[str, Images], backend: str, network: Any, optimizer: str
) -> None:
    """Loss and logits of six steps on the same batches: equal to float32's rounding, but for Keras's Adam.

    It adds epsilon before the correction of the bias (the concordance says so): the first steps of tiny gradients differ.
    """
    wide = 25 if (backend, optimizer) == ("tensorflow", "adam") else 1
    learners = [NumpyLearner(network(), 3, optimizer), LEARNERS[backend](network(), 3, optimizer)]
    for step in range(6):
        index = batch_indices(3, step, 20, 300)
        x, y = training_tensor(images["train"].x[index]), images["train"].y[index].astype(np.int64)
        (loss, logits), (their_loss, their_logits) = (learner.step(x, y) for learner in learners)
        assert their_loss == pytest.approx(loss, rel=wide * 2e-5)
        np.testing.assert_allclose(their_logits, logits, atol=wide * 2e-4 * np.abs(logits).max())


@pytest.mark.parametrize("backend", LEARNERS)
@pytest.mark.parametrize("network", [keras_mlp, cnn_cpcpff])
def test_a_run_goes_on_as_if_it_had_not_been_interrupted(
    images: dict[str, Images], backend: str, network: Any, tmp_path: Path
) -> None:
    """Every curve, dropout's masks and the optimizer's memory included, to the last bit."""
    plan = Plan(12, batch=10, train_every=1, test_every=4, keep_every=-1)  # a checkpoint after every step
    make = LEARNERS[backend]
    undisturbed = train(make(network(), 1), images, plan, 1)
    learner = make(network(), 1)
    original, calls = learner.step, []

    def fails_at_eight(x: Any, y: Any) -> Any:
        calls.append(1)
        if len(calls) == 8:
            raise Interrupted
        return original(x, y)

    learner.step = fails_at_eight
    with pytest.raises(Interrupted):
        train(learner, images, plan, 1, tmp_path)
    kept = checkpoints.load(tmp_path)
    assert kept is not None
    assert kept[1] == 7

    resumed = train(make(network(), 1), images, plan, 1, tmp_path)

    assert {**resumed, "seconds": 0} == {**undisturbed, "seconds": 0}


@pytest.mark.parametrize("backend", LEARNERS)
def test_seeds_differ_and_repeat(images: dict[str, Images], backend: str) -> None:
    """A seed decides weights, order and masks; another one gives another run."""
    plan = Plan(5, batch=10, train_every=1, test_every=5)
    first, again, other = (train(LEARNERS[backend](keras_mlp(), seed), images, plan, seed) for seed in (0, 0, 1))
    assert first["train_loss"] == again["train_loss"]
    assert first["train_loss"] != other["train_loss"]


def test_the_curves_say_what_happened(images: dict[str, Images]) -> None:
    """Points where the plan wants them; accuracy and loss against a second computation; the histogram holds every logit."""
    plan = Plan(7, batch=20, train_every=3, test_every=5, test_at=(6,))
    learner = NumpyLearner(lr(), 0)
    curves = train(learner, images, plan, 0)

    assert curves.keys() == {*TRAIN, *TEST, "seconds"}
    assert curves["train_step"] == [0, 3, 6]
    assert curves["test_step"] == [5, 6, 7]
    logits = learner.logits(training_tensor(images["test"].x)).astype(np.float64)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    y = images["test"].y
    assert curves["test_loss"][-1] == pytest.approx(-np.log(p[np.arange(100), y]).mean(), abs=2e-6)
    assert curves["test_accuracy"][-1] == (p.argmax(1) == y).mean()
    histogram = curves["test_logits"][-1]
    assert len(histogram) == 2 * BINS + 1
    assert sum(histogram[BINS + 1 :]) == logits.size
    assert histogram[0] == pytest.approx(logits.min(), abs=1e-4)


def test_learning_learns(images: dict[str, Images]) -> None:
    """Logistic regression gets well above chance on digits that it has not seen."""
    learner = NumpyLearner(lr(), 0)
    before = evaluate(learner, images["test"]).accuracy
    curves = train(learner, images, Plan(150, batch=50), 0)
    assert curves["test_accuracy"][-1] > max(0.35, before + 0.15)
    assert curves["train_loss"][-1] < 0.7 * curves["train_loss"][0]


def test_a_loss_that_is_no_number_is_told(images: dict[str, Images]) -> None:
    """With the step; nothing is recorded of such a run."""
    learner = NumpyLearner(lr(), 0)
    learner.weights["fc/kernel"][:] = np.inf
    with np.errstate(all="ignore"), pytest.raises(Diverged, match="at step 0"):
        train(learner, images, Plan(3, batch=10), 0)


def test_the_kept_moments_of_batch_normalisation_are_kept(images: dict[str, Images]) -> None:
    """After training, NumPy and torch look at the test images with the same moments, but for torch's unbiased variance."""
    network = Network("n", "n", "", (784,), (Dense("a", 5), BatchNorm("b", momentum=0.5), Dense("c", 10)))
    learners = [NumpyLearner(network, 0, "sgd"), torch_learner(network, 0, "sgd")]
    for step in range(3):
        index = batch_indices(0, step, 200, 300)
        for learner in learners:
            learner.step(training_tensor(images["train"].x[index]), images["train"].y[index].astype(np.int64))
    ours, theirs = (learner.logits(training_tensor(images["test"].x)) for learner in learners)
    np.testing.assert_allclose(theirs, ours, atol=0.01 * np.abs(ours).max())
    assert not np.allclose(learners[0].weights["b/mean"], 0)


def test_starting_biases() -> None:
    """tf.get_variable's default draws them within +- sqrt(3 / n), all over that range; Keras begins at zero."""
    drawn = [starting_weights(cnn_cf(), seed)["conv1/bias"] for seed in range(40)]
    assert np.abs(drawn).max() <= np.sqrt(3 / 64)
    assert np.abs(drawn).max() > 0.99 * np.sqrt(3 / 64)
    assert np.std(drawn) == pytest.approx(np.sqrt(1 / 64), rel=0.05)
    assert not np.any(starting_weights(cnn_cf(), 0, "zero")["conv1/bias"])
    np.testing.assert_array_equal(
        starting_weights(cnn_cf(), 5)["conv1/kernel"], starting_weights(cnn_cf(), 5, "zero")["conv1/kernel"]
    )

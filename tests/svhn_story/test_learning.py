"""Training on the stand-in: what enters the network, the loss as printed, resuming, and what is read from the curves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from implementations.svhn_story import experiments, figures, runs, runs_svhn
from implementations.svhn_story.lettered import network
from implementations.svhn_story.stand_in import load_stand_in
from implementations.training import checkpoints


def batch() -> tuple[Any, Any]:
    """Six pictures and labels."""
    random = np.random.default_rng(5)
    return random.random((6, 32, 32, 3), dtype=np.float32), np.arange(6)


def test_pixels_enter_in_five_ways() -> None:
    """Raw is 255 times scaled; means of pictures vanish channel by channel; those of the set are one number a channel."""
    pytest.importorskip("torch")
    from implementations.svhn_story.learner_torch import entered

    x, _ = batch()
    means = x.mean(axis=(0, 1, 2))
    np.testing.assert_array_equal(entered(x, "raw"), 255 * x)
    np.testing.assert_array_equal(entered(x, "scaled"), x)
    own = entered(x, "picture_means")
    np.testing.assert_allclose(own.mean(axis=(1, 2)), 0, atol=1e-3)
    np.testing.assert_allclose(own[2, 3, 4] - own[2, 7, 8], 255 * (x[2, 3, 4] - x[2, 7, 8]), rtol=1e-4)
    np.testing.assert_allclose(255 * entered(x, "scaled_picture_means"), own, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(
        255 * x - entered(x, "set_means", means), np.broadcast_to(255 * means, x.shape), rtol=1e-4
    )
    for way in ("set_means", "other"):
        with pytest.raises(ValueError, match=way):
            entered(x, way)  # type: ignore[arg-type]


def test_the_loss_as_printed_takes_the_same_step() -> None:
    """At moderate logits both losses give the same value and the same weights after the step, to rounding."""
    pytest.importorskip("torch")
    from implementations.svhn_story.learner_torch import StoryLearner

    x, y = batch()
    table = network("cnn_cf", (2,), 0)
    stable, naive = (
        StoryLearner(table, 1, "sgd", pixels="scaled", loss=loss) for loss in ("from_logits", "as_printed")
    )
    (loss, before), (again, logits) = stable.step(x, y), naive.step(x, y)
    assert again == pytest.approx(loss, rel=1e-5)
    np.testing.assert_array_equal(before, logits)
    np.testing.assert_allclose(stable.logits(x), naive.logits(x), rtol=1e-4, atol=1e-5)
    assert abs(stable.logits(x) - before).max() > 1e-3  # a step was taken
    commonest = np.bincount(logits.argmax(axis=1)).max() / 6
    assert stable.largest == naive.largest == [commonest]


def test_a_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """A learner restored from the state after two steps takes the third as the first one does, and knows its guesses."""
    pytest.importorskip("torch")
    from implementations.svhn_story.learner_torch import StoryLearner

    x, y = batch()
    table = network("cnn_cfdf", (2,), 5)
    first = StoryLearner(table, 1, "adam", pixels="picture_means")
    for _ in range(2):
        first.step(x, y)
    checkpoints.save(tmp_path, first.state(), 2, 3)
    wanted = first.step(x, y)[0]
    second = StoryLearner(table, 9, "adam", pixels="picture_means")
    kept = checkpoints.load(tmp_path)
    assert kept is not None
    second.restore(kept[0])
    assert second.step(x, y)[0] == wanted
    assert second.largest == first.largest
    assert len(second.largest) == 3


def test_raw_pixels_kill_the_printed_loss() -> None:
    """NaN within the first steps on 0 .. 255; the loss from the logits goes on."""
    pytest.importorskip("torch")
    assert runs.first_nan(network="lr", seed=0, loss="as_printed") == {"finite": 0, "loss": "nan"}
    assert runs.first_nan(network="lr", seed=0, loss="from_logits", steps=3) == {"finite": 3, "loss": "finite"}
    assert experiments.ends(network="lr", seeds=(0,)) == "NaN"


def test_a_run_on_the_stand_in_is_plain_data_and_repeats() -> None:
    """Curves of the plan's lengths, a guess a recorded step, ten shares; the same again."""
    pytest.importorskip("torch")
    one, again = (runs.stand_in(network="lr", seed=2, steps=30, pictures=300) for _ in range(2))
    assert json.loads(json.dumps(one)).keys() == one.keys()
    assert [len(one[name]) for name in ("train_step", "largest", "test_step", "shares")] == [3, 3, 1, 10]
    assert sum(one["shares"]) == pytest.approx(1)
    assert {k: v for k, v in one.items() if k != "seconds"} == {k: v for k, v in again.items() if k != "seconds"}


def test_digits_are_held_out() -> None:
    """The last ones, and none of them is trained on."""
    images = load_stand_in("train", 50)
    parts = runs_svhn.held_out(images, 20)
    np.testing.assert_array_equal(parts["train"].x, images.x[:30])
    np.testing.assert_array_equal(parts["test"].x, images.x[30:])
    np.testing.assert_array_equal(parts["test"].y, images.y[30:])


def test_the_run_on_svhn_reaches_the_legends_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """On other pictures in SVHN's place: a training point at the last step, a look at the held-out ones each hundred and at the end."""
    pytest.importorskip("torch")
    monkeypatch.setattr(runs_svhn, "load_svhn", lambda _split: load_stand_in("train", 2700))
    curves = runs_svhn.svhn(network="lr", seed=0, steps=101)
    assert (curves["train_step"], curves["test_step"]) == ([0, 100], [100, 101])


def made(train: list[float], test: list[float], loss: float = 1.0) -> dict[str, Any]:
    """Curves by hand."""
    steps = [10 * i for i in range(len(train))]
    return {
        "train_step": steps, "train_accuracy": train, "train_loss": [loss] * len(train), "largest": train,
        "test_step": [100 * (i + 1) for i in range(len(test))], "test_accuracy": test, "shares": [0.2, 0.8],
    }  # fmt: skip


def test_what_is_read_from_curves() -> None:
    """Means, ends, gaps and logarithms of curves written by hand, one number a seed."""
    one, two = made([0.0] * 20 + [0.5] * 20, [0.1, 0.2, 0.3, 0.4], 100.0), made([1.0] * 40, [0.5] * 4)
    run = [one, two]
    np.testing.assert_allclose(experiments.train_accuracy(run), [0.5, 1])
    np.testing.assert_allclose(experiments.validation_accuracy(run), [0.4, 0.5])
    np.testing.assert_allclose(experiments.gap(run), [0.1, 0.5])
    np.testing.assert_allclose(experiments.log_loss(run), [2, 0])
    np.testing.assert_allclose(experiments.lead_over_the_commonest_class(run), [-0.4, -0.3])
    np.testing.assert_allclose(experiments.commonest_guess(run, 190, 210), [1 / 3, 1])
    against = experiments.against_the_commonest_class(run)
    np.testing.assert_allclose(against["network"], [0.3, 0.5])
    np.testing.assert_allclose(against["commonest class"], [0.8, 0.8])
    np.testing.assert_allclose(experiments.smoothed_train(run, 200), [0.5 * 0.4 / (1 - 0.6**21), 1])
    np.testing.assert_allclose(experiments.smoothed_validation(run, 100), [0.1, 0.5])
    pair = experiments.two([one], [two], "log_loss")
    assert (pair["first"].item(), pair["second"].item()) == (2, 0)


def test_exhibits_are_plain_data() -> None:
    """JSON holds them; the mended picture is a digit of the stand-in, the scrambled one is not; bands contain their means."""
    images = load_stand_in("train", 100)
    scrambled = figures.scrambled()
    naive, mended = (np.array(panel["field"]["z"])[::-1] for panel in scrambled["panels"])
    np.testing.assert_allclose(mended, images.x[0].mean(axis=-1), atol=0.5)
    assert abs(naive - images.x[0].mean(axis=-1)).mean() > 10
    sheet = np.array(figures.pictures(2, 3)["panels"][0]["field"]["z"])[::-1]
    assert sheet.shape == (64, 96)
    np.testing.assert_allclose(sheet[32:, 32:64], images.x[4].mean(axis=-1), atol=0.5)
    run = [made([0.1 * seed] * 40, [0.2 * seed] * 4) for seed in range(3)]
    shown = [
        figures.pictures(2, 3), scrambled, figures.collapsed({"2": 125}), figures.curves(one=run, other=run), figures.endings(one=run),
    ]  # fmt: skip
    assert json.loads(json.dumps(shown)) == shown
    band = shown[3]["panels"][0]["series"][0]
    assert (band["x"], band["low"][0], band["y"][0], band["high"][0]) == ([90, 190, 290, 390], 0, 0.1, 0.2)
    assert shown[4]["table"]["rows"][0][:3] == ["one", "0.100 ± 0.100", "0.200 ± 0.200"]

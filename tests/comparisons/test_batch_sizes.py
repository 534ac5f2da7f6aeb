"""Batch sizes: the step is that of the learner, seeds do not touch each other, and what is counted is what is compared."""

from __future__ import annotations

import numpy as np
import pytest

from implementations.comparisons import batch_sizes
from implementations.comparisons.batch_sizes import STEP_SIZES, Sets, best_of, curves, descend, gain
from implementations.datasets.glyphs import draw_glyphs, load_glyphs
from implementations.datasets.samples import training_tensor
from implementations.networks.small import lr
from implementations.training.batches import batch_indices
from implementations.training.learner_numpy import NumpyLearner

SETS = Sets(load_glyphs("train", 200), draw_glyphs(np.arange(200, 300), "train"), load_glyphs("test", 100))
SEEDS = np.array([3, 8])


def test_steps_are_those_of_the_learner() -> None:
    """After twelve steps of 20 images accuracies are those of the NumPy learner, whose gradients come from the table's rows."""
    found = descend(SETS, SEEDS, 20, 0.01, 12, looks=[5])
    assert found.seen == [100, 240]
    x, y = training_tensor(SETS.fit.x), SETS.fit.y.astype(np.int64)
    for place, seed in enumerate(SEEDS):
        learner = NumpyLearner(lr(), int(seed), "sgd")
        for step in range(12):
            if step == 5:
                early = learner.logits(training_tensor(SETS.test.x)).argmax(axis=1)
                assert found.test[0, place] == (early == SETS.test.y).mean()
            index = batch_indices(int(seed), step, 20, len(SETS.fit))
            learner.step(x[index], y[index])
        for images, told in ((SETS.validation, found.validation), (SETS.test, found.test)):
            right = learner.logits(training_tensor(images.x)).argmax(axis=1) == images.y
            assert told[-1, place] == right.mean()


def test_seeds_are_on_their_own() -> None:
    """Any grouping of the seeds gives the same values."""
    both = gain(SETS, SEEDS, batch=10)
    alone = [gain(SETS, np.array([seed]), batch=10)[0] for seed in SEEDS]
    assert both.tolist() == alone


def test_the_step_size_is_chosen_by_validation_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by those that are reported: where test images would choose otherwise, they do not."""
    every = [descend(SETS, SEEDS, 20, size, 30) for size in STEP_SIZES]
    chosen = best_of(SETS, SEEDS, 20, 30)
    for place in range(len(SEEDS)):
        best = int(np.argmax([one.validation[-1, place] for one in every]))
        assert chosen.test[-1, place] == every[best].test[-1, place]
    made = {0.01: (0.9, 0.1), 0.1: (0.5, 0.8), 1.0: (0.4, 0.9)}  # validation and test accuracy of each step size
    monkeypatch.setattr(
        batch_sizes,
        "descend",
        lambda sets, seeds, batch, size, *_: batch_sizes.Learnt([1], *(np.full((1, 1), part) for part in made[size])),
    )
    assert best_of(SETS, np.array([0]), 20, 1).test.tolist() == [[0.1]]


def test_what_is_counted() -> None:
    """Two passes are forty steps of ten images or two of all; counted in steps the small batches stop after two."""
    full = best_of(SETS, SEEDS, len(SETS.fit), 2).test[-1]
    assert gain(SETS, SEEDS, batch=10).tolist() == (best_of(SETS, SEEDS, 10, 40).test[-1] - full).tolist()
    by_steps = gain(SETS, SEEDS, batch=10, counted="steps")
    assert by_steps.tolist() == (best_of(SETS, SEEDS, 10, 2).test[-1] - full).tolist()
    assert (gain(SETS, SEEDS, batch=10) > by_steps + 0.05).all()


def test_the_picture_has_both_axes() -> None:
    """Each batch size ends at two passes, which are fewer steps the larger the batch."""
    panels = curves(SETS, SEEDS, [10, 200])["panels"]
    assert [line["x"][-1] for line in panels[0]["series"]] == [400, 400]
    assert [line["x"][-1] for line in panels[1]["series"]] == [40, 2]


def test_a_batch_larger_than_the_set_is_refused() -> None:
    """As training refuses it."""
    with pytest.raises(ValueError, match="201"):
        descend(SETS, SEEDS, 201, 0.1, 1)

"""The first Keras program: counted twice, and its five epochs."""

from __future__ import annotations

import numpy as np
import pytest

from implementations.comparisons.program import EPOCHS, epochs_figure, five_epochs, parameters, printed_model
from implementations.datasets.glyphs import load_glyphs


def test_the_counts_by_arithmetic() -> None:
    """784 x 128 + 128 and 128 x 10 + 10."""
    assert parameters()["model"]["parameters"] == 784 * 128 + 128 + 128 * 10 + 10 == 101_770


def test_the_table_counts_as_keras_does() -> None:
    """Layer by layer, for grey and for colour images."""
    pytest.importorskip("tensorflow")
    for mistake in ("", "colour"):
        assert parameters("tensorflow", mistake) == parameters("numpy", mistake)


def test_the_printed_model_is_that_of_the_slide() -> None:
    """ReLU, dropout of 0.2, a softmax over ten; and Keras's own count of the whole."""
    pytest.importorskip("tensorflow")
    model = printed_model()
    first, drop, last = (model.get_layer(name).get_config() for name in ("dense_1", "dropout", "dense_2"))
    assert (first["units"], first["activation"], drop["rate"]) == (128, "relu", 0.2)
    assert (last["units"], last["activation"]) == (10, "softmax")
    assert model.count_params() == 101_770


def test_five_epochs_are_five_looks() -> None:
    """Each epoch is one pass of batches of 32; accuracy rises from the first to the last."""
    pytest.importorskip("torch")
    images = {"train": load_glyphs("train", 320), "test": load_glyphs("test", 200)}
    curves = five_epochs(images, 0)
    assert curves["test_step"] == [10, 20, 30, 40, 50]
    assert curves["test_accuracy"][-1] > curves["test_accuracy"][0]


def test_the_figure_has_a_row_for_each_epoch() -> None:
    """Mean and range over the seeds."""
    run = [{"test_accuracy": list(np.linspace(start, 0.9, EPOCHS))} for start in (0.5, 0.7)]
    shown = epochs_figure(run)
    assert shown["table"]["rows"][0] == [1, 0.6, 0.5, 0.7]
    assert len(shown["table"]["rows"]) == EPOCHS

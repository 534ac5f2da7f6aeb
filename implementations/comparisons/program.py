"""The slide's first program, 784 - 128 - 10 in Keras: counted, and run for its five epochs.

Source: columbia-deep-learning, slide "CATALYST 4: SOFTWARE".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import Images
from implementations.networks.counting import summary
from implementations.networks.small import keras_mlp
from implementations.training.loop import Curves, Plan, train

EPOCHS, BATCH = 5, 32  # printed; Keras's default, which the program leaves alone

Mistake = Literal["", "no biases", "colour"]


def parameters(backend: Literal["numpy", "tensorflow"] = "numpy", mistake: Mistake = "") -> dict[str, dict[str, int]]:
    """Trained parameters of each layer and of the model: from the network's table, or as Keras counts the printed model."""
    names = ("dense_1", "dropout", "dense_2")
    if backend == "tensorflow":
        model = printed_model(channels=3 if mistake == "colour" else 1)
        layers = {name: int(model.get_layer(name).count_params()) for name in names}
    else:
        network = keras_mlp()
        if mistake == "colour":
            network = replace(network, input=(28, 28, 3))
        layers = {line.name: line.weights + line.biases for line in summary(network)}
    if mistake == "no biases":
        layers = {"dense_1": layers["dense_1"] - 128, "dropout": 0, "dense_2": layers["dense_2"] - 10}
    return {name: {"parameters": layers[name]} for name in names} | {
        "model": {"parameters": sum(layers[name] for name in names)}
    }


def printed_model(channels: int = 1) -> Any:
    """The model as the slide builds it, with names for its layers. Needs tensorflow."""
    from implementations.networks.importing_tensorflow import keras

    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, channels) if channels > 1 else (28, 28)),
            layers.Flatten(),
            layers.Dense(128, activation="relu", name="dense_1"),
            layers.Dropout(0.2, name="dropout"),
            layers.Dense(10, activation="softmax", name="dense_2"),
        ]
    )


def five_epochs(images: dict[str, Images], seed: int, checkpoint: str | None = None) -> Curves:
    """The printed training: Adam at its default, five epochs of batches of 32, a look at the test images after each. Needs torch."""
    from implementations.training.learner_torch import TorchLearner

    steps = len(images["train"]) // BATCH
    plan = Plan(EPOCHS * steps, BATCH, test_every=steps)
    learner = TorchLearner(keras_mlp(), seed, biases="zero")
    return train(learner, images, plan, seed, None if checkpoint is None else Path(checkpoint))


def five_epochs_on_glyphs(*, seed: int, checkpoint: str | None = None) -> Curves:
    """On 4,000 drawn digits, tested on 1,000."""
    return five_epochs({"train": load_glyphs("train", 4000), "test": load_glyphs("test", 1000)}, seed, checkpoint)


def epochs_figure(run: Sequence[Curves]) -> dict[str, Any]:
    """Test accuracy after each epoch: the mean over the seeds, and their range."""
    accuracy = np.array([curves["test_accuracy"] for curves in run])
    epochs = list(range(1, EPOCHS + 1))
    line = {
        "label": "test images",
        "x": epochs,
        "y": accuracy.mean(axis=0).tolist(),
        "low": accuracy.min(axis=0).tolist(),
        "high": accuracy.max(axis=0).tolist(),
        "mark": "line",
    }
    rows = [
        [epoch, round(float(a.mean()), 4), round(float(a.min()), 4), round(float(a.max()), 4)]
        for epoch, a in zip(epochs, accuracy.T, strict=True)
    ]
    return {
        "panels": [{"title": "", "x_label": "epochs", "y_label": "accuracy", "series": [line]}],
        "table": {"columns": ["epoch", "mean", "least", "greatest"], "rows": rows},
        "alt": "Test accuracy of the program's network after each of its five epochs; the band is the range over the seeds.",
    }

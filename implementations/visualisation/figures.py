"""Exhibits: the filters of logistic regression, those of hidden units, and the pictures that excite the outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import training_tensor
from implementations.networks.small import lr
from implementations.networks.table import Activation, Dense, Network
from implementations.training.batches import batch_indices
from implementations.training.learner_numpy import NumpyLearner
from implementations.visualisation.visualisation_numpy import most_exciting

Array = NDArray[Any]
SIDE, IMAGES = 28, 2_000
SOURCE = "columbia-deep-learning, INTERLUDE: RETRAINING / TRANSFER LEARNING"
HIDDEN = Network("mlp_32", "784-32-10", SOURCE, (784,), (Dense("fc1", 32), Activation("relu"), Dense("fc2", 10)))


def trained(network: Network, seed: int = 0, steps: int = 600) -> NumpyLearner:
    """A network after steps of 100 drawn digits by Adam."""
    learner = NumpyLearner(network, seed, biases="zero")
    images = load_glyphs("train", IMAGES)
    x, y = training_tensor(images.x).reshape(IMAGES, -1), images.y.astype(np.int64)
    for step in range(steps):
        index = batch_indices(seed, step, 100, IMAGES)
        learner.step(x[index], y[index])
    return learner


def filters(units: int = 8) -> dict[str, Any]:
    """The ten filters of logistic regression, and those hidden units' that carry most weight to the outputs."""
    classes = trained(lr()).weights["fc/kernel"].T
    hidden = trained(HIDDEN).weights
    first = np.argsort(-np.linalg.norm(hidden["fc2/kernel"], axis=1))[:units]
    panels = [picture(f"logistic regression: {digit}", one) for digit, one in enumerate(classes)]
    panels += [picture(f"hidden unit {unit}", hidden["fc1/kernel"][:, unit]) for unit in first]
    return {
        "panels": panels,
        "alt": "First-layer weights as pictures. Those of logistic regression are blurred digits, bright where ink speaks for the "
        "digit and dark where it speaks against; hidden units still show much of the noise that they began as.",
    }


def exciting(decay: float = 0.5) -> dict[str, Any]:
    """For each digit the picture that excites its output most, of a network with one hidden layer; titles say how sure it is."""
    learner = trained(HIDDEN)
    start = np.full((10, SIDE * SIDE), 0.1)
    pictures = most_exciting(learner.network, learner.weights, start, decay=decay)
    z = learner.logits(pictures.astype(np.float32))
    sure = np.exp(z - z.max(axis=1, keepdims=True))
    sure /= sure.sum(axis=1, keepdims=True)
    return {
        "panels": [
            picture(f"{digit}: probability {sure[digit, digit]:.2f}", one) for digit, one in enumerate(pictures)
        ],
        "alt": "Ten pictures found by gradient ascent, each taken for its digit with near certainty. Shadows of digits under noise: what "
        "excites an output most is not what the class looks like.",
    }


def picture(title: str, pixels: Array) -> dict[str, Any]:
    """784 numbers as a heat field, the first row on top."""
    rows = np.round(np.asarray(pixels, np.float64).reshape(SIDE, SIDE)[::-1], 4).tolist()
    field = {"x": list(range(SIDE)), "y": list(range(SIDE)), "z": rows, "style": "heat"}
    return {"title": title, "x_label": "column", "y_label": "row from below", "series": [], "field": field}

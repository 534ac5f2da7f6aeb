"""Exhibits: accuracy against the size of the change, and what the changed digits look like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from implementations.adversarial.adversarial_numpy import fgsm, input_gradient, random_signs
from implementations.adversarial.attacks import Attacks
from implementations.adversarial.runs import digits, trained

Runs = Sequence[Attacks]
SIDE = 28
NAMES = {
    "crafted": "crafted (FGSM)",
    "random": "random signs",
    "opposite": "against the gradient's direction",
    "worst": "no change of that size flips it",
}


def curves(**runs: Runs) -> dict[str, Any]:
    """One panel a recording: mean accuracy under each change, with the least and the most over the seeds."""
    return {
        "panels": [_panel(name.replace("_", " "), run) for name, run in runs.items()],
        "alt": "Accuracy against the largest change of a pixel. Crafted changes end far below the ten per cent of guessing where "
        "random ones of the same size cost a few points; changes against the gradient's direction help.",
    }


def _panel(title: str, runs: Runs) -> dict[str, Any]:
    series = []
    for change in (name for name in NAMES if name in runs[0]):
        values = np.array([one[change] for one in runs])
        series.append(
            {
                "label": NAMES[change],
                "x": runs[0]["epsilon"],
                "y": np.round(values.mean(axis=0), 4).tolist(),
                "low": values.min(axis=0).tolist(),
                "high": values.max(axis=0).tolist(),
                "mark": "line",
            }
        )
    return {"title": title, "x_label": "epsilon (black to white is 1)", "y_label": "accuracy", "series": series}


def pictures(epsilon: float = 0.1, seed: int = 0) -> dict[str, Any]:
    """A digit as it is, with random signs, with the crafted change, and the change itself; titles say what the network reads.

    The digit is the first test digit that the network reads right and that the crafted change flips.
    """
    learner = trained("mlp", seed)
    x, y = digits("test", 200)
    uphill = input_gradient(learner.network, learner.weights, x, y)
    crafted, noisy = fgsm(x, uphill, epsilon), fgsm(x, random_signs(seed, x.shape), epsilon)
    reads = {
        name: learner.logits(one).argmax(axis=1) for name, one in (("is", x), ("noisy", noisy), ("crafted", crafted))
    }
    flipped = np.flatnonzero((reads["is"] == y) & (reads["noisy"] == y) & (reads["crafted"] != y))
    if not len(flipped):
        raise ValueError(f"epsilon = {epsilon} flips none of {len(y)} digits")
    one = int(flipped[0])
    shown = [
        (f"a {y[one]}, read as {reads['is'][one]}", x[one]),
        (f"random change, read as {reads['noisy'][one]}", noisy[one]),
        (f"crafted change, read as {reads['crafted'][one]}", crafted[one]),
        ("the crafted change", crafted[one] - x[one]),
    ]
    return {
        "panels": [_image(title, pixels) for title, pixels in shown],
        "alt": f"A drawn {y[one]}, and the same with each pixel changed by at most {epsilon}: with random signs it is still read right, "
        f"with crafted ones as {reads['crafted'][one]}.",
    }


def _image(title: str, pixels: Any) -> dict[str, Any]:
    """The picture as a heat field, its first row on top."""
    rows = np.round(np.asarray(pixels, dtype=np.float64).reshape(SIDE, SIDE)[::-1], 3).tolist()
    ticks = list(range(SIDE))
    field = {"x": ticks, "y": ticks, "z": rows, "style": "heat"}
    return {"title": title, "x_label": "column", "y_label": "row from below", "series": [], "field": field}

"""The exhibit on confidence: one network, the same at its best temperature, and eight that vote."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.generalisation.calibration import ensemble, log_loss, reliability, temperature
from implementations.generalisation.replicas import Digits, logits, own_digits, softmax, training

MEMBERS, WIDTH, STEPS = 8, 64, 1500  # long after the last training image is right, as printed runs go on


def ensembles_and_calibration() -> dict[str, Any]:
    """Eight networks 784 - 64 - 10 that share 500 drawn digits; temperatures from 500 others, figures from 2,000 more."""
    one = np.array([0])
    fit, validation = own_digits(one, 500), own_digits(one, 500, "train", 500)
    test = own_digits(one, 2000, "test")
    seeds = np.arange(MEMBERS)
    shared = Digits(np.repeat(fit.x, MEMBERS, axis=0), np.repeat(fit.y, MEMBERS, axis=0))
    theta = next(islice(training(seeds, shared, WIDTH), STEPS, None))
    held, z = (logits(theta, data.x, WIDTH).astype(np.float64) for data in (validation, test))
    y = test.y[0]
    member = temperature(held[0], validation.y[0])
    voted = ensemble(softmax(z))
    together = temperature(np.log(ensemble(softmax(held))), validation.y[0])
    cases: dict[str, tuple[float, NDArray[np.float64]]] = {
        "one network": (1.0, softmax(z[0])),
        "one network at its temperature": (member, softmax(z[0] / member)),
        "eight networks": (1.0, voted),
        "eight networks at their temperature": (together, softmax(np.log(voted) / together)),
    }
    rows: list[list[Any]] = []
    lines: list[dict[str, Any]] = [{"label": "calibrated", "x": [0.2, 1.0], "y": [0.2, 1.0], "mark": "line"}]
    for name, (t, p) in cases.items():
        found = reliability(p, y)
        accuracy = float((p.argmax(axis=1) == y).mean())
        rows.append([name, round(t, 3), round(accuracy, 4), round(log_loss(p, y), 4), round(found.error, 4)])
        lines.append({"label": name, "x": found.confidence.tolist(), "y": found.accuracy.tolist(), "mark": "line"})
    return {
        "panels": [{"title": "Reliability", "x_label": "confidence", "y_label": "accuracy", "series": lines}],
        "table": {"columns": ["", "temperature", "accuracy", "log loss", "calibration error"], "rows": rows},
        "alt": "Accuracy against confidence of one network and of eight together, before and after dividing the logits by a temperature.",
    }

"""Exhibit: accuracy against the number of labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from implementations.transfer.retraining import ARMS, Arms

NAMES = {
    "transferred": "head on transferred features",
    "random": "head on random features",
    "scratch": "whole network from scratch",
    "retrained": "whole network from the transferred one",
}


def curves(run: Sequence[Arms]) -> dict[str, Any]:
    """Mean accuracy of each arm, with the least and the most over the seeds."""
    series = []
    for arm in (arm for arm in ARMS if arm in run[0]):
        values = np.array([one[arm] for one in run])
        ends = {"low": values.min(axis=0).tolist(), "high": values.max(axis=0).tolist()}
        mean = np.round(values.mean(axis=0), 4).tolist()
        series.append({"label": NAMES[arm], "x": run[0]["labels"], "y": mean, "mark": "line", **ends})
    panel = {
        "title": "5 to 9, after learning 0 to 4",
        "x_label": "labelled images of each class",
        "x_scale": "log",
        "y_label": "test accuracy",
        "series": series,
    }
    return {
        "panels": [panel],
        "alt": "Test accuracy on five new classes against the number of labelled images of each: features of the trained network, "
        "features of the untrained one, and whole networks trained from the start or from the trained one.",
    }

"""Exhibit: accuracy by number of images, with and without augmentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from implementations.augmentation.experiments import accuracy
from implementations.augmentation.runs import Found

NAMES = {"plain": "as they are", "shifted": "shifted by up to two pixels", "mirrored": "mirrored at random"}


def curves(run: Sequence[Found]) -> dict[str, Any]:
    """Mean accuracy of each kind, with the least and the most over the seeds."""
    sizes = [size for size in run[0]["plain"] if size.isdigit()]
    series = []
    for kind, name in NAMES.items():
        values = np.array([accuracy(run, kind, size) for size in sizes])
        ends = {"low": values.min(axis=1).tolist(), "high": values.max(axis=1).tolist()}
        mean = np.round(values.mean(axis=1), 4).tolist()
        series.append({"label": name, "x": [*map(float, sizes)], "y": mean, "mark": "line", **ends})
    panel = {"x_label": "training images", "x_scale": "log", "y_label": "test accuracy", "series": series}
    return {
        "panels": [{"title": "A small dense network on drawn digits", **panel}],
        "alt": "Test accuracy against the number of training images for images as they are, shifted at random, and mirrored at random.",
    }

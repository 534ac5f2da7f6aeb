"""The slides' learning curves drawn again: the median over seeds with a band from the lowest to the highest, printed values as points."""

from __future__ import annotations

from typing import Any

import numpy as np

from implementations.training.experiments import Runs
from implementations.training.smoothing import smoothed

# printed: the legends' step and smoothed value, by curve
PRINTED = {
    "lr": {"test": (9_900, 0.9243), "train": (9_980, 0.9251)},
    "cnn_cf": {"test": (9_900, 0.9862), "train": (9_980, 0.9903)},
    "cnn_cpcpff": {"test": (10_000, 0.9894)},
    "cnn_cpcpfdf": {"test": (10_000, 0.9916)},
}


def one_network(run: Runs, network: str) -> dict[str, Any]:
    """Training and test accuracy of one network, as in the slides' two plots."""
    return _figure([_panel(split, {network: run}) for split in ("train", "test")], {network: run})


def two_networks(first: Runs, second: Runs, names: list[str]) -> dict[str, Any]:
    """Two networks beside each other."""
    runs = dict(zip(names, (first, second), strict=True))
    return _figure([_panel(split, runs) for split in ("train", "test")], runs)


def _panel(split: str, runs: dict[str, Runs]) -> dict[str, Any]:
    series = []
    for name, run in runs.items():
        steps = run[0][f"{split}_step"]
        values = np.array([one[f"{split}_accuracy"] for one in run], dtype=np.float64)
        if split == "train":
            values = smoothed(values)[:, ::10]
            steps = steps[::10]
        series.append(
            {
                "label": f"{name}, {len(run)} seeds",
                "x": steps,
                "y": np.median(values, axis=0),
                "low": values.min(axis=0),
                "high": values.max(axis=0),
                "mark": "line",
            }
        )
        if split in PRINTED.get(name, {}):
            step, value = PRINTED[name][split]
            series.append({"label": f"{name}, printed", "x": [step], "y": [value], "mark": "points"})
    title = "Test images" if split == "test" else "Training batches, smoothed (0.6)"
    return {"title": title, "x_label": "step", "y_label": "accuracy", "series": series}


def _figure(panels: list[dict[str, Any]], runs: dict[str, Runs]) -> dict[str, Any]:
    ends = [f"{name} {np.mean([one['test_accuracy'][-1] for one in run]):.4f}" for name, run in runs.items()]
    told = f"Accuracy against steps, the median over seeds with a band of all seeds. At the end, on the test images: {', '.join(ends)}."
    return {"panels": panels, "alt": told}

"""Exhibits: training curves of plain and residual networks, step sizes that were tried, and gradients through depth."""

from __future__ import annotations

from typing import Any

import numpy as np

from implementations.depth import experiments, experiments_gradients
from implementations.depth.deep_numpy import Array, Deep

SEEDS = np.arange(16)
KINDS = {
    f"{'residual' if residual else 'plain'}, {layers} layers": (residual, layers)
    for residual in (False, True)
    for layers in (20, 56)
}


def training_curves(*, steps: int = 100, step_size: float = 0.01) -> dict[str, Any]:
    """The slides' two pictures on the synthetic task: training error against steps, with the middle half of 16 seeds."""
    panels = []
    for kind in ("plain", "residual"):
        series = []
        for label, (residual, layers) in KINDS.items():
            if label.startswith(kind):
                error = 100 * experiments.fit(SEEDS, layers, residual, True, steps, step_size).error
                low, high = np.quantile(error, [0.25, 0.75], axis=1)
                curve = {
                    "label": f"{layers} layers",
                    "x": list(range(steps + 1)),
                    "y": error.mean(axis=1).tolist(),
                    "mark": "line",
                }
                series.append(
                    curve | {"low": np.minimum(low, curve["y"]).tolist(), "high": np.maximum(high, curve["y"]).tolist()}
                )
        axes = {"x_label": "step", "y_label": "training error, %", "x_scale": "linear", "y_scale": "linear"}
        panels.append({"title": kind, "series": series, **axes})
    return {
        "panels": panels,
        "alt": "Plain networks: the deep one's training error stays far above the shallow one's. Residual ones: the deep one is ahead.",
    }


def step_sizes(*, steps: int = 200) -> dict[str, Any]:
    """The loss that each of the four networks reaches at each step size, on seeds that no claim uses."""
    found = experiments.best_step_sizes(steps=steps)
    series = [
        {"label": name, "x": list(row), "y": [max(loss, 1e-6) for loss in row.values()], "mark": "line"}
        for name, row in found.items()
    ]
    axes = {"x_label": "step size", "y_label": f"training loss after {steps} steps", "x_scale": "log", "y_scale": "log"}
    rows = [[name, min(row, key=lambda step: row[step]), min(row.values())] for name, row in found.items()]
    return {
        "panels": [{"title": "tuning", "series": series, **axes}],
        "table": {"columns": ["network", "best step size", "loss"], "rows": rows},
        "alt": "The plain network of 56 layers loses more than the others at every step size.",
    }


def gradients() -> dict[str, Any]:
    """The size of the gradient after every layer at the start: three gains, with and without batch normalisation, and residual."""
    layers, width = 54, 64
    drawn = experiments_gradients.draw(SEEDS, layers=layers, width=width)
    cases = {
        "without normalisation": {
            f"gain {gain:g}": Deep(layers, width, False, False, gain=gain) for gain in (0.7, 1.0, 1.4)
        },
        "with batch normalisation": {
            **{f"plain, gain {gain:g}": Deep(layers, width, gain=gain) for gain in (0.7, 1.0, 1.4)},
            "residual": Deep(layers, width, True),
        },
    }
    axes = {"x_label": "layer", "y_label": "gradient over that of the last", "x_scale": "linear", "y_scale": "log"}
    panels = [
        {
            "title": title,
            "series": [
                _curve(label, experiments_gradients.squared_gradients(net, drawn)[0]) for label, net in nets.items()
            ],
            **axes,
        }
        for title, nets in cases.items()
    ]
    return {
        "panels": panels,
        "alt": "Without normalisation the gain decides; with it all gains give one curve, which explodes towards the first layer; "
        "the residual network's stays within two decades.",
    }


def _curve(label: str, squares: Array) -> dict[str, Any]:
    sizes = np.exp(np.log(squares / squares[:, -1:]).mean(axis=0) / 2)
    return {"label": label, "x": list(range(sizes.size)), "y": sizes.tolist(), "mark": "line"}

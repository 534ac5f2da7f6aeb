"""How a dense network's parameters grow with its hidden units."""

from __future__ import annotations

from typing import Any

from implementations.dense.dense_numpy import parameters


def parameters_against_units() -> dict[str, Any]:
    """Parameters of 784 -> units -> 10 against the hidden units, with the slide's 20 and 64 marked."""
    units = list(range(1, 129))
    marked = [20, 64]
    counts = {n: parameters((784, n, 10)) for n in units}
    return {
        "panels": [
            {
                "title": "A dense network on 28 x 28 pixels",
                "x_label": "hidden units",
                "y_label": "parameters",
                "x_scale": "linear",
                "y_scale": "linear",
                "series": [
                    {"label": "784 - units - 10", "x": units, "y": list(counts.values()), "mark": "line"},
                    {"label": "the slide's", "x": marked, "y": [counts[n] for n in marked], "mark": "points"},
                ],
            }
        ],
        "table": {
            "columns": ["hidden units", "first layer: weights", "whole network: parameters"],
            "rows": [[n, parameters((784, n), biases=False), counts[n]] for n in marked],
        },
        "alt": "A straight line: 795 parameters a hidden unit. From 20 to 64 units the network grows 3.2 times, "
        "from 15,910 to 50,890 parameters.",
    }

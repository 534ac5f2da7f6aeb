"""The race of optimizers as curves: validation accuracy against steps, at the defaults and at each rule's best step size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from implementations.comparisons.experiments import Sizes, chosen
from implementations.comparisons.race import LOOKS, RULES, Race


def race_curves(run: Sequence[Race], steps: int) -> dict[str, Any]:
    """Two panels, and a table of test accuracies: at the default, and at the step size that each seed's validation images chose."""
    at = [steps // LOOKS * (look + 1) for look in range(LOOKS)]
    titles: dict[Sizes, str] = {"default": "At the defaults", "tuned": "At each rule's best step size"}
    panels: list[dict[str, Any]] = []
    for sizes, title in titles.items():
        lines = []
        for rule in RULES:
            curves = np.array([race[rule]["validation"][chosen(race, rule, sizes)] for race in run])
            lines.append(
                {
                    "label": rule,
                    "x": at,
                    "y": curves.mean(axis=0).tolist(),
                    "low": curves.min(axis=0).tolist(),
                    "high": curves.max(axis=0).tolist(),
                    "mark": "line",
                }
            )
        panels.append({"title": title, "x_label": "steps", "y_label": "validation accuracy", "series": lines})
    rows: list[list[Any]] = []
    for rule in RULES:
        tests = [[race[rule]["test"][chosen(race, rule, sizes)] for race in run] for sizes in titles]
        tuned = sorted({race[rule]["step_sizes"][chosen(race, rule)] for race in run})
        means = (round(float(np.mean(accuracies)), 4) for accuracies in tests)
        rows.append([rule, run[0][rule]["default"], *means, ", ".join(map(str, tuned))])
    return {
        "panels": panels,
        "table": {"columns": ["rule", "default", "test, default", "test, best", "best step sizes"], "rows": rows},
        "alt": "Validation accuracy of five optimizers against steps; the band is the range over the seeds.",
    }

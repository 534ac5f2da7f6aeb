"""The race of optimizers as curves, at the defaults and at each rule's best step size; pooling against none as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from implementations.comparisons.experiments import Sizes, chosen, parameters
from implementations.comparisons.pooling import Scores
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


def pooling_table(run: Sequence[Scores], random: Sequence[Scores]) -> dict[str, Any]:
    """Means over the seeds, with their standard deviations, of the three networks; and their parameters."""
    counts = parameters("cnn_cf")
    rows: list[list[Any]] = []
    for kind in ("max", "average", "none"):
        row: list[Any] = [kind, counts["bare" if kind == "none" else "pooled"]]
        for runs, split in ((run, "train"), (run, "test"), (random, "train")):
            values = [scores[kind][split] for scores in runs]
            row += [round(float(np.mean(values)), 4), round(float(np.std(values, ddof=1)), 4)]
        rows.append(row)
    columns = ["pooling", "parameters"]
    for images in ("training digits", "test digits", "random labels"):
        columns += [images, "s.d."]
    return {
        "table": {"columns": columns, "rows": rows},
        "alt": "Parameters and accuracies of cnn_cf with max pooling, with average pooling and without.",
    }

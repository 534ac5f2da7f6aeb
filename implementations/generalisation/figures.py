"""What the claims of this topic summarise, shown in full: exhibits as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from implementations.generalisation import approximation as approximate
from implementations.generalisation import no_free_lunch, selection, width
from implementations.generalisation.approximation import SINE, STEP, greatest_error
from implementations.generalisation.bias_variance import POINTS, SIGMA, measured
from implementations.generalisation.experiments import fit

SEEDS = np.arange(256)
FEW = np.arange(8)
Exhibit = dict[str, Any]


def series(label: str, x: Any, y: Any, mark: str = "line", **band: Any) -> Exhibit:
    """One line of a panel, as plain lists."""
    return {"label": label, "x": np.asarray(x).tolist(), "y": np.asarray(y).tolist(), "mark": mark} | {
        name: np.asarray(values).tolist() for name, values in band.items()
    }


def panel(title: str, x_label: str, y_label: str, lines: list[Exhibit], **scales: str) -> Exhibit:
    """One panel; ``x_scale`` and ``y_scale`` may be given."""
    return {"title": title, "x_label": x_label, "y_label": y_label, "series": lines, **scales}


def least_norm_variance(coefficients: int) -> float:
    """sigma^2 |A|^2 / n over new points of [-1, 1], for the least-norm fit: beyond as many coefficients as points too."""
    design = np.polynomial.legendre.legvander(POINTS, coefficients - 1)
    grid = np.polynomial.legendre.legvander(np.linspace(-1, 1, 201), coefficients - 1)
    smoother = grid @ np.linalg.pinv(design)
    return float(SIGMA**2 * np.sum(smoother**2) / len(grid))


def bias_and_variance() -> Exhibit:
    """Squared bias, variance and squared error against degree and steps; and the variance of the least-norm fit beyond."""
    degrees, steps = list(range(25)), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]
    panels = []
    for title, knob, settings, scale in (
        ("By degree", "degree", degrees, "linear"),
        ("By steps of gradient descent", "steps", steps, "log"),
    ):
        fits = [fit(knob, setting) for setting in settings]  # type: ignore[arg-type]
        drawn = [measured(SEEDS, one) for one in fits]
        lines = [
            series("squared bias", settings, [one.squared_bias for one in fits]),
            series("variance", settings, [one.variance for one in fits]),
            series("squared error", settings, [one.squared_bias + one.variance for one in fits]),
            series("squared error, drawn", settings, [one["error"].mean() for one in drawn], "points"),
        ]
        panels.append(panel(title, knob, "mean over the design points", lines, x_scale=scale))
    coefficients = [*range(2, 25), *range(26, 200, 6)]
    variance = [least_norm_variance(p) for p in coefficients]
    lines = [series("least-norm fit", coefficients, variance)]
    panels.append(
        panel("Beyond 25 coefficients", "coefficients", "variance, new points", lines, x_scale="log", y_scale="log")
    )
    return {
        "panels": panels,
        "alt": "Squared bias falls and variance rises with the degree and with the steps; their sum is least in between. With more "
        "coefficients than points the variance of the least-norm fit falls again.",
    }


def lunch_by_family() -> Exhibit:
    """Mean errors of the learners where nothing was shown: all functions, and those that change seldom."""
    smooth = no_free_lunch.smooth()
    rows = []
    for name, learner in no_free_lunch.LEARNERS.items():
        families = [(no_free_lunch.TARGETS, size) for size in (2, 4, 6)] + [(smooth, size) for size in (2, 4, 6)]
        rows.append([name, *(round(no_free_lunch.mean_error(learner, size, family), 4) for family, size in families)])
    columns = ["learner"] + [
        f"{family}, {size} shown" for family in ("all 256", f"{len(smooth)} smooth") for size in (2, 4, 6)
    ]
    return {
        "table": {"columns": columns, "rows": rows},
        "alt": "Over all functions every learner errs in one half; over the smooth ones nearest neighbour errs least, minority most.",
    }


def error_against_units() -> Exhibit:
    """The greatest error against units for six kinds of network and function."""
    units = [4, 8, 16, 32, 64, 128]
    cases: dict[str, Callable[[int], float]] = {
        "sine, relu": lambda n: greatest_error(approximate.relu_network(SINE, n), SINE),
        "sine, tanh": lambda n: greatest_error(approximate.random_network(np.tanh, n, 1, SINE), SINE),
        "sine, squares": lambda n: greatest_error(approximate.random_network(np.square, n, 1, SINE), SINE),
        "sine, squares, four layers": lambda n: greatest_error(approximate.random_network(np.square, n, 4, SINE), SINE),
        "step, relu": lambda n: greatest_error(approximate.relu_network(STEP, n), STEP),
    }
    lines = [series(name, units, [error(n) for n in units]) for name, error in cases.items()]
    return {
        "panels": [panel("", "units of a layer", "greatest error", lines, x_scale="log", y_scale="log")],
        "alt": "With relu and tanh the error at a sine falls with the units; with squares it stays above 1 unless there are "
        "more layers; at a step it stays.",
    }


def accuracy_by_width() -> Exhibit:
    """Training and test accuracy against width, the mean of 8 seeds with their middle half."""
    widths = (2, 5, 10, 20, 64, 128)
    found = width.by_width(FEW, widths)
    lines = []
    for split in ("train", "test"):
        values = np.array([found[str(w)][split] for w in widths])
        low, high = np.quantile(values, [0.25, 0.75], axis=1)
        lines.append(series(f"{split} digits", widths, values.mean(axis=1), low=low, high=high))
    return {
        "panels": [panel("300 drawn digits to learn from", "units", "accuracy", lines, x_scale="log")],
        "alt": "Both accuracies rise with the width, that on test digits too, up to 128 units.",
    }


def optimism_and_guard() -> Exhibit:
    """Expected flattery by candidates, drawn and in closed form; and how often searches find what is there and what is not."""
    counts = [1, 2, 5, 10, 20, 50, 100, 200]
    panels = []
    for images in (1000, 10_000):
        exact = [selection.expected_optimism(k, images, 0.9) for k in counts]
        drawn = [selection.optimism(SEEDS, k, images, 0.9).mean() for k in counts]
        fresh = [selection.optimism(SEEDS, k, images, 0.9, fresh=True).mean() for k in counts]
        lines = [series("closed form", counts, exact), series("drawn", counts, drawn, "points")]
        lines.append(series("on fresh images", counts, fresh, "points"))
        panels.append(panel(f"{images:,} images", "candidates", "reported less true accuracy", lines, x_scale="log"))
    rows = []
    for gain in (0.0, 0.01, 0.02, 0.03, 0.04, 0.06):
        shares = [
            float(selection.search_replaces_incumbent(SEEDS, 50, 1000, 0.9, gain, guarded).mean())
            for guarded in (False, True)
        ]
        rows.append([gain, *(round(share, 3) for share in shares)])
    columns = ["true gain of one of 50", "searches that replace the incumbent", "the same, guarded"]
    return {
        "panels": panels,
        "table": {"columns": columns, "rows": rows},
        "alt": "Flattery grows with the logarithm of the candidates and falls with the images; fresh images do not flatter. A guard "
        "keeps searches from finding what is not there, and misses small gains that are.",
    }


def early_stopping() -> Exhibit:
    """Curves on the three sets, means of 32 seeds."""
    found = width.curves(np.arange(32))
    steps = 10 * np.arange(1, found["train"].shape[1] + 1)
    lines = [series(name, steps, values.mean(axis=0)) for name, values in found.items()]
    best = float(found["chosen by"].max(axis=1).mean())
    rows = np.arange(32)
    fresh = float(found["fresh"][rows, found["chosen by"].argmax(axis=1)].mean())
    table = {
        "columns": ["at each seed's best step", "accuracy"],
        "rows": [["chosen by", round(best, 4)], ["fresh", round(fresh, 4)]],
    }
    return {
        "panels": [panel("784 - 32 - 10 on 150 drawn digits", "steps", "accuracy", lines)],
        "table": table,
        "alt": "Training accuracy reaches 1 while the other two level off together; at the best step the images that chose it show more.",
    }

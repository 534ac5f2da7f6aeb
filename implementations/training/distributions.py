"""Printed accuracies beside our distribution over seeds; what training costs; and how many seeds the question of dropout takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implementations.networks.counting import totals
from implementations.training.costs import Costs
from implementations.training.experiments import Runs, accuracy, train_accuracy
from implementations.training.power import ENOUGH, power, seeds_needed
from implementations.training.runs import NETWORKS

Array = NDArray[np.float64]
TEST_IMAGES = 10_000
BIN = 0.0005  # of the histograms: five of 10,000 images


class Reading(NamedTuple):
    """A number that a slide prints for a network, and how it is read off a run."""

    what: str
    printed: float
    step: int
    smoothed: bool = False


READINGS: Mapping[str, Sequence[Reading]] = {
    "lr": (Reading("test", 0.9245, 9_900), Reading("train", 0.9251, 9_980, smoothed=True)),
    "cnn_cf": (Reading("test", 0.9862, 9_900), Reading("train", 0.9903, 9_980, smoothed=True)),
    "cnn_cpcpff": (Reading("test", 0.9894, 10_000),),
    "cnn_cpcpfdf": (Reading("test", 0.9916, 10_000),),
}
# Hours, minutes and seconds on the clock of the slides' author.
CLOCK = {"cnn_cf": 21 * 60 + 41, "cnn_cpcpff": 3600 + 60 + 21, "cnn_cpcpfdf": 3600 + 6 * 60 + 39}


def beside_printed(name: str, run: Runs) -> dict[str, Any]:
    """A histogram of our seeds with the printed test accuracy of a network in it, and a table of all its printed accuracies."""
    read = [(reading, _read(run, reading)) for reading in READINGS[name]]
    test, values = next(one for one in read if one[0].what == "test")
    columns = (
        "network|images|step|printed|its standard error|ours, mean|ours, sd|lowest|highest|seeds|at most as printed"
    )
    return {
        "panels": [_histogram(name, test, values)],
        "table": {"columns": columns.split("|"), "rows": [_row(name, *one) for one in read]},
        "alt": f"How many seeds end at which accuracy on the test images, and the printed value. {name}: printed {test.printed}, "
        f"ours {values.mean():.4f}.",
    }


def costs(run: Sequence[Costs]) -> dict[str, Any]:
    """What training costs: the printed clock, our processor time and the multiply-adds of an image, each over the first network's."""
    first = next(iter(run[0]))
    counted = {name: totals(NETWORKS[name]()).multiply_adds for name in run[0]}
    spent = {name: float(np.mean([one[name] for one in run])) for name in run[0]}
    rows = [
        [
            name,
            f"{CLOCK[name] // 60} min {CLOCK[name] % 60} s",
            round(CLOCK[name] / CLOCK[first], 2),
            round(spent[name], 1),
            round(spent[name] / spent[first], 2),
            counted[name],
            round(counted[name] / counted[first], 2),
            len(run),
        ]
        for name in run[0]
    ]
    columns = [
        "network",
        "printed time",
        "its ratio",
        "our milliseconds a step",
        "their ratio",
        "multiply-adds an image",
    ]
    return {
        "table": {"columns": [*columns, "ratio of these", "seeds"], "rows": rows},
        "alt": f"Printed time, our processor time and multiply-adds, each with its ratio to {first}. The slides do not name their "
        "machine, and ratios of times belong to one.",
    }


def dropout_power(first: Runs, second: Runs, step: int = 10_000) -> dict[str, Any]:
    """How often n pairs of runs would show that ``first`` is better than ``second``, and how many pairs it takes.

    For the difference that our seeds have, and for the printed one; the spread is that of our pairs.
    """
    both = min(len(first), len(second))  # one recording may have more seeds than the other
    pairs = accuracy(first[:both], step) - accuracy(second[:both], step)
    effect, spread = float(pairs.mean()), float(pairs.std(ddof=1))
    printed = READINGS["cnn_cpcpfdf"][0].printed - READINGS["cnn_cpcpff"][0].printed
    numbers = np.unique(np.round(np.geomspace(2, 256, 60)).astype(int))
    named = {"the mean of our pairs": effect, "the printed difference": printed}
    series = [
        {"label": f"{label}, {100 * size:+.3f} points", "x": numbers, "y": power(size, spread, numbers), "mark": "line"}
        for label, size in named.items()
    ]
    rows = [
        [
            label,
            round(100 * size, 3),
            round(100 * spread, 3),
            *(round(float(power(size, spread, n)), 3) for n in (4, 16, 64)),
            seeds_needed(size, spread) or "none do",
        ]
        for label, size in named.items()
    ]
    ahead = float((pairs > 0).mean())
    columns = ["difference", "points", "spread of pairs, points", "power at 4", "at 16", "at 64", f"pairs for {ENOUGH}"]
    return {
        "panels": [
            {
                "title": "The chance that n pairs show it",
                "x_label": "pairs of runs",
                "y_label": "power at 5 %",
                "x_scale": "log",
                "series": series,
            },
            {
                "title": f"{len(pairs)} pairs",
                "x_label": "pair (seed)",
                "y_label": "test accuracy with dropout less that without, points",
                "series": [
                    {"label": "one pair", "x": list(range(len(pairs))), "y": 100 * pairs, "mark": "points"},
                    {"label": "printed", "x": [0, len(pairs) - 1], "y": [100 * printed] * 2, "mark": "line"},
                ],
            },
        ],
        "table": {"columns": columns, "rows": rows},
        "alt": f"Dropout less none over {len(pairs)} pairs of runs: {100 * effect:+.3f} points on average, with a spread of "
        f"{100 * spread:.3f}. Dropout is ahead in {100 * ahead:.0f} % of the pairs.",
    }


def _read(run: Runs, reading: Reading) -> Array:
    return train_accuracy(run, reading.step) if reading.smoothed else accuracy(run, reading.step)


def _standard_error(reading: Reading) -> float:
    """Of the printed accuracy, had its images been drawn anew; smoothing halves that of a batch of 100."""
    images = 4 * 100 if reading.smoothed else TEST_IMAGES
    return sqrt(reading.printed * (1 - reading.printed) / images)


def _row(name: str, reading: Reading, values: Array) -> list[Any]:
    found = [values.mean(), values.std(ddof=1), values.min(), values.max()]
    return [
        name,
        f"{reading.what}, smoothed" if reading.smoothed else reading.what,
        reading.step,
        reading.printed,
        round(_standard_error(reading), 4),
        *(round(float(one), 4) for one in found),
        len(values),
        int((values <= reading.printed + 5e-5).sum()),  # half a unit of the last printed digit
    ]


def _histogram(name: str, reading: Reading, values: Array) -> dict[str, Any]:
    ends = [*values, reading.printed]
    edges = BIN * np.arange(np.floor(min(ends) / BIN), np.ceil(max(ends) / BIN) + 2) - BIN / 2
    counts, _ = np.histogram(values, edges)
    at, error, top = reading.printed, _standard_error(reading), int(counts.max())
    low, high = at - 2 * error, at + 2 * error
    return {
        "title": f"{name}, test images, step {reading.step:,}",
        "x_label": "accuracy",
        "y_label": "seeds",
        "series": [
            {"label": f"ours, {len(values)} seeds", "x": (edges[1:] + edges[:-1]) / 2, "y": counts, "mark": "bars"},
            {"label": f"printed, {at}", "x": [at, at], "y": [0, top], "mark": "line"},
            {
                "label": "two standard errors from it",
                "x": [low, low, None, high, high],
                "y": [0, top, None, 0, top],
                "mark": "line",
            },
        ],
    }

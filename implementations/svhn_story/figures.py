"""Exhibits: the stand-in's pictures, the scrambled one, the collapsed predictors, and the story's curves on the stand-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.svhn_story.class_counts import SVHN_TRAIN
from implementations.svhn_story.experiments import (
    Runs,
    commonest_guess,
    gap,
    log_loss,
    train_accuracy,
    validation_accuracy,
)
from implementations.svhn_story.stand_in import load_stand_in

Exhibit = dict[str, Any]


def pictures(rows: int = 3, columns: int = 6) -> Exhibit:
    """The first pictures of the stand-in side by side, as one map of their brightness, 0 to 255."""
    images = load_stand_in("train", rows * columns)
    sheet = images.x.reshape(rows, columns, *images.x.shape[1:]).transpose(0, 2, 1, 3, 4)
    labels = " / ".join(" ".join(map(str, line)) for line in images.y.reshape(rows, columns))
    return {
        "panels": [_picture(f"Stand-in: {labels}", sheet.reshape(rows * 32, columns * 32, 3))],
        "alt": "Drawn digits of every slant and weight, light on dark and dark on light, with parts of other digits reaching in "
        "from the sides; brightness and contrast differ from picture to picture.",
    }


def scrambled(images: int = 100) -> Exhibit:
    """The first row after the naive reshape and after the transposed one, drawn as a picture again."""
    stored = load_stand_in("train", images).x.transpose(1, 2, 3, 0)  # as SVHN's file keeps them
    naive = stored.reshape(images, -1)[0].reshape(32, 32, 3)
    mended = stored.transpose(3, 0, 1, 2).reshape(images, -1)[0].reshape(32, 32, 3)
    return {
        "panels": [_picture("reshape alone", naive), _picture("transpose, then reshape", mended)],
        "alt": "On the left slanting stripes without a digit: a third of the first pixel row of each of a hundred pictures. On the right a digit.",
    }


def collapsed(right: Mapping[str, int], images: int = 1000) -> Exhibit:
    """The printed accuracies of the collapsed predictor on the binomial bands of SVHN's class shares."""
    from scipy.stats import binom

    shares = np.array(SVHN_TRAIN) / sum(SVHN_TRAIN)
    low, high = (binom.ppf(q, images, shares) / images for q in (0.025, 0.975))
    digits = list(range(10))
    return {
        "panels": [
            {
                "title": f"Always one class: right of {images} digits",
                "x_label": "class",
                "y_label": "accuracy",
                "series": [
                    {"label": "share of the class, 95 %", "x": digits, "y": _plain(shares), "low": _plain(low), "high": _plain(high),
                     "mark": "bars"},
                    {"label": "printed", "x": [int(k) for k in right], "y": [n / images for n in right.values()], "mark": "points"},
                ],
            }
        ],
        "alt": "SVHN's class shares fall from 0.19 for the digit 1 to 0.06 for 9; zero has 0.07. The three printed accuracies lie inside "
        "the bands of their classes, 2, 0 and 1.",
    }  # fmt: skip


def curves(**recordings: Runs) -> Exhibit:
    """Training and validation accuracy of every recording against the step: mean and range over the seeds."""
    panels = []
    for title, part in (("Training batches", "train"), ("Validation set", "test")):
        series = [
            _band(
                name, runs[0][f"{part}_step"], [one[f"{part}_accuracy"] for one in runs], 10 if part == "train" else 1
            )
            for name, runs in recordings.items()
        ]
        panels.append({"title": f"{title} (stand-in)", "x_label": "step", "y_label": "accuracy", "series": series})
    return {
        "panels": panels,
        "alt": "On the stand-in logistic regression stays low; networks with one convolution learn the training pictures by heart and stay "
        "clearly lower on the validation set; two convolutions come closer, and with dropout training is slower and validation higher.",
    }


def endings(**recordings: Runs) -> Exhibit:
    """Where every recording ends: means over the seeds, and their standard deviations."""
    columns = {
        "training accuracy": train_accuracy,
        "validation accuracy": validation_accuracy,
        "gap": gap,
        "log10 loss": log_loss,
        "commonest guess, steps 200-400": commonest_guess,
    }
    rows = [
        [name, *(f"{values.mean():.3f} ± {values.std(ddof=1):.3f}" for values in (of(runs) for of in columns.values()))]
        for name, runs in recordings.items()
    ]
    return {
        "table": {"columns": ["run on the stand-in", *columns], "rows": rows},
        "alt": "A table of the runs on the stand-in in the order of the story, with means and standard deviations over the seeds.",
    }


def _picture(title: str, x: NDArray[np.uint8]) -> Exhibit:
    brightness = np.round(x.mean(axis=-1)).astype(int)
    height, width = brightness.shape
    return {
        "title": title,
        "x_label": "",
        "y_label": "",
        "series": [],
        "field": {
            "x": list(range(width)),
            "y": list(range(height)),
            "z": brightness[::-1].tolist(),
            "style": "heat",
        },  # the axis y points upwards
    }


def _band(label: str, steps: Sequence[int], values: Sequence[Sequence[float]], window: int) -> Exhibit:
    """Mean and range over the seeds of the curve, each averaged over so many successive points."""
    array = np.array(values)
    points = array.shape[1] // window
    array = array[:, : points * window].reshape(len(array), points, window).mean(axis=2)
    return {
        "label": label,
        "x": [int(step) for step in steps[window - 1 :: window]][:points],
        "y": _plain(array.mean(axis=0)),
        "low": _plain(array.min(axis=0)),
        "high": _plain(array.max(axis=0)),
        "mark": "line",
    }


def _plain(values: NDArray[Any]) -> list[float]:
    return [round(float(value), 5) for value in values]

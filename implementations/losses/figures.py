"""The losses drawn, the softmax cross-entropy where it dies, and how the libraries' own functions compare."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import Any

import numpy as np

from implementations.losses import experiments, instability
from implementations.losses import losses_numpy as ref


def shapes() -> dict[str, Any]:
    """Squared, absolute and Huber loss against the error; binary cross-entropy against the predicted probability."""
    error = np.linspace(-3, 3, 121)[:, None]
    f = np.linspace(0.01, 0.99, 99)
    by_error = {"squared": ref.squared_error, "absolute (L1)": ref.absolute_error, "Huber, delta 1": ref.huber}
    zero = np.zeros_like(error)
    scales = {"x_scale": "linear", "y_scale": "linear", "y_label": "loss"}
    return {
        "panels": [
            {
                "title": "Losses of an error",
                "x_label": "prediction minus label",
                "series": [_line(name, error[:, 0], loss(zero, error)) for name, loss in by_error.items()],
                **scales,
            },
            {
                "title": "Binary cross-entropy",
                "x_label": "predicted probability of class 1",
                "series": [
                    _line(f"label {y:g}", f, ref.binary_cross_entropy(np.full_like(f, y), f)) for y in (0.0, 0.3, 1.0)
                ],
                **scales,
            },
        ],
        "alt": "Squared error grows faster than absolute error beyond an error of one; Huber follows the first near zero and the "
        "second far away. Binary cross-entropy is least where the prediction equals the label.",
    }


def error_against_gap() -> dict[str, Any]:
    """Relative error of the loss of a confident wrong answer against the gap between its two logits, up to where it dies.

    The exact loss, log(1 + e^gap), comes from 40 decimal digits; an error of 0 is drawn at the bottom of its panel.
    """
    panels = []
    for dtype, last in (("float32", 160), ("float64", 1000)):
        gaps = np.linspace(1.0, last, 2 * last - 1)
        logits = np.stack([np.zeros_like(gaps), -gaps], axis=-1).astype(dtype)
        floor = float(np.finfo(dtype).eps) / 1000
        series = []
        for name, loss in (
            ("softmax, then log", ref.cross_entropy_as_printed),
            ("fused", ref.cross_entropy_from_logits),
        ):
            values = loss(np.array([0.0, 1.0], dtype), logits)
            alive = np.isfinite(values)
            errors = [_relative_error(value, gap) for value, gap in zip(values[alive], gaps[alive], strict=True)]
            series.append(_line(name, gaps[alive], np.maximum(errors, floor)))
        panels.append(
            {
                "title": dtype,
                "x_label": "gap between the logits",
                "y_label": "relative error of the loss",
                "x_scale": "linear",
                "y_scale": "log",
                "series": series,
            }
        )
    return {
        "panels": panels,
        "alt": "Softmax followed by a logarithm is as exact as the fused loss until the probability falls below the smallest normal "
        "number (gap 87 in float32, 708 in float64); then its digits go, and after 103 and 745 the loss is infinite: the line ends. "
        "The fused loss goes on.",
    }


def _relative_error(value: float, gap: float) -> float:
    with localcontext() as context:
        context.prec = 40
        exact = (1 + Decimal(gap).exp()).ln()
        return float(abs(Decimal(float(value)) - exact) / exact)


def vanishing_gaps() -> dict[str, Any]:
    """The gap at which each library's softmax first returns 0, beside what the number format predicts."""
    predicted = {"float32": (150, 126), "float64": (1075, 1022)}
    rows = []
    for dtype, (subnormal, normal) in predicted.items():
        for backend in instability.BACKENDS:
            gap = instability.vanishing_gap(backend=backend, dtype=dtype)
            rows.append([dtype, backend, *(round(x, 2) for x in (gap, subnormal * math.log(2), normal * math.log(2)))])
    return {
        "table": {
            "columns": [
                "format",
                "library",
                "measured gap",
                "below the smallest number",
                "below the smallest normal number",
            ],
            "rows": rows,
        },
        "alt": "A library that keeps subnormal numbers returns 0 where the format ends, one that flushes them dies earlier. Measured: "
        + "; ".join(f"{library} in {dtype} at {gap}" for dtype, library, gap, *_ in rows)
        + ".",
    }


def label_bases() -> dict[str, Any]:
    """What the libraries' sparse losses do with labels at and beyond the ends, for ten classes."""
    logits = np.linspace(-1.0, 1.0, 10)[None, :]
    libraries = ("numpy", "torch", "tensorflow", "tensorflow, compiled")
    labels = (-100, -1, 0, 1, 9, 10)
    rows = [[library, *(instability.sparse_loss(library, label, logits) for label in labels)] for library in libraries]
    return {
        "table": {"columns": ["library", *(f"label {label}" for label in labels)], "rows": rows},
        "alt": "Labels run from 0 to 9. Label 10, the last of the printed set 1 to K, is an error, or NaN when XLA compiles the loss; "
        "torch silently skips label -100.",
    }


def two_answers() -> dict[str, Any]:
    """Mean squared and mean absolute error of one prediction for five answers, three of them 1 and two -1."""
    prediction = np.linspace(-1.5, 1.5, 121)
    answers = np.array([1.0, 1.0, 1.0, -1.0, -1.0])
    far = answers - prediction[:, None]
    return {
        "panels": [
            {
                "title": "One prediction, two kinds of right answer",
                "x_label": "prediction",
                "y_label": "mean loss",
                "x_scale": "linear",
                "y_scale": "linear",
                "series": [
                    _line("squared error", prediction, (far**2).mean(axis=-1)),
                    _line("absolute error", prediction, np.abs(far).mean(axis=-1)),
                ],
            }
        ],
        "alt": "Squared error is least at 0.2, the mean, which is no answer at all; absolute error is least at 1, the median.",
    }


def concordance() -> dict[str, Any]:
    """Do the libraries' losses compute what is printed? Written-out formula against library function, float64."""
    y, f = experiments.examples()
    z = np.log(f) + 3.0
    names = ("binary_cross_entropy", "cross_entropy", "squared_error", "absolute_error", "huber")
    from_logits = ("binary_cross_entropy_from_logits", "cross_entropy_from_logits")
    rows = [[name, *_agreement(name, y, z if name in from_logits else f)] for name in names + from_logits]
    return {
        "table": {
            "columns": [
                "loss",
                "torch: value",
                "torch: gradient",
                "tensorflow: value",
                "tensorflow: gradient",
                "how it differs",
            ],
            "rows": [[*row, _REMARKS.get(row[0], "")] for row in rows],
        },
        "alt": "All values agree. The gradient of the K-class loss from probabilities differs by one in every component, because the "
        "libraries rescale the probabilities; Keras averages where the slide sums.",
    }


_REMARKS = {
    "binary_cross_entropy": "torch caps the loss at 100; Keras clips f to [1e-7, 1 - 1e-7]",
    "cross_entropy": "Keras rescales f to sum to one and clips it at 1e-7; torch has no such loss, log f serves as logits",
    "squared_error": "mean by default in both; torch over the batch as well",
    "absolute_error": "mean by default in both; torch over the batch as well",
    "huber": "mean by default in both; torch over the batch as well",
    "cross_entropy_from_logits": "tf.nn gives one loss an example, torch and tf.compat.v1.losses their mean",
    "binary_cross_entropy_from_logits": "tf.nn gives one loss an element, torch their mean",
}


def _agreement(name: str, y: Any, prediction: Any) -> list[str]:
    cells = []
    for backend in ("torch", "tensorflow"):
        ours = experiments.framework(backend)
        losses = (ours.WRITTEN_OUT[name], ours.NATIVE[name])
        label, guess = ours.tensor(y), ours.tensor(prediction)
        for pair in (
            [ours.array(loss(label, guess)) for loss in losses],
            [ours.array(ours.gradient(loss, label, guess)) for loss in losses],
        ):
            difference = float(np.abs(pair[0] - pair[1]).max())
            cells.append("agrees" if difference < 1e-13 else f"differs by up to {difference:.2g}")
    return cells


def _line(label: str, x: Any, y: Any) -> dict[str, Any]:
    return {"label": label, "x": np.asarray(x, float).tolist(), "y": np.asarray(y, float).tolist(), "mark": "line"}

"""The parts that the pictures of bandits share: curves with 95 % bands, panels, numbers for tables."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def smooth(label: str, means: Array, deviations: Array, n: int, width: int = 10) -> dict[str, Any]:
    """A curve over n games, averaged over windows of `width` steps. The band does not count on the steps of a window being independent."""
    y, half = (values.reshape(-1, width).mean(axis=1) for values in (means, 1.96 * deviations / np.sqrt(n)))
    x = np.arange(len(y)) * width + (width + 1) / 2
    return {
        "label": label,
        "x": x.tolist(),
        "y": y.tolist(),
        "low": (y - half).tolist(),
        "high": (y + half).tolist(),
        "mark": "line",
    }


def band(label: str, x: Sequence[float], values: Array) -> dict[str, Any]:
    """The mean of values (n, m) over n games, and its 95 % interval."""
    y, half = values.mean(axis=0), 1.96 * values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return {
        "label": label,
        "x": list(x),
        "y": y.tolist(),
        "low": (y - half).tolist(),
        "high": (y + half).tolist(),
        "mark": "line",
    }


def mean_and_half_width(values: Array) -> tuple[float, float]:
    """Mean and half-width of its 95 % interval, to four places."""
    return round(float(values.mean()), 4), round(float(1.96 * values.std(ddof=1) / np.sqrt(len(values))), 4)


def panel(
    title: str, x_label: str, y_label: str, series: list[Any], x_scale: str = "linear", y_scale: str = "linear"
) -> dict[str, Any]:
    """One panel, as the design's section on exhibits describes it; scales are "linear" or "log"."""
    return {
        "title": title,
        "x_label": x_label,
        "y_label": y_label,
        "x_scale": x_scale,
        "y_scale": y_scale,
        "series": series,
    }

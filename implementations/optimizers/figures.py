"""The slides' pictures of SGD, drawn again (their own are lost in the text version), and two more.

Every function returns plain data for the report: panels, tables, and a text that says what is seen. The pictures of
step sizes are in `figures_schedules`, those of the advanced rules in `figures_rules`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implementations.optimizers.experiments_noise import leaves_sharp_minimum, optimum, risk_curve, samples_saved
from implementations.optimizers.optimizers_numpy import GradientDescent, path
from implementations.optimizers.problems import logistic
from implementations.optimizers.schedules import Constant
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Exhibit = dict[str, Any]


def rounded(values: ArrayLike) -> list[float]:
    """Six digits are plenty for a picture, and keep the record small."""
    return [float(f"{value:.6g}") for value in np.asarray(values, dtype=np.float64)]


def line(
    label: str, x: ArrayLike, y: ArrayLike, mark: str = "line", band: tuple[Array, Array] | None = None
) -> dict[str, Any]:
    """One series of a panel, with a band around it where one is given."""
    series = {"label": label, "x": rounded(x), "y": rounded(y), "mark": mark}
    return series if band is None else series | {"low": rounded(band[0]), "high": rounded(band[1])}


def contours(risk: Callable[[Array], Array], x: Array, y: Array) -> dict[str, Any]:
    """Contours of a risk over a grid; `risk` maps (m, 2) to (m,)."""
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    z = risk(grid.reshape(-1, 2)).reshape(len(y), len(x))
    return {"x": rounded(x), "y": rounded(y), "z": [rounded(row) for row in z], "style": "contour"}


def sgd_paths() -> Exhibit:
    """Full batch, mini-batch and single samples on one logistic regression: the paths, then the risk twice."""
    seed, n = np.array([3]), 1000
    problem = logistic(seed, n, np.ones(2), np.array([2.0, -1.0]))
    runs = (("full batch (1000)", n, 4.0, 40), ("mini-batch (30)", 30, 1.0, 130), ("single sample (1)", 1, 0.2, 600))
    walks, by_step, by_sample = [], [], []
    for label, batch, alpha, steps in runs:

        def gradient(theta: Array, k: int, batch: int = batch) -> Array:
            return problem.gradient(theta, None if batch == n else streams.integers(seed, k, n, batch, stream=3))

        theta = path(GradientDescent(), np.zeros((1, 2)), gradient, Constant(alpha), steps)[:, 0]
        walks.append(line(label, theta[:, 0], theta[:, 1]))
        every = max(1, steps // 150)
        curve = risk_curve(np.arange(32), batch, alpha, steps, every, n)
        k = np.arange(curve.shape[1]) * every
        low, middle, high = np.quantile(curve, [0.1, 0.5, 0.9], axis=0)
        by_step.append(line(label, k[1:], middle[1:], band=(low[1:], high[1:])))
        by_sample.append(line(label, batch * k[1:], middle[1:], band=(low[1:], high[1:])))
    best = optimum(problem)[0]
    walks.append(line("optimum", best[:1], best[1:], "points"))
    field = contours(lambda at: problem.risk(at[:, None])[:, 0], np.linspace(-0.5, 2.8, 45), np.linspace(-2.0, 0.8, 45))
    share = "share of the excess risk left"
    return {
        "panels": [
            {
                "title": "Paths on the empirical risk",
                "x_label": "theta 1",
                "y_label": "theta 2",
                "series": walks,
                "field": field,
            },
            {
                "title": "Against steps",
                "x_label": "step",
                "y_label": share,
                "x_scale": "log",
                "y_scale": "log",
                "series": by_step,
            },
            {
                "title": "Scaled by relative time",
                "x_label": "samples seen",
                "y_label": share,
                "x_scale": "log",
                "y_scale": "log",
                "series": by_sample,
            },
        ],
        "alt": "Three descents of one logistic regression. Step for step the full batch is best; for the samples seen, single "
        "samples are ahead by a factor of ten and more, until their noise stops them. Bands: 10 to 90 % of 32 data sets.",
    }


def samples_saved_by_accuracy() -> Exhibit:
    """The gain of M = 1 for the samples seen, against the share of the excess risk that may be left."""
    levels = np.array([0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005])
    saved = np.stack([samples_saved(np.arange(32), level=float(level)) for level in levels])
    low, middle, high = np.quantile(saved, [0.1, 0.5, 0.9], axis=1)
    series = [line("median of 32 data sets, 10 to 90 %", levels, middle, band=(low, high))]
    return {
        "panels": [
            {
                "title": "Samples that the full batch sees for one of SGD's",
                "x_label": "share of the excess risk left",
                "y_label": "times as many samples",
                "x_scale": "log",
                "y_scale": "linear",
                "series": series,
            }
        ],
        "alt": f"The gain falls from {middle[0]:.0f} times where half of the excess risk may be left to {middle[-2]:.0f} times at "
        "1 %: a constant step has a floor of noise.",
    }


def sharp_minimum_against_noise() -> Exhibit:
    """Share of 256 runs that end in the wide well, against the noise of a step as a multiple of the sharp well's width."""
    noise = np.arange(2.0, 22.0, 2.0)
    share = {
        batch: np.array([leaves_sharp_minimum(np.arange(256), batch, noise=float(size)).mean() for size in noise])
        for batch in (1, 2, 4)
    }
    series = [line(f"M = {batch}", 0.01 * noise / 0.1, left) for batch, left in share.items()]
    return {
        "panels": [
            {
                "title": "Runs that leave the sharp minimum for the wide one",
                "x_label": "largest noise of one sample's step / width of the sharp well",
                "y_label": "share of runs",
                "series": series,
            }
        ],
        "alt": f"With noise of 0.8 widths of the sharp well {share[1][3]:.0%} of the single-sample runs leave it in 3000 steps, with "
        f"1.4 widths {share[1][6]:.0%} are in the wide one at the end, and larger batches need more noise.",
    }

"""The slides' pictures of SGD and its step sizes, drawn again (their own are lost in the text version), and a few more.

Every function returns plain data for the report: panels, tables, and a text that says what is seen. The pictures of the
advanced rules are in `figures_rules`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implementations.optimizers import counterexample
from implementations.optimizers.experiments import schedule_named
from implementations.optimizers.experiments_noise import leaves_sharp_minimum, optimum, risk_curve, samples_saved
from implementations.optimizers.optimizers_numpy import GradientDescent, path
from implementations.optimizers.problems import logistic
from implementations.optimizers.schedules import Constant, PowerLaw, partial_sums, robbins_monro
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


def counterexample_paths() -> Exhibit:
    """One path and the middle 80 % of 512, for the constant step and for the schedule; then the distance to theta*."""
    seeds, steps = np.arange(512), 200
    k = np.arange(steps + 1.0)
    panels, distances = [], []
    for label, schedule in (("constant 0.5", Constant()), ("0.5 / (1 + k)", PowerLaw())):
        theta = counterexample.run(seeds, schedule, steps)
        low, high = np.quantile(theta, [0.1, 0.9], axis=0)
        one = line("one run; band: 80 % of 512 runs", k, theta[0], band=(low, high))
        panels.append({"title": f"Step size {label}", "x_label": "step k", "y_label": "theta", "series": [one]})
        mean, variance = counterexample.moments(schedule, steps)
        distances.append(line(f"{label}, 512 runs", k[1:], np.sqrt(np.mean(theta[:, 1:] ** 2, axis=0)), "points"))
        distances.append(line(f"{label}, exact", k[1:], np.sqrt(mean**2 + variance)[1:]))
    panels.append(
        {
            "title": "Distance to theta* = 0",
            "x_label": "step k",
            "y_label": "root mean square of theta",
            "x_scale": "log",
            "y_scale": "log",
            "series": distances,
        }
    )
    return {
        "panels": panels,
        "alt": "With a constant step of 0.5 theta jumps between -10 and 10 for ever, root mean square 6.06. With 0.5/(1+k) it is "
        "the mean of the points seen, and its distance to 0 falls like 6.06 over the root of k.",
    }


def stationary_variance() -> Exhibit:
    """a/(1-a) 110/3 against simulation."""
    alphas = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
    exact = np.array([counterexample.stationary_variance(a) for a in alphas])
    measured = [np.mean(counterexample.run(np.arange(512), Constant(a), 1000)[:, 600:] ** 2) for a in alphas]
    series = [
        line("a / (1 - a) * 110/3", alphas, exact),
        line("512 runs, steps 600 to 1000", alphas, np.array(measured), "points"),
    ]
    return {
        "panels": [
            {
                "title": "What a constant step leaves",
                "x_label": "step size a",
                "y_label": "variance of theta",
                "y_scale": "log",
                "series": series,
            }
        ],
        "alt": "The variance grows like the step size while that is small, equals the data's 36.7 at one half, and has no bound "
        "towards one. The simulation lies on the closed form.",
    }


def schedules() -> Exhibit:
    """The verdict on seven schedules, and their partial sums."""
    names = (
        "constant",
        "inverse_root",
        "power_0.75",
        "inverse_time",
        "inverse_time_log",
        "inverse_square",
        "geometric",
    )
    at = np.unique(np.geomspace(1, 1_000_000, 60).astype(int))
    rows, sums, squares = [], [], []
    for name in names:
        schedule = schedule_named(name)
        answer = robbins_monro(schedule)
        total, square = partial_sums(schedule, 1_000_000), partial_sums(schedule, 1_000_000, 2.0)
        verdicts = [
            "infinite" if answer.sum_diverges else "finite",
            "finite" if answer.squares_converge else "infinite",
        ]
        rows.append([name, *verdicts, "yes" if answer.qualifies else "no", f"{total[-1]:.4g}", f"{square[-1]:.4g}"])
        sums.append(line(name, at, total[at - 1]))
        squares.append(line(name, at, square[at - 1]))
    scales = {"x_label": "terms, from k = 1", "x_scale": "log", "y_scale": "log"}
    return {
        "panels": [
            {"title": "Sum of step sizes", "y_label": "partial sum", "series": sums} | scales,
            {"title": "Sum of squares", "y_label": "partial sum", "series": squares} | scales,
        ],
        "table": {
            "columns": ["schedule", "sum", "sum of squares", "Robbins-Monro", "sum of 10^6", "squares of 10^6"],
            "rows": rows,
        },
        "alt": "Of seven schedules with a0 = 0.5, three meet both conditions: (1+k)^-0.75, 1/(1+k), and 1/((1+k) log k). The "
        "constant and the inverse root decay too slowly, the inverse square and the geometric one too quickly.",
    }


def rate_against_a0() -> Exhibit:
    """Exact root mean square distance under a0/(1+k), and its late slope against min(1/2, 2 a0)."""
    k = np.unique(np.geomspace(1, 100_000, 50).astype(int))
    series, rows = [], []
    for a0 in (0.05, 0.1, 0.2, 0.25, 0.5, 1.0):
        mean, variance = counterexample.moments(PowerLaw(a0), 100_000)
        distance = np.sqrt(mean**2 + variance)
        series.append(line(f"a0 = {a0:g}", k, distance[k]))
        slope = np.log(distance[100_000] / distance[10_000]) / np.log(10)
        rows.append([a0, f"{-min(0.5, 2 * a0):.2f}", f"{slope:.3f}", f"{distance[-1]:.3g}"])
    return {
        "panels": [
            {
                "title": "Distance to theta* under a0/(1+k)",
                "x_label": "step k",
                "y_label": "root mean square of theta",
                "x_scale": "log",
                "y_scale": "log",
                "series": series,
            }
        ],
        "table": {"columns": ["a0", "exponent in theory", "slope from 10^4 to 10^5", "distance at 10^5"], "rows": rows},
        "alt": "All of these schedules meet the Robbins-Monro conditions; but below a0 = 1/4 the start is forgotten only like "
        "k^-(2 a0), and with a0 = 0.05 theta is still some six away from the optimum after 100,000 steps.",
    }

"""Pictures of step sizes: the counterexample, what a constant step leaves, and the Robbins-Monro conditions.

Source: slides DANGER! SGD REQUIRES CARE and ROBBINS-MONRO, whose own pictures are lost in the text version.
"""

import numpy as np

from implementations.optimizers import counterexample
from implementations.optimizers.experiments import schedule_named
from implementations.optimizers.figures import Exhibit, line
from implementations.optimizers.schedules import Constant, PowerLaw, partial_sums, robbins_monro


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

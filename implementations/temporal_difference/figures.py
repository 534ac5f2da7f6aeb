"""The driving home, TD's error by step size, cliff walking with its exact levels, and Baird's star. Plain data for the report."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implementations.mdp import cliff
from implementations.mdp import mdp_numpy as m
from implementations.mdp.grids import GAMMA, gridworld
from implementations.temporal_difference import baird
from implementations.temporal_difference import driving_home as home
from implementations.temporal_difference.temporal_difference_numpy import RULES, Settings, harmonic

Array = NDArray[np.float64]
Exhibit = dict[str, Any]


def line(
    label: str, x: ArrayLike, y: ArrayLike, mark: str = "line", band: tuple[Array, Array] | None = None
) -> dict[str, Any]:
    """One series, six digits a number, with a band around it where one is given."""

    def rounded(values: ArrayLike) -> list[float]:
        return [float(f"{value:.6g}") for value in np.asarray(values, dtype=np.float64)]

    series = {"label": label, "x": rounded(x), "y": rounded(y), "mark": mark}
    return series if band is None else series | {"low": rounded(band[0]), "high": rounded(band[1])}


def driving_home() -> Exhibit:
    """Predicted total time at each place, the outcome, and the predictions after the drive with two step sizes."""
    totals, place = home.predicted_totals(), np.arange(1.0, 7.0)
    errors = [*home.td_errors().tolist(), 0.0]
    whole, half = home.after_one_drive(1.0), home.after_one_drive(0.5)
    return {
        "panels": [
            {
                "title": "Predicted total time on the way",
                "x_label": "place (numbered as in the table)",
                "y_label": "minutes",
                "series": [
                    line("predicted", place, totals),
                    line("actual outcome", place, np.full(6, 43.0)),
                    line("after one drive, step size 1", place, home.ELAPSED + whole, "points"),
                    line("after one drive, step size 1/2", place, home.ELAPSED + half, "points"),
                ],
            }
        ],
        "table": {
            "columns": ["place", "elapsed", "to go", "total", "TD error", "to go after step 1", "to go after step 1/2"],
            "rows": [
                [f"{i + 1} {name}", *(f"{x:g}" for x in row)]
                for i, (name, *row) in enumerate(
                    zip(home.PLACES, home.ELAPSED, home.TO_GO, totals, errors, whole, half, strict=True)
                )
            ],
        },
        "alt": "Predicted totals 30, 40, 35, 40, 43, 43 minutes. Each TD error is the change of the total to the next place: with "
        "step size 1 every prediction moves to the one after it; the errors add up to 13.",
    }


def step_sizes() -> Exhibit:
    """Median error of TD(0) over 64 runs, 10 to 90 %, for three constant step sizes and two schedules."""
    from implementations.temporal_difference.temporal_difference_numba import predict

    mdp, marks = gridworld(), np.unique(np.round(np.geomspace(100, 300_000, 40)).astype(np.int64))
    policy = m.uniform_policy(mdp)
    v = m.evaluate(mdp, policy, GAMMA)
    sizes: dict[str, tuple[float, ...]] = {f"alpha = {a:g}": (a,) for a in (0.3, 0.1, 0.01)}
    sizes |= {"20 / (20 + n)": harmonic(20.0, 50_000), "1 / (1 + n)": harmonic(1.0, 50_000)}
    series = []
    for label, alpha in sizes.items():
        values = predict(mdp, policy, np.arange(64), GAMMA, alpha, marks)
        error = np.sqrt(np.mean((values - v) ** 2, axis=2) / np.mean(v**2))
        low, middle, high = np.quantile(error, [0.1, 0.5, 0.9], axis=0)
        series.append(line(label, marks, middle, band=(low, high)))
    return {
        "panels": [
            {
                "title": "TD(0) on the gridworld, random policy",
                "x_label": "steps",
                "y_label": "error, relative to v",
                "x_scale": "log",
                "y_scale": "log",
                "series": series,
            }
        ],
        "alt": "A constant step size stops at a level that grows with it. 20/(20+n) goes on falling like one over the root of the "
        "steps; 1/(1+n) is allowed by Robbins and Monro and yet far slower, since it hardly forgets its start.",
    }


def cliff_returns(episodes: int = 3000) -> Exhibit:
    """Mean reward of an episode over 64 runs, in blocks of growing length from episode 51 on, and the exact levels."""
    from implementations.temporal_difference.temporal_difference_numba import learn

    mdp = cliff.cliff_walking()
    edges = np.unique(np.round(np.geomspace(50, episodes, 14)).astype(int))  # the first episodes earn hundreds less
    starts, ends = edges[:-1], edges[1:]
    series, rows = [], []
    for rule in RULES:
        returns = learn(mdp, np.arange(64), Settings(rule, 1.0, (0.5,), 0.1), episodes=episodes).returns
        blocks = np.stack([returns[:, a:b].mean(axis=1) for a, b in zip(starts, ends, strict=True)], axis=1)
        low, high = np.quantile(blocks, [0.1, 0.9], axis=0)
        series.append(line(rule.replace("_", " "), ends, blocks.mean(axis=0), band=(low, high)))
        late = returns[:, -1000:].mean(axis=1)
        rows.append(
            [f"{rule.replace('_', ' ')}, episodes 2001 to 3000", f"{late.mean():.1f} ± {late.std(ddof=1) / 8:.1f}"]
        )
    _, soft = cliff.best_soft_policy(mdp, 0.1)
    low_level, high_level = cliff.online_range(mdp, 0.1)
    levels = {
        "exact: best policy that explores": float(soft[cliff.START]),
        "exact: optimal greedy, ties at their best": high_level,
        "exact: optimal greedy, ties at their worst": low_level,
        "exact: optimum without exploring": -13.0,
    }
    series += [line(name, [ends[0], ends[-1]], [level, level]) for name, level in levels.items()]
    rows += [[name, f"{level:.2f}"] for name, level in levels.items()]
    return {
        "panels": [
            {
                "title": "Cliff walking, epsilon = 0.1, alpha = 0.5",
                "x_label": "episode",
                "y_label": "mean reward of an episode",
                "x_scale": "log",
                "series": series,
            }
        ],
        "table": {"columns": ["what", "reward of an episode"], "rows": rows},
        "alt": f"Q-learning knows the shortest path and earns {low_level:.1f} to {high_level:.1f} an episode, since it stumbles over the "
        "edge now and then; expected SARSA comes near the best that an exploring policy can earn, -20.7. Bands: 10 to 90 % of "
        "64 runs.",
    }


def star(steps: int = 1500, alpha: float = 0.01) -> Exhibit:
    """Norm of the star's weights by expected updates off and on the policy, and by sampled ones; one run's weights."""
    k = np.arange(0, steps + 1, 10)
    off = baird.expected_path(steps, alpha)
    norms = {
        "expected, off policy": np.linalg.norm(off, axis=1),
        "expected, on policy": np.linalg.norm(baird.expected_path(steps, alpha, "policy"), axis=1),
    }
    sampled = np.linalg.norm(baird.sampled_path(np.arange(64), steps, alpha), axis=2)
    low, middle, high = np.quantile(sampled, [0.1, 0.5, 0.9], axis=0)
    series = [line(name, k, norm[k]) for name, norm in norms.items()]
    series.append(line("sampled, off policy, median of 64", k, middle[k], band=(low[k], high[k])))
    weights = [line(f"w{i + 1}", k[1:], np.abs(off[k[1:], i])) for i in (0, 6, 7)]
    axes = {"x_label": "updates", "y_scale": "log"}
    return {
        "panels": [
            {"title": "Norm of the weights, alpha = 0.01", "y_label": "norm", "series": series} | axes,
            {"title": "Expected updates: three of eight weights", "y_label": "size of the weight", "series": weights}
            | axes,
        ],
        "alt": "Visited equally often, the star's weights grow exponentially, by expected as by sampled updates, though all values "
        "are zero and can be represented. Visited as its policy does, they stay bounded.",
    }

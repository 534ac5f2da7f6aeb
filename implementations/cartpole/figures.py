"""Pictures of controllers that do not learn: how long the naive policies last, and the printed table in the phase plane.

The slides' own pictures are lost in the text version; those of the learner are in `figures_learning`.

Every function returns plain data for the report: panels, tables, and a text that says what is seen.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from implementations.cartpole import policies, printed
from implementations.cartpole.discretisation import NARROW
from implementations.cartpole.dynamics import CARTPOLE

Exhibit = dict[str, Any]

NAMES = {
    "random": "coin",
    "left_right": "left-right: the side of the lean",
    "against_the_lean": "the other side",
    "always_left": "always left",
    "always_right": "always right",
    "alternate": "left, right, left, ...",
    "by_cart_velocity": "the way the cart moves",
    "by_pole_velocity": "the way the pole moves",
    "by_angle_and_velocity": "angle + angular velocity",
}


def rounded(values: ArrayLike) -> list[float]:
    """Five digits are plenty for a picture, and keep the record small."""
    return [float(f"{value:.5g}") for value in np.asarray(values, dtype=np.float64)]


def naive_lengths(episodes: int = 4000) -> Exhibit:
    """Survival curves of nine policies: the share of episodes that last at least t steps."""
    steps = np.arange(1, 201)
    series, rows, means = [], [], {}
    for name, label in NAMES.items():
        lengths = policies.play(policies.NAMED[name], np.arange(episodes))
        means[name] = lengths.mean()
        share = (lengths[:, None] >= steps).mean(axis=0)
        if name not in ("always_left", "by_cart_velocity"):  # as always right: in the table only
            series.append({"label": label, "x": steps.tolist(), "y": rounded(share), "mark": "step"})
        low, middle, high = np.quantile(lengths, [0.1, 0.5, 0.9])
        rows.append(
            [
                label,
                f"{means[name]:.1f}",
                int(low),
                int(middle),
                int(high),
                int(lengths.max()),
                f"{np.mean(lengths > 100):.2%}",
            ]
        )
    return {
        "panels": [
            {
                "title": f"Episodes that last so long ({episodes} each)",
                "x_label": "steps",
                "y_label": "share of episodes",
                "series": series,
            }
        ],
        "table": {
            "columns": ["policy: push towards", "mean", "10 %", "median", "90 %", "longest", "longer than 100"],
            "rows": rows,
        },
        "alt": f"Left-right lasts {means['left_right']:.0f} steps, the coin {means['random']:.0f}, a constant push 9. Following the pole's "
        f"motion instead of its lean lasts {means['by_pole_velocity']:.0f} of 200, following the sum of both all 200.",
    }


def phase_plane(seed: int = 0) -> Exhibit:
    """Three hundred steps of one episode under the printed table, over the action that it takes in each cell."""
    angles, spins = np.linspace(-0.25, 0.25, 60), np.linspace(-1.5, 1.5, 50)
    grid_spin, grid_angle = np.meshgrid(spins, angles)
    state = np.zeros((4, grid_angle.size))
    state[2], state[3] = grid_angle.ravel(), grid_spin.ravel()
    panels, steps = [], []
    for title, ties in (
        ("Ties towards the lean", printed.towards_the_lean()),
        ("Ties to the right, as the code has it", np.ones(12, np.int64)),
    ):
        policy = policies.greedy(printed.TABLE, NARROW, ties)
        states, lengths = policies.trace(policy, np.array([seed]), 300)
        until = int(lengths[0]) + 1
        steps.append(until - 1)
        action = policy(state, 0, np.zeros(state.shape[1])).reshape(grid_angle.shape)
        edge = [-CARTPOLE.tilt, -CARTPOLE.tilt, CARTPOLE.tilt, CARTPOLE.tilt]
        limits = {"label": "12 degrees: fallen", "x": [-1.5, 1.5, 1.5, -1.5], "y": rounded(edge), "mark": "line"}
        path = {
            "label": f"{steps[-1]} steps",
            "x": rounded(states[:until, 3, 0]),
            "y": rounded(states[:until, 2, 0]),
            "mark": "line",
        }
        panels.append(
            {
                "title": title,
                "x_label": "angular velocity, rad/s",
                "y_label": "angle, rad",
                "series": [path, limits],
                "field": {
                    "x": rounded(spins),
                    "y": rounded(angles),
                    "z": action.tolist(),
                    "style": "heat",
                },
            }
        )
    return {
        "panels": panels,
        "alt": f"The field is the action, 0 left and 1 right. With ties towards the lean the path circles about upright for all {steps[0]} steps "
        f"shown; with ties to the right it drifts off and the pole falls after {steps[1]}.",
    }

"""Pictures of the Q learner: learning curves, the settings that the slides leave open, and the tables.

Every function returns plain data for the report: panels, tables, and a text that says what is seen.
"""

from typing import Any

import numpy as np

from implementations.cartpole import policies, printed
from implementations.cartpole.dynamics import Array
from implementations.cartpole.experiments_learning import dips_by_learning, late_reward, learned
from implementations.cartpole.figures import Exhibit, rounded

SEEDS = np.arange(64)

CURVES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("as printed: step size 1, bins at 3", {"edge": 3.0}),
    ("bins at 0.3, step size 1", {"edge": 0.3}),
    ("bins at 3, step size 0.1", {"edge": 3.0, "alpha": 0.1}),
    ("bins at 0.3, step size 0.1", {"edge": 0.3, "alpha": 0.1}),
    ("both, and the clock is a fall", {"edge": 0.3, "alpha": 0.1, "terminal": "zero_done"}),
)


def learning_curves() -> Exhibit:
    """Total reward by episode, averaged over blocks of 20 episodes: median and middle 80 % of 64 learners."""
    block, series, last = 20, [], []
    for label, how in CURVES:
        lengths = learned(SEEDS, "numba", **how).lengths[:, :1000].reshape(len(SEEDS), -1, block).mean(axis=2)
        low, middle, high = np.quantile(lengths, [0.1, 0.5, 0.9], axis=0)
        at = np.arange(lengths.shape[1]) * block + block / 2
        series.append(
            {
                "label": label,
                "x": rounded(at),
                "y": rounded(middle),
                "low": rounded(low),
                "high": rounded(high),
                "mark": "line",
            }
        )
        last.append(middle[-5:].mean())
    left_right = policies.play(policies.NAMED["left_right"], np.arange(4000)).mean()
    series.append({"label": "left-right", "x": [0.0, 1000.0], "y": rounded([left_right, left_right]), "mark": "line"})
    frozen = dips_by_learning(SEEDS, "numba", alpha=0.1)
    still = dips_by_learning(SEEDS, "numba", alpha=0.1, again=0.0)
    one = learned(SEEDS[:1], "numba", **CURVES[3][1]).lengths[0]
    return {
        "panels": [
            {
                "title": "64 learners each: median and middle 80 %",
                "x_label": "episode",
                "y_label": "total reward",
                "series": series,
            },
            {
                "title": "One learner, bins at 0.3, step size 0.1: the dips",
                "x_label": "episode",
                "y_label": "total reward",
                "series": [{"label": "seed 0", "x": list(range(1, len(one) + 1)), "y": rounded(one), "mark": "line"}],
            },
        ],
        "table": {
            "columns": ["bins at 0.3, step size 0.1: the learner", "episodes shorter than 100 steps"],
            "rows": [
                ["learns and explores, the last 100 of 1001 episodes", f"{frozen['learning'].mean():.1%}"],
                ["explores no less, but its table is frozen", f"{frozen['frozen'].mean():.1%}"],
                ["acts greedily by the frozen table", f"{still['frozen'].mean():.1%}"],
            ],
        },
        "alt": f"With the printed step size of 1 the learner ends at {last[0]:.0f} (bins at 3) or {last[1]:.0f} (bins at 0.3), below "
        f"left-right's {left_right:.0f}. With 0.1 and bins at 0.3 it ends at {last[3]:.0f} of 200, with dips; and if the clock's end "
        f"counts as a fall at {last[4]:.0f}.",
    }


def step_sizes() -> Exhibit:
    """Late total reward against the step size, for both bins and the three readings of a last step."""
    alphas = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
    readings = {
        "bootstrap": "as printed: value of the last observation",
        "zero": "0 after a fall",
        "zero_done": "0 after a fall and after 200 steps",
    }
    panels = []
    best: dict[float, float] = {}
    for edge in (3.0, 0.3):
        series = []
        for terminal, label in readings.items():
            late = np.stack([late_reward(SEEDS[:32], "numba", edge=edge, alpha=a, terminal=terminal) for a in alphas])
            low, high = np.quantile(late, [0.1, 0.9], axis=1)
            mean = late.mean(axis=1)
            series.append(
                {
                    "label": label,
                    "x": list(alphas),
                    "y": rounded(mean),
                    "low": rounded(low),
                    "high": rounded(high),
                    "mark": "line",
                }
            )
            best[edge] = max(best.get(edge, 0.0), float(mean.max()))
        panels.append(
            {
                "title": f"Bins of the angular velocity at -{edge:g} and {edge:g} rad/s",
                "x_label": "step size",
                "y_label": "total reward, episodes 902 to 1001",
                "x_scale": "log",
                "series": series,
            }
        )
    return {
        "panels": panels,
        "alt": f"With bins at 3 rad/s no step size gets beyond {best[3.0]:.0f} steps. With bins at 0.3 step sizes from 0.05 to 0.2 reach up to "
        f"{best[0.3]:.0f} of 200, those of one half and more fail; and no step size helps where the clock's end counts as a fall.",
    }


def q_tables() -> Exhibit:
    """Tables as pictures: angle bins upwards, bins of the angular velocity across, first for left, then for right."""
    small, one = (np.median(learned(SEEDS, "numba", edge=0.3, alpha=a).q[:, 0, 0], axis=0) for a in (0.1, 1.0))
    tables = {"Printed": printed.TABLE[0, 0], "Learned, step size 0.1": small, "Learned, step size 1": one}
    angles = ("below -0.2", "-0.2 to 0", "0 to 0.2", "above 0.2")
    spins = ("below -0.3", "-0.3 to 0.3", "above 0.3")
    rows = [
        [f"{angles[i]}, {spins[j]}", *(f"{table[i, j, action]:.2f}" for table in tables.values() for action in (0, 1))]
        for i in range(4)
        for j in range(3)
    ]
    columns = [f"{title.lower()}: {name}" for title in tables for name in ("left", "right")]
    return {
        "panels": [_heat(title, table) for title, table in tables.items()],
        "table": {"columns": ["angle (rad), angular velocity (rad/s)", *columns], "rows": rows},
        "alt": "Within 0.2 rad the printed table is near 100 for both actions, beyond it below 8. So is the median of 64 tables learned with a "
        f"step size of 0.1 ({small[1:3].mean():.0f} and {small[[0, 3]].mean():.0f} in the mean), while with a step size of 1 the entries "
        f"beyond 0.2 rad rise as well ({one[[0, 3]].mean():.0f}): nothing is left to tell a fall by.",
    }


def _heat(title: str, table: Array) -> dict[str, Any]:
    """A (4, 3, 2) table as four rows and six columns, with a line between the actions."""
    z = np.concatenate([table[:, :, 0], table[:, :, 1]], axis=1)
    return {
        "title": title,
        "x_label": "bin of angular velocity: 0 to 2 for left, 3 to 5 for right",
        "y_label": "bin of the angle, 1 and 2 within 0.2 rad",
        "series": [{"label": "left | right", "x": [2.5, 2.5], "y": [-0.5, 3.5], "mark": "line"}],
        "field": {"x": [0, 1, 2, 3, 4, 5], "y": [0, 1, 2, 3], "z": [rounded(row) for row in z], "style": "heat"},
    }

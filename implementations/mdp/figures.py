"""The gridworld's values and actions, and how quickly policy and value iteration get there. Plain data for the report."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implementations.mdp import mdp_numpy as m
from implementations.mdp.grids import ARROWS, GAMMA, Order, gridworld

Array = NDArray[np.float64]
Exhibit = dict[str, Any]

PRINTED = (
    (22.0, 24.4, 22.0, 19.4, 17.5),
    (19.8, 22.0, 19.8, 17.8, 16.0),
    (17.8, 19.8, 17.8, 16.0, 14.4),
    (16.0, 17.8, 16.0, 14.4, 13.0),
    (14.4, 16.0, 14.4, 13.0, 11.7),
)
CELLS = [1.0, 2.0, 3.0, 4.0, 5.0]


def rounded(values: ArrayLike) -> list[float]:
    """Six digits are plenty for a picture, and keep the record small."""
    return [float(f"{value:.6g}") for value in np.asarray(values, dtype=np.float64).ravel()]


def heat(title: str, values: Array) -> dict[str, Any]:
    """A 5 x 5 picture whose first row is at the top: y counts from the bottom. The lines are the jumps from A to A' and B to B'."""
    jumps = (([2.0, 2.0], [5.0, 1.0]), ([4.0, 4.0], [5.0, 3.0]))
    return {
        "title": f"{title} (lines: jumps from A and B)",
        "x_label": "column",
        "y_label": "row, from the bottom",
        "series": [{"x": x, "y": y, "mark": "line"} for x, y in jumps],
        "field": {"x": CELLS, "y": CELLS, "z": [rounded(row) for row in values.reshape(5, 5)[::-1]], "style": "heat"},
    }


def random_policy_values() -> Exhibit:
    """v_pi of the random policy, A and B first and with the cases as printed, side by side."""
    values = {}
    orders: tuple[Order, Order] = ("special first", "as printed")
    for order in orders:
        mdp = gridworld(order=order)
        values[order] = m.evaluate(mdp, m.uniform_policy(mdp), GAMMA)
    both = zip(values["special first"].reshape(5, 5), values["as printed"].reshape(5, 5), strict=True)
    return {
        "panels": [heat("A and B first", values["special first"]), heat("cases as printed", values["as printed"])],
        "table": {
            "columns": ["row", *(f"column {j}" for j in range(1, 6))],
            "rows": [
                [f"row {i}", *(f"{x:.2f} ({y:.2f})" for x, y in zip(first, printed, strict=True))]
                for i, (first, printed) in enumerate(both, 1)
            ],
        },
        "alt": "Values of the random policy on the gridworld, highest at A (8.79) and B (5.32), negative along the bottom. In "
        "brackets, with the cases taken in the printed order: lower everywhere, 8.14 at A.",
    }


def optimal_values() -> Exhibit:
    """v* as a picture; in the table the value, the printed one, and all optimal actions of each state."""
    mdp = gridworld()
    best = m.policy_iteration(mdp, GAMMA)
    q = m.q_values(mdp, best.v, GAMMA)
    arrows = ["".join(ARROWS[a] for a in np.flatnonzero(row >= row.max() - 1e-9)) for row in q]
    value, signs = best.v.reshape(5, 5), np.array(arrows).reshape(5, 5)
    return {
        "panels": [heat("v*", best.v)],
        "table": {
            "columns": ["row", *(f"column {j}" for j in range(1, 6))],
            "rows": [
                [f"row {i + 1}", *(f"{value[i, j]:.3f} (printed {PRINTED[i][j]}) {signs[i, j]}" for j in range(5))]
                for i in range(5)
            ],
        },
        "alt": "The optimal values fall by a factor of 0.9 with each step away from A, 24.4 in the top row. All 25 printed "
        "values are these, rounded. At A and B all four moves are equally good.",
    }


def iterations() -> Exhibit:
    """Largest distance to v* after each round of policy iteration and each sweep of value iteration, from zero values."""
    mdp = gridworld()
    best = m.policy_iteration(mdp, GAMMA)
    policy = [float(np.abs(v - best.v).max()) for v in best.rounds]
    sweeps = [float(np.abs(v - best.v).max()) for v in m.value_iteration(mdp, GAMMA, error=1e-8).rounds]
    reached = [(i + 1.0, gap) for i, gap in enumerate(policy) if gap > 0]
    k = np.arange(len(sweeps))
    bound = sweeps[0] * GAMMA**k
    return {
        "panels": [
            {
                "title": "Distance to v* on the gridworld",
                "x_label": "round of policy iteration, or sweep of value iteration",
                "y_label": "largest distance",
                "x_scale": "linear",
                "y_scale": "log",
                "series": [
                    {
                        "label": "policy iteration",
                        "x": [x for x, _ in reached],
                        "y": rounded([g for _, g in reached]),
                        "mark": "points",
                    },
                    {"label": "value iteration", "x": k.tolist(), "y": rounded(sweeps), "mark": "line"},
                    {"label": "0.9^k of the first", "x": k.tolist(), "y": rounded(bound), "mark": "line"},
                ],
            }
        ],
        "alt": f"Policy iteration is at v* after {len(policy)} rounds. Value iteration comes closer by the factor 0.9 a sweep, "
        f"the contraction, and needs {len(sweeps) - 1} sweeps for eight digits.",
    }

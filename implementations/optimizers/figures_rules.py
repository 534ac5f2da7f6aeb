"""Pictures of the advanced rules: all of them on two courses, and the results of the race.

Source: slide MORE ADVANCED TECHNIQUES, whose animated comparison is lost with the figures, and HOW TO PROCEED.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.optimizers import race
from implementations.optimizers.figures import Exhibit, contours, line
from implementations.optimizers.optimizers_numpy import Newton, Rule, path
from implementations.optimizers.problems import Quadratic, Saddle
from implementations.optimizers.schedules import Constant

Array = NDArray[np.float64]


def _without_noise(problem: Quadratic | Saddle) -> Callable[[Array, int], Array]:
    """The exact gradient, the same at every step."""
    return lambda theta, k: problem.gradient(theta)


def optimizer_race() -> Exhibit:
    """All rules on an ill-conditioned quadratic and off a saddle, with step sizes that suit each."""
    ravine, saddle = Quadratic(np.array([50.0, 1.0])), Saddle()
    settings: list[tuple[str, Rule, float, float]] = [
        (name, race.RULES[name], on_ravine, on_saddle)
        for name, on_ravine, on_saddle in (
            ("SGD", 0.03, 0.1),
            ("momentum", 0.01, 0.1),
            ("NAG", 0.01, 0.1),
            ("AdaGrad", 0.5, 0.3),
            ("Adadelta", 10.0, 10.0),
            ("RMSprop", 0.05, 0.05),
            ("Adam", 0.2, 0.1),
        )
    ]
    settings.append(("Newton", Newton(ravine.hessian), 1.0, 0.0))
    panels: list[dict[str, Any]] = []
    courses: tuple[tuple[str, Quadratic | Saddle, Array, tuple[float, float], tuple[float, float]], ...] = (
        ("Down a ravine (curvatures 50 and 1)", ravine, np.array([1.0, -4.0]), (-1.5, 1.5), (-4.5, 1.5)),
        ("Off a saddle", saddle, np.array([1.0, 1e-3]), (-1.2, 1.2), (-0.4, 1.5)),
    )
    for course, (title, problem, start, x_range, y_range) in enumerate(courses):
        paths, curves = [], []
        for name, rule, *alphas in settings:
            if name == "Newton" and problem is saddle:
                rule, alphas[1] = Newton(saddle.hessian), 1.0
            theta = path(rule, start, _without_noise(problem), Constant(alphas[course]), 120)
            paths.append(line(name, theta[:, 0], theta[:, 1]))
            lowest = -0.25 if problem is saddle else 0.0
            curves.append(line(name, np.arange(121), np.maximum(problem.risk(theta) - lowest, 1e-12)))
        field = contours(problem.risk, np.linspace(*x_range, 41), np.linspace(*y_range, 41))
        panels.append({"title": title, "x_label": "theta 1", "y_label": "theta 2", "series": paths, "field": field})
        panels.append(
            {"title": f"{title}: risk", "x_label": "step", "y_label": "excess risk", "y_scale": "log", "series": curves}
        )
    return {
        "panels": panels,
        "alt": "In the ravine momentum and NAG swing across and arrive, AdaGrad goes straight, and Newton arrives in one step. At "
        "the saddle SGD lingers, the adaptive rules leave within a few steps, and Newton goes into the saddle and stays.",
    }


def race_table() -> Exhibit:
    """Each rule's mean log10 risk over the tuning seeds at its best step size, on the three problems."""
    rows = []
    results = {problem: race.tuning(problem, 200) for problem in race.TASKS}
    for name in race.RULES:
        cells = []
        for curve in (results[problem][name] for problem in race.TASKS):
            cells += [f"{curve.min():.2f}", f"{race.STEP_SIZES[curve.argmin()]:.2g}"]
        rows.append([name, *cells])
    columns = ["rule"]
    for problem in race.TASKS:
        columns += [problem.replace("_", " "), "its step size"]
    return {
        "table": {"columns": columns, "rows": rows},
        "alt": "log10 of the risk after 200 steps, mean of 32 seeds, lower is better. No rule is best on all three: AdaGrad on badly "
        "scaled features, momentum in the ravine, and on the network all are within a factor of 1.5.",
    }

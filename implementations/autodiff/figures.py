"""Pictures of automatic differentiation: the trace as the slide's tables, the V, how expressions grow, what modes cost.

Each function returns plain data for the report to draw. Source: columbia-deep-learning, slides DIFFERENTIATION,
FORWARD MODE AUTOMATIC DIFFERENTIATION and NOTES ON AUTOMATIC DIFFERENTIATION.
"""

from collections.abc import Sequence
from typing import Any

from implementations.autodiff import compiled, symbolic
from implementations.autodiff.elementary import Number
from implementations.autodiff.experiments_numerical import relative_error
from implementations.autodiff.jacobian_chain import forward_cost, reverse_cost
from implementations.autodiff.trace import record, slide_function
from implementations.autodiff.trace_tables import primal_table, tangent_table

Exhibit = dict[str, Any]


def evaluation_trace(x1: float = 2.0, x2: float = 5.0) -> Exhibit:
    """The slide's two tables side by side, and beside them the tangents for the second input, which the slide leaves out."""
    by_x1 = record(slide_function, (x1, x2), (1.0, 0.0))
    by_x2 = record(slide_function, (x1, x2), (0.0, 1.0))
    rows = [
        [p.label, p.rule, p.numbers, p.value, t1.rule, t1.numbers, t1.value, t2.numbers, t2.value]
        for p, t1, t2 in zip(primal_table(by_x1), tangent_table(by_x1), tangent_table(by_x2), strict=True)
    ]
    columns = ["row", "primal", "in numbers", "value", "tangent", "seeded with x1", "value", "seeded with x2", "value"]
    return {
        "table": {"columns": columns, "rows": rows},
        "alt": "The evaluation trace of ln x1 + x1 x2 - sin x2 at (2, 5): y is 11.652, and its derivatives are 5.5 by x1 and 1.716 by x2.",
    }


def error_versus_step(points_a_decade: int = 4) -> Exhibit:
    """Relative error of each formula against the step, root mean square over points near (2, 5)."""
    steps = [10.0 ** (k / points_a_decade) for k in range(-18 * points_a_decade, 1)]
    return {
        "panels": [
            {
                "title": "Error of the gradient near (2, 5)",
                "x_label": "step h",
                "y_label": "relative error",
                "x_scale": "log",
                "y_scale": "log",
                "series": [
                    {"label": label, "x": steps, "y": [relative_error(formula, h) for h in steps], "mark": "line"}
                    for label, formula in (
                        ("forward quotient", "forward"),
                        ("central quotient", "central"),
                        ("complex step", "complex step"),
                    )
                ],
            }
        ],
        "alt": "Both difference quotients trace a V: the forward one is best near h = 1e-8 with about eight digits, the "
        "central one near 1e-5 with ten to eleven. The error of the complex step falls with h and stays at sixteen digits.",
    }


def _logistic_map(times: int) -> Any:
    """x -> 4 x (1 - x), applied so many times: a short loop with a long formula."""

    def f(x: Number) -> Number:
        for _ in range(times):
            x = 4.0 * x * (1.0 - x)
        return x

    return f


def expression_growth(iterations: Sequence[int] = (1, 2, 3, 4, 5, 6)) -> Exhibit:
    """Multiplications in the derivative of the iterated logistic map: as a formula, multiplied out, and by reverse mode."""
    written, expanded, swept = [], [], []
    for times in iterations:
        derivative = symbolic.gradient_expressions(_logistic_map(times), 1)[0]
        written.append(symbolic.multiplications(derivative))
        expanded.append(symbolic.multiplications([derivative[0].expand()]))
        swept.append(compiled.gradient_source(_logistic_map(times), 1).count(" * "))
    x = list(iterations)
    return {
        "panels": [
            {
                "title": "Derivative of the logistic map, applied again and again",
                "x_label": "iterations",
                "y_label": "multiplications",
                "y_scale": "log",
                "series": [
                    {"label": "symbolic, as differentiated", "x": x, "y": written, "mark": "line"},
                    {"label": "symbolic, multiplied out", "x": x, "y": expanded, "mark": "line"},
                    {"label": "reverse mode, with the function", "x": x, "y": swept, "mark": "line"},
                ],
            }
        ],
        "alt": "On a logarithmic axis the derivative multiplied out rises in nearly a straight line, fourfold with each iteration; "
        "left as differentiated it is longer at first and grows nearly threefold. The work of reverse mode grows by five "
        "multiplications with each iteration.",
    }


def cost_by_mode(outputs: int = 10) -> Exhibit:
    """Multiplications of forward mode over those of reverse mode against N / M, by three ways of counting."""
    inputs = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000]
    ratio = [n / outputs for n in inputs]
    equal = [(n, 8, 8, 8, outputs) for n in inputs]
    narrow = [(n, 50, 1, 1, outputs) for n in inputs]
    series = [
        ("one pass for each input or output", [forward_cost(w, True) / reverse_cost(w, True) for w in equal]),
        ("the slide's formulas, hidden widths 8, 8, 8", [forward_cost(w) / reverse_cost(w) for w in equal]),
        ("the slide's formulas, hidden widths 50, 1, 1", [forward_cost(w) / reverse_cost(w) for w in narrow]),
    ]
    return {
        "panels": [
            {
                "title": f"Which mode is cheaper, for M = {outputs} outputs",
                "x_label": "inputs over outputs, N / M",
                "y_label": "multiplications, forward over reverse",
                "x_scale": "log",
                "y_scale": "log",
                "series": [{"label": label, "x": ratio, "y": y, "mark": "line"} for label, y in series],
            }
        ],
        "alt": "Counted by passes, the ratio of costs is N / M. By the slide's formulas it crosses 1 at N = M for equal hidden "
        "widths, while a network with a bottleneck stays below 1, so forward mode is cheaper however many inputs there are.",
    }

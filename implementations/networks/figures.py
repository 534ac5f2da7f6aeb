"""Exhibits of networks: GoogLeNet's table audited, the shapes of the classic networks, and who has how many parameters.

Every function returns plain data for the report: panels, tables, and a text that says what is seen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from implementations.networks import audit
from implementations.networks.audit import CONVENTIONS, MEGAS, MODULES, ROWS, SEPARABLE_STEM, Row
from implementations.networks.audit_search import explanations, luck, slips
from implementations.networks.catalogue import network
from implementations.networks.counting import summary, totals
from implementations.networks.experiments_parameters import resnet152, rivals, weight_layers

Exhibit = dict[str, Any]

# What is left to say of a row once the numbers are beside each other.
FINDINGS = {
    "conv1": "neither cell; see the separable row below",
    "conv1, separable": "depthwise 7x7 with 8 maps a colour, then 1x1: both cells, with K = 1000",
    "conv2": "both cells",
    "3a": "both cells; 159.5 is cut off",
    "3b": "params only if biases count, which 3a and linear exclude",
    "4a": "neither; the two cells agree on some 372,700 weights",
    "4b": "params one off; ops right",
    "4c": "params wrong, at odds with its own ops; ops right",
    "4d": "params wrong, at odds with its own ops; ops right",
    "4e": "params wrong, at odds with its own ops; ops right",
    "5a": "neither; the two cells agree on some 1,097,700 weights",
    "5b": "params wrong, at odds with its own ops; ops right",
    "linear": "both cells: this row fixes K = 1024, without biases",
}


def googlenet_audit() -> Exhibit:
    """The printed cells beside the counts under every convention, and the deviations of the cells from K = 1024, M = 10^6."""
    rows = dict(ROWS) | {"conv1, separable": replace(ROWS["conv1"], kernels=SEPARABLE_STEM)}
    order = ["conv1", "conv1, separable", *list(ROWS)[1:]]
    drawn = order[1:]  # the ordinary first convolution, 71 % off, would press all else flat
    columns = [
        "row",
        "params printed (K)",
        *map(str, CONVENTIONS),
        "fits",
        "ops printed (M)",
        *MEGAS,
        "fits",
        "finding",
    ]
    return {
        "panels": [
            _deviations("params", drawn, [rows[name].params * 1024 / rows[name].weights for name in drawn]),
            _deviations("ops", drawn, [rows[name].ops * 1e6 / rows[name].operations for name in drawn]),
        ],
        "table": {"columns": columns, "rows": [_audited(name, rows[name]) for name in order] + [_sums()]},
        "alt": "Bars of the printed cells against what the widths count, for K = 1024 and M = 10^6. Of the params, conv2 and linear "
        "are exact and 3a, 3b and 4b within a third of a percent; 4c is 7 % low, 5a 5 % high, 4a, 4d, 4e and 5b one to two "
        "percent low. The ops are right, to their rounding (1 for the 1.02 of linear), but for 5a, 6 % high, and 4a, cut off. The first convolution is drawn as a "
        "depthwise-separable one; as an ordinary one both of its cells are 71 % low.",
    }


def googlenet_slips() -> Exhibit:
    """How many slips explain each inception row, beside how many explain an invented number of its size."""
    rows = []
    for name in MODULES:
        found = explanations(ROWS[name])
        both = [one for one in found if one.ops_too]
        alone, together = luck(ROWS[name])
        simplest = sorted(
            both or found, key=lambda one: (one.slip.family == "two widths", one.slip.family == "one width")
        )
        example = f"{simplest[0].slip.what} ({simplest[0].conventions[0]})" if simplest else ""
        fits = "yes" if audit.params_fit(ROWS[name]) else "no"
        counts = [len(found), round(alone, 1), len(both), round(together, 1)]
        rows.append([name, fits, len(slips(ROWS[name])), *counts, example])
    columns = [
        "row",
        "fits as it stands",
        "slips tried",
        "explain params",
        "by luck",
        "explain both cells",
        "by luck",
        "for instance",
    ]
    return {
        "table": {"columns": columns, "rows": rows},
        "alt": "For each inception row, the number of small slips under which its printed cells would be right, beside the average "
        "for invented cells that are as far off. 4c, 4d, 4e, 5a and 5b have none for both cells; 4a has twelve where luck "
        "gives six, too many to choose from. The one pattern: with 480 maps coming in, 4b, 4d and 4e would have "
        "the printed params, each with a K that suits it; 4c would not, nor would the ops.",
    }


def _deviations(cell: str, names: list[str], ratios: list[float]) -> dict[str, Any]:
    """A panel of bars: printed over counted, minus 1, in percent."""
    return {
        "title": f"{cell}: printed against counted",
        "x_label": "row of the table",
        "y_label": "deviation (%)",
        "x_scale": "linear",
        "y_scale": "linear",
        "series": [
            {
                "label": cell,
                "x": [name.split(",")[0] for name in names],
                "y": [round(100 * (ratio - 1), 3) for ratio in ratios],
                "mark": "bars",
            }
        ],
    }


def _audited(name: str, row: Row) -> list[str | float]:
    """One line of the audit."""
    fits = "; ".join(map(str, audit.params_fit(row))) or "none"
    counted = [round(audit.params(row, convention), 2) for convention in CONVENTIONS]
    costs = [round(audit.ops(row, mega), 2) for mega in MEGAS.values()]
    return [name, row.params, *counted, fits, row.ops, *costs, "; ".join(audit.ops_fit(row)) or "none", FINDINGS[name]]


def _sums() -> list[str | float]:
    """The last line: the whole network with an ordinary first convolution."""
    rows = ROWS.values()
    counted = [round(sum(audit.params(row, convention) for row in rows), 1) for convention in CONVENTIONS]
    costs = [round(sum(audit.ops(row, mega) for row in rows), 1) for mega in MEGAS.values()]
    printed = round(sum(row.params for row in rows), 1), sum(row.ops for row in rows)
    return ["sum", printed[0], *counted, "none", printed[1], *costs, "none", "the slips of the rows remain"]


def classic_shapes() -> Exhibit:
    """LeNet-5 and AlexNet, one line a layer that does more than squash: output, parameters, multiply-adds."""
    rows = []
    for name in ("lenet5", "alexnet"):
        for line in summary(network(name)):
            if line.name and line.kind not in ("Dropout", "LocalResponseNorm"):
                shape = " x ".join(map(str, line.output))
                rows.append(
                    [name, line.name, line.kind, shape, line.weights, line.biases, line.kept, line.multiply_adds]
                )
        total = totals(network(name))
        rows.append([name, "total", "", "", total.weights, total.biases, total.kept, total.multiply_adds])
    columns = ["network", "layer", "kind", "output", "weights", "biases and gains", "not trained", "multiply-adds"]
    return {
        "table": {"columns": columns, "rows": rows},
        "alt": "LeNet-5 from 32 x 32 pixels: 60,000 trained numbers, 48,120 of them in C5, 12 and 32 in the subsamplings S2 and S4. "
        "AlexNet from 227 x 227: 61.0 million, 58.6 million of them in its dense layers.",
    }


def parameters_and_depth() -> Exhibit:
    """One point a network: layers with weights, and trained parameters."""
    points = {name: (weight_layers(rival.rows), totals(rival).trained) for name, rival in rivals().items()}
    for name, title in (("resnet18", "ResNet-18"), ("resnet50", "ResNet-50")):
        points[title] = weight_layers(network(name).rows), totals(network(name)).trained
    points["ResNet-152"] = resnet152()[::-1]
    return {
        "panels": [
            {
                "title": "Depth and parameters of networks for ImageNet",
                "x_label": "layers with weights",
                "y_label": "trained parameters",
                "x_scale": "log",
                "y_scale": "log",
                "series": [
                    {"label": name, "x": [layers], "y": [count], "mark": "points"}
                    for name, (layers, count) in points.items()
                ],
            }
        ],
        "table": {
            "columns": ["network", "layers with weights", "trained parameters"],
            "rows": [[name, layers, count] for name, (layers, count) in points.items()],
        },
        "alt": "ResNet-152 is the deepest by far. It has fewer than half of VGG's parameters, about AlexNet's, and 8.6 times GoogLeNet's.",
    }

"""All library optimizers on one page: one line a printed rule, one column a library, and from which step on they differ.

Source: slides MORE ADVANCED TECHNIQUES and HOW TO PROCEED. The tables of `concordance` say how, and under which settings not.
"""

from typing import Any

from implementations.optimizers.concordance import measure
from implementations.optimizers.concordance_cases import KERAS, LEGACY, TORCH, Case
from implementations.optimizers.optimizers_numpy import (
    Adadelta,
    AdaGrad,
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    Rule,
)

RULES: dict[str, type[Rule]] = {
    "gradient descent": GradientDescent,
    "momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": AdaGrad,
    "Adadelta": Adadelta,
    "RMSprop": RMSprop,
    "RMSprop, centred": RMSprop,
    "Adam": Adam,
}


def case_of(name: str, cases: tuple[Case, ...]) -> Case:
    """A library's first case of the rule: its plain form."""
    centred = name.endswith("centred")
    return next(
        case for case in cases if type(case.rule) is RULES[name] and getattr(case.rule, "centred", False) == centred
    )


def table() -> dict[str, Any]:
    """The exhibit. Needs torch and tensorflow."""
    from implementations.optimizers.optimizers_tensorflow import keras_path, legacy_path
    from implementations.optimizers.optimizers_torch import torch_path

    libraries = ((torch_path, TORCH), (keras_path, KERAS), (legacy_path, LEGACY))
    rows = []
    for name in RULES:
        first = [measure(drive, case_of(name, cases))[0].first for drive, cases in libraries]
        rows.append([name, *(f"differs from step {step} on" if step else "agrees" for step in first)])
    agree = sum(set(row[1:]) == {"agrees"} for row in rows)
    return {
        "table": {"columns": ["rule", "torch.optim", "keras.optimizers", "tf.train"], "rows": rows},
        "alt": f"Of {len(rows)} printed rules, all libraries follow {agree} to rounding over 40 steps, each at its own defaults but for "
        "the rule's hyperparameters. The step size is halved after step 20.",
    }

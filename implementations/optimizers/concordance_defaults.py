"""The default hyperparameters of the library optimizers side by side, read from the installed libraries.

Source: slide HOW TO PROCEED: "try one, tune its hyperparameters" starts at other numbers in each library.
"""

import importlib
import inspect
from typing import Any, NamedTuple

from implementations.optimizers.optimizers_numpy import Adadelta, AdaGrad, Adam, RMSprop


class Setting(NamedTuple):
    """One hyperparameter: our default (None: we have none), and its name in each library, "" where that has none."""

    rule: str
    what: str
    here: float | None
    torch: str
    keras: str
    legacy: str


SETTINGS = (
    Setting("SGD", "step size", None, "SGD.lr", "SGD.learning_rate", "GradientDescentOptimizer.learning_rate"),
    Setting("AdaGrad", "step size", None, "Adagrad.lr", "Adagrad.learning_rate", "AdagradOptimizer.learning_rate"),
    Setting(
        "AdaGrad",
        "start of the sum",
        0.0,
        "Adagrad.initial_accumulator_value",
        "Adagrad.initial_accumulator_value",
        "AdagradOptimizer.initial_accumulator_value",
    ),
    Setting("AdaGrad", "epsilon", AdaGrad().epsilon, "Adagrad.eps", "Adagrad.epsilon", ""),
    Setting("Adadelta", "step size", None, "Adadelta.lr", "Adadelta.learning_rate", "AdadeltaOptimizer.learning_rate"),
    Setting("Adadelta", "memory", Adadelta().rho, "Adadelta.rho", "Adadelta.rho", "AdadeltaOptimizer.rho"),
    Setting("Adadelta", "epsilon", Adadelta().epsilon, "Adadelta.eps", "Adadelta.epsilon", "AdadeltaOptimizer.epsilon"),
    Setting("RMSprop", "step size", None, "RMSprop.lr", "RMSprop.learning_rate", "RMSPropOptimizer.learning_rate"),
    Setting("RMSprop", "memory", RMSprop().rho, "RMSprop.alpha", "RMSprop.rho", "RMSPropOptimizer.decay"),
    Setting("RMSprop", "epsilon", RMSprop().epsilon, "RMSprop.eps", "RMSprop.epsilon", "RMSPropOptimizer.epsilon"),
    Setting("Adam", "step size", None, "Adam.lr", "Adam.learning_rate", "AdamOptimizer.learning_rate"),
    Setting("Adam", "memory of the mean", Adam().beta1, "Adam.betas.0", "Adam.beta_1", "AdamOptimizer.beta1"),
    Setting("Adam", "memory of the square", Adam().beta2, "Adam.betas.1", "Adam.beta_2", "AdamOptimizer.beta2"),
    Setting("Adam", "epsilon", Adam().epsilon, "Adam.eps", "Adam.epsilon", "AdamOptimizer.epsilon"),
)


def default(library: Any, name: str) -> str:
    """The default of "Optimizer.setting" in the library's signature; "must be given", or "-" for no name.

    "Adam.betas.1" is entry 1 of a default that is a tuple. Raises AttributeError or KeyError for names that do not exist.
    """
    if not name:
        return "-"
    optimizer, setting, *entry = name.split(".")
    value: Any = inspect.signature(getattr(library, optimizer)).parameters[setting].default
    if value is inspect.Parameter.empty:
        return "must be given"
    return f"{value[int(entry[0])] if entry else value:g}"


def table() -> dict[str, Any]:
    """The exhibit. Needs torch and tensorflow."""
    importlib.import_module("implementations.optimizers.optimizers_tensorflow")  # keeps Keras out of the home folder
    import keras
    import tensorflow as tf
    import torch

    rows = []
    for setting in SETTINGS:
        cells = [
            default(torch.optim, setting.torch),
            default(keras.optimizers, setting.keras),
            default(tf.compat.v1.train, setting.legacy),
        ]
        rows.append([setting.rule, setting.what, "-" if setting.here is None else f"{setting.here:g}", *cells])
    different = sum(len({cell for cell in row[3:] if cell not in ("-", "must be given")}) > 1 for row in rows)
    return {
        "table": {"columns": ["rule", "setting", "here", "torch.optim", "keras.optimizers", "tf.train"], "rows": rows},
        "alt": f"Of {len(rows)} settings, {different} have different defaults in different libraries.",
    }

"""Every library optimizer that `concordance` compares, how it differs from the printed rule, and under which settings not.

Source: slides MORE ADVANCED TECHNIQUES and HOW TO PROCEED. What is said here in words is checked by running it: the `Cure`
of a case must bring the difference to rounding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implementations.optimizers.optimizers_numpy import (
    Adadelta,
    AdaGrad,
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    Rule,
    State,
)

Array = NDArray[np.float64]

# Hyperparameters that float32 holds exactly: Keras and TensorFlow pass theirs through it.
BETA, BETA2, RHO, EPSILON = 0.875, 1 - 2.0**-10, 0.875, 2.0**-26


@dataclass(frozen=True)
class RMSpropFromOne(RMSprop):
    """RMSprop whose running mean of squares starts at 1: what tf.compat.v1.train does."""

    def start(self, theta: Array) -> State:
        return np.ones_like(theta), np.zeros_like(theta)


class Cure(NamedTuple):
    """Under which settings of theirs, and which reading of ours, a library optimizer does compute our rule."""

    text: str
    settings: Mapping[str, Any] = MappingProxyType({})
    rule: Rule | None = None
    constant_alpha: bool = False
    ahead: bool = False  # read our look-ahead point theta - BETA u


class Case(NamedTuple):
    """One line: a library optimizer with settings, our rule, how they differ, and the cure."""

    optimizer: str
    settings: dict[str, Any]
    rule: Rule
    how: str = ""
    cure: Cure | None = None


_AHEAD = "stores the look-ahead point theta - beta u, where NAG takes its gradient, in place of theta"
_OUTSIDE = "alpha outside the running sum (u <- beta u + g, theta <- theta - alpha u): felt when alpha changes"
_INSIDE = "epsilon inside the root, sqrt(v + eps)"
_HAT = "epsilon is added before the root is freed of its bias, so it weighs more in the first steps"
_READ_AHEAD = "read our theta - beta u"

TORCH = (
    Case("SGD", {}, GradientDescent()),
    Case("SGD", {"momentum": BETA}, Momentum(BETA), _OUTSIDE, Cure("a constant alpha", constant_alpha=True)),
    Case(
        "SGD",
        {"momentum": BETA, "dampening": 0.5},
        Momentum(BETA),
        "every gradient but the first enters u by half; " + _OUTSIDE,
        Cure("dampening = 0 and a constant alpha", {"dampening": 0.0}, constant_alpha=True),
    ),
    Case(
        "SGD",
        {"momentum": BETA, "nesterov": True},
        Nesterov(BETA),
        _AHEAD + "; " + _OUTSIDE,
        Cure(_READ_AHEAD + ", and a constant alpha", constant_alpha=True, ahead=True),
    ),
    Case("Adagrad", {}, AdaGrad()),
    Case("Adadelta", {"rho": RHO}, Adadelta(RHO)),
    Case("RMSprop", {"alpha": RHO}, RMSprop(RHO)),
    Case("RMSprop", {"alpha": RHO, "centered": True}, RMSprop(RHO, centred=True)),
    Case("Adam", {}, Adam()),
)
KERAS = (
    Case("SGD", {}, GradientDescent()),
    Case("SGD", {"momentum": BETA}, Momentum(BETA)),
    Case(
        "SGD",
        {"momentum": 0.9},
        Momentum(0.9),
        "hyperparameters pass through float32: 0.9 becomes 0.89999998",
        Cure("a beta that float32 holds, 0.875", {"momentum": BETA}, Momentum(BETA)),
    ),
    Case("SGD", {"momentum": BETA, "nesterov": True}, Nesterov(BETA), _AHEAD, Cure(_READ_AHEAD, ahead=True)),
    Case(
        "Adagrad",
        {"epsilon": EPSILON},
        AdaGrad(EPSILON),
        "the sum of squares starts at 0.1; " + _INSIDE,
        Cure("start at 0, eps = 0", {"initial_accumulator_value": 0.0, "epsilon": 0.0}, AdaGrad(0.0)),
    ),
    Case("Adadelta", {"rho": RHO, "epsilon": EPSILON}, Adadelta(RHO, EPSILON)),
    Case(
        "RMSprop",
        {"rho": RHO, "epsilon": EPSILON},
        RMSprop(RHO, EPSILON),
        _INSIDE,
        Cure("eps = 0", {"epsilon": 0.0}, RMSprop(RHO, 0.0)),
    ),
    Case(
        "RMSprop",
        {"rho": RHO, "epsilon": EPSILON, "centered": True},
        RMSprop(RHO, EPSILON, centred=True),
        "epsilon inside the root, sqrt(v - m^2 + eps)",
        Cure("eps = 0", {"epsilon": 0.0}, RMSprop(RHO, 0.0, centred=True)),
    ),
    Case(
        "Adam",
        {"beta_1": BETA, "beta_2": BETA2, "epsilon": EPSILON},
        Adam(BETA, BETA2, EPSILON),
        _HAT,
        Cure("eps = 0", {"epsilon": 0.0}, Adam(BETA, BETA2, 0.0)),
    ),
)
LEGACY = (
    Case("GradientDescentOptimizer", {}, GradientDescent()),
    Case(
        "MomentumOptimizer", {"momentum": BETA}, Momentum(BETA), _OUTSIDE, Cure("a constant alpha", constant_alpha=True)
    ),
    Case(
        "MomentumOptimizer",
        {"momentum": BETA, "use_nesterov": True},
        Nesterov(BETA),
        _AHEAD + "; " + _OUTSIDE,
        Cure(_READ_AHEAD + ", and a constant alpha", constant_alpha=True, ahead=True),
    ),
    Case(
        "AdagradOptimizer",
        {},
        AdaGrad(0.0),
        "the sum of squares starts at 0.1; no epsilon",
        Cure("start at 2^-100 (0 is refused)", {"initial_accumulator_value": 2.0**-100}),
    ),
    Case("AdadeltaOptimizer", {"rho": RHO, "epsilon": EPSILON}, Adadelta(RHO, EPSILON)),
    Case(
        "RMSPropOptimizer",
        {"decay": RHO, "epsilon": EPSILON},
        RMSprop(RHO, EPSILON),
        "the running mean of squares starts at 1; " + _INSIDE,
        Cure("eps = 0, and ours started at 1 too (no setting of theirs)", {"epsilon": 0.0}, RMSpropFromOne(RHO, 0.0)),
    ),
    Case(
        "RMSPropOptimizer",
        {"decay": RHO, "epsilon": EPSILON, "centered": True},
        RMSprop(RHO, EPSILON, centred=True),
        "the running mean of squares starts at 1; epsilon inside the root, sqrt(v - m^2 + eps)",
        Cure(
            "eps = 0, and ours started at 1 too (no setting of theirs)",
            {"epsilon": 0.0},
            RMSpropFromOne(RHO, 0.0, centred=True),
        ),
    ),
    Case(
        "AdamOptimizer",
        {"beta1": BETA, "beta2": BETA2, "epsilon": EPSILON},
        Adam(BETA, BETA2, EPSILON),
        _HAT + "; the powers of the betas are kept in float32",
        Cure("eps = 0, betas of 1/2", {"epsilon": 0.0, "beta1": 0.5, "beta2": 0.5}, Adam(0.5, 0.5, 0.0)),
    ),
)

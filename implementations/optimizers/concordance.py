"""Do the libraries' optimizers compute the printed rules? Step by step, on the same gradients, in float64.

Source: slides MORE ADVANCED TECHNIQUES and HOW TO PROCEED, which leave the algorithms to TensorFlow. The rules are those of
`optimizers_numpy`. Three things are compared: `torch.optim`, `keras.optimizers`, and `tf.compat.v1.train`, which is the
`tf.train` of the slide. Each library optimizer gets our rule's hyperparameters; what it adds of its own stays at its
default. 40 gradients of very different sizes, and a step size that is halved after 20 steps (exact in float32).
"""

from collections.abc import Callable
from dataclasses import dataclass
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
    path,
)
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Drive = Callable[..., Array]

STEPS = 40
AGREES = 1e-12  # relative to the distance walked; 40 steps of a dozen roundings each make 1e-13


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
    settings: dict[str, Any] = {}
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


class Compared(NamedTuple):
    """The first step after which the iterates differ (0: never), and the largest difference as a share of the way walked."""

    first: int
    largest: float


def workload() -> tuple[Array, Array, Array]:
    """theta (4,), gradients (40, 4) with sizes from 1e-3 to 1, step sizes (40,)."""
    gradients = streams.normal(np.array([11]), 0, (STEPS, 4))[0] * np.array([1e-3, 1e-2, 0.1, 1.0])
    return np.array([1.0, -2.0, 0.5, 3.0]), gradients, np.where(np.arange(STEPS) < STEPS // 2, 2.0**-4, 2.0**-5)


def ours(rule: Rule, theta: Array, gradients: Array, alphas: Array, ahead: bool = False) -> Array:
    """Our iterates along given gradients, (41, 4), or the points theta - BETA u: u is the step just made."""
    walk = path(rule, theta, lambda at, k: gradients[k], lambda k: float(alphas[k]), len(gradients))
    return np.concatenate([walk[:1], walk[1:] + BETA * np.diff(walk, axis=0)]) if ahead else walk


def compare(theirs: Array, reference: Array) -> Compared:
    """Two lists of iterates (K + 1, d)."""
    walked = np.cumsum(np.abs(np.diff(reference, axis=0)), axis=0).max(axis=1)
    share = np.abs(theirs - reference)[1:].max(axis=1) / walked
    differs = share > AGREES
    return Compared(int(differs.argmax()) + 1 if differs.any() else 0, float(share.max()))


def measure(drive: Drive, case: Case) -> tuple[Compared, Compared | None]:
    """The case as given, and with its cure (None if it has none)."""
    theta, gradients, alphas = workload()
    reference = ours(case.rule, theta, gradients, alphas)
    plain = compare(drive(case.optimizer, theta, gradients, alphas, **case.settings), reference)
    if (cure := case.cure) is None:
        return plain, None
    alphas = np.full(STEPS, alphas[0]) if cure.constant_alpha else alphas
    reference = ours(cure.rule or case.rule, theta, gradients, alphas, cure.ahead)
    return plain, compare(drive(case.optimizer, theta, gradients, alphas, **case.settings | cure.settings), reference)


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
    Case("MomentumOptimizer", {"momentum": BETA}, Momentum(BETA), _OUTSIDE, Cure("a constant alpha", constant_alpha=True)),
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
        "AdamOptimizer",
        {"beta1": BETA, "beta2": BETA2, "epsilon": EPSILON},
        Adam(BETA, BETA2, EPSILON),
        _HAT + "; the powers of the betas are kept in float32",
        Cure("eps = 0, betas of 1/2", {"epsilon": 0.0, "beta1": 0.5, "beta2": 0.5}, Adam(0.5, 0.5, 0.0)),
    ),
)


def table(library: str, drive: Drive, cases: tuple[Case, ...]) -> dict[str, Any]:
    """The exhibit: one row a case."""
    rows = []
    for case in cases:
        plain, cured = measure(drive, case)
        settings = ", ".join(f"{key}={value:.9g}" if key != "centered" else "centered" for key, value in case.settings.items())
        rows.append(
            [
                f"{case.optimizer}({settings})",
                "differs" if plain.first else "agrees",
                plain.first or "never",
                f"{plain.largest:.1e}",
                case.how,
                case.cure.text if case.cure else "",
                f"{cured.largest:.1e}" if cured else "",
            ]
        )
    columns = ["optimizer", "verdict", "first step", "largest difference", "how it differs", "agrees with", "difference then"]
    agree = sum(row[1] == "agrees" for row in rows)
    return {
        "table": {"columns": columns, "rows": rows},
        "alt": f"{agree} of {len(rows)} optimizers of {library} follow the printed rules to rounding over {STEPS} steps; the "
        "others differ as the table says. Differences are shares of the distance walked.",
    }


def torch_table() -> dict[str, Any]:
    """torch.optim against the rules. Needs torch."""
    from implementations.optimizers.optimizers_torch import torch_path

    return table("torch.optim", torch_path, TORCH)


def keras_table() -> dict[str, Any]:
    """keras.optimizers against the rules. Needs tensorflow."""
    from implementations.optimizers.optimizers_tensorflow import keras_path

    return table("keras.optimizers", keras_path, KERAS)


def legacy_table() -> dict[str, Any]:
    """tf.compat.v1.train, the slide's own tf.train, against the rules. Needs tensorflow."""
    from implementations.optimizers.optimizers_tensorflow import legacy_path

    return table("tf.compat.v1.train", legacy_path, LEGACY)

"""Do the libraries' optimizers compute the printed rules? Step by step, on the same gradients, in float64.

Source: slides MORE ADVANCED TECHNIQUES and HOW TO PROCEED, which leave the algorithms to TensorFlow. The rules are those of
`optimizers_numpy`. Three things are compared: `torch.optim`, `keras.optimizers`, and `tf.compat.v1.train`, which is the
`tf.train` of the slide. Each library optimizer gets our rule's hyperparameters; what it adds of its own stays at its
default. 40 gradients of very different sizes, and a step size that is halved after 20 steps (exact in float32).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implementations.optimizers.concordance_cases import BETA, KERAS, LEGACY, TORCH, Case
from implementations.optimizers.optimizers_numpy import Rule, path
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Drive = Callable[..., Array]

STEPS = 40
AGREES = 1e-12  # relative to the distance walked; 40 steps of a dozen roundings each make 1e-13


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
    return plain, compare(
        drive(case.optimizer, theta, gradients, alphas, **{**case.settings, **cure.settings}), reference
    )


def table(library: str, drive: Drive, cases: tuple[Case, ...]) -> dict[str, Any]:
    """The exhibit: one row a case."""
    rows = []
    for case in cases:
        plain, cured = measure(drive, case)
        settings = ", ".join(key if value is True else f"{key}={value:.3g}" for key, value in case.settings.items())
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
    columns = [
        "optimizer",
        "verdict",
        "first step",
        "largest difference",
        "how it differs",
        "agrees with",
        "difference then",
    ]
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

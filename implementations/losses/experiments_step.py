"""What a gradient step makes of a loss: its scale, its sign, and where it ends. Everything here is deterministic.

Sources: fase-deep-rl "Deep Neural Network", whose next slide steps along the gradient; uts-rl-gans "GAN: THE REAL TRICK".
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.activations.activations_numpy import softmax
from implementations.losses import losses_numpy as ref

Array = NDArray[Any]

_STEP = 1e-30  # a complex step has no subtraction, so it can be this small


def prediction_after_training(
    *,
    loss: str = "squared",
    targets: Sequence[float] = (1, 1, 1, -1, -1),
    start: float = 0.9,
    rate: float = 0.1,
    steps: int = 400,
) -> float:
    """Where gradient descent on the mean loss takes one prediction whose right answers are the ``targets``.

    ``loss``: "squared" or "absolute". With two kinds of right answer the squared error leads between them.
    """
    gradient = {"squared": ref.squared_error_gradient, "absolute": ref.absolute_error_gradient}[loss]
    answers = np.asarray(targets, dtype=float)
    prediction = np.array(start)
    for _ in range(steps):
        prediction = prediction - rate * gradient(answers, prediction).mean()
    return float(prediction)


def printed_over_mean(
    *, outputs: Sequence[int] = (1, 2, 10), half: bool = False, root: bool = False
) -> dict[str, dict[str, float]]:
    """The printed ||y* - y||^2, and its gradient, as multiples of the mean squared error over the same outputs.

    ``half`` writes the factor 1/2 that some books put before it; ``root`` the norm without its square.
    """
    ratios = {}
    for n in outputs:
        target, guess = np.arange(n) / 8, np.ones(n)
        error = guess - target
        printed, slope = ref.squared_error(target, guess), ref.squared_error_gradient(target, guess)
        if half:
            printed, slope = printed / 2, slope / 2
        if root:
            printed, slope = np.sqrt(printed), slope / (2 * np.sqrt(printed))
        mean = ref.mean_squared_error(target, guess)
        ratios[str(n)] = {"loss": float(printed / mean), "gradient": float((slope @ error) / (2 * error @ error / n))}
    return ratios


def printed_over_mean_in_fractions(*, outputs: Sequence[int] = (1, 2, 10)) -> dict[str, dict[str, float]]:
    """The same in exact rationals, the gradients by the exact difference quotient of a quadratic: (L(+1) - L(-1)) / 2."""
    ratios = {}
    for n in outputs:
        target = [Fraction(i, 8) for i in range(n)]

        def total(shift: int, target: list[Fraction] = target) -> Fraction:
            return sum(((1 + shift - t) ** 2 for t in target), Fraction(0))

        slope = (total(1) - total(-1)) / 2
        ratios[str(n)] = {"loss": float(total(0) / (total(0) / n)), "gradient": float(slope / (slope / n))}
    return ratios


def target_probability_after_a_step(*, loss: str = "log-likelihood", direction: str = "down", rate: float = 0.1) -> str:
    """Whether one step on the printed l = log P[y*] makes the target more probable: "rises" or "falls".

    Four classes with softmax probabilities; the step goes ``direction`` ("down" or "up") along dl/dz of the logits.
    ``loss`` may be "negative log-likelihood".
    """
    logits, target = np.array([0.4, -0.2, 0.1, 0.9]), 1
    label = ref.one_hot(np.array(target), len(logits))
    gradient = -ref.cross_entropy_from_logits_gradient(label, logits)
    if loss == "negative log-likelihood":
        gradient = -gradient
    moved = logits + (rate if direction == "up" else -rate) * gradient
    return "rises" if softmax(moved)[target] > softmax(logits)[target] else "falls"


def target_probability_by_complex_step(*, direction: str = "down") -> str:
    """The same from the slope of P along the step, both gradients by complex steps through the formulas."""
    logits, target = np.array([0.4, -0.2, 0.1, 0.9]), 1

    def probability(z: Array) -> Any:
        return np.exp(z[target]) / np.exp(z).sum()

    units = 1j * _STEP * np.eye(len(logits))
    log_slope = np.array([np.log(probability(logits + unit)).imag for unit in units]) / _STEP
    slope = np.array([probability(logits + unit).imag for unit in units]) / _STEP
    along = slope @ log_slope * (1 if direction == "up" else -1)
    return "rises" if along > 0 else "falls"


def one_direction_serves_both(*, likelihood: str = "log-likelihood", rate: float = 0.01) -> bool:
    """Whether some one direction of the step (down or up dl/dw) improves the fit under both losses of the slide.

    Squared error improves when the error shrinks, log-likelihood when the target grows more probable.
    """
    target, guess = np.array([1.0, -2.0]), np.array([0.5, 0.5])
    improves = {}
    for direction in ("down", "up"):
        moved = guess + (rate if direction == "up" else -rate) * ref.squared_error_gradient(target, guess)
        closer = bool(np.abs(target - moved).max() < np.abs(target - guess).max())
        likelier = target_probability_after_a_step(loss=likelihood, direction=direction, rate=rate) == "rises"
        improves[direction] = closer and likelier
    return any(improves.values())


def one_direction_by_hand(*, rate: Fraction = Fraction(1, 100)) -> bool:
    """The same in exact rationals with one output and two outcomes: l = (1 - y)^2 at y = 0, and l = log p at p = 1/2.

    Moving y by -d with d = rate * dl/dy shrinks the error only if d < 0; moving p by -d raises p only if d < 0 too.
    """
    squared_slope = -2 * (1 - Fraction(0))
    log_slope = 1 / Fraction(1, 2)
    return any(
        abs(1 - sign * rate * squared_slope) < 1 and Fraction(1, 2) + sign * rate * log_slope > Fraction(1, 2)
        for sign in (-1, 1)
    )

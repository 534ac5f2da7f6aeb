"""What the documents say of the losses, measured. Everything here is deterministic.

Sources: columbia-deep-learning "CONTEXT"; siggraph-ml-9 "Summary (Practice)". What a gradient step makes of a loss is in
``experiments_step``, the numerical instability in ``instability``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.activations.activations_numpy import softmax
from implementations.losses import losses_numpy as ref

Array = NDArray[Any]

_STEP = 1e-30  # a complex step has no subtraction, so it can be this small

PRINTED: dict[str, Callable[[Array, Array], Array]] = {
    "binary_cross_entropy": lambda y, f: -y * np.log(f) - (1 - y) * np.log(1 - f),
    "cross_entropy": lambda y, f: -(y * np.log(f)).sum(axis=-1),
    "squared_error": lambda y, f: ((y - f) ** 2).sum(axis=-1),
}
"""The three losses exactly as the slide "CONTEXT" prints them."""


def examples() -> tuple[Array, Array]:
    """Four soft labels and four predictions, all inside the simplex of three classes, so that every loss is finite."""
    y = np.array([[0.9, 0.05, 0.05], [0.02, 0.08, 0.9], [0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])
    f = softmax(np.array([[1.2, -0.3, 0.4], [-2.0, 0.1, 1.5], [0.0, 0.3, -0.7], [-1.1, 2.0, 0.2]]))
    return y, f


def formula_errors(*, backend: str = "numpy", swap: bool = False, mean: bool = False) -> dict[str, dict[str, float]]:
    """Largest error of each printed loss, and of its gradient in f, against the library's function; float64.

    numpy: this project's reference with closed gradients, against a complex step through the printed formula.
    torch, tensorflow: the library's function; both gradients by automatic differentiation.
    The K-class gradient is compared along the simplex: libraries rescale f to sum to one, which adds the same number
    to every component and moves no prediction that stays on the simplex.
    ``swap`` hands the library its label and its prediction in the wrong order; ``mean`` takes its mean for the sum.
    """
    y, f = examples()
    both = _numpy_both if backend == "numpy" else _framework_both
    errors = {}
    for name in PRINTED:
        library = "mean_squared_error" if mean and name == "squared_error" else name
        (value, library_value), gradients = both(backend, name, library, (f, y) if swap else (y, f), (y, f))
        if name == "cross_entropy":
            gradients = [gradient - gradient.mean(axis=-1, keepdims=True) for gradient in gradients]
        errors[name] = {
            "value": float(np.abs(value - library_value).max()),
            "gradient": float(np.abs(gradients[0] - gradients[1]).max()),
        }
    return errors


Pair = Sequence[Array]


def _numpy_both(_: str, name: str, library: str, given: Pair, right: Pair) -> tuple[Pair, Pair]:
    """Values, then gradients: each the printed formula's and the reference's."""
    values = (PRINTED[name](*right), getattr(ref, library)(*given))
    return values, (_complex_step(name, *right), getattr(ref, f"{name}_gradient")(*given))


def _framework_both(backend: str, name: str, library: str, given: Pair, right: Pair) -> tuple[Pair, Pair]:
    """Values, then gradients: each the printed formula's and the library's."""
    ours = framework(backend)
    calls = [(ours.WRITTEN_OUT[name], *map(ours.tensor, right)), (ours.NATIVE[library], *map(ours.tensor, given))]
    values = [ours.array(loss(label, guess)) for loss, label, guess in calls]
    return values, [ours.array(ours.gradient(loss, label, guess)) for loss, label, guess in calls]


def _complex_step(name: str, y: Array, f: Array) -> Array:
    """dL/df of each example by complex steps through the printed formula, one element of f at a time."""
    gradient = np.empty_like(f)
    for k, unit in enumerate(np.eye(f.shape[-1])):
        imaginary = PRINTED[name](y, f + 1j * _STEP * unit).imag / _STEP
        gradient[:, k] = imaginary if imaginary.ndim == 1 else imaginary[:, k]
    return gradient


def framework(backend: str) -> Any:
    """The module with the losses of "torch" or "tensorflow", imported only now."""
    if backend == "torch":
        from implementations.losses import losses_torch

        return losses_torch
    if backend == "tensorflow":
        from implementations.losses import losses_tensorflow

        return losses_tensorflow
    raise ValueError(f"backend {backend!r}: numpy, torch and tensorflow are implemented")


def two_class_gap(*, backend: str = "numpy", columns: str = "right") -> float:
    """Largest |K-class loss with K = 2 - binary loss| over labels 0, 0.3, 1 and 19 probabilities.

    ``columns`` says how the two classes are laid out: "right"; "swapped", the probabilities in the other order than
    the labels; "positive only", the label of the second class alone.
    """
    y, f = (grid.ravel() for grid in np.meshgrid([0.0, 0.3, 1.0], np.linspace(0.05, 0.95, 19)))
    first_label = np.zeros_like(y) if columns == "positive only" else 1 - y
    two_labels = np.stack([first_label, y], axis=-1)
    two_classes = np.stack([f, 1 - f] if columns == "swapped" else [1 - f, f], axis=-1)
    if backend == "numpy":
        return float(np.abs(ref.cross_entropy(two_labels, two_classes) - ref.binary_cross_entropy(y, f)).max())
    ours = framework(backend)
    k_class = ours.NATIVE["cross_entropy"](ours.tensor(two_labels), ours.tensor(two_classes))
    binary = ours.NATIVE["binary_cross_entropy"](ours.tensor(y), ours.tensor(f))
    return float(np.abs(ours.array(k_class) - ours.array(binary)).max())


def distance_of_the_minimum(*, swap: bool = False, sign: int = 1) -> dict[str, dict[str, float]]:
    """How far from its label each printed loss is least, by enumeration over a grid that holds the label.

    ``swap`` minimises L(y, f) with label and prediction exchanged inside; ``sign = -1`` minimises -L.
    """
    line = np.linspace(0.0, 1.0, 21)
    simplex = np.array([(a, b, 20 - a - b) for a, b in product(range(21), repeat=2) if a + b <= 20]) / 20
    plane = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    cases: dict[str, tuple[Callable[[Array, Array], Array], Array, Array]] = {
        "binary, hard label": (ref.binary_cross_entropy, np.array([1.0]), line[:, None]),
        "binary, soft label": (ref.binary_cross_entropy, np.array([0.3]), line[:, None]),
        "K-class, one-hot label": (ref.cross_entropy, np.array([0.0, 1.0, 0.0]), simplex),
        "K-class, soft label": (ref.cross_entropy, np.array([0.2, 0.3, 0.5]), simplex),
        "squared error": (ref.squared_error, np.array([0.25, 0.7]), plane),
    }
    distances = {}
    for name, (loss, label, candidates) in cases.items():
        values = sign * (loss(candidates, label) if swap else loss(label, candidates))
        nearest = candidates[np.argmin(values.ravel())]
        distances[name] = {"distance": float(np.abs(nearest - label).max())}
    return distances


def best_constant(
    *, data: Sequence[float] = (0, 0, 1, 2, 10), flips: Sequence[float] = (1, 1, 0, 1, 0), mistake: str = ""
) -> dict[str, dict[str, float]]:
    """The constant that is best for all data at once, by enumeration in steps of 0.1 (0.01 for the probability).

    L2: least squared error to ``data``. L1: least absolute error to ``data``. log-likelihood: the probability that makes
    the coin ``flips`` likeliest. ``mistake``: "exchanged" takes L1 for L2 and back; "largest" takes the largest error for the
    sum of errors; "heads only" forgets the tails.
    """
    points, coin = np.asarray(data, dtype=float), np.asarray(flips, dtype=float)
    grid = np.arange(10 * points.min(), 10 * points.max() + 1)[:, None] / 10
    probability = np.arange(1, 100)[:, None] / 100
    far = np.abs(points - grid)
    costs = {"L2": (far**2).sum(axis=-1), "L1": far.sum(axis=-1)}
    if mistake == "exchanged":
        costs = {"L2": costs["L1"], "L1": costs["L2"]}
    if mistake == "largest":
        costs["L1"] = far.max(axis=-1)
    tails = 0.0 if mistake == "heads only" else 1 - coin
    likelihood = (coin * np.log(probability) + tails * np.log(1 - probability)).sum(axis=-1)
    best = {name: float(grid[np.argmin(cost), 0]) for name, cost in costs.items()}
    best["log-likelihood"] = float(probability[np.argmax(likelihood), 0])
    return {name: {"best": value} for name, value in best.items()}

"""What the documents say of the activation functions, measured. Everything here is deterministic.

Sources: columbia-deep-learning, slides "...DEEP LEARNING IS HARD", "CATALYST 3: NEURAL NETWORKS", "LSTM FORGET GATE".
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.activations import activations_numpy as stable
from implementations.activations.as_printed import FORMULAS

Array = NDArray[Any]

ROWS = np.linspace(-6.0, 6.0, 40).reshape(10, 4) + 0.01
"""Ten rows of four inputs; none is zero, where relu has no derivative."""

_WEIGHTS = np.array([1.0, 2.0, 3.0, 4.0])

_STEP = 1e-30  # a complex step has no subtraction, so it can be this small

DEFECTS: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "sigmoid_without_minus": ("sigmoid", lambda x: 1 / (1 + np.exp(x))),
    "tanh_of_half": ("tanh", lambda x: np.tanh(x / 2)),
    "relu_as_absolute_value": ("relu", lambda x: np.where(x.real > 0, x, -x)),
    "softplus_without_one": ("softplus", lambda x: np.log(np.exp(x))),
    "softmax_over_the_batch": ("softmax", lambda x: np.exp(x) / np.exp(x).sum(axis=0, keepdims=True)),
}


def formula_errors(*, backend: str = "numpy", mistaken: dict[str, str] | None = None) -> dict[str, dict[str, float]]:
    """Largest error of each printed formula, and of its gradient, against the library's function of that name.

    numpy: this project's overflow-free reference and its closed derivatives, against a complex step through the printed formula.
    torch, tensorflow: the library's function; both gradients by automatic differentiation. All in float64, inputs ``ROWS``.
    The gradient is that of a weighted sum of the outputs (a plain sum of softmax's outputs is constant).
    ``mistaken`` maps a name to the formula that a reader takes for it.
    """
    taken = {name: (mistaken or {}).get(name, name) for name in FORMULAS}
    if backend == "numpy":
        pairs = {name: _numpy_pairs(formula, name) for name, formula in taken.items()}
    elif backend == "torch":
        pairs = {name: _torch_pairs(formula, name) for name, formula in taken.items()}
    elif backend == "tensorflow":
        pairs = {name: _tensorflow_pairs(formula, name) for name, formula in taken.items()}
    else:
        raise ValueError(f"backend {backend!r}: numpy, torch and tensorflow are implemented")
    return {
        name: {column: float(np.abs(printed - library).max()) for column, (printed, library) in found.items()}
        for name, found in pairs.items()
    }


def _numpy_pairs(formula: str, name: str) -> dict[str, tuple[Array, Array]]:
    library = getattr(stable, name)
    if name == "softmax":
        closed = np.einsum("i,nij->nj", _WEIGHTS, stable.softmax_jacobian(ROWS))
    else:
        closed = _WEIGHTS * getattr(stable, f"{name}_derivative")(ROWS)
    complex_step = np.einsum("i,nij->nj", _WEIGHTS, jacobian(FORMULAS[formula], ROWS))
    return {"value": (FORMULAS[formula](ROWS), library(ROWS)), "gradient": (complex_step, closed)}


def jacobian(function: Callable[[Array], Array], rows: Array) -> Array:
    """d f(x)_i / d x_j of each row by complex steps: shape (n, K) to (n, K, K)."""
    steps = 1j * _STEP * np.eye(rows.shape[-1])
    return np.stack([function(rows + step).imag / _STEP for step in steps], axis=-1)


def _torch_pairs(formula: str, name: str) -> dict[str, tuple[Array, Array]]:
    import torch

    from implementations.activations.activations_torch import FORMULAS as printed
    from implementations.activations.activations_torch import NATIVE, pull_back

    x, weights = torch.from_numpy(ROWS), torch.from_numpy(np.broadcast_to(_WEIGHTS, ROWS.shape).copy())
    functions = (printed[formula], NATIVE[name])
    value, library = (f(x).numpy() for f in functions)
    gradient, library_gradient = (pull_back(f, x, weights).numpy() for f in functions)
    return {"value": (value, library), "gradient": (gradient, library_gradient)}


def _tensorflow_pairs(formula: str, name: str) -> dict[str, tuple[Array, Array]]:
    from implementations.activations.activations_tensorflow import FORMULAS as printed
    from implementations.activations.activations_tensorflow import NATIVE, pull_back

    weights = np.broadcast_to(_WEIGHTS, ROWS.shape)
    functions = (printed[formula], NATIVE[name])
    value, library = (f(ROWS).numpy() for f in functions)
    gradient, library_gradient = (pull_back(f, ROWS, weights).numpy() for f in functions)
    return {"value": (value, library), "gradient": (gradient, library_gradient)}


def identity_errors(*, defect: str | None = None) -> dict[str, dict[str, float]]:
    """Largest violation, over ``ROWS``, of the identity that ties each printed formula to the others."""
    f = dict(FORMULAS)
    if defect is not None:
        name, wrong = DEFECTS[defect]
        f[name] = wrong
    x = ROWS
    p = f["softmax"](x)
    violations = {
        "sigmoid": f["sigmoid"](x) + f["sigmoid"](-x) - 1,
        "tanh": f["tanh"](x) - (2 * f["sigmoid"](2 * x) - 1),
        "relu": f["relu"](x) - f["relu"](-x) - x,
        "softplus": f["softplus"](x) - f["softplus"](-x) - x,
        "softmax": np.stack([p.sum(axis=-1) - 1, (f["softmax"](x + 3) - p).max(axis=-1)]),
    }
    return {name: {"violation": float(abs(violation).max())} for name, violation in violations.items()}


def coupling(
    *, logits: tuple[float, ...] = (0.0, 0.0), elementwise_softmax: bool = False
) -> dict[str, dict[str, float]]:
    """Largest off-diagonal entry of each formula's Jacobian at ``logits``: zero for a function that acts elementwise."""
    formulas = dict(FORMULAS)
    if elementwise_softmax:
        formulas["softmax"] = FORMULAS["sigmoid"]
    rows = np.array([logits])
    off_diagonal = ~np.eye(len(logits), dtype=bool)
    return {name: {"coupling": float(abs(jacobian(f, rows)[0][off_diagonal]).max())} for name, f in formulas.items()}


def coupling_by_finite_change(
    *, logits: tuple[float, ...] = (0.0, 0.0), step: float = 1e-6
) -> dict[str, dict[str, float]]:
    """The same by moving one input in real arithmetic (central difference) and watching the other outputs of the stable code."""
    x = np.array(logits)
    found = {}
    for name in FORMULAS:
        function = getattr(stable, name)
        moves = [(function(x + step * e) - function(x - step * e)) / (2 * step) for e in np.eye(len(x))]
        found[name] = {"coupling": max(float(abs(np.delete(move, j)).max()) for j, move in enumerate(moves))}
    return found


def gate_range(*, squash_tanh: bool = False, reach: float = 40.0) -> dict[str, dict[str, float]]:
    """Smallest and largest value of sigmoid and of tanh as the gate's squashing function, over [-reach, reach].

    ``squash_tanh`` moves tanh into the unit interval, (1 + tanh) / 2: then it would do, being a sigmoid of twice the input.
    """
    x = np.linspace(-reach, reach, 2001)
    tanh = stable.tanh(x)
    gates = {"sigmoid": stable.sigmoid(x), "tanh": (1 + tanh) / 2 if squash_tanh else tanh}
    return {name: {"low": float(values.min()), "high": float(values.max())} for name, values in gates.items()}


def gate_range_in_decimals(*, reach: float = 40.0) -> dict[str, dict[str, float]]:
    """The same, both functions being monotone, from their two ends with 60 decimal digits."""
    with localcontext() as context:
        context.prec = 60
        ends = [Decimal(-reach), Decimal(reach)]
        sigmoid = [1 / (1 + (-x).exp()) for x in ends]
        tanh = [(x.exp() - (-x).exp()) / (x.exp() + (-x).exp()) for x in ends]
    return {
        "sigmoid": {"low": float(sigmoid[0]), "high": float(sigmoid[1])},
        "tanh": {"low": float(tanh[0]), "high": float(tanh[1])},
    }

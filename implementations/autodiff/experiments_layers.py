"""The chain rule through a deep representation, factor by factor as the diagram prints it.

Slide Deep Representations of fase-deep-rl: x -> h_1 -> ... -> h_n -> y -> l, with the parameters w_k of each h_k. The gradient
runs back along the same arrows, as products of Jacobians:

    dl/dh_{k-1} = dl/dh_k  dh_k/dh_{k-1}         dl/dw_k = dl/dh_k  dh_k/dw_k

Here h_k = tanh(W_k h_{k-1}) with w_k the rows of W_k one after another, y = V h_n, l = |y - y*|^2; gradients are rows.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from implementations.autodiff import array_functions, array_tape
from implementations.autodiff.array_tape import Tensor

Array = NDArray[np.float64]


def network(widths: tuple[int, ...] = (4, 5, 3, 4, 2)) -> tuple[Array, list[Array], Array, Array]:
    """x (d_0,), the W_k (d_k, d_{k-1}), V (d_y, d_n) and the target y* (d_y,), drawn from normal distributions."""
    rng = np.random.default_rng(249)
    *hidden, outputs = widths
    weights = [rng.standard_normal((rows, columns)) for columns, rows in pairwise(hidden)]
    return (
        rng.standard_normal(hidden[0]),
        weights,
        rng.standard_normal((outputs, hidden[-1])),
        rng.standard_normal(outputs),
    )


def by_the_diagram(defect: str = "") -> list[Array]:
    """dl/dx and dl/dw_1 .. dl/dw_n as products of the Jacobians that the diagram prints on its arrows.

    Defects: "no slope" leaves out the derivative of tanh; "one arrow short" leaves out dh_1/dx and takes dl/dh_1 for dl/dx; "columns" reads dl/dw_k column by column.
    """
    x, weights, v, target = network()
    states = [x]
    for w in weights:
        states.append(np.tanh(w @ states[-1]))
    along = 2 * (v @ states[-1] - target) @ v  # dl/dy dy/dh_n
    parameters: list[Array] = []
    for k in reversed(range(len(weights))):
        slope = np.ones_like(states[k + 1]) if defect == "no slope" else 1 - states[k + 1] ** 2
        dh_dw = np.kron(np.diag(slope), states[k])  # (d_k, d_k d_{k-1})
        dl_dw = along @ dh_dw
        rows, columns = weights[k].shape
        by_rows = dl_dw.reshape(columns, rows).T if defect == "columns" else dl_dw.reshape(rows, columns)
        parameters.insert(0, by_rows)
        if not (defect == "one arrow short" and k == 0):
            along = along @ (slope[:, None] * weights[k])
    if defect == "one arrow short":
        along = np.resize(along, x.shape)
    return [along, *parameters]


def by_reverse_mode() -> list[Array]:
    """The same gradients from the array tape, which knows nothing of the diagram."""
    x, weights, v, target = network()

    def loss(inputs: Tensor, *layers: Tensor) -> Tensor:
        h = inputs
        for w in layers:
            h = array_functions.tanh(w @ h)
        residual = v @ h - target[:, None]
        return array_functions.sum(residual * residual)

    gradients = array_tape.gradient(loss, x[:, None], *weights)
    return [gradients[0][:, 0], *gradients[1:]]


def diagram_against_reverse_mode(defect: str = "") -> dict[str, dict[str, float]]:
    """Largest deviation of the diagram's products from reverse mode, relative to the largest entry, for x and each w_k."""
    names = ["x", *(f"w{k}" for k in range(1, len(network()[1]) + 1))]
    return {
        name: {"deviation": float(np.abs(a - b).max() / np.abs(b).max())}
        for name, a, b in zip(names, by_the_diagram(defect), by_reverse_mode(), strict=True)
    }

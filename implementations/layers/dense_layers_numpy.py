r"""What a network has after its last map, in NumPy: the backward pass of a dense layer, LeNet-5's own units, softmax backward.

Source: columbia-deep-learning, slide "CONVOLUTIONAL NEURAL NETWORK" (LeNet-5, after LeCun et al. 1998). The forward passes of the dense
layer and of softmax are in `implementations.dense` and `implementations.activations`.

    dense          dx = dy W^T     dW = x^T dy     db = sum over the batch of dy
    radial basis   y_i = sum_j (x_j - c_ij)^2                     dx_j = 2 sum_i dy_i (x_j - c_ij)
    scaled tanh    y = A tanh(S x), A = 1.7159, S = 2/3           dx = dy A S (1 - tanh(S x)^2);   f(1) = 1, nearly
    softmax        dx = p (dy - sum_k p_k dy_k)                   p its output, over the last axis

Inputs x are (batch, inputs); float32 or float64 is kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.activations.activations_numpy import tanh, tanh_derivative

Floats = NDArray[Any]

AMPLITUDE = 1.7159
SLOPE = 2 / 3


def dense_backward(dy: Floats, x: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """(dx, dweights, dbias) of x W + b: dy (batch, units), x (batch, inputs), weights (inputs, units)."""
    return np.asarray(dy @ weights.T), np.asarray(x.T @ dy), np.asarray(dy.sum(axis=0))


def radial_basis(x: Floats, centres: Floats) -> Floats:
    """The squared distance of each input to each centre: x (batch, inputs), centres (units, inputs) to (batch, units).

    By differences: the expanded square would cancel where an input lies near its centre.
    """
    return np.asarray(np.square(x[:, None, :] - centres).sum(axis=-1))


def radial_basis_backward(dy: Floats, x: Floats, centres: Floats) -> Floats:
    """dL/dx of `radial_basis`, (batch, inputs); the centres are fixed and get none."""
    return np.asarray(2 * (x * dy.sum(axis=1, keepdims=True) - dy @ centres))


def scaled_tanh(x: Floats) -> Floats:
    """1.7159 tanh(2 x / 3), elementwise."""
    return np.asarray(AMPLITUDE * tanh(SLOPE * x))


def scaled_tanh_backward(dy: Floats, x: Floats) -> Floats:
    """dL/dx of `scaled_tanh`."""
    return np.asarray(dy * (AMPLITUDE * SLOPE) * tanh_derivative(SLOPE * x))


def softmax_backward(dy: Floats, probabilities: Floats) -> Floats:
    """dL/dx of softmax over the last axis, from its output."""
    along = np.sum(dy * probabilities, axis=-1, keepdims=True)
    return np.asarray(probabilities * (dy - along))

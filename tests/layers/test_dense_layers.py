"""Dense backward, radial basis, scaled tanh, softmax backward: complex steps, known values, and the frameworks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from implementations.activations.activations_numpy import softmax
from implementations.dense.dense_numpy import dense
from implementations.layers import dense_layers_numpy as layer


def complex_step(function: Callable[..., Any], inputs: list[np.ndarray], which: int, dy: np.ndarray) -> np.ndarray:
    """d sum(dy f) / d inputs[which]: an imaginary step of 1e-30 through the forward pass."""
    gradient = np.zeros_like(inputs[which])
    for place in np.ndindex(gradient.shape):
        moved = [a.astype(complex) for a in inputs]
        moved[which][place] += 1e-30j
        gradient[place] = np.sum(dy * function(*moved).imag) / 1e-30
    return gradient


def draw(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Normal arrays of the given shapes."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in shapes]


def test_gradients_of_a_dense_layer() -> None:
    """dx, dW and db are complex steps through x W + b, W rectangular."""
    x, weights, bias, dy = draw((4, 3), (3, 5), (5,), (4, 5))
    for which, found in enumerate(layer.dense_backward(dy, x, weights)):
        np.testing.assert_allclose(found, complex_step(dense, [x, weights, bias], which, dy), atol=1e-13)


def test_torch_gives_the_same_dense_gradients() -> None:
    """torch's linear layer by autograd gives the same three gradients."""
    torch = pytest.importorskip("torch")
    arrays = draw((4, 3), (3, 5), (5,), (4, 5))
    x, weights, bias = (torch.tensor(a).requires_grad_(True) for a in arrays[:3])
    out = torch.nn.functional.linear(x, weights.T, bias)
    theirs = torch.autograd.grad(out, (x, weights, bias), torch.tensor(arrays[3]))
    for ours, other in zip(layer.dense_backward(arrays[3], arrays[0], arrays[1]), theirs, strict=True):
        np.testing.assert_allclose(ours, other.numpy(), atol=1e-13)


def test_tensorflow_gives_the_same_dense_gradients() -> None:
    """TensorFlow's matmul by the tape gives the same three gradients."""
    tf = pytest.importorskip("tensorflow")
    arrays = draw((4, 3), (3, 5), (5,), (4, 5))
    leaves = [tf.Variable(a) for a in arrays[:3]]
    with tf.GradientTape() as tape:
        out = tf.matmul(leaves[0], leaves[1]) + leaves[2]
    theirs = tape.gradient(out, leaves, output_gradients=tf.constant(arrays[3]))
    for ours, other in zip(layer.dense_backward(arrays[3], arrays[0], arrays[1]), theirs, strict=True):
        np.testing.assert_allclose(ours, other.numpy(), atol=1e-13)


def test_radial_basis_is_the_squared_distance() -> None:
    """Against scipy's distance matrix; zero at a centre, without cancellation even far from the origin."""
    from scipy.spatial.distance import cdist

    x, centres = draw((4, 6), (3, 6))
    np.testing.assert_allclose(layer.radial_basis(x, centres), cdist(x, centres, "sqeuclidean"), rtol=1e-13)
    far = centres + 1e8
    assert np.diag(layer.radial_basis(far, far)).tolist() == [0, 0, 0]


def test_gradient_of_the_radial_basis() -> None:
    """dx is a complex step through the forward pass."""
    x, centres, dy = draw((4, 6), (3, 6), (4, 3))
    expected = complex_step(lambda a: layer.radial_basis(a, centres), [x], 0, dy)
    np.testing.assert_allclose(layer.radial_basis_backward(dy, x, centres), expected, atol=1e-12)


def test_scaled_tanh_has_the_papers_values() -> None:
    """1.7159 tanh(2 x / 3): odd, saturates at 1.7159, f(1) = 1 and f(-1) = -1 to the constants' digits."""
    x = np.array([-1.0, 0.0, 1.0, 1e3])
    np.testing.assert_allclose(layer.scaled_tanh(x), [-1, 0, 1, 1.7159], atol=1e-4)
    np.testing.assert_allclose(layer.scaled_tanh(x), 1.7159 * np.tanh(2 * x / 3), rtol=1e-15)


def test_gradient_of_scaled_tanh() -> None:
    """dx is a complex step through 1.7159 tanh(2 x / 3)."""
    x, dy = draw((5, 4), (5, 4))
    expected = complex_step(lambda a: 1.7159 * np.tanh(2 * a / 3), [x], 0, dy)
    np.testing.assert_allclose(layer.scaled_tanh_backward(dy, x), expected, atol=1e-14)


def test_gradient_of_softmax() -> None:
    """dx is a complex step through e^x / sum e^x, for any leading shape; its elements sum to zero on each row."""
    x, dy = draw((2, 3, 4), (2, 3, 4))
    expected = complex_step(lambda a: np.exp(a) / np.exp(a).sum(axis=-1, keepdims=True), [x], 0, dy)
    found = layer.softmax_backward(dy, softmax(x))
    np.testing.assert_allclose(found, expected, atol=1e-14)
    np.testing.assert_allclose(found.sum(axis=-1), 0, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(dtype: type) -> None:
    """float32 in, float32 out, in every function."""
    x, weights, dy, centres = (a.astype(dtype) for a in draw((4, 3), (3, 5), (4, 5), (5, 3)))
    outputs = [
        *layer.dense_backward(dy, x, weights),
        layer.radial_basis(x, centres),
        layer.radial_basis_backward(dy, x, centres),
        layer.scaled_tanh(x),
        layer.scaled_tanh_backward(x, x),
        layer.softmax_backward(x, softmax(x)),
    ]
    assert {a.dtype for a in outputs} == {np.dtype(dtype)}

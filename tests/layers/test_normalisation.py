"""Local response and batch normalisation: definitions, gradients by complex step, both frameworks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from implementations.layers import normalisation_numpy as norm

EPSILON = 1e-3


def complex_step(function: Callable[..., Any], inputs: list[np.ndarray], which: int, dy: np.ndarray) -> np.ndarray:
    """d sum(dy f) / d inputs[which]: an imaginary step of 1e-30 through the forward pass itself."""
    gradient = np.zeros_like(inputs[which])
    for place in np.ndindex(gradient.shape):
        moved = [a.astype(complex) for a in inputs]
        moved[which][place] += 1e-30j
        gradient[place] = np.sum(dy * function(*moved).imag) / 1e-30
    return gradient


def draw(shape: tuple[int, ...] = (3, 2, 4, 5)) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(x, dy, gamma, beta), normal, gamma about 1.5."""
    rng = np.random.default_rng(0)
    c = shape[-1]
    return rng.normal(1, 2, shape), rng.normal(size=shape), rng.normal(1.5, 0.5, c), rng.normal(size=c)


@pytest.mark.parametrize("size", [1, 3, 5, 11])
def test_local_response_is_its_formula(size: int) -> None:
    """Each value by the paper's sum from max(0, i - n/2) to min(N - 1, i + n/2), in plain Python."""
    x = draw((2, 2, 2, 7))[0]
    expected = np.empty_like(x)
    for *pixel, i in np.ndindex(x.shape):
        around = range(max(0, i - size // 2), min(6, i + size // 2) + 1)
        scale = 2.0 + 0.3 * sum(x[(*pixel, j)] ** 2 for j in around)
        expected[(*pixel, i)] = x[(*pixel, i)] / scale**0.75
    np.testing.assert_allclose(norm.local_response_norm(x, size, 2.0, 0.3, 0.75), expected, rtol=1e-13)


@pytest.mark.parametrize(
    "settings", [(5, 2.0, 1e-4, 0.75), (3, 1.0, 0.5, 0.75), (3, 0.1, 1.0, 1.0), (1, 1.0, 0.2, 0.5)]
)
def test_gradient_of_local_response(settings: tuple[int, float, float, float]) -> None:
    """The written-out gradient is a complex step through the forward pass, for small and for large alpha."""
    x, dy, _, _ = draw((2, 1, 2, 6))
    expected = complex_step(lambda a: norm.local_response_norm(a, *settings), [x], 0, dy)
    np.testing.assert_allclose(norm.local_response_norm_backward(dy, x, *settings), expected, atol=1e-13)


def test_torch_divides_alpha_by_the_size() -> None:
    """torch's local_response_norm takes the mean of the squares: alpha times size makes it the paper's, gradients too."""
    torch = pytest.importorskip("torch")
    x, dy, _, _ = draw()
    leaf = torch.tensor(x.transpose(0, 3, 1, 2)).requires_grad_(True)
    out = torch.nn.functional.local_response_norm(leaf, 5, alpha=5 * 0.3, beta=0.75, k=2.0)
    (gradient,) = torch.autograd.grad(out, leaf, torch.tensor(dy.transpose(0, 3, 1, 2)))
    ours = norm.local_response_norm(x, 5, 2.0, 0.3, 0.75)
    np.testing.assert_allclose(ours, out.detach().numpy().transpose(0, 2, 3, 1), rtol=1e-13)
    back = norm.local_response_norm_backward(dy, x, 5, 2.0, 0.3, 0.75)
    np.testing.assert_allclose(back, gradient.numpy().transpose(0, 2, 3, 1), atol=1e-13)


def test_tensorflow_takes_the_sum() -> None:
    """TensorFlow's takes a radius and the sum of the squares, as the paper does; it has float32 only."""
    tf = pytest.importorskip("tensorflow")
    x, dy, _, _ = draw()
    with tf.GradientTape() as tape:
        leaf = tf.constant(x, tf.float32)
        tape.watch(leaf)
        out = tf.nn.local_response_normalization(leaf, depth_radius=2, bias=2.0, alpha=0.3, beta=0.75)
    gradient = tape.gradient(out, leaf, output_gradients=tf.constant(dy, tf.float32)).numpy()
    np.testing.assert_allclose(norm.local_response_norm(x, 5, 2.0, 0.3, 0.75), out.numpy(), atol=1e-5)
    np.testing.assert_allclose(norm.local_response_norm_backward(dy, x, 5, 2.0, 0.3, 0.75), gradient, atol=1e-5)


@pytest.mark.parametrize("size", [0, 2, -3])
def test_an_even_neighbourhood_is_refused(size: int) -> None:
    """An even size has no middle: an error that names it, forward and backward."""
    x = np.ones((1, 1, 1, 4))
    with pytest.raises(ValueError, match=f"size = {size}"):
        norm.local_response_norm(x, size)
    with pytest.raises(ValueError, match=f"size = {size}"):
        norm.local_response_norm_backward(x, x, size)


@pytest.mark.parametrize("shape", [(3, 2, 4, 5), (8, 3)])
def test_batch_norm_standardises_each_map(shape: tuple[int, ...]) -> None:
    """Per map, over all else: mean beta, variance gamma^2 v / (v + epsilon), with v the biased variance of x."""
    x, _, gamma, beta = draw(shape)
    y, mean, variance = norm.batch_norm(x, gamma, beta, epsilon=EPSILON)
    columns, out = x.reshape(-1, shape[-1]), y.reshape(-1, shape[-1])
    for k in range(shape[-1]):
        assert mean[k] == pytest.approx(columns[:, k].mean(), abs=1e-13)
        assert variance[k] == pytest.approx(columns[:, k].var(ddof=0), rel=1e-13)
        assert out[:, k].mean() == pytest.approx(beta[k], abs=1e-13)
        assert out[:, k].var() == pytest.approx(gamma[k] ** 2 * variance[k] / (variance[k] + EPSILON), rel=1e-12)
    np.testing.assert_array_equal(norm.batch_norm_inference(x, gamma, beta, mean, variance, epsilon=EPSILON), y)


@pytest.mark.parametrize("shape", [(2, 2, 3, 3), (5, 3), (1, 1, 2, 2)])
def test_gradients_of_batch_norm(shape: tuple[int, ...]) -> None:
    """dx, dgamma and dbeta are complex steps through the training pass, its mean and variance included."""
    x, dy, gamma, beta = draw(shape)
    found = norm.batch_norm_backward(dy, x, gamma, epsilon=EPSILON)
    for which in range(3):
        expected = complex_step(lambda *a: norm.batch_norm(*a, epsilon=EPSILON)[0], [x, gamma, beta], which, dy)
        np.testing.assert_allclose(found[which], expected, atol=1e-11)


def test_gradients_of_batch_norm_in_inference() -> None:
    """With kept moments the layer is linear: a complex step gives each derivative."""
    x, dy, gamma, beta = draw((2, 2, 2, 3))
    mean, variance = np.array([0.5, -1.0, 2.0]), np.array([0.2, 1.0, 3.0])
    found = norm.batch_norm_inference_backward(dy, x, gamma, mean, variance, epsilon=EPSILON)

    def forward(*a: np.ndarray) -> np.ndarray:
        return norm.batch_norm_inference(*a, mean, variance, epsilon=EPSILON)

    for which in range(3):
        np.testing.assert_allclose(found[which], complex_step(forward, [x, gamma, beta], which, dy), atol=1e-12)


def test_torch_normalises_the_same() -> None:
    """torch's batch_norm: the same outputs and gradients, in training and in inference."""
    torch = pytest.importorskip("torch")
    x, dy, gamma, beta = draw()
    mean, variance = np.full(5, 0.5), np.full(5, 2.0)
    for training in (True, False):
        leaves = [torch.tensor(a).requires_grad_(True) for a in (x.transpose(0, 3, 1, 2).copy(), gamma, beta)]
        kept = (torch.tensor(mean), torch.tensor(variance))
        out = torch.nn.functional.batch_norm(leaves[0], *kept, leaves[1], leaves[2], training, 0.1, EPSILON)
        theirs = torch.autograd.grad(out, leaves, torch.tensor(dy.transpose(0, 3, 1, 2).copy()))
        if training:
            y = norm.batch_norm(x, gamma, beta, epsilon=EPSILON)[0]
            ours = norm.batch_norm_backward(dy, x, gamma, epsilon=EPSILON)
        else:
            y = norm.batch_norm_inference(x, gamma, beta, mean, variance, epsilon=EPSILON)
            ours = norm.batch_norm_inference_backward(dy, x, gamma, mean, variance, epsilon=EPSILON)
        np.testing.assert_allclose(y, out.detach().numpy().transpose(0, 2, 3, 1), atol=1e-12)
        np.testing.assert_allclose(ours[0], theirs[0].numpy().transpose(0, 2, 3, 1), atol=1e-12)
        np.testing.assert_allclose(ours[1], theirs[1].numpy(), atol=1e-12)
        np.testing.assert_allclose(ours[2], theirs[2].numpy(), atol=1e-12)


@pytest.mark.parametrize("training", [True, False])
def test_keras_normalises_the_same(training: bool) -> None:
    """Keras' BatchNormalization: the same outputs and gradients, in training and in inference."""
    tf = pytest.importorskip("tensorflow")
    keras = pytest.importorskip("keras")
    x, dy, gamma, beta = draw()
    mean, variance = np.full(5, 0.5), np.full(5, 2.0)
    layer = keras.layers.BatchNormalization(epsilon=EPSILON, dtype="float64")
    layer.build(x.shape)
    layer.set_weights([gamma, beta, mean, variance])
    with tf.GradientTape() as tape:
        leaf = tf.constant(x)
        tape.watch(leaf)
        out = layer(leaf, training=training)
    theirs = tape.gradient(out, [leaf, *layer.trainable_variables], output_gradients=tf.constant(dy))
    if training:
        y = norm.batch_norm(x, gamma, beta, epsilon=EPSILON)[0]
        ours = norm.batch_norm_backward(dy, x, gamma, epsilon=EPSILON)
    else:
        y = norm.batch_norm_inference(x, gamma, beta, mean, variance, epsilon=EPSILON)
        ours = norm.batch_norm_inference_backward(dy, x, gamma, mean, variance, epsilon=EPSILON)
    np.testing.assert_allclose(y, out.numpy(), atol=1e-12)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b.numpy(), atol=1e-11)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(dtype: type) -> None:
    """float32 in, float32 out, in every function; no argument is written into."""
    x, dy, gamma, beta = (a.astype(dtype) for a in draw())
    before = x.copy()
    mean = variance = np.ones(5, dtype)
    outputs = [
        norm.local_response_norm(x),
        norm.local_response_norm_backward(dy, x),
        *norm.batch_norm(x, gamma, beta, epsilon=EPSILON),
        *norm.batch_norm_backward(dy, x, gamma, epsilon=EPSILON),
        norm.batch_norm_inference(x, gamma, beta, mean, variance, epsilon=EPSILON),
        *norm.batch_norm_inference_backward(dy, x, gamma, mean, variance, epsilon=EPSILON),
    ]
    assert {a.dtype for a in outputs} == {np.dtype(dtype)}
    np.testing.assert_array_equal(x, before)

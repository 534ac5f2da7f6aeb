"""Reverse mode over arrays: each operation against central differences, networks against torch, tensorflow and autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes
from numpy.typing import NDArray

from implementations.autodiff import array_functions as F
from implementations.autodiff import array_tape, numerical
from implementations.autodiff.array_tape import Tensor
from implementations.autodiff.rnn import tanh_rnn

Array = NDArray[np.float64]
LABELS = np.array([0, 2, 1])


def drawn(*shapes: tuple[int, ...], seed: int = 0, low: float = 0.5, high: float = 2.0) -> list[Array]:
    """Arrays with entries of both signs and magnitudes in [low, high], away from every kink and pole."""
    rng = np.random.default_rng(seed)
    return [rng.uniform(low, high, shape) * rng.choice([-1.0, 1.0], shape) for shape in shapes]


def assert_gradient(loss: Callable[..., Tensor], parameters: list[Array], tolerance: float = 1e-8) -> None:
    """The tape's gradient of `loss` equals central differences of its value."""
    gradients = array_tape.gradient(loss, *parameters)
    error = numerical.gradient_error(lambda *p: array_tape.value_and_gradient(loss, *p)[0], parameters, gradients)
    assert error < tolerance


def weighted(y: Tensor) -> Tensor:
    """A scalar in which every entry of y counts differently, so that no transposition goes unnoticed."""
    return F.sum(y * np.linspace(0.5, 1.5, y.data.size).reshape(y.shape))


OPERATIONS: dict[str, tuple[Callable[..., Tensor], list[tuple[int, ...]]]] = {
    "add": (lambda a, b: a + b, [(2, 3), (2, 3)]),
    "add a constant": (lambda a: 2.0 + a + np.ones((4, 2, 3)), [(2, 3)]),
    "subtract": (lambda a, b: a - b, [(2, 3), (2, 3)]),
    "subtract from": (lambda a: np.full((2, 3), 3.0) - a, [(2, 3)]),
    "multiply": (lambda a, b: a * b, [(2, 3), (2, 3)]),
    "multiply with itself": (lambda a: a * a * a, [(2, 3)]),
    "divide": (lambda a, b: a / b, [(2, 3), (2, 3)]),
    "divide a constant": (lambda a: 2.0 / a, [(2, 3)]),
    "negate": (lambda a: -a, [(2, 3)]),
    "matmul": (lambda a, b: a @ b, [(2, 3), (3, 4)]),
    "matmul, constant left": (lambda b: np.arange(6.0).reshape(2, 3) @ b, [(3, 4)]),
    "matmul, constant right": (lambda a: a @ np.arange(6.0).reshape(3, 2), [(2, 3)]),
    "exp": (F.exp, [(2, 3)]),
    "log": (lambda a: F.log(a * a), [(2, 3)]),
    "sin": (F.sin, [(2, 3)]),
    "tanh": (F.tanh, [(2, 3)]),
    "sigmoid": (F.sigmoid, [(2, 3)]),
    "relu": (F.relu, [(2, 3)]),
    "power": (lambda a: F.power(a, 3), [(2, 3)]),
    "sum over an axis": (lambda a: F.sum(a, axis=1), [(2, 3, 4)]),
    "sum over two axes": (lambda a: F.sum(a, axis=(0, -1)), [(2, 3, 4)]),
    "mean": (lambda a: F.mean(a) * 1.0, [(2, 3)]),
    "mean over an axis": (lambda a: F.mean(a, axis=0), [(2, 3)]),
    "reshape": (lambda a: F.reshape(a, (3, 2)) * F.reshape(a, (3, 2)), [(2, 3)]),
    "transpose": (lambda a: F.transpose(a) @ a, [(2, 3)]),
    "affine": (F.affine, [(4, 2), (2, 3), (3,)]),
    "mean squared error": (lambda a: F.mean_squared_error(a, 0.5), [(2, 3)]),
    "softmax cross-entropy": (lambda a: F.softmax_cross_entropy(a, LABELS), [(3, 4)]),
    "rnn": (tanh_rnn, [(3, 2, 4), (4, 5), (5, 5), (5,)]),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_passes_the_gradient_check(name: str) -> None:
    """In float64, for every operand at once, against central differences."""
    operation, shapes = OPERATIONS[name]
    assert_gradient(lambda *p: weighted(operation(*p)), drawn(*shapes))


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
}


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), st.sampled_from(sorted(BINARY)))
def test_broadcasting_is_undone(shapes: Any, name: str) -> None:
    """Whatever NumPy repeats, the adjoint is summed over: gradients have their parameter's shape and the right values."""
    operation = BINARY[name]
    a, b = drawn(*shapes.input_shapes)
    gradients = array_tape.gradient(lambda a, b: weighted(operation(a, b)), a, b)
    assert [g.shape for g in gradients] == [a.shape, b.shape]
    assert_gradient(lambda a, b: weighted(operation(a, b)), [a, b], tolerance=1e-7)


@given(mutually_broadcastable_shapes(num_shapes=1, max_dims=4, max_side=3), st.integers(0, 2), st.data())
def test_unbroadcast_is_the_adjoint_of_broadcasting(shapes: Any, extra: int, data: Any) -> None:
    """<g, broadcast(x)> = <unbroadcast(g), x> for every x: the definition, with no derivative in it."""
    (shape,) = shapes.input_shapes
    larger = (2,) * extra + tuple(data.draw(st.sampled_from([size, 3])) if size == 1 else size for size in shape)
    x, g = drawn(shape, larger)
    back = array_tape.unbroadcast(g, x)
    assert back.shape == shape
    assert np.sum(back * x) == pytest.approx(np.sum(g * np.broadcast_to(x, larger)), rel=1e-12, abs=1e-12)


def test_adjoints_that_share_an_array_do_not_disturb_each_other() -> None:
    """An addition hands the same array to both operands; further contributions must not be added into it."""

    def loss(a: Tensor, b: Tensor) -> Tensor:
        s = a + b
        return F.sum(s + a + a + a) + F.sum(a * 5.0) + F.sum(s)

    a, b = array_tape.gradient(loss, np.zeros(3), np.zeros(3))
    assert (a.tolist(), b.tolist()) == ([10.0] * 3, [2.0] * 3)


@pytest.mark.parametrize(
    "loss",
    [
        lambda a, b: F.sum(a + b),
        lambda a, b: F.sum((a + b) * 2.0),
        lambda a, b: F.sum(F.reshape(a + b, (2, 1)) * 2.0),
        lambda a, b: F.sum((a + F.reshape(b, (2,))) * np.array([1.0, 3.0])),
    ],
)
def test_gradients_are_arrays_of_their_own(loss: Any) -> None:
    """Changing one gradient in place changes no other, nor the parameters, wherever the adjoints came from."""
    p = np.ones(2)
    first, second = array_tape.gradient(loss, p, p)
    before = second.copy()
    first += 100
    assert np.array_equal(second, before)
    assert p.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "name", ["exp", "tanh", "sigmoid", "relu", "affine", "softmax cross-entropy", "multiply", "rnn"]
)
def test_single_precision_stays_single(name: str) -> None:
    """float32 stays float32 through an operation and back, as a benchmark in that precision needs."""
    operation, shapes = OPERATIONS[name]
    parameters = [p.astype(np.float32) for p in drawn(*shapes)]
    dtypes = []

    def loss(*p: Tensor) -> Tensor:
        y = operation(*p)
        dtypes.append(y.data.dtype)
        return F.mean(y)

    dtypes += [gradient.dtype for gradient in array_tape.gradient(loss, *parameters)]
    assert set(dtypes) == {np.dtype(np.float32)}


def mlp_parameters() -> tuple[Array, NDArray[np.int64], list[Array]]:
    """Data (7, 5), labels and parameters of a 5-6-3 network."""
    rng = np.random.default_rng(1)
    shapes = [(5, 6), (6,), (6, 3), (3,)]
    return rng.standard_normal((7, 5)), rng.integers(0, 3, 7), [rng.standard_normal(s) for s in shapes]


def our_mlp_gradient() -> list[Array]:
    """ReLU network and softmax cross-entropy on the array tape."""
    x, labels, parameters = mlp_parameters()

    def loss(w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor) -> Tensor:
        return F.softmax_cross_entropy(F.affine(F.relu(F.affine(x, w1, b1)), w2, b2), labels)

    return array_tape.gradient(loss, *parameters)


def test_a_network_agrees_with_torch() -> None:
    """The same parameters and data in torch, float64."""
    torch = pytest.importorskip("torch")
    x, labels, parameters = mlp_parameters()
    w1, b1, w2, b2 = tensors = [torch.tensor(p, requires_grad=True) for p in parameters]
    logits = torch.relu(torch.tensor(x) @ w1 + b1) @ w2 + b2
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(labels))
    for ours, theirs in zip(our_mlp_gradient(), torch.autograd.grad(loss, tensors), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=1e-14)


def test_a_network_agrees_with_tensorflow() -> None:
    """The same parameters and data in tensorflow, float64."""
    tf = pytest.importorskip("tensorflow")
    x, labels, parameters = mlp_parameters()
    w1, b1, w2, b2 = tensors = [tf.constant(p) for p in parameters]
    with tf.GradientTape() as recorded:
        recorded.watch(tensors)
        logits = tf.nn.relu(x @ w1 + b1) @ w2 + b2
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    for ours, theirs in zip(our_mlp_gradient(), recorded.gradient(loss, tensors), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=1e-14)


def test_a_network_agrees_with_hips_autograd() -> None:
    """The same parameters and data in HIPS autograd."""
    autograd = pytest.importorskip("autograd")
    anp = pytest.importorskip("autograd.numpy")
    x, labels, parameters = mlp_parameters()

    def loss(p: Any) -> Any:
        z = anp.dot(anp.maximum(anp.dot(x, p[0]) + p[1], 0), p[2]) + p[3]
        return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[np.arange(7), labels])

    for ours, theirs in zip(our_mlp_gradient(), autograd.grad(loss)(parameters), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-14)


@given(st.integers(1, 6), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
def test_the_fused_rnn_is_the_loop_it_stands_for(steps: int, batch: int, features: int, hidden: int) -> None:
    """One operation with backpropagation through time written out, against the same recurrence step by step on the tape."""
    rng = np.random.default_rng(steps + 10 * batch + 100 * features + 1000 * hidden)
    x = rng.standard_normal((steps, batch, features))
    parameters = [rng.standard_normal(s) for s in [(features, hidden), (hidden, hidden), (hidden,)]]
    weights = rng.standard_normal((steps, batch, hidden))

    def fused(w_x: Tensor, w_h: Tensor, b: Tensor) -> Tensor:
        return F.sum(tanh_rnn(x, w_x, w_h, b) * weights)

    def loop(w_x: Tensor, w_h: Tensor, b: Tensor) -> Tensor:
        h: Any = np.zeros((batch, hidden))
        total: Any = 0.0
        for x_t, weight in zip(x, weights, strict=True):
            h = F.tanh(x_t @ w_x + h @ w_h + b)
            total = F.sum(h * weight) + total
        return total  # type: ignore[no-any-return]

    value, gradients = array_tape.value_and_gradient(fused, *parameters)
    expected, by_loop = array_tape.value_and_gradient(loop, *parameters)
    assert value == pytest.approx(expected, rel=1e-12, abs=1e-12)
    for ours, theirs in zip(gradients, by_loop, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)


def test_a_large_logit_does_not_overflow() -> None:
    """The stable cross-entropy: logits of 1000 give a finite loss and the gradient softmax - label."""
    logits = np.array([[1000.0, 0.0], [-1000.0, 0.0]])
    value, (gradient,) = array_tape.value_and_gradient(lambda z: F.softmax_cross_entropy(z, np.array([1, 1])), logits)
    assert value == pytest.approx(500.0)
    np.testing.assert_allclose(gradient, [[0.5, -0.5], [0.0, 0.0]], atol=1e-15)


def test_relu_is_flat_at_its_kink() -> None:
    """At 0 the derivative is taken to be 0, as torch and tensorflow take it."""
    (gradient,) = array_tape.gradient(lambda x: F.sum(F.relu(x)), np.array([-1.0, 0.0, 1.0]))
    assert gradient.tolist() == [0.0, 0.0, 1.0]


def test_what_the_loss_does_not_use_has_gradient_zero() -> None:
    """A parameter that is not used gets zeros of its shape."""
    _, unused = array_tape.gradient(lambda a, b: F.sum(a), np.ones(2), np.ones((2, 3)))
    assert np.array_equal(unused, np.zeros((2, 3)))


def test_bad_input_is_refused() -> None:
    """Integers, losses that are no scalar or no tensor, vectors in a matrix product, two tapes, shapes that do not fit."""
    with pytest.raises(TypeError, match="floats"):
        array_tape.gradient(F.sum, np.ones(2, dtype=int))
    with pytest.raises(ValueError, match="single number"):
        array_tape.gradient(lambda a: a, np.ones(2))
    with pytest.raises(TypeError, match="does not depend"):
        array_tape.gradient(lambda a: 1.0, np.ones(2))  # type: ignore[arg-type,return-value]
    with pytest.raises(ValueError, match="two matrices"):
        array_tape.gradient(lambda a: F.sum(a @ np.ones(2)), np.ones((2, 2)))
    with pytest.raises(ValueError, match="different tapes"):
        array_tape.gradient(lambda a: F.sum(a + Tensor(np.ones(2), [], (), None)), np.ones(2))
    with pytest.raises(TypeError, match="no operand"):
        array_tape.add(1.0, 2.0)
    with pytest.raises(ValueError, match="do not fit"):
        array_tape.gradient(
            lambda w: F.sum(tanh_rnn(np.ones((2, 1, 3)), w, np.ones((2, 2)), np.ones(2))), np.ones((2, 2))
        )

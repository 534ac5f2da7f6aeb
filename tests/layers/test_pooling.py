"""Pooling: against plain loops, exact differences, the transpose, and the two frameworks, forward and backward."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from implementations.layers import pooling_numpy as pooling
from implementations.layers.windows import Padding, directions, output_size, pads, pair

SETTINGS: list[tuple[Any, Any, Padding]] = [
    (2, 2, "valid"),
    (3, 2, "valid"),
    (3, 1, "same"),
    (2, 1, "same"),
    (3, 2, "same"),
    ((3, 2), (1, 3), "valid"),
    (3, 2, 1),
    ((2, 3), (2, 1), ((1, 0), (2, 1))),
    (2, 3, "valid"),
]


def images(seed: int, shape: tuple[int, ...], ties: bool = False) -> np.ndarray:
    """Distinct whole numbers in random order, three quarters of them negative; with ties, only three different ones."""
    rng = np.random.default_rng(seed)
    values = rng.permutation(int(np.prod(shape))).reshape(shape).astype(np.float64)
    return values % 3 - 3 if ties else values - 3 * values.size // 4


def windows_by_loops(x: np.ndarray, size: Any, stride: Any, padding: Padding) -> dict[tuple[int, int], list[Any]]:
    """The pixels (row, column) of each window, by the definition, row-major, those outside the image left out."""
    height, width = x.shape[1:3]
    sizes, steps, lines = pair(size), pair(stride), directions(padding)
    starts = [pads(n, k, s, line)[0] for n, k, s, line in zip((height, width), sizes, steps, lines, strict=True)]
    counts = [output_size(n, k, s, line) for n, k, s, line in zip((height, width), sizes, steps, lines, strict=True)]
    return {
        (p, q): [
            (r, c)
            for i, j in product(range(sizes[0]), range(sizes[1]))
            if 0 <= (r := p * steps[0] + i - starts[0]) < height and 0 <= (c := q * steps[1] + j - starts[1]) < width
        ]
        for p, q in product(*map(range, counts))
    }


def by_loops(x: np.ndarray, dy: np.ndarray, windows: Any, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Output and dL/dx, one window, image and map at a time."""
    y, dx = np.zeros_like(dy), np.zeros_like(x)
    for ((p, q), pixels), n, k in product(windows.items(), range(len(x)), range(x.shape[3])):
        values = [x[n, r, c, k] for r, c in pixels]
        if kind == "max":
            y[n, p, q, k] = max(values)
            r, c = pixels[values.index(max(values))]
            dx[n, r, c, k] += dy[n, p, q, k]
        else:
            y[n, p, q, k] = sum(values) / len(values)
            for r, c in pixels:
                dx[n, r, c, k] += dy[n, p, q, k] / len(values)
    return y, dx


@given(
    height=st.integers(1, 7),
    width=st.integers(1, 7),
    size=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.sampled_from(["valid", "same", 1, ((1, 0), (0, 1))]),
    ties=st.booleans(),
    seed=st.integers(0, 99),
)
def test_pools_are_their_definition(
    height: int, width: int, size: Any, stride: Any, padding: Padding, ties: bool, seed: int
) -> None:
    """Maximum, mean and both gradients equal plain loops over windows; ties go to the first pixel in row-major order."""
    x = images(seed, (2, height, width, 2), ties)
    try:
        shape = pooling.max_pool(x, size, stride, padding).shape
    except ValueError:
        assume(False)
    dy = np.random.default_rng(seed).integers(-9, 10, shape).astype(np.float64)
    windows = windows_by_loops(x, size, stride, padding)
    y, dx = by_loops(x, dy, windows, "max")
    np.testing.assert_array_equal(pooling.max_pool(x, size, stride, padding), y)
    np.testing.assert_array_equal(pooling.max_pool_backward(dy, x, size, stride, padding), dx)
    y, dx = by_loops(x, dy, windows, "average")
    np.testing.assert_allclose(pooling.average_pool(x, size, stride, padding), y, rtol=1e-14, atol=1e-13)
    np.testing.assert_allclose(
        pooling.average_pool_backward(dy, x.shape, size, stride, padding), dx, rtol=1e-13, atol=1e-13
    )


@pytest.mark.parametrize(("size", "stride", "padding"), SETTINGS)
def test_gradient_of_the_maximum(size: Any, stride: Any, padding: Padding) -> None:
    """Between values a whole apart the maximum is linear, so a difference over 1/4 is its derivative exactly."""
    x = images(1, (1, 5, 6, 2))
    dy = np.random.default_rng(0).integers(-9, 10, pooling.max_pool(x, size, stride, padding).shape).astype(np.float64)
    dx = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = 0.25
        up, down = (pooling.max_pool(x + sign * step, size, stride, padding) for sign in (1, -1))
        dx[place] = np.sum(dy * (up - down)) / 0.5
    np.testing.assert_array_equal(pooling.max_pool_backward(dy, x, size, stride, padding), dx)


@pytest.mark.parametrize(("size", "stride", "padding"), SETTINGS)
def test_average_pool_and_its_gradient_are_adjoint(size: Any, stride: Any, padding: Padding) -> None:
    """The mean is linear: <A x, y> = <x, A' y> for random x and y."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(3, 6, 5, 4))
    y = pooling.average_pool(x, size, stride, padding)
    dy = rng.normal(size=y.shape)
    back = pooling.average_pool_backward(dy, x.shape, size, stride, padding)
    assert np.sum(y * dy) == pytest.approx(np.sum(x * back), abs=1e-12)


@pytest.mark.parametrize("ties", [False, True])
def test_torch_agrees(ties: bool) -> None:
    """torch's max_pool2d (ties included) and avg_pool2d with count_include_pad=False give the same, and the same gradients."""
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    x = images(3, (2, 7, 8, 3), ties)
    for size, stride, pad in [(2, 2, 0), (3, 2, 0), (3, 2, 1), ((3, 2), (1, 3), (1, 0)), (3, 1, 1)]:
        both = pair(pad)
        padding = ((both[0], both[0]), (both[1], both[1]))
        for ours, theirs in (
            (pooling.max_pool, functional.max_pool2d),
            (pooling.average_pool, lambda *a, **k: functional.avg_pool2d(*a, **k, count_include_pad=False)),
        ):
            leaf = torch.tensor(x.transpose(0, 3, 1, 2)).requires_grad_(True)
            out = theirs(leaf, size, stride=stride, padding=pad)
            y = ours(x, size, stride, padding)
            np.testing.assert_allclose(y, out.detach().numpy().transpose(0, 2, 3, 1), rtol=1e-14, atol=1e-13)
            dy = np.random.default_rng(4).normal(size=y.shape)
            (gradient,) = torch.autograd.grad(out, leaf, torch.tensor(dy.transpose(0, 3, 1, 2)))
            back = (
                pooling.max_pool_backward(dy, x, size, stride, padding)
                if ours is pooling.max_pool
                else pooling.average_pool_backward(dy, x.shape, size, stride, padding)
            )
            np.testing.assert_allclose(back, gradient.numpy().transpose(0, 2, 3, 1), atol=1e-13)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (2, 1), ((3, 2), (2, 3))])
def test_tensorflow_agrees(size: Any, stride: Any, padding: Padding) -> None:
    """TensorFlow's pools, SAME on odd and even windows included, give the same, and the same gradients."""
    tf = pytest.importorskip("tensorflow")
    x = images(5, (2, 7, 8, 3))
    for ours, theirs in ((pooling.max_pool, tf.nn.max_pool2d), (pooling.average_pool, tf.nn.avg_pool2d)):
        with tf.GradientTape() as tape:
            leaf = tf.constant(x)
            tape.watch(leaf)
            out = theirs(leaf, list(pair(size)), list(pair(stride)), str(padding).upper())
        y = ours(x, size, stride, padding)
        np.testing.assert_allclose(y, out.numpy(), rtol=1e-14, atol=1e-13)
        dy = np.random.default_rng(6).normal(size=y.shape)
        gradient = tape.gradient(out, leaf, output_gradients=tf.constant(dy)).numpy()
        back = (
            pooling.max_pool_backward(dy, x, size, stride, padding)
            if ours is pooling.max_pool
            else pooling.average_pool_backward(dy, x.shape, size, stride, padding)
        )
        np.testing.assert_allclose(back, gradient, atol=1e-13)


def test_more_images_than_fit_the_cache() -> None:
    """The backward pass goes through the images in parts: the result is that of one image at a time."""
    rng = np.random.default_rng(7)
    x, dy = rng.normal(size=(11, 64, 64, 8)), rng.normal(size=(11, 32, 32, 8))
    one_by_one = [pooling.max_pool_backward(dy[n : n + 1], x[n : n + 1], 2, 2) for n in range(11)]
    np.testing.assert_array_equal(pooling.max_pool_backward(dy, x, 2, 2), np.concatenate(one_by_one))


def test_global_average_pool() -> None:
    """It is the average pool with one window as large as the image, forward and backward."""
    rng = np.random.default_rng(8)
    x, dy = rng.normal(size=(2, 5, 4, 3)), rng.normal(size=(2, 3))
    np.testing.assert_allclose(pooling.global_average_pool(x), pooling.average_pool(x, (5, 4), 1)[:, 0, 0], rtol=1e-13)
    back = pooling.average_pool_backward(dy[:, None, None], x.shape, (5, 4), 1)
    np.testing.assert_allclose(pooling.global_average_pool_backward(dy, x.shape), back, rtol=1e-13)


def test_subsample_is_a_scaled_average() -> None:
    """Sum times gain plus bias: the average pool times size^2 gain, plus the bias; a margin that fills no window is unseen."""
    rng = np.random.default_rng(9)
    x, gain, bias = rng.normal(size=(2, 7, 9, 3)), rng.normal(size=3), rng.normal(size=3)
    for size in (2, 3):
        expected = pooling.average_pool(x, size, size) * (size**2 * gain) + bias
        np.testing.assert_allclose(pooling.subsample(x, gain, bias, size), expected, atol=1e-12)


@pytest.mark.parametrize("size", [2, 3])
def test_gradients_of_subsample(size: int) -> None:
    """Linear in x and in (gain, bias): a complex step through the forward pass gives each derivative to rounding."""
    rng = np.random.default_rng(10)
    x, gain, bias = rng.normal(size=(2, 6, 7, 3)), rng.normal(size=3), rng.normal(size=3)
    dy = rng.normal(size=pooling.subsample(x, gain, bias, size).shape)
    inputs = [x, gain, bias]
    for which, found in enumerate(pooling.subsample_backward(dy, x, gain, size)):
        expected = np.zeros_like(inputs[which])
        for place in np.ndindex(expected.shape):
            moved = [a.astype(complex) for a in inputs]
            moved[which][place] += 1e-30j
            expected[place] = np.sum(dy * pooling.subsample(moved[0], moved[1], moved[2], size).imag) / 1e-30
        np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(dtype: type) -> None:
    """float32 in, float32 out, in every function forward and backward."""
    x, ones = np.ones((1, 4, 4, 2), dtype), np.ones(2, dtype)
    y = pooling.average_pool(x, 2, 2, "same")
    outputs = [
        y,
        pooling.max_pool(x, 2, 2, 1),
        pooling.max_pool_backward(y, x, 2, 2),
        pooling.average_pool_backward(y, x.shape, 2, 2),
        pooling.global_average_pool(x),
        pooling.global_average_pool_backward(ones[None], x.shape),
        pooling.subsample(x, ones, ones),
        *pooling.subsample_backward(y, x, ones),
    ]
    assert {a.dtype for a in outputs} == {np.dtype(dtype)}


def test_the_input_is_left_alone() -> None:
    """No function writes into its arguments."""
    x = images(11, (1, 4, 4, 2))
    dy, before = np.ones((1, 2, 2, 2)), x.copy()
    pooling.max_pool(x, 1, 2)[...] = -1
    pooling.max_pool_backward(dy, x, 2, 2)
    pooling.average_pool(x, 1, 1)[...] = -1
    np.testing.assert_array_equal(x, before)
    assert np.all(dy == 1)


def test_windows_without_a_pixel_are_refused() -> None:
    """A window that does not fit, and padding that could fill one, are errors that name the numbers."""
    x = np.ones((1, 3, 3, 1))
    with pytest.raises(ValueError, match="4 .*3"):
        pooling.max_pool(x, 4, 1)
    with pytest.raises(ValueError, match="fill a window of 2"):
        pooling.average_pool(x, 2, 1, 2)

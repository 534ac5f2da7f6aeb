"""The transposed convolution: the exact adjoint of the convolution, its own gradients, and what it does to an image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from implementations.layers.convolution_numpy import conv2d
from implementations.layers.transposed_numpy import conv2d_transposed, conv2d_transposed_backward

side = st.integers(1, 5)
window = st.tuples(st.integers(1, 4), st.integers(1, 4))
step = st.tuples(st.integers(1, 3), st.integers(1, 3))


@given(
    size=st.tuples(st.integers(4, 9), st.integers(4, 9)),
    window=window,
    stride=step,
    padding=st.sampled_from(["valid", "same", 0, 1, ((0, 1), (2, 0))]),
    maps=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    seed=st.integers(0, 2**32 - 1),
)
def test_it_is_the_adjoint_of_the_convolution(
    size: Any, window: Any, stride: Any, padding: Any, maps: Any, seed: int
) -> None:
    """<conv x, y> = <x, conv' y> in whole numbers, for each image size that the convolution takes to that of y."""
    rng = np.random.default_rng(seed)
    x, kernel = rng.integers(-9, 10, (2, *size, maps[0])), rng.integers(-9, 10, (*window, *maps))
    forward = conv2d(x, kernel, stride=stride, padding=padding)
    y = rng.integers(-9, 10, forward.shape)
    back = conv2d_transposed(y, kernel, stride=stride, padding=padding, output_size=size)
    assert np.sum(forward * y) == np.sum(x * back)
    assert back.shape == x.shape


@given(
    size=st.tuples(side, side),
    window=window,
    stride=step,
    padding=st.sampled_from(["valid", "same", ((1, 0), (0, 0))]),
    seed=st.integers(0, 2**32 - 1),
)
def test_its_gradients_are_exact_transposes(size: Any, window: Any, stride: Any, padding: Any, seed: int) -> None:
    """<conv' y, d> = <y, dL/dy> = <kernel, dL/dkernel> in whole numbers, and the bias gets the sum over the pixels."""
    assume(size[0] > 1 or window[0] > 1)  # a zero above a single 1 x 1 window leaves it no pixel
    rng = np.random.default_rng(seed)
    y, kernel = rng.integers(-9, 10, (2, *size, 3)), rng.integers(-9, 10, (*window, 2, 3))
    settings = {"stride": stride, "padding": padding}
    x = conv2d_transposed(y, kernel, **settings)
    dx = rng.integers(-9, 10, x.shape)
    dy, dkernel, dbias = conv2d_transposed_backward(dx, y, kernel, **settings)
    assert np.sum(x * dx) == np.sum(y * dy) == np.sum(kernel * dkernel)
    assert (dy.shape, dkernel.shape) == (y.shape, kernel.shape)
    np.testing.assert_array_equal(dbias, dx.sum(axis=(0, 1, 2)))
    np.testing.assert_array_equal(conv2d_transposed(y, kernel, np.array([5, -7]), **settings), x + [5, -7])


def test_each_value_lays_its_kernel_on_a_window() -> None:
    """2 x 2 with stride 2: every pixel becomes a block, the Kronecker product; with stride 1 the blocks overlap and add up."""
    y, kernel = np.array([[1, 2], [3, 4]]), np.array([[1, 10], [100, 1000]])
    apart = conv2d_transposed(y[None, :, :, None], kernel[:, :, None, None], stride=2)
    np.testing.assert_array_equal(apart[0, :, :, 0], np.kron(y, kernel))
    overlapping = np.zeros((3, 3), dtype=int)
    for (r, s), value in np.ndenumerate(y):
        overlapping[r : r + 2, s : s + 2] += value * kernel
    together = conv2d_transposed(y[None, :, :, None], kernel[:, :, None, None])
    np.testing.assert_array_equal(together[0, :, :, 0], overlapping)


def test_it_is_no_inverse() -> None:
    """A smoothing filter and its transpose after it do not give the image back: "deconvolution" is a controversial name."""
    x, kernel = np.random.default_rng(0).normal(size=(1, 6, 6, 1)), np.full((3, 3, 1, 1), 1 / 9)
    assert np.abs(conv2d_transposed(conv2d(x, kernel), kernel) - x).max() > 0.5


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_precision_stays(dtype: str) -> None:
    """float32 in, float32 out; float64 likewise; gradients too."""
    y, kernel, bias = (np.ones(shape, dtype=dtype) for shape in ((1, 3, 3, 2), (2, 2, 4, 2), (4,)))
    x = conv2d_transposed(y, kernel, bias, stride=2)
    gradients = conv2d_transposed_backward(x, y, kernel, stride=2)
    assert {array.dtype for array in (x, *gradients)} == {np.dtype(dtype)}


def test_what_does_not_fit_is_refused() -> None:
    """Other maps than the kernel's last axis; an image size from which the convolution would give another number of windows."""
    y, kernel = np.zeros((1, 3, 3, 2)), np.zeros((2, 2, 4, 2))
    with pytest.raises(ValueError, match="does not fit images of 2 maps"):
        conv2d_transposed(y, kernel.swapaxes(2, 3))
    with pytest.raises(ValueError, match="windows of"):
        conv2d_transposed(y, kernel, stride=2, output_size=(8, 6))

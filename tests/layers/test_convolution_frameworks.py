"""The convolution and its transpose beside torch and TensorFlow: values and gradients in float64, over many settings."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from implementations.layers.convolution_numpy import conv2d, conv2d_backward
from implementations.layers.transposed_numpy import conv2d_transposed, conv2d_transposed_backward
from implementations.layers.windows import Padding, Pair, image_output_size, pair

# size, window, stride, padding, (in, out), groups
SETTINGS: list[tuple[Pair, Pair, Pair, Padding, Pair, int]] = [
    ((height, 9 - height), window, stride, padding, maps, groups)
    for height, window, stride, padding, (maps, groups) in product(
        (4, 6),
        ((1, 1), (3, 3), (2, 3), (4, 2)),
        ((1, 1), (2, 1), (3, 4)),
        ("valid", 1, ((0, 2), (1, 0))),
        (((1, 2), 1), ((4, 6), 2), ((3, 3), 3), ((2, 4), 2)),
    )
    if window[1] <= 9 - height or padding != "valid"
]
TRANSPOSED = list(
    product((1, 4), (1, 2, 3), (1, 2, 3), (0, 1), (0, 1))
)  # size, window, stride, padding, one more pixel


def arrays(seed: int, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Normal numbers of each shape."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def close(found: Any, expected: Any, terms: int) -> None:
    """Equal within what two sums of so many products of numbers below 5 may lose in float64, in whatever order they are taken."""
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=2 * 25 * terms**2 * np.finfo(np.float64).eps)


def nchw(array: np.ndarray) -> np.ndarray:
    """Images (batch, height, width, maps), or a kernel in that order of its own, with the maps before the pixels."""
    return np.ascontiguousarray(array.transpose(0, 3, 1, 2))


def oihw(kernel: np.ndarray) -> np.ndarray:
    """A kernel (height, width, in, out) as torch has it, (out, in, height, width)."""
    return np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))


def test_torch_agrees() -> None:
    """Output and the three gradients in 288 settings: groups, depthwise, rectangles, strides, padding on one side."""
    torch = pytest.importorskip("torch")
    compared = 0
    for size, window, stride, padding, (maps, filters), groups in SETTINGS:
        x, kernel, bias = arrays(compared, (2, *size, maps), (*window, maps // groups, filters), (filters,))
        settings: dict[str, Any] = {"stride": stride, "padding": padding, "groups": groups}
        y = conv2d(x, kernel, bias, **settings)
        (dy,) = arrays(1, y.shape)
        edges = ((0, 0), (0, 0)) if padding == "valid" else ((1, 1), (1, 1)) if padding == 1 else padding
        (top, bottom), (left, right) = edges  # type: ignore[misc]
        inputs = [torch.tensor(array, requires_grad=True) for array in (nchw(x), oihw(kernel), bias)]
        padded = torch.nn.functional.pad(inputs[0], (left, right, top, bottom))
        theirs = torch.nn.functional.conv2d(padded, *inputs[1:], stride=stride, groups=groups)
        dx, dkernel, dbias = torch.autograd.grad(theirs, inputs, torch.tensor(nchw(dy)))
        expected = [array.detach().numpy().transpose(0, 2, 3, 1) for array in (theirs, dx)]
        expected += [dkernel.numpy().transpose(2, 3, 1, 0), dbias.numpy()]
        dx, dkernel, dbias = conv2d_backward(dy, x, kernel, **settings)
        close((y, dx, dkernel, dbias), expected, 2 * kernel.size + y.size)
        compared += 1
    assert compared == 288


def test_tensorflow_agrees() -> None:
    """Output and gradients of tf.nn.conv2d in the settings of one group; its kernel has our layout."""
    tf = pytest.importorskip("tensorflow")
    settings = [s for s in SETTINGS if s[5] == 1]
    for number, (size, window, stride, padding, (maps, filters), _) in enumerate(settings):
        x, kernel = arrays(number, (2, *size, maps), (*window, maps, filters))
        y = conv2d(x, kernel, stride=stride, padding=padding)
        (dy,) = arrays(1, y.shape)
        edges = [[0, 0], [1, 1], [1, 1], [0, 0]] if padding == 1 else [[0, 0], *map(list, padding), [0, 0]]
        inputs = [tf.constant(x), tf.constant(kernel)]
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            theirs = tf.nn.conv2d(*inputs, stride, "VALID" if padding == "valid" else edges)
        expected = [theirs, *tape.gradient(theirs, inputs, tf.constant(dy))]
        found = y, *conv2d_backward(dy, x, kernel, stride=stride, padding=padding)[:2]
        close(found, [array.numpy() for array in expected], 2 * kernel.size + y.size)
    assert len(settings) > 60


def test_tensorflow_pads_as_the_printed_same() -> None:
    """SAME over 640 settings, windows and strides both even and odd: the size is the printed ceiling, and the values show that
    every zero stands where ours does; whole numbers, so equal."""
    tf = pytest.importorskip("tensorflow")
    rng = np.random.default_rng(0)
    grid = list(product(range(1, 17), range(1, 9), range(1, 6)))
    for size, window, stride in grid:
        sizes, windows, strides = (size, 17 - size), (window, 9 - window), (stride, 6 - stride)
        x = rng.integers(-9, 10, (1, *sizes, 1)).astype(np.float64)
        kernel = rng.integers(-9, 10, (*windows, 1, 1)).astype(np.float64)
        theirs = tf.nn.conv2d(x, kernel, strides, "SAME").numpy()
        assert theirs.shape[1:3] == tuple(-(-n // s) for n, s in zip(sizes, strides, strict=True))
        assert theirs.shape[1:3] == image_output_size(sizes, windows, strides, "same")
        np.testing.assert_array_equal(conv2d(x, kernel, stride=strides, padding="same"), theirs)
    assert len(grid) == 640


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("window", [2, 3])
def test_tensorflow_agrees_on_depthwise_layers(window: int, stride: int, padding: Any) -> None:
    """tf.nn.depthwise_conv2d with two filters a map: its kernel (height, width, in, 2) is ours (height, width, 1, 2 in)."""
    tf = pytest.importorskip("tensorflow")
    x, kernel = arrays(0, (2, 7, 7, 3), (window, window, 3, 2))
    ours = kernel.reshape(window, window, 1, 6)
    y = conv2d(x, ours, stride=stride, padding=padding, groups=3)
    inputs = [tf.constant(x), tf.constant(kernel)]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        theirs = tf.nn.depthwise_conv2d(*inputs, (1, stride, stride, 1), padding.upper())
    (dy,) = arrays(1, y.shape)
    dx, dkernel = tape.gradient(theirs, inputs, tf.constant(dy))
    found = conv2d_backward(dy, x, ours, stride=stride, padding=padding, groups=3)
    expected = theirs.numpy(), dx.numpy(), dkernel.numpy().reshape(ours.shape)
    close((y, *found[:2]), expected, 200)


def test_torch_agrees_on_the_transpose() -> None:
    """conv_transpose2d, with its output_padding as our output size: values and gradients wherever torch allows the setting."""
    torch = pytest.importorskip("torch")
    compared = 0
    for size, window, stride, padding, more in TRANSPOSED:
        full = (size - 1) * stride + window - 2 * padding + more
        if more >= stride or full < 1:
            continue
        y, kernel, bias = arrays(compared, (2, size, size, 3), (window, window, 2, 3), (2,))
        x = conv2d_transposed(y, kernel, bias, stride=stride, padding=padding, output_size=(full, full))
        if not more:
            np.testing.assert_array_equal(x, conv2d_transposed(y, kernel, bias, stride=stride, padding=padding))
        (dx,) = arrays(1, x.shape)
        inputs = [torch.tensor(array, requires_grad=True) for array in (nchw(y), oihw(kernel), bias)]
        theirs = torch.nn.functional.conv_transpose2d(*inputs, stride=stride, padding=padding, output_padding=more)
        dy, dkernel, dbias = torch.autograd.grad(theirs, inputs, torch.tensor(nchw(dx)))
        expected = [array.detach().numpy().transpose(0, 2, 3, 1) for array in (theirs, dy)]
        expected += [dkernel.numpy().transpose(2, 3, 1, 0), dbias.numpy()]
        found = conv2d_transposed_backward(dx, y, kernel, stride=stride, padding=padding)
        close((x, *found), expected, 400)
        compared += 1
    assert compared > 45


def test_tensorflow_agrees_on_the_transpose() -> None:
    """tf.nn.conv2d_transpose with our kernel as it is, SAME and VALID, for every image size that the stride allows."""
    tf = pytest.importorskip("tensorflow")
    compared = 0
    for padding, window, stride, length in product(("same", "valid"), (1, 2, 3, 4), (1, 2, 3), (7, 8, 9)):
        size, steps = (length, 16 - length), pair(stride)
        grid = image_output_size(size, (window, window), steps, padding)
        y, kernel = arrays(compared, (2, *grid, 3), (window, window, 2, 3))
        theirs = tf.nn.conv2d_transpose(y, kernel, (2, *size, 2), stride, padding.upper()).numpy()
        ours = conv2d_transposed(y, kernel, stride=stride, padding=padding, output_size=size)
        close([ours], [theirs], 100)
        compared += 1
    assert compared == 72


def test_keras_chooses_the_same_size_for_same() -> None:
    """Without an output size, Conv2DTranspose(padding="same") multiplies height and width by the stride, and so do we."""
    keras = pytest.importorskip("keras")
    y, kernel = arrays(0, (1, 3, 4, 2), (3, 3, 5, 2))
    layer = keras.layers.Conv2DTranspose(5, 3, strides=2, padding="same", use_bias=False, dtype="float64")
    layer.build(y.shape)
    layer.set_weights([kernel])
    x = conv2d_transposed(y, kernel, stride=2, padding="same")
    assert x.shape == (1, 6, 8, 5)
    close([x], [np.asarray(layer(y))], 100)

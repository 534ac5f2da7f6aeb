"""The convolution and its gradients: against the definition, the tied matrix, scipy, the complex step and exact transposes."""

from __future__ import annotations

import tracemalloc
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from implementations.layers import convolution_numpy as layer
from implementations.layers.windows import Padding, image_output_size, pair


class Case(NamedTuple):
    """Images, a kernel, and the settings of a layer that fits them."""

    x: np.ndarray
    kernel: np.ndarray
    settings: dict[str, Any]

    def forward(self) -> np.ndarray:
        """The layer without bias."""
        return layer.conv2d(self.x, self.kernel, **self.settings)

    def dy(self, seed: int = 1) -> np.ndarray:
        """An upstream gradient of the output's shape, of whole numbers as x."""
        return np.random.default_rng(seed).integers(-9, 10, self.forward().shape).astype(self.x.dtype)


@st.composite
def cases(draw: st.DrawFn, largest: int = 7) -> Case:
    """Any layer of small whole numbers: groups, rectangular windows and strides, every padding; sums are exact."""
    groups, share, each = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    window = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    margin = st.tuples(st.integers(0, 3), st.integers(0, 3))
    padding = draw(st.one_of(st.sampled_from(["valid", "same", 0, 1, 2]), st.tuples(margin, margin)))
    sides = [zeros_at_least(padding, axis) for axis in (0, 1)]
    height, width = (draw(st.integers(max(1, n - z), largest)) for n, z in zip(window, sides, strict=True))
    stride = draw(st.one_of(st.integers(1, 4), st.tuples(st.integers(1, 4), st.integers(1, 4))))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.integers(-9, 10, (draw(st.integers(1, 2)), height, width, groups * share))
    kernel = rng.integers(-9, 10, (*window, share, groups * each))
    return Case(x, kernel, {"stride": stride, "padding": padding, "groups": groups})


def zeros_at_least(padding: Any, axis: int) -> int:
    """How many zeros a padding adds to a line, whatever its length."""
    if isinstance(padding, tuple):
        return sum(padding[axis])
    return 4 if padding == "same" else 0 if padding == "valid" else 2 * padding


def matrix_of(
    kernel: np.ndarray, size: tuple[int, int], stride: Any, padding: Padding
) -> tuple[np.ndarray, np.ndarray]:
    """The layer (one group) as a dense one: which entry of the kernel stands at (input, output) of its matrix, and whether one does."""
    from implementations.layers.windows import image_pads

    high, wide, maps, filters = kernel.shape
    grid = image_output_size(size, (high, wide), pair(stride), padding)
    (top, _), (left, _) = image_pads(size, (high, wide), pair(stride), padding)
    p, q, c, r, s, k = np.ogrid[: size[0], : size[1], :maps, : grid[0], : grid[1], :filters]
    i, j = p + top - r * pair(stride)[0], q + left - s * pair(stride)[1]
    inside = (i >= 0) & (i < high) & (j >= 0) & (j < wide)
    entry = np.where(inside, ((i * wide + j) * maps + c) * filters + k, 0)
    shape = (size[0] * size[1] * maps, grid[0] * grid[1] * filters)
    full = np.broadcast_to(inside, entry.shape)
    return entry.reshape(shape), full.reshape(shape)


@settings(max_examples=30)
@given(case=cases(largest=5))
def test_the_fast_form_is_the_definition(case: Case) -> None:
    """Whole numbers, so equal to the last digit: the matrix products are the sums of the loops, bias and all."""
    bias = np.arange(case.kernel.shape[3])
    expected = layer.conv2d_by_loops(case.x, case.kernel, bias, **case.settings)
    np.testing.assert_array_equal(layer.conv2d(case.x, case.kernel, bias, **case.settings), expected)
    assert expected.dtype == np.int64


@given(case=cases())
def test_the_gradients_are_exact_transposes(case: Case) -> None:
    """<conv x, y> = <x, its input gradient of y> = <kernel, its kernel gradient of y>, in whole numbers, without rounding."""
    y, dy = case.forward(), case.dy()
    dx, dkernel, dbias = layer.conv2d_backward(dy, case.x, case.kernel, **case.settings)
    assert np.sum(y * dy) == np.sum(case.x * dx) == np.sum(case.kernel * dkernel)
    assert (dx.shape, dkernel.shape) == (case.x.shape, case.kernel.shape)
    np.testing.assert_array_equal(dbias, dy.sum(axis=(0, 1, 2)))


@pytest.mark.parametrize(
    ("size", "window", "stride", "padding"),
    [
        ((5, 6), (3, 3), 1, "valid"),
        ((5, 6), (3, 2), (2, 1), "same"),
        ((4, 5), (2, 4), 1, "same"),
        ((7, 4), (3, 3), (2, 3), ((1, 2), (0, 3))),
        ((5, 5), (1, 1), 2, "valid"),
        ((3, 3), (5, 5), 1, 2),
        ((6, 5), (2, 1), 4, 1),
    ],
)
def test_it_is_a_dense_layer_with_tied_weights(size: Any, window: Any, stride: Any, padding: Padding) -> None:
    """The same numbers from a matrix that has each entry of the kernel in many places: y = x A, dx = dy A', and dW summed over
    the places of each entry of x' dy."""
    rng = np.random.default_rng(0)
    x, kernel = rng.integers(-9, 10, (3, *size, 2)), rng.integers(-9, 10, (*window, 2, 3))
    case = Case(x, kernel, {"stride": stride, "padding": padding})
    entry, inside = matrix_of(kernel, size, stride, padding)
    matrix = np.where(inside, kernel.reshape(-1)[entry], 0)
    y, dy = case.forward(), case.dy()
    np.testing.assert_array_equal(y.reshape(3, -1), x.reshape(3, -1) @ matrix)
    dx, dkernel, _ = layer.conv2d_backward(dy, x, kernel, **case.settings)
    np.testing.assert_array_equal(dx.reshape(3, -1), dy.reshape(3, -1) @ matrix.T)
    untied = x.reshape(3, -1).T @ dy.reshape(3, -1)
    tied = np.zeros(kernel.size, dtype=np.int64)
    np.add.at(tied, entry[inside], untied[inside])
    np.testing.assert_array_equal(dkernel.reshape(-1), tied)


@pytest.mark.parametrize("window", [(1, 1), (3, 3), (2, 5), (4, 4)], ids=str)
def test_scipy_correlates_and_does_not_convolve(window: tuple[int, int]) -> None:
    """scipy's correlate2d, summed over the maps, agrees; its convolve2d does with the kernel turned round, and not without."""
    rng = np.random.default_rng(3)
    x, kernel = rng.normal(size=(8, 9, 3)), rng.normal(size=(*window, 3, 2))
    y = layer.conv2d(x[None], kernel)[0]

    def summed(operation: Any, turn: int) -> np.ndarray:
        maps = [[operation(x[..., c], kernel[::turn, ::turn, c, k], "valid") for c in range(3)] for k in range(2)]
        return np.moveaxis(np.sum(maps, axis=1), 0, -1)

    np.testing.assert_allclose(y, summed(signal.correlate2d, 1), atol=1e-13)
    np.testing.assert_allclose(y, summed(signal.convolve2d, -1), atol=1e-13)
    if window != (1, 1):
        assert np.abs(y - summed(signal.convolve2d, 1)).max() > 0.1


@settings(max_examples=20)
@given(case=cases(largest=4), seed=st.integers(0, 99))
def test_gradients_by_the_complex_step(case: Case, seed: int) -> None:
    """Every derivative of sum(dy * conv^2) / 2, by a step along i of 1e-30, which has no rounding error of its own."""
    rng = np.random.default_rng(seed)
    x, kernel = rng.normal(size=case.x.shape), rng.normal(size=case.kernel.shape)
    y = layer.conv2d(x, kernel, **case.settings)
    weights = rng.normal(size=y.shape)
    dx, dkernel, _ = layer.conv2d_backward(weights * y, x, kernel, **case.settings)

    def loss(x: np.ndarray, kernel: np.ndarray) -> Any:
        return np.sum(weights * layer.conv2d(x, kernel, **case.settings) ** 2) / 2

    for place in rng.permutation(x.size)[:8]:
        step = np.zeros(x.size, dtype=complex)
        step[place] = 1e-30j
        slope = loss(x + step.reshape(x.shape), kernel + 0j).imag / 1e-30
        np.testing.assert_allclose(dx.flat[place], slope, rtol=1e-12, atol=1e-11)
    for place in rng.permutation(kernel.size)[:8]:
        step = np.zeros(kernel.size, dtype=complex)
        step[place] = 1e-30j
        slope = loss(x + 0j, kernel + step.reshape(kernel.shape)).imag / 1e-30
        np.testing.assert_allclose(dkernel.flat[place], slope, rtol=1e-12, atol=1e-11)


@given(case=cases(), room=st.sampled_from([1, 300, 1000, 3000]))
def test_blocks_change_nothing(case: Case, room: int) -> None:
    """One line at a time, or a few, or an image at a time: the same whole numbers as all at once."""
    dy = case.dy()
    whole = case.forward(), *layer.conv2d_backward(dy, case.x, case.kernel, **case.settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layer, "BLOCK", room)
        parts = case.forward(), *layer.conv2d_backward(dy, case.x, case.kernel, **case.settings)
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_windows_of_a_large_image_are_never_all_written_out() -> None:
    """5 x 5 windows of 150 x 150 pixels would take 36 MB; beside the padded image and the result, two blocks hold them all."""
    x, kernel = np.ones((1, 150, 150, 8)), np.ones((5, 5, 8, 2))
    results = 2 * x.nbytes + 150 * 150 * 2 * 8
    tracemalloc.start()
    try:
        layer.conv2d(x, kernel, padding="same")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 25 * x.nbytes == 36_000_000
    assert peak < results + 2 * layer.BLOCK


@given(case=cases())
def test_groups_are_layers_side_by_side(case: Case) -> None:
    """The layer in groups is one layer for each part of the maps, stacked; so are its gradients."""
    groups, rest = case.settings["groups"], {k: v for k, v in case.settings.items() if k != "groups"}
    dy = case.dy()
    dx, dkernel, _ = layer.conv2d_backward(dy, case.x, case.kernel, **case.settings)
    seen = np.split(case.x, groups, axis=3)
    kernels = np.split(case.kernel, groups, axis=3)
    stacked = [layer.conv2d(a, w, **rest) for a, w in zip(seen, kernels, strict=True)]
    np.testing.assert_array_equal(case.forward(), np.concatenate(stacked, axis=3))
    back = [
        layer.conv2d_backward(d, a, w, **rest)
        for d, a, w in zip(np.split(dy, groups, axis=3), seen, kernels, strict=True)
    ]
    np.testing.assert_array_equal(dx, np.concatenate([one[0] for one in back], axis=3))
    np.testing.assert_array_equal(dkernel, np.concatenate([one[1] for one in back], axis=3))


def test_one_by_one_is_a_dense_layer_on_every_pixel() -> None:
    """1 x 1: the maps of each pixel times a matrix, the same for all pixels (slide "TRICKS OF THE TRADE: FILTER SIZE")."""
    rng = np.random.default_rng(5)
    x, kernel, bias = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(1, 1, 5, 6)), rng.normal(size=6)
    np.testing.assert_allclose(layer.conv2d(x, kernel, bias), x @ kernel[0, 0] + bias, atol=1e-14)


def test_a_window_of_the_whole_image_is_a_dense_layer() -> None:
    """The kernel as large as the image: one output pixel, the flattened image times the flattened kernel (LeNet's S4 to C5)."""
    rng = np.random.default_rng(6)
    x, kernel = rng.normal(size=(2, 5, 5, 16)), rng.normal(size=(5, 5, 16, 120))
    assert kernel.size == 48_000
    y = layer.conv2d(x, kernel)
    np.testing.assert_allclose(y.reshape(2, 120), x.reshape(2, -1) @ kernel.reshape(-1, 120), atol=1e-12)


def test_depthwise_then_one_by_one_is_the_separable_kernel() -> None:
    """A filter for each map and then a mix of the maps is one convolution, with the product of both as its kernel."""
    rng = np.random.default_rng(7)
    x, depthwise, mix = rng.normal(size=(2, 7, 7, 3)), rng.normal(size=(3, 3, 1, 3)), rng.normal(size=(1, 1, 3, 4))
    separable = layer.conv2d(layer.conv2d(x, depthwise, padding="same", groups=3), mix)
    product_kernel = depthwise[:, :, 0, :, None] * mix[0, 0]
    np.testing.assert_allclose(separable, layer.conv2d(x, product_kernel, padding="same"), atol=1e-13)


def test_shifting_the_image_shifts_the_map() -> None:
    """The statistics are local and the same everywhere: a shift by one stride of the image shifts the output by one."""
    rng = np.random.default_rng(8)
    x, kernel = rng.normal(size=(1, 12, 9, 2)), rng.normal(size=(3, 3, 2, 4))
    y, shifted = (layer.conv2d(image, kernel, stride=(2, 1)) for image in (x[:, :-2], x[:, 2:]))
    np.testing.assert_allclose(shifted[:, :-1], y[:, 1:], atol=1e-14)


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_precision_stays(dtype: str, groups: int) -> None:
    """float32 gives float32 throughout, within n rounding errors of the float64 result for sums of n products; so float64."""
    rng = np.random.default_rng(9)
    x, kernel = rng.normal(size=(2, 9, 9, 4)).astype(dtype), rng.normal(size=(3, 3, 4 // groups, 4)).astype(dtype)
    bias = rng.normal(size=4).astype(dtype)
    given = {"stride": 2, "padding": "same", "groups": groups}
    y = layer.conv2d(x, kernel, bias, **given)
    gradients = layer.conv2d_backward(y, x, kernel, **given)
    assert {array.dtype for array in (y, *gradients)} == {np.dtype(dtype)}
    wide = [array.astype(np.longdouble) for array in (x, kernel, bias)]
    exact = layer.conv2d_by_loops(*wide, **given)
    terms = 9 * 4 // groups + 1
    size = layer.conv2d_by_loops(*map(np.abs, wide), **given)
    assert np.all(np.abs(y - exact) <= terms * np.finfo(dtype).eps * size)


def test_no_image_gives_no_output() -> None:
    """An empty batch: an empty output of the right shape, and a kernel gradient of zeros."""
    x, kernel = np.zeros((0, 6, 6, 2)), np.ones((3, 3, 2, 4))
    y = layer.conv2d(x, kernel)
    dx, dkernel, dbias = layer.conv2d_backward(y, x, kernel)
    assert (y.shape, dx.shape) == ((0, 4, 4, 4), (0, 6, 6, 2))
    assert not dkernel.any()
    assert not dbias.any()


def test_arguments_are_left_as_they_are() -> None:
    """Neither the images, the kernel nor the upstream gradient is written to, and views are as good as copies."""
    rng = np.random.default_rng(10)
    x, kernel, dy = rng.normal(size=(2, 6, 6, 4)), rng.normal(size=(3, 3, 2, 4)), rng.normal(size=(2, 6, 6, 4))
    before = [array.copy() for array in (x, kernel, dy)]
    given = {"padding": "same", "groups": 2}
    expected = layer.conv2d(x, kernel, **given), *layer.conv2d_backward(dy, x, kernel, **given)
    for array, copy in zip((x, kernel, dy), before, strict=True):
        np.testing.assert_array_equal(array, copy)
    x, kernel, dy = (np.asfortranarray(array) for array in (x, kernel, dy))
    found = layer.conv2d(x, kernel, **given), *layer.conv2d_backward(dy, x, kernel, **given)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.parametrize(
    ("kernel", "groups"), [((3, 3, 3, 4), 1), ((3, 3, 4, 4), 2), ((3, 3, 2, 3), 2), ((3, 3, 4, 4), 0)], ids=str
)
def test_kernels_and_groups_that_do_not_fit_are_refused(kernel: tuple[int, ...], groups: int) -> None:
    """Images of 4 maps: other input maps, output maps that the groups do not divide, and no group at all."""
    for function in (layer.conv2d, layer.conv2d_by_loops):
        with pytest.raises(ValueError, match="does not fit images of 4 maps"):
            function(np.zeros((1, 5, 5, 4)), np.zeros(kernel), groups=groups)


def test_an_upstream_gradient_of_another_size_is_refused() -> None:
    """3 x 3 windows lie on 5 x 5 pixels in 3 x 3 places: a dy of 4 x 3 belongs to other settings."""
    dy, x, kernel = np.zeros((1, 4, 3, 2)), np.zeros((1, 5, 5, 1)), np.zeros((3, 3, 1, 2))
    with pytest.raises(ValueError, match=r"\(3, 3\) windows of \(3, 3\) lie on images of \(5, 5\)"):
        layer.kernel_gradient(dy, x, (3, 3))
    with pytest.raises(ValueError, match="but dy has the shape"):
        layer.input_gradient(dy, kernel, (5, 5))


def test_the_example_of_the_slide() -> None:
    """The filter 0 1 2 / 2 2 0 / 0 1 2 with one zero around and stride 2 gives the printed 3 x 3 map, only as a correlation."""
    image = np.array([[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]])
    kernel = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]])
    places = product([image[None, :, :, None]], [kernel, kernel[::-1, ::-1]])
    straight, turned = (layer.conv2d(x, k[:, :, None, None], stride=2, padding=1)[0, :, :, 0] for x, k in places)
    assert straight.tolist() == [[6, 17, 3], [8, 17, 13], [6, 4, 4]]
    assert turned.tolist() != straight.tolist()

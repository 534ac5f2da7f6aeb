"""What the slides say of shapes: each measure against counting by hand, and against the mistakes it must tell apart."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from implementations.layers import experiments
from implementations.layers.by_backend import conv2d, pool
from implementations.layers.convolution_numpy import conv2d_by_loops
from implementations.layers.windows import pads

BACKENDS = ["numpy", "torch", "tensorflow"]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("zeros", [((0, 0), (0, 0)), ((1, 1), (2, 2)), ((0, 2), (1, 0))])
def test_backends_convolve_by_the_definition(backend: str, zeros: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """Each backend's convolution is the plain loops', with unequal strides and with zeros that differ from side to side."""
    pytest.importorskip(backend)
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(2, 6, 7, 3)), rng.normal(size=(3, 2, 3, 4))
    expected = conv2d_by_loops(x, kernel, stride=(2, 1), padding=zeros)
    np.testing.assert_allclose(conv2d(x, kernel, stride=(2, 1), zeros=zeros, backend=backend), expected, atol=1e-13)


@pytest.mark.parametrize("backend", BACKENDS)
def test_backends_pool_the_same(backend: str) -> None:
    """Zeros around the image count neither in a maximum of negative numbers nor in a mean."""
    pytest.importorskip(backend)
    x = -np.ones((1, 5, 5, 1))
    for kind, zeros in product(("max", "average"), (0, 1)):
        pooled = pool(x, kind, 3, 2, zeros=zeros, backend=backend)
        np.testing.assert_allclose(pooled, -np.ones((1, 2 + zeros, 2 + zeros, 1)), rtol=1e-15)


def test_unknown_backends_are_refused() -> None:
    """A backend that is not there is refused by name; so are zeros that SAME would not put."""
    x = np.ones((1, 4, 4, 1))
    with pytest.raises(ValueError, match="abacus"):
        conv2d(x, x, backend="abacus")
    with pytest.raises(ValueError, match="abacus"):
        pool(x, "max", 2, 2, backend="abacus")
    pytest.importorskip("tensorflow")
    with pytest.raises(ValueError, match="SAME"):
        pool(x, "max", 2, 2, zeros=1, backend="tensorflow")


def test_a_filter_is_a_matrix_of_nine_weights() -> None:
    """225 of the 1225 entries are not zero, 25 windows of nine, and hold 9 different weights; unshared they hold 225."""
    assert experiments.matrix_of_a_filter() == {"entries": {"count": 1225}, "different weights": {"count": 9}}
    assert experiments.matrix_of_a_filter(shared=False)["different weights"]["count"] == 25 * 9


def test_four_filters_have_a_tensor_of_36() -> None:
    """3 x 3 x 1 x 4, and four maps of 5 x 5; in torch's order the filters come first."""
    assert [v["size"] for v in experiments.filters_on_one_channel().values()] == [3, 3, 1, 4, 4, 5]
    assert [v["size"] for v in experiments.filters_on_one_channel(framework_order=False).values()][:4] == [4, 1, 3, 3]


@pytest.mark.parametrize("backend", BACKENDS)
def test_height_comes_first_in_a_kernel(backend: str) -> None:
    """Two different ways to see it agree, in every backend's view of the same array; a square kernel cannot tell."""
    pytest.importorskip(backend)
    assert experiments.kernel_axes(backend=backend) == "height, width"
    assert experiments.kernel_axes(backend=backend, order="columns") == "width, height"
    assert experiments.kernel_axes(backend=backend, kernel_shape=(2, 2)) == "undecided"


def test_height_comes_first_in_tensorflow() -> None:
    """Kernel by sizes of an oblong picture; strides by what is left of it, in both layouts, and by Keras' strides."""
    pytest.importorskip("tensorflow")
    pytest.importorskip("keras")
    assert experiments.kernel_axes_by_sizes() == "height, width"
    assert experiments.stride_axis() == experiments.stride_axis_of_keras() == "height"
    assert experiments.stride_axis(strides=(1, 1, 2, 1)) == "width"
    assert experiments.stride_axis(strides=(1, 2, 2, 1)) == "undecided"
    assert experiments.stride_axis(transposed=True) == "width"
    assert experiments.stride_axis(strides=(1, 1, 2, 1), layout="NCHW") == "height"
    assert experiments.stride_axis(strides=(1, 1, 1, 2), layout="NCHW") == "width"


def test_padding_that_keeps_the_size() -> None:
    """None of 240 sizes changes; with one zero more, or a stride of two, all do but those of a single pixel."""
    assert experiments.sizes_not_kept() == 0
    assert experiments.sizes_not_kept(extra=1) == 240
    assert experiments.sizes_not_kept(stride=2) == 240 - 8  # ceil(n / 2) = n only for one pixel, once a filter


def test_the_settings_are_3308() -> None:
    """All are different, all fit, and whole and broken sizes add up to them."""
    settings = list(experiments.settings())
    assert len(settings) == len(set(settings)) == 3308
    assert min(size + 2 * pad - side for size, side, pad, _ in settings) == 0
    counts = [experiments.size_mismatches(whole=whole)["settings"]["count"] for whole in (True, False)]
    assert counts == [1729, 1579]


@pytest.mark.parametrize("rule", ["no_plus_one", "pad_once", "divided_last"])
def test_mistaken_sizes_are_seen(rule: str) -> None:
    """Each mistaken formula gives other sizes in hundreds of settings; rounding up only where the size is broken."""
    assert experiments.size_mismatches(rule=rule)["other size"]["count"] > 500
    assert experiments.size_mismatches(rule="rounded_up")["other size"]["count"] == 0
    assert experiments.size_mismatches(rule="rounded_up", whole=False)["other size"]["count"] == 1579


def test_broken_sizes_lose_the_last_pixel() -> None:
    """(5 - 2) / 2 + 1 = 2.5: two windows of two cover four pixels of five. All such settings lose the far end, none the near."""
    assert experiments.last_pixel_unseen() == {"whole": {"unseen": 0.0}, "broken": {"unseen": 1.0}}
    assert experiments.last_pixel_unseen(edge="near")["broken"]["unseen"] == 0.0
    line = np.arange(5.0).reshape(1, 1, 5, 1)
    assert conv2d(line, np.ones((1, 2, 1, 1)), stride=(1, 2)).ravel().tolist() == [1, 5]


def test_a_one_by_one_layer_sees_all_maps() -> None:
    """It equals one matrix product a pixel over all 64 maps, to rounding, and not over half of them."""
    measured = experiments.one_by_one()
    assert (measured["side of a map"]["value"], measured["depth"]["value"]) == (14, 16)
    assert measured["error"]["value"] < 1e-12
    assert experiments.one_by_one(every_map=False)["error"]["value"] > 1


def test_same_is_the_ceiling() -> None:
    """No case of 580 differs; flooring differs wherever the stride leaves a rest, but for sizes below it."""
    assert experiments.same_mismatches(backend="numpy") == {"cases": {"count": 580}, "other size": {"count": 0}}
    rests = sum(max(1, n // s) != -(-n // s) for n in range(1, 30) for s in range(1, 5)) * 5
    assert experiments.same_mismatches(backend="numpy", rule="floor")["other size"]["count"] == rests


def test_tensorflow_puts_the_odd_zero_after() -> None:
    """A filter of distinct powers shows which of its weights lie on TensorFlow's zeros: as many as our pads say, on either side."""
    tf = pytest.importorskip("tensorflow")
    for size, side, stride in product(range(1, 10), range(1, 6), range(1, 4)):
        out = tf.nn.conv2d(
            np.ones((1, 1, size, 1)), 2.0 ** np.arange(side).reshape(1, side, 1, 1), [1, 1, stride, 1], "SAME"
        )
        first, last = int(out[0, 0, 0, 0]), int(out[0, 0, -1, 0])
        before, after = pads(size, side, stride, "same")
        assert first == sum(2**i for i in range(side) if 0 <= i - before < size)
        assert last == sum(2**i for i in range(side) if i < side - after and i >= side - after - size)

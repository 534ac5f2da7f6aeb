"""Upsampling, cropping, padding of maps: what they give on small images, and that each backward pass is the transpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from implementations.layers import resizing_numpy as resizing

SHAPE = (2, 6, 8, 3)
PAIRS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "upsample_2": (resizing.upsample, resizing.upsample_backward),
    "upsample_3": (lambda x: resizing.upsample(x, 3), lambda dy: resizing.upsample_backward(dy, 3)),
    "crop": (lambda x: resizing.crop(x, 2), lambda dy: resizing.crop_backward(dy, 2)),
    "crop_nothing": (lambda x: resizing.crop(x, 0), lambda dy: resizing.crop_backward(dy, 0)),
    "more_maps": (lambda x: resizing.pad_channels(x, 7), lambda dy: resizing.pad_channels_backward(dy, SHAPE)),
    "every_second": (
        lambda x: resizing.pad_channels(x, 5, 2),
        lambda dy: resizing.pad_channels_backward(dy, SHAPE, 2),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_backward_is_the_transpose(name: str) -> None:
    """<A x, y> = <x, A' y> for random x and y, and the backward pass has the shape of x."""
    forward, backward = PAIRS[name]
    rng = np.random.default_rng(0)
    x = rng.normal(size=SHAPE)
    y = forward(x)
    dy = rng.normal(size=y.shape)
    back = backward(dy)
    assert back.shape == SHAPE
    assert np.sum(y * dy) == pytest.approx(np.sum(x * back), abs=1e-12)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(name: str, dtype: type) -> None:
    """float32 in, float32 out, forward and backward."""
    forward, backward = PAIRS[name]
    y = forward(np.ones(SHAPE, dtype))
    assert y.dtype == backward(y).dtype == dtype


def test_upsample_repeats_pixels() -> None:
    """A 1 x 2 image doubled: each pixel becomes a 2 x 2 block; pixels, not maps, are repeated."""
    x = np.array([[[[1.0, 5.0], [2.0, 6.0]]]])
    assert resizing.upsample(x)[0, :, :, 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2]]
    assert resizing.upsample(x)[0, :, :, 1].tolist() == [[5, 5, 6, 6], [5, 5, 6, 6]]


def test_frameworks_upsample_the_same() -> None:
    """torch's nearest-neighbour Upsample repeats the same pixels."""
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(1).normal(size=SHAPE)
    theirs = torch.nn.Upsample(scale_factor=3)(torch.tensor(x.transpose(0, 3, 1, 2))).numpy().transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(resizing.upsample(x, 3), theirs)


def test_keras_upsamples_and_crops_the_same() -> None:
    """Keras' UpSampling2D and Cropping2D give the same pixels."""
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(2).normal(size=SHAPE)
    up = keras.layers.UpSampling2D(2, dtype="float64")(x)
    cut = keras.layers.Cropping2D(2, dtype="float64")(x)
    np.testing.assert_array_equal(resizing.upsample(x), np.asarray(up))
    np.testing.assert_array_equal(resizing.crop(x, 2), np.asarray(cut))


def test_crop_keeps_the_middle() -> None:
    """A margin of one leaves rows and columns 1 to n - 2; a margin that leaves nothing is refused."""
    x = np.arange(16.0).reshape(1, 4, 4, 1)
    assert resizing.crop(x, 1)[0, :, :, 0].tolist() == [[5, 6], [9, 10]]
    for margin in (2, -1):
        with pytest.raises(ValueError, match=f"margin of {margin}"):
            resizing.crop(x, margin)


def test_pad_channels_puts_zero_maps_last() -> None:
    """Every second pixel, the given maps first, then zeros; fewer maps than given is refused."""
    x = np.arange(1.0, 19.0).reshape(1, 3, 3, 2)
    y = resizing.pad_channels(x, 4, 2)
    assert y[0, 0].tolist() == [[1, 2, 0, 0], [5, 6, 0, 0]]
    assert y[0, 1].tolist() == [[13, 14, 0, 0], [17, 18, 0, 0]]
    with pytest.raises(ValueError, match="2 channels"):
        resizing.pad_channels(x, 1)

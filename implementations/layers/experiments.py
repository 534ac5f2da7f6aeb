"""What the slides say of a convolutional layer's shapes: kernels, sizes, padding, stride. Everything here is deterministic.

Source: columbia-deep-learning, from "CRITICAL IDEA: LOCAL STATISTICS" to "PUTTING THESE ALL TOGETHER". Sizes are those of arrays that
the backend's own convolution returns; the formulas stand beside them as the slides print them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Any

import numpy as np

from implementations.layers.by_backend import NONE, Zeros, conv2d
from implementations.layers.windows import pads, printed_size


def filters_on_one_channel(
    *,
    backend: str = "numpy",
    side: int = 3,
    channels: int = 1,
    filters: int = 4,
    image: int = 7,
    zeros: int = 0,
    framework_order: bool = True,
) -> dict[str, dict[str, int]]:
    """The axes of a kernel tensor and of the maps that it makes of a square image.

    ``framework_order`` False: the kernel's axes counted with the filters first, as torch stores them.
    """
    kernel = np.ones((side, side, channels, filters))
    maps = conv2d(np.ones((1, image, image, channels)), kernel, zeros=_square(zeros), backend=backend)
    axes = kernel.shape if framework_order else kernel.transpose(3, 2, 0, 1).shape
    names = ("filter, one way", "filter, other way", "input depth", "output depth")
    table = {name: {"size": size} for name, size in zip(names, axes, strict=True)}
    return table | {"maps": {"size": maps.shape[3]}, "side of a map": {"size": maps.shape[1]}}


def matrix_of_a_filter(
    *, image: int = 7, side: int = 3, zeros: int = 0, stride: int = 1, shared: bool = True, backend: str = "numpy"
) -> dict[str, dict[str, int]]:
    """What the matrix of one filter's sweep holds: as a linear map, one row from the image of each single pixel.

    ``shared`` False gives each position a filter of its own (a locally connected layer).
    """
    rng = np.random.default_rng(0)
    pixels = np.eye(image**2).reshape(-1, image, image, 1)
    kernel = rng.permutation(side**2).reshape(side, side, 1, 1) + 1.0
    maps = conv2d(pixels, kernel, stride=stride, zeros=_square(zeros), backend=backend)
    matrix = maps.reshape(image**2, -1)
    if not shared:
        matrix = matrix * (1 + np.arange(matrix.shape[1]) / 1e3)
    weights = np.unique(matrix[matrix != 0])
    return {"entries": {"count": matrix.size}, "different weights": {"count": len(weights)}}


def kernel_axes(*, backend: str = "tensorflow", order: str = "rows", kernel_shape: Sequence[int] = (1, 2)) -> str:
    """What the first two axes of a kernel are: "width, height" or "height, width".

    The 784 inputs of a 28 x 28 picture hold their own numbers, 1 to 784, so that beside the first pixel lies input 2 and below it input 29
    (slide "INFORMATION BOTTLENECKS IN NEURAL NETWORKS"). A kernel of shape (1, 2, 1, 1) adds the first pixel to one of the two.
    ``order`` "columns" models pictures that are stored column by column instead.
    """
    numbers = np.arange(1.0, 785.0)
    beside, below = (2.0, 29.0) if order == "rows" else (29.0, 2.0)
    added = conv2d(numbers.reshape(1, 28, 28, 1), np.ones((*kernel_shape, 1, 1)), backend=backend)[0, 0, 0, 0] - 1.0
    return {beside: "height, width", below: "width, height"}.get(float(added), "undecided")


def kernel_axes_by_sizes() -> str:
    """The same from Keras: on a picture 20 high and 28 wide, which side does ``kernel_size=(1, 3)`` shorten?"""
    import keras

    layer = keras.layers.Conv2D(1, kernel_size=(1, 3), padding="valid")
    return {(20, 26): "height, width", (18, 28): "width, height"}[tuple(layer(np.ones((1, 20, 28, 1))).shape[1:3])]


def stride_axis(*, strides: Sequence[int] = (1, 2, 1, 1), transposed: bool = False, layout: str = "NHWC") -> str:
    """Which direction ``tf.nn.conv2d`` jumps in by its list of strides, one of them 2: "width", "height" or "undecided".

    A picture of 7 rows and 9 columns holds its pixels' numbers; a 1 x 1 kernel of one copies what the stride leaves. ``transposed`` hands
    it over with its columns first. ``layout`` "NCHW" is compiled: TensorFlow's own kernel for a CPU has NHWC only.
    """
    import tensorflow as tf

    picture = np.arange(63.0).reshape(7, 9)
    x = (picture.T if transposed else picture)[None, :, :, None]
    x = x.transpose(0, 3, 1, 2) if layout == "NCHW" else x

    def copy(image: Any) -> Any:
        return tf.nn.conv2d(image, np.ones((1, 1, 1, 1)), list(strides), "SAME", data_format=layout)

    kept = np.asarray((tf.function(copy, jit_compile=True) if layout == "NCHW" else copy)(tf.constant(x))).ravel()
    rows, columns = {int(n) // 9 for n in kept}, {int(n) % 9 for n in kept}
    return {(4, 9): "height", (7, 5): "width"}.get((len(rows), len(columns)), "undecided")


def stride_axis_of_keras() -> str:
    """The same by Keras: the output of ``strides=(2, 1)``, given as (height, width), against both lists of four."""
    import keras
    import tensorflow as tf

    x = np.arange(63.0).reshape(1, 7, 9, 1)
    layer = keras.layers.Conv2D(1, 1, strides=(2, 1), padding="same", use_bias=False, kernel_initializer="ones")
    by_keras = np.asarray(layer(x))
    lists = {"height": [1, 2, 1, 1], "width": [1, 1, 2, 1]}
    same = [
        name
        for name, strides in lists.items()
        if np.array_equal(
            by_keras, np.asarray(tf.nn.conv2d(x.astype(np.float32), np.ones((1, 1, 1, 1), np.float32), strides, "SAME"))
        )
    ]
    return same[0] if len(same) == 1 else "undecided"


def sizes_not_kept(*, backend: str = "numpy", extra: int = 0, stride: int = 1, divisor: int = 2) -> int:
    """Of all odd filters up to 15 on images of 1 to 30 pixels: how often M_pad = (M_filter - 1) / 2 does not keep the size."""
    missed = 0
    for side, image in product(range(1, 16, 2), range(1, 31)):
        zeros = (side - 1) // divisor + extra
        missed += _size(image, side, zeros, zeros, stride, backend) != image
    return missed


def settings() -> Iterator[tuple[int, int, int, int]]:
    """(input, filter, pad, stride): inputs 1 to 28, filters 1 to 5, pads 0 to 5, strides 1 to 4 where the filter fits: 3,308."""
    for size, side, pad, stride in product(range(1, 29), range(1, 6), range(6), range(1, 5)):
        if size + 2 * pad >= side:
            yield size, side, pad, stride


def size_mismatches(*, backend: str = "numpy", whole: bool = True, rule: str = "printed") -> dict[str, dict[str, int]]:
    """How many settings there are where the printed size is (or is not) whole, and in how many another size comes out.

    Where it is not whole it is rounded down for the comparison. ``rule``: "printed", or a mistaken one for a control.
    """
    found = [s for s in settings() if (printed_size(s[0], s[1], s[2], s[3]).denominator == 1) == whole]
    wrong = sum(
        _size(size, side, pad, pad, stride, backend) != _rule(rule, size, side, pad, stride)
        for size, side, pad, stride in found
    )
    return {"settings": {"count": len(found)}, "other size": {"count": wrong}}


def last_pixel_unseen(*, backend: str = "numpy", edge: str = "far") -> dict[str, dict[str, float]]:
    """The share of settings, by whether the printed size is whole, in which the last padded pixel never lies under the filter.

    Seen through images of single pixels; filters at least as wide as the stride, which leave no gaps, on up to 12 pixels.
    ``edge`` "near" asks after the first pixel instead.
    """
    unseen: dict[str, list[bool]] = {"whole": [], "broken": []}
    for size, side, pad, stride in settings():
        if stride <= side and size <= 12:
            pixels = np.eye(size + 2 * pad)[:, None, :, None]
            swept = conv2d(pixels, np.ones((1, side, 1, 1)), stride=(1, stride), backend=backend)
            seen = swept.reshape(len(pixels), -1).sum(axis=1) > 0
            whole = printed_size(size, side, pad, stride).denominator == 1
            unseen["whole" if whole else "broken"].append(not seen[-1 if edge == "far" else 0])
    return {name: {"unseen": float(np.mean(cases))} for name, cases in unseen.items()}


def one_by_one(
    *, backend: str = "numpy", side: int = 1, depth: int = 64, filters: int = 16, size: int = 14, every_map: bool = True
) -> dict[str, dict[str, float]]:
    """What a 1 x 1 layer gives: its map size and depth, and its largest difference to one matrix product a pixel.

    ``every_map`` False leaves the second half of the input maps out of the product.
    """
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(2, size, size, depth)), rng.normal(size=(side, side, depth, filters))
    maps = conv2d(x, kernel, backend=backend)
    seen = depth if every_map else depth // 2
    products = x[:, : maps.shape[1], : maps.shape[2], :seen] @ kernel[0, 0, :seen]
    measured = {"side of a map": maps.shape[1], "depth": maps.shape[3], "error": np.abs(maps - products).max()}
    return {name: {"value": float(value)} for name, value in measured.items()}


def same_mismatches(*, backend: str = "tensorflow", rule: str = "ceil") -> dict[str, dict[str, int]]:
    """Inputs 1 to 29, strides 1 to 4, filters 1 to 5: how many cases there are, and how often SAME gives another size than the rule's.

    numpy: ``conv2d`` with the zeros that `windows.pads` finds; tensorflow: ``padding="SAME"``. ``rule``: "ceil", or a
    mistaken one: "floor", or "half", which puts filter // 2 zeros on both sides of even filters too.
    """
    cases = list(product(range(1, 30), range(1, 5), range(1, 6)))
    wrong = 0
    for size, stride, side in cases:
        expected = {
            "ceil": ceil(Fraction(size, stride)),
            "floor": max(1, size // stride),
            "half": floor(printed_size(size, side, side // 2, stride)),
        }[rule]
        wrong += _same_size(size, side, stride, backend) != expected
    return {"cases": {"count": len(cases)}, "other size": {"count": wrong}}


def _same_size(size: int, side: int, stride: int, backend: str) -> int:
    if backend == "tensorflow":
        import tensorflow as tf

        x, kernel = np.ones((1, 1, size, 1)), np.ones((1, side, 1, 1))
        return int(tf.nn.conv2d(x, kernel, [1, 1, stride, 1], "SAME").shape[2])
    return _size(size, side, *pads(size, side, stride, "same"), stride, backend)


def _rule(rule: str, size: int, side: int, pad: int, stride: int) -> int:
    room = size - side + 2 * pad
    return {
        "printed": floor(printed_size(size, side, pad, stride)),
        "rounded_up": ceil(printed_size(size, side, pad, stride)),
        "no_plus_one": floor(Fraction(room, stride)),
        "pad_once": floor(printed_size(size, side, 0, stride) + Fraction(pad, stride)),
        "divided_last": (room + 1) // stride,
    }[rule]


def _size(size: int, side: int, before: int, after: int, stride: int, backend: str) -> int:
    """The width that the backend's own convolution of a line gives."""
    zeros: Zeros = ((0, 0), (before, after))
    line, kernel = np.ones((1, 1, size, 1)), np.ones((1, side, 1, 1))
    return len(conv2d(line, kernel, stride=(1, stride), zeros=zeros, backend=backend)[0, 0])


def _square(zeros: int) -> Zeros:
    return ((zeros, zeros), (zeros, zeros)) if zeros else NONE

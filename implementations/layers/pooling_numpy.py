r"""Pooling in NumPy, forward and backward: the maximum or the mean of each window, each map on its own.

Source: columbia-deep-learning, slide "TRICKS OF THE TRADE: POOLING"; LeNet-5's trained subsampling from "CONVOLUTIONAL NEURAL NETWORK".

Images are (batch, height, width, channels), float32 or float64, which is kept. A window is a rectangle, so its maximum is the
maximum of the maxima of its rows, and its sum is the sum of their sums: everything here goes along the width and then along
the height, which reads fewer numbers than whole windows would. Backward goes down the height first: the first row that holds the
maximum, in it the first column that does, so a tie goes to the first pixel in row-major order.

A pixel of the padding is no pixel: it is never a maximum, and a mean is divided by the pixels of the image in its window alone.
"""

from __future__ import annotations

import numpy as np

from implementations.layers.windows import Array, Padding, Size, directions, output_size, pads, pair

_HEIGHT, _WIDTH = 1, 2
_CACHE = 2**20  # bytes of images at a time, to stay in a core's cache
_Places = list[tuple[tuple[slice, ...], tuple[slice, ...]]]


def max_pool(x: Array, size: Size, stride: Size, padding: Padding = "valid") -> Array:
    """The largest value of each window: (batch, height, width, channels) to (batch, rows, columns, channels).

    Raises ``ValueError`` for a window that does not fit, or for padding as wide as the window, which would fill one.
    """
    across, down = _places(x.shape, size, stride, padding)
    return _max(_max(x, _WIDTH, across), _HEIGHT, down)


def max_pool_backward(dy: Array, x: Array, size: Size, stride: Size, padding: Padding = "valid") -> Array:
    """dL/dx of `max_pool`: each dy goes to the first maximum of its window; where windows overlap they add up.

    Goes through the images a few at a time: the intermediate arrays are as large as x, and outside the cache half as fast.
    """
    across, down = _places(x.shape, size, stride, padding)
    dx = np.empty_like(x)
    at_once = max(1, _CACHE // max(1, x[0].nbytes)) if len(x) else 1
    for start in range(0, len(x), at_once):
        some = slice(start, start + at_once)
        largest_of_rows = _max(x[some], _WIDTH, across)
        largest = _max(largest_of_rows, _HEIGHT, down)
        d_rows = _max_backward(dy[some], largest_of_rows, largest, down)
        dx[some] = _max_backward(d_rows, x[some], largest_of_rows, across)
    return dx


def average_pool(x: Array, size: Size, stride: Size, padding: Padding = "valid") -> Array:
    """The mean of each window's pixels: (batch, height, width, channels) to (batch, rows, columns, channels).

    Raises ``ValueError`` for a window that does not fit, or for padding as wide as the window, which would fill one.
    """
    across, down = _places(x.shape, size, stride, padding)
    total = _sum(_sum(x, _WIDTH, across), _HEIGHT, down)
    total /= _pixels(x.shape, across, down)
    return total


def average_pool_backward(
    dy: Array, shape: tuple[int, ...], size: Size, stride: Size, padding: Padding = "valid"
) -> Array:
    """dL/dx of `average_pool` for x of this shape: each dy in equal parts to the pixels of its window."""
    across, down = _places(shape, size, stride, padding)
    share = dy / _pixels(shape, across, down).astype(dy.dtype)
    return _sum_backward(share, shape, across, down)


def global_average_pool(x: Array) -> Array:
    """The mean of each map: (batch, height, width, channels) to (batch, channels)."""
    return np.asarray(x.mean(axis=(_HEIGHT, _WIDTH)))


def global_average_pool_backward(dy: Array, shape: tuple[int, ...]) -> Array:
    """dL/dx of `global_average_pool` for x of this shape: dy (batch, channels) in equal parts to all pixels."""
    share = dy / (shape[_HEIGHT] * shape[_WIDTH])
    return np.broadcast_to(share[:, None, None, :], shape).copy()


def subsample(x: Array, gain: Array, bias: Array, size: int = 2) -> Array:
    """LeNet-5's: the sum of each size x size window, none overlapping, times a gain, plus a bias a map, both (channels,)."""
    across, down = _places(x.shape, size, size, "valid")
    return np.asarray(_sum(_sum(x, _WIDTH, across), _HEIGHT, down) * gain + bias)


def subsample_backward(dy: Array, x: Array, gain: Array, size: int = 2) -> tuple[Array, Array, Array]:
    """(dx, dgain, dbias) of `subsample`."""
    across, down = _places(x.shape, size, size, "valid")
    total = _sum(_sum(x, _WIDTH, across), _HEIGHT, down)
    axes = (0, _HEIGHT, _WIDTH)
    return _sum_backward(dy * gain, x.shape, across, down), np.sum(dy * total, axis=axes), np.sum(dy, axis=axes)


def _places(shape: tuple[int, ...], size: Size, stride: Size, padding: Padding) -> tuple[_Places, _Places]:
    """Along the width, then along the height: for each offset in a window, (its pixels, the windows that have a pixel there).

    With n windows that start at -before, -before + stride, ..., offset i of window p is the pixel p * stride + i - before.
    """
    found = []
    for axis in (_WIDTH, _HEIGHT):
        length, window, step = shape[axis], pair(size)[axis - 1], pair(stride)[axis - 1]
        line = directions(padding)[axis - 1]
        before, after = pads(length, window, step, line)
        if max(before, after) >= window:
            raise ValueError(
                f"padding of {before} and {after} would fill a window of {window}: it has no pixel to pool"
            )
        count = output_size(length, window, step, line)
        places: _Places = []
        for offset in range(-before, window - before):
            first, last = max(0, -(offset // step)), min(count - 1, (length - 1 - offset) // step)
            if first <= last:
                pixels = slice(first * step + offset, last * step + offset + 1, step)
                places.append((_along(axis, pixels), _along(axis, slice(first, last + 1))))
        found.append(places)
    return found[0], found[1]


def _along(axis: int, part: slice) -> tuple[slice, ...]:
    return (slice(None),) * axis + (part,)


def _empty(x: Array, axis: int, places: _Places, fill: float) -> Array:
    count = max(windows[axis].stop for _, windows in places)
    return np.full((*x.shape[:axis], count, *x.shape[axis + 1 :]), fill, dtype=x.dtype)


def _max(x: Array, axis: int, places: _Places) -> Array:
    largest = _empty(x, axis, places, -np.inf)
    for pixels, windows in places:
        np.maximum(largest[windows], x[pixels], out=largest[windows])
    return largest


def _max_backward(dy: Array, x: Array, largest: Array, places: _Places) -> Array:
    dx, unclaimed = np.zeros_like(x), np.ones(dy.shape, dtype=np.bool_)
    for pixels, windows in places:
        chosen = x[pixels] == largest[windows]
        chosen &= unclaimed[windows]
        unclaimed[windows] ^= chosen
        dx[pixels] += dy[windows] * chosen  # a product: NumPy's where takes three times as long on a random mask
    return dx


def _sum(x: Array, axis: int, places: _Places) -> Array:
    total = _empty(x, axis, places, 0)
    for pixels, windows in places:
        total[windows] += x[pixels]
    return total


def _sum_backward(dy: Array, shape: tuple[int, ...], across: _Places, down: _Places) -> Array:
    rows = np.zeros((shape[0], shape[_HEIGHT], *dy.shape[2:]), dtype=dy.dtype)
    for pixels, windows in down:
        rows[pixels] += dy[windows]
    dx = np.zeros(shape, dtype=dy.dtype)
    for pixels, windows in across:
        dx[pixels] += rows[windows]
    return dx


def _pixels(shape: tuple[int, ...], across: _Places, down: _Places) -> Array:
    """How many pixels of the image each window has: (1, rows, columns, 1)."""
    ones = np.ones((1, *shape[1:3], 1))
    return _sum(_sum(ones, _WIDTH, across), _HEIGHT, down)

"""The convolutional layer in NumPy: the slide's definition as loops, and the same sums as matrix products.

All windows of an image, written as the rows of a matrix (*columns*, for want of a better name, in other people's
``im2col``), turn the layer into a dense one: y = columns W. The columns repeat each pixel as often as windows see it, so they
are made for a few images or lines at a time, as many as a processor's cache holds, in one buffer that is used again.

Both gradients are of the same form: dL/dW is columns^T dy, and dL/dx a convolution of dy with the kernel turned round.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from implementations.layers.windows import Array, Padding, Pair, Size, image_output_size, image_pads, pad_image, pair

BLOCK = 2**21  # bytes of columns at a time


def conv2d(
    x: Array, kernel: Array, bias: Array | None = None, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> Array:
    """A cross-correlation of x (batch, height, width, in) with kernel (height, width, in / groups, out), plus bias (out,).

    Returns (batch, height', width', out) of the inputs' dtype. With ``groups``, the maps that come in and those that come out
    are cut into that many parts in order, and each part sees its own. Source: columbia-deep-learning, slides "CONVOLUTIONAL LAYER"
    and "PUTTING THESE ALL TOGETHER". Raises ``ValueError`` where the shapes or the groups do not fit each other.
    """
    steps = pair(stride)
    _check(x, kernel, groups)
    padded = pad_image(x, image_pads(x.shape[1:3], kernel.shape[:2], steps, padding))
    y = _correlate(padded, kernel, steps, groups)
    if bias is not None:
        y += bias
    return y


def conv2d_backward(
    dy: Array, x: Array, kernel: Array, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> tuple[Array, Array, Array]:
    """(dL/dx, dL/dkernel, dL/dbias) for dy = dL/dy (batch, height', width', out), in the shapes of x, kernel and (out,)."""
    dx = input_gradient(dy, kernel, x.shape[1:3], stride=stride, padding=padding, groups=groups)
    dkernel = kernel_gradient(dy, x, kernel.shape[:2], stride=stride, padding=padding, groups=groups)
    return dx, dkernel, dy.reshape(-1, dy.shape[3]).sum(axis=0)


def kernel_gradient(
    dy: Array, x: Array, window: Pair, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> Array:
    """dL/dkernel (height, width, in / groups, out) for dy = dL/dy, the input x, and the kernel's (height, width).

    An entry has been multiplied with one pixel for each place of the window, so its gradient is the sum over the places.
    """
    steps, filters = pair(stride), dy.shape[3]
    padded = pad_image(x, image_pads(x.shape[1:3], window, steps, padding))
    share, each = x.shape[3] // groups, filters // groups
    total = np.zeros((groups, window[0] * window[1] * share, each), dtype=np.result_type(x, dy))
    for images, lines, columns in _columns(padded, window, steps, groups):
        total += columns.transpose(0, 2, 1) @ _by_group(dy[images, lines], groups)
    return total.transpose(1, 0, 2).reshape(*window, share, filters)


def input_gradient(
    dy: Array, kernel: Array, size: Pair, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> Array:
    """dL/dx (batch, *size, in) for dy = dL/dy and the kernel: the convolution's transpose, as a linear map.

    Line r of x lay under entry i of a window that starts at line q * stride where r + top = q * stride + i. So the lines with
    the same remainder (r + top) mod stride, a *phase*, have met the same entries, i = remainder, remainder + stride, ..., and
    go backwards through the windows as i goes forward: each phase is a plain convolution of dy with its entries turned round.
    """
    steps = pair(stride)
    zeros = image_pads(size, kernel.shape[:2], steps, padding)
    share, filters = kernel.shape[2:]
    turned = kernel.reshape(*kernel.shape[:3], groups, filters // groups).transpose(0, 1, 4, 3, 2)
    turned = turned.reshape(*kernel.shape[:2], filters // groups, groups * share)  # a kernel from dy's maps to x's
    dx = np.zeros((len(dy), *size, groups * share), dtype=np.result_type(dy, kernel))
    for down in range(steps[0]):
        for right in range(steps[1]):
            entries = turned[down :: steps[0], right :: steps[1]][::-1, ::-1]
            rows, seen_rows = _phase(down, len(entries), size[0], zeros[0][0], steps[0])
            columns, seen_columns = _phase(right, entries.shape[1], size[1], zeros[1][0], steps[1])
            if entries.size and dx[:, rows, columns].size:
                seen = _cut(dy, seen_rows, seen_columns)
                dx[:, rows, columns] = _correlate(seen, entries, (1, 1), groups)
    return dx


def conv2d_by_loops(
    x: Array, kernel: Array, bias: Array | None = None, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> Array:
    """``conv2d`` as the slide draws it: the filter lies on each window in turn, and what lies on each other is multiplied."""
    _check(x, kernel, groups)
    (down, right), (high, wide, share, filters) = pair(stride), kernel.shape
    (top, _), (left, _) = image_pads(x.shape[1:3], (high, wide), (down, right), padding)
    batch, height, width, _ = x.shape
    grid = image_output_size((height, width), (high, wide), (down, right), padding)
    y = np.zeros((batch, *grid, filters), dtype=np.result_type(x, kernel))
    for n, row, column, k, i, j, c in np.ndindex(*y.shape, high, wide, share):
        r, s = row * down + i - top, column * right + j - left
        if 0 <= r < height and 0 <= s < width:  # outside are the zeros of the padding
            y[n, row, column, k] += x[n, r, s, k // (filters // groups) * share + c] * kernel[i, j, c, k]
    return y if bias is None else y + bias


def _check(x: Array, kernel: Array, groups: int) -> None:
    share, filters = kernel.shape[2:]
    if groups < 1 or share * groups != x.shape[3] or filters % groups:
        raise ValueError(f"a kernel {kernel.shape} in {groups} groups does not fit images {x.shape}")


def _correlate(padded: Array, kernel: Array, steps: Pair, groups: int) -> Array:
    """The convolution of images that have their padding."""
    window, filters = kernel.shape[:2], kernel.shape[3]
    grid = image_output_size(padded.shape[1:3], window, steps, "valid")
    matrix = kernel.reshape(-1, groups, filters // groups).transpose(1, 0, 2)
    y = np.empty((len(padded), *grid, filters), dtype=np.result_type(padded, kernel))
    for images, lines, columns in _columns(padded, window, steps, groups):
        np.matmul(columns, matrix, out=_by_group(y[images, lines], groups))
    return y


def _by_group(y: Array, groups: int) -> Array:
    """Maps (batch, height, width, out) as (groups, positions, out / groups): a view of the whole lines of one or more images."""
    return y.reshape(-1, groups, y.shape[3] // groups).transpose(1, 0, 2)


def _columns(padded: Array, window: Pair, steps: Pair, groups: int) -> Iterator[tuple[slice, slice, Array]]:
    """Blocks (images, lines, columns) of all windows: columns (groups, positions, height * width * in / groups)."""
    seen = sliding_window_view(padded, window, axis=(1, 2))[:, :: steps[0], :: steps[1]]
    batch, height, width, channels = seen.shape[:4]
    share = channels // groups
    seen = seen.reshape(batch, height, width, groups, share, *window) if groups > 1 else seen[:, :, :, None]
    seen = seen.transpose(3, 0, 1, 2, 5, 6, 4)  # groups first; inside a window as in the kernel: height, width, maps
    a_line = width * channels * window[0] * window[1] * padded.itemsize
    lines = min(height, max(1, BLOCK // a_line))
    images = min(batch, max(1, BLOCK // (a_line * height)))
    buffer = np.empty((groups, images * lines * width * window[0] * window[1] * share), dtype=padded.dtype)
    for image in range(0, batch, images):
        for line in range(0, height, lines):
            block = seen[:, image : image + images, line : line + lines]
            used = buffer[:, : block[0].size]
            used.reshape(block.shape)[...] = block
            chosen = slice(image, image + images), slice(line, line + lines)
            yield *chosen, used.reshape(groups, -1, window[0] * window[1] * share)


def _phase(first: int, entries: int, size: int, before: int, stride: int) -> tuple[slice, Pair]:
    """The pixels of one phase in one direction, and the range of dy that they need (beyond its ends: zeros)."""
    pixel = (first - before) % stride
    count = len(range(pixel, size, stride))
    window = (pixel + before) // stride  # the last window that the first of these pixels lay under
    return slice(pixel, None, stride), (window - entries + 1, window + count)


def _cut(dy: Array, rows: Pair, columns: Pair) -> Array:
    """The given ranges of dy's two directions, with zeros where they reach beyond it."""
    zeros = [
        (max(-start, 0), max(stop - n, 0)) for (start, stop), n in zip((rows, columns), dy.shape[1:3], strict=True)
    ]
    return pad_image(dy[:, max(rows[0], 0) : rows[1], max(columns[0], 0) : columns[1]], (zeros[0], zeros[1]))

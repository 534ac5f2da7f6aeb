"""The convolutional layer in NumPy: the slide's definition as loops, and the same sums as matrix products.

With every window written out as one row of a matrix (``im2col``) the layer is a dense one, y = windows W, where W is the
kernel as (height * width * in, out). The matrix repeats a pixel for every window that sees it, so it is made for a few images
or lines at a time, what a processor's cache holds, in one buffer that is used again. Both gradients are as simple: dL/dW is
windows^T dy, and dL/dx is a convolution of dy with the kernel turned round.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from implementations.layers.windows import Array, Padding, Pair, Size, image_output_size, image_pads, pad_image, pair

BLOCK = 2**21  # bytes of written-out windows at a time


def conv2d(
    x: Array, kernel: Array, bias: Array | None = None, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> Array:
    """A cross-correlation of x (batch, height, width, in) with kernel (height, width, in / groups, out), plus bias (out,).

    Returns (batch, height', width', out) of the inputs' dtype. With ``groups``, the maps that come in and those that go out
    are cut into that many parts, in order, and each part sees its own. Source: columbia-deep-learning, slides "CONVOLUTIONAL
    LAYER" and "PUTTING THESE ALL TOGETHER". Raises ``ValueError`` where shapes, groups or windows do not fit.
    """
    steps = pair(stride)
    _check(x.shape[3], kernel, groups)
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

    An entry of the kernel meets one pixel at each place of the window; its gradient is the sum over the places.
    """
    steps = pair(stride)
    _check_grid(dy, x.shape[1:3], window, steps, padding)
    share, each = x.shape[3] // groups, dy.shape[3] // groups
    padded = pad_image(x, image_pads(x.shape[1:3], window, steps, padding))
    if share == each == 1 < groups:  # depthwise, see _correlate
        return np.asarray(np.einsum("nrcmij,nrcm->ijm", _windows(padded, window, steps), dy)[:, :, None])
    matrix = np.zeros((groups, window[0] * window[1] * share, each), dtype=np.result_type(x, dy))
    for images, lines, written_out in _blocks(padded, window, steps, groups):
        matrix += written_out.transpose(0, 2, 1) @ _by_group(dy[images, lines], groups)
    return matrix.transpose(1, 0, 2).reshape(*window, share, groups * each)


def input_gradient(
    dy: Array, kernel: Array, size: Pair, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> Array:
    """dL/dx (batch, *size, in) for dy = dL/dy and the kernel: the transpose of the convolution, as a linear map.

    Entry i of window q lies on line r of x where r + top = q * stride + i. So the lines with one remainder of r + top modulo the
    stride, a *phase*, meet only the entries i = remainder, remainder + stride, ..., and meet them in windows q, q - 1, ...:
    each phase is a plain convolution of dy with its own entries, turned round.
    """
    steps, window = pair(stride), kernel.shape[:2]
    _check_grid(dy, size, window, steps, padding)
    _check(kernel.shape[2] * groups, kernel, groups)
    (top, _), (left, _) = image_pads(size, window, steps, padding)
    share, each = kernel.shape[2], kernel.shape[3] // groups
    back = kernel.reshape(*window, share, groups, each).transpose(0, 1, 4, 3, 2).reshape(*window, each, groups * share)
    dx = np.zeros((len(dy), *size, groups * share), dtype=np.result_type(dy, kernel))
    for down, right in np.ndindex(steps):
        entries = back[down :: steps[0], right :: steps[1]][::-1, ::-1]
        lines, rows_of_dy = _phase(down, len(entries), size[0], top, steps[0])
        pixels, columns_of_dy = _phase(right, entries.shape[1], size[1], left, steps[1])
        if entries.size and dx[:, lines, pixels].size:  # a stride beyond the window or the image leaves empty phases
            dx[:, lines, pixels] = _correlate(_cut(dy, rows_of_dy, columns_of_dy), entries, (1, 1), groups)
    return dx


def conv2d_by_loops(
    x: Array, kernel: Array, bias: Array | None = None, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> Array:
    """``conv2d`` as the slide draws it: the filter lies on each window in turn; what lies on each other is multiplied."""
    _check(x.shape[3], kernel, groups)
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


def _check(maps: int, kernel: Array, groups: int) -> None:
    if groups < 1 or kernel.shape[2] * groups != maps or kernel.shape[3] % groups:
        raise ValueError(f"a kernel {kernel.shape} in {groups} groups does not fit images of {maps} maps")


def _check_grid(dy: Array, size: Pair, window: Pair, steps: Pair, padding: Padding) -> None:
    grid = image_output_size(size, window, steps, padding)
    if dy.shape[1:3] != grid:
        raise ValueError(f"{grid} windows of {window} lie on images of {tuple(size)}, but dy has the shape {dy.shape}")


def _correlate(padded: Array, kernel: Array, steps: Pair, groups: int) -> Array:
    """The convolution of images that have their padding."""
    window, share, each = kernel.shape[:2], kernel.shape[2], kernel.shape[3] // groups
    if share == each == 1 < groups:  # depthwise: a matrix product for each map would be one with a single column
        return np.asarray(np.einsum("nrcmij,ijm->nrcm", _windows(padded, window, steps), kernel[:, :, 0]))
    grid = image_output_size(padded.shape[1:3], window, steps, "valid")
    matrix = kernel.reshape(-1, groups, each).transpose(1, 0, 2)
    y = np.empty((len(padded), *grid, groups * each), dtype=np.result_type(padded, kernel))
    for images, lines, written_out in _blocks(padded, window, steps, groups):
        np.matmul(written_out, matrix, out=_by_group(y[images, lines], groups))
    return y


def _by_group(maps: Array, groups: int) -> Array:
    """Maps (batch, height, width, n) as (groups, positions, n / groups)."""
    return maps.reshape(-1, groups, maps.shape[3] // groups).transpose(1, 0, 2)


def _windows(padded: Array, window: Pair, steps: Pair) -> Array:
    """What each window sees, (batch, height', width', maps, height, width): a view, nothing is copied."""
    return sliding_window_view(padded, window, axis=(1, 2))[:, :: steps[0], :: steps[1]]


def _blocks(padded: Array, window: Pair, steps: Pair, groups: int) -> Iterator[tuple[slice, slice, Array]]:
    """(images, lines, matrices) block by block: their windows, written out as (groups, positions, height * width * in / groups).

    A block has whole images, or some lines of one image. The next block overwrites the matrices.
    """
    seen = _windows(padded, window, steps)
    batch, height, width, maps = seen.shape[:4]
    seen = seen.reshape(batch, height, width, groups, maps // groups, *window).transpose(3, 0, 1, 2, 5, 6, 4)
    entries = window[0] * window[1] * maps
    room = max(1, BLOCK // (width * entries * padded.itemsize))  # how many lines of windows
    images, lines = max(1, min(batch, room // height)), min(height, room)
    buffer = np.empty((groups, images * lines * width * (entries // groups)), dtype=padded.dtype)
    for first in range(0, batch, images):
        for top in range(0, height, lines):
            chosen = slice(first, first + images), slice(top, top + lines)
            block = seen[:, *chosen]
            matrices = buffer[:, : block[0].size]
            matrices.reshape(block.shape)[...] = block
            yield *chosen, matrices.reshape(groups, -1, entries // groups)


def _phase(phase: int, entries: int, size: int, before: int, stride: int) -> tuple[slice, Pair]:
    """The lines of x in one phase, and the range of windows whose entries lie on them (beyond the ends there are none)."""
    line = (phase - before) % stride
    window = (line + before) // stride
    return slice(line, None, stride), (window - entries + 1, window + len(range(line, size, stride)))


def _cut(dy: Array, rows: Pair, columns: Pair) -> Array:
    """The given ranges of dy's rows and columns, with zeros where they reach beyond it."""
    (r, above, below), (c, before, after) = (
        (slice(max(start, 0), max(stop, 0)), min(stop, 0) - min(start, 0), max(stop, size) - max(start, size))
        for (start, stop), size in zip((rows, columns), dy.shape[1:3], strict=True)
    )
    return pad_image(dy[:, r, c], ((above, below), (before, after)))

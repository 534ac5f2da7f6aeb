"""The convolutional layer in NumPy: the slide's definition as loops, and the same sums as matrix products."""

from __future__ import annotations

import numpy as np

from implementations.layers.windows import (
    Array,
    Padding,
    Size,
    image_output_size,
    image_pads,
    pad_image,
    pair,
    unpad_image,
)


def conv2d(
    x: Array, kernel: Array, bias: Array | None = None, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> Array:
    """x (batch, height, width, in), kernel (height, width, in / groups, out), bias (out,) to (batch, height', width', out)."""
    steps, windows, (rows, columns) = _geometry(x, kernel, stride, padding, groups)
    padded = pad_image(x, image_pads(x.shape[1:3], windows, steps, padding))
    share = kernel.shape[2]
    y = np.zeros((len(x), rows, columns, kernel.shape[3]), dtype=np.result_type(x, kernel))
    each = kernel.shape[3] // groups
    for i in range(windows[0]):
        for j in range(windows[1]):
            seen = padded[:, i : i + steps[0] * rows : steps[0], j : j + steps[1] * columns : steps[1]]
            for g in range(groups):
                maps = slice(g * each, (g + 1) * each)
                y[..., maps] += seen[..., g * share : (g + 1) * share] @ kernel[i, j, :, maps]
    return y if bias is None else y + bias


def conv2d_backward(
    dy: Array, x: Array, kernel: Array, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> tuple[Array, Array, Array]:
    """(dL/dx, dL/dkernel, dL/dbias) from dy = dL/dy, in the shapes of x, kernel and (out,)."""
    steps, windows, (rows, columns) = _geometry(x, kernel, stride, padding, groups)
    zeros = image_pads(x.shape[1:3], windows, steps, padding)
    padded = pad_image(x, zeros)
    dpadded, dkernel = np.zeros_like(padded), np.zeros_like(kernel)
    share, each = kernel.shape[2], kernel.shape[3] // groups
    for i in range(windows[0]):
        for j in range(windows[1]):
            place = np.s_[:, i : i + steps[0] * rows : steps[0], j : j + steps[1] * columns : steps[1]]
            for g in range(groups):
                ins, outs = slice(g * share, (g + 1) * share), slice(g * each, (g + 1) * each)
                dkernel[i, j, :, outs] = np.tensordot(padded[place][..., ins], dy[..., outs], 2 * [(0, 1, 2)])
                dpadded[place][..., ins] += dy[..., outs] @ kernel[i, j, :, outs].T
    return unpad_image(dpadded, zeros), dkernel, dy.sum(axis=(0, 1, 2))


def conv2d_by_loops(
    x: Array, kernel: Array, bias: Array | None = None, *, stride: Size = 1, padding: Padding = "valid", groups: int = 1
) -> Array:
    """``conv2d`` as the slide draws it: the filter lies on every window in turn; products are summed, zeros outside."""
    steps, windows, (rows, columns) = _geometry(x, kernel, stride, padding, groups)
    (top, _), (left, _) = image_pads(x.shape[1:3], windows, steps, padding)
    batch, height, width, _ = x.shape
    _, _, share, filters = kernel.shape
    y = np.zeros((batch, rows, columns, filters), dtype=np.result_type(x, kernel))
    for n, row, column, k, i, j, c in np.ndindex(batch, rows, columns, filters, *windows, share):
        r, s = row * steps[0] + i - top, column * steps[1] + j - left
        if 0 <= r < height and 0 <= s < width:
            first = k // (filters // groups) * share
            y[n, row, column, k] += x[n, r, s, first + c] * kernel[i, j, c, k]
    return y if bias is None else y + bias


def _geometry(
    x: Array, kernel: Array, stride: Size, padding: Padding, groups: int
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """((stride), (window), (output size)), each (height, width). ``ValueError`` where kernel, groups and x do not fit."""
    high, wide, share, filters = kernel.shape
    if groups < 1 or share * groups != x.shape[3] or filters % groups:
        raise ValueError(f"{groups} groups: a kernel {kernel.shape} does not fit images {x.shape}")
    steps = pair(stride)
    return steps, (high, wide), image_output_size(x.shape[1:3], (high, wide), steps, padding)

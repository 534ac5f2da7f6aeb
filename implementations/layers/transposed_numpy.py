"""The transposed convolution ("deconvolution") in NumPy: a convolution's input gradient, used as a layer.

A convolution with a fixed kernel is a linear map A from images x to maps y. Its transpose leads back: for all x and y

    sum of y * (A x) = sum of (A' y) * x

A' is no inverse of A. Each value of y lays its kernel, times itself, on the window that it once came from, and where windows
overlap the layers add up; so a stride of 2 doubles the size. Source: uts-rl-gans, slide "GAN: HOW DO YOU 'MAKE' AN IMAGE?".
"""

from __future__ import annotations

import numpy as np

from implementations.layers.convolution_numpy import conv2d, input_gradient, kernel_gradient
from implementations.layers.windows import Array, Padding, Pair, Size, directions, pair, transposed_size


def conv2d_transposed(
    y: Array,
    kernel: Array,
    bias: Array | None = None,
    *,
    stride: Size = 1,
    padding: Padding = "valid",
    output_size: Pair | None = None,
) -> Array:
    """y (batch, height, width, in), kernel (height, width, filters, in), bias (filters,) to (batch, height', width', filters).

    ``kernel`` is that of the convolution from ``filters`` maps to ``in`` maps which this layer transposes, and ``stride`` and
    ``padding`` are its own. With a stride, that convolution takes images of several sizes to the size of y: ``output_size``
    (height', width') names one, else it is ``windows.transposed_size``. Raises ``ValueError`` where nothing fits.
    """
    if kernel.shape[3] != y.shape[3]:
        raise ValueError(f"the transpose of a kernel {kernel.shape} does not fit images of {y.shape[3]} maps")
    if output_size is None:
        sizes = zip(y.shape[1:3], kernel.shape[:2], pair(stride), directions(padding), strict=True)
        height, width = (transposed_size(*size) for size in sizes)
        output_size = height, width
    x = input_gradient(y, kernel, output_size, stride=stride, padding=padding)
    if bias is not None:
        x += bias
    return x


def conv2d_transposed_backward(
    dx: Array, y: Array, kernel: Array, *, stride: Size = 1, padding: Padding = "valid"
) -> tuple[Array, Array, Array]:
    """(dL/dy, dL/dkernel, dL/dbias) for dx = dL/dx at the layer's output x (batch, height', width', filters).

    The transpose of the transpose is the convolution itself, so dL/dy is the convolution of dx.
    """
    dy = conv2d(dx, kernel, stride=stride, padding=padding)
    dkernel = kernel_gradient(y, dx, kernel.shape[:2], stride=stride, padding=padding)
    return dy, dkernel, np.asarray(dx.reshape(-1, dx.shape[3]).sum(axis=0))

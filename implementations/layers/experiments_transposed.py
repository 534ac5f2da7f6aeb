"""What the slide calls deconvolution: whether it is the transpose of a convolution, and whether it undoes one. Deterministic.

Source: uts-rl-gans, slide "GAN: HOW DO YOU 'MAKE' AN IMAGE?", which puts the name in quotes and calls it controversial.

A convolution without bias is a linear map A from images to maps. Its transpose A' is the one map with <A x, y> = <x, A' y> for all
x and y, its inverse would be one with x back from A x.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from implementations.layers.by_backend import conv2d
from implementations.layers.transposed_numpy import conv2d_transposed
from implementations.layers.windows import Array

_IMAGE = (2, 9, 8, 3)
_FILTERS = 4


def adjoint_gap(*, backend: str = "numpy", defect: str = "", strides: tuple[int, ...] = (1, 2, 3)) -> float:
    """The largest |<A x, y> - <x, D y>| / (|A x| |y|) over random x and y, kernels of three sizes and the given strides.

    A is the backend's convolution, D its transposed convolution: this project's, ``torch.nn.functional.conv_transpose2d``,
    ``tf.nn.conv2d_transpose``. ``defect``: "mirrored" turns D's kernel by 180 degrees, "inverse" takes the pseudo-inverse
    of A instead, "nearest" repeats pixels and convolves them, the usual stand-in for a deconvolution.
    """
    rng = np.random.default_rng(0)
    gaps = []
    for (height, width), stride in product(((3, 3), (4, 4), (2, 5)), strides):
        kernel = rng.normal(size=(height, width, _IMAGE[3], _FILTERS))
        x = rng.normal(size=_IMAGE)
        forward = conv2d(x, kernel, stride=stride, backend=backend)
        y = rng.normal(size=forward.shape)
        back = _back(y, kernel, stride, backend, defect)
        scale = np.linalg.norm(forward) * np.linalg.norm(y)
        gaps.append(abs(np.sum(forward * y) - np.sum(x * back)) / scale)
    return float(max(gaps))


def undoes(*, backend: str = "numpy", orthonormal: bool = False) -> bool:
    """Whether the transposed convolution brings x back from A x, to rounding: 2 x 2 filters, stride 2, as many values out as in.

    ``orthonormal`` makes the filters an orthonormal basis of the patches: the one case where transpose and inverse are the same.
    """
    rng = np.random.default_rng(1)
    square = rng.normal(size=(12, 12))
    filters = np.linalg.qr(square)[0] if orthonormal else square
    kernel, x = filters.reshape(2, 2, 3, 12), rng.normal(size=(2, 8, 8, 3))
    maps = conv2d(x, kernel, stride=2, backend=backend)
    return bool(np.allclose(transposed(maps, kernel, 2, (8, 8), backend), x, atol=1e-9))


def transposed(y: Array, kernel: Array, stride: int, size: tuple[int, int], backend: str) -> Array:
    """The backend's own transposed convolution of ``y``, without padding, to images of ``size`` (height, width)."""
    if backend == "numpy":
        return conv2d_transposed(y, kernel, stride=stride, padding="valid", output_size=size)
    if backend == "torch":
        import torch

        maps, weights = torch.tensor(y.transpose(0, 3, 1, 2).copy()), torch.tensor(kernel.transpose(3, 2, 0, 1).copy())
        more = [n - (m - 1) * stride - k for n, m, k in zip(size, y.shape[1:3], kernel.shape[:2], strict=True)]
        out = torch.nn.functional.conv_transpose2d(maps, weights, stride=stride, output_padding=more)
        return np.asarray(out.numpy().transpose(0, 2, 3, 1))
    if backend == "tensorflow":
        import tensorflow as tf

        shape = [len(y), *size, kernel.shape[2]]
        return np.asarray(tf.nn.conv2d_transpose(y, kernel, shape, stride, "VALID"))
    raise ValueError(f"backend {backend!r}: numpy, torch and tensorflow are implemented")


def _back(y: Array, kernel: Array, stride: int, backend: str, defect: str) -> Array:
    size = _IMAGE[1:3]
    if defect == "inverse":
        pixels = np.eye(int(np.prod(_IMAGE[1:]))).reshape(-1, *_IMAGE[1:])
        matrix = conv2d(pixels, kernel, stride=stride, backend=backend).reshape(len(pixels), -1)
        return np.asarray((y.reshape(len(y), -1) @ np.linalg.pinv(matrix)).reshape(_IMAGE))
    if defect == "nearest":
        repeated = y.repeat(stride, axis=1).repeat(stride, axis=2)
        room = [n + k - 1 for n, k in zip(size, kernel.shape[:2], strict=True)]
        fitted = np.zeros((len(y), *room, _FILTERS))
        part = repeated[:, : room[0], : room[1]]
        fitted[:, : part.shape[1], : part.shape[2]] = part
        return conv2d(fitted, kernel[::-1, ::-1].transpose(0, 1, 3, 2), backend=backend)
    return transposed(y, kernel[::-1, ::-1] if defect == "mirrored" else kernel, stride, (size[0], size[1]), backend)

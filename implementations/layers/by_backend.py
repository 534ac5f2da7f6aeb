"""One convolution and one pool by each backend's own operation, on NumPy arrays, so that a claim can be put to all three.

Images (batch, height, width, channels), kernels (height, width, in, out), float64, as everywhere in this topic. Strides are
(height, width); padding is "valid", or the zeros ((top, bottom), (left, right)). torch pads with its own ``pad`` where the
two sides differ.
"""

from __future__ import annotations

import numpy as np

from implementations.layers import convolution_numpy, pooling_numpy
from implementations.layers.windows import Array, Pair, Size, pads, pair

Zeros = tuple[Pair, Pair]
NONE: Zeros = ((0, 0), (0, 0))


def conv2d(x: Array, kernel: Array, *, stride: Size = 1, zeros: Zeros = NONE, backend: str = "numpy") -> Array:
    """This project's ``conv2d``, ``torch.nn.functional.conv2d`` or ``tf.nn.conv2d``. ``ValueError`` for another backend."""
    steps = pair(stride)
    if backend == "numpy":
        return convolution_numpy.conv2d(x, kernel, stride=steps, padding=zeros)
    if backend == "torch":
        import torch

        (top, bottom), (left, right) = zeros
        image = torch.tensor(x.transpose(0, 3, 1, 2).copy())
        if top == bottom and left == right:
            padding = (top, left)
        else:
            image, padding = torch.nn.functional.pad(image, (left, right, top, bottom)), (0, 0)
        weights = torch.tensor(kernel.transpose(3, 2, 0, 1).copy())
        out = torch.nn.functional.conv2d(image, weights, stride=steps, padding=padding)
        return np.asarray(out.numpy().transpose(0, 2, 3, 1))
    if backend == "tensorflow":
        import tensorflow as tf

        return np.asarray(tf.nn.conv2d(x, kernel, [1, *steps, 1], [[0, 0], *map(list, zeros), [0, 0]]))
    raise ValueError(f"backend {backend!r}: numpy, torch and tensorflow are implemented")


def pool(x: Array, kind: str, size: int, stride: int, *, zeros: int = 0, backend: str = "numpy") -> Array:
    """``max`` or ``average`` of windows, with ``zeros`` rows and columns on each side that do not count.

    TensorFlow pads as it likes: it is told "SAME" where that is the same, else refuses. ``ValueError`` for another backend.
    """
    if backend == "numpy":
        function = {"max": pooling_numpy.max_pool, "average": pooling_numpy.average_pool}[kind]
        return function(x, size, stride, zeros)
    if backend == "torch":
        import torch

        image = torch.tensor(x.transpose(0, 3, 1, 2).copy())
        if kind == "max":
            out = torch.nn.functional.max_pool2d(image, size, stride, zeros)
        else:
            out = torch.nn.functional.avg_pool2d(image, size, stride, zeros, count_include_pad=False)
        return np.asarray(out.numpy().transpose(0, 2, 3, 1))
    if backend == "tensorflow":
        import tensorflow as tf

        padding = "SAME" if zeros else "VALID"
        if zeros and any(pads(n, size, stride, "same") != (zeros, zeros) for n in x.shape[1:3]):
            raise ValueError(f"SAME does not put {zeros} zeros on each side of {x.shape[1]} x {x.shape[2]} pixels")
        return np.asarray({"max": tf.nn.max_pool2d, "average": tf.nn.avg_pool2d}[kind](x, size, stride, padding))
    raise ValueError(f"backend {backend!r}: numpy, torch and tensorflow are implemented")

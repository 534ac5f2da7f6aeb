"""A convolution and its three gradients: 5 x 5, 32 to 64 maps, 14 x 14, batch 100, padding that keeps the size, in float32.

"numpy" is ours, (batch, height, width, maps) as TensorFlow. "torch" is eager with its default, the maps before the pixels; "torch
channels_last" keeps the maps last in memory; "tensorflow" is a `tf.function`. Data are converted to each library's form
beforehand, and the same upstream gradient is given to all. Nearly all of NumPy's time is BLAS, so the ratio is mostly that of two
matrix products: on processors for which NumPy's OpenBLAS has no kernel of its own it falls back to an older one
(`OPENBLAS_CORETYPE` names another), while torch brings its own.

And local response normalisation, as the story of SVHN has it: torch's own layer and `fast_normalization_torch`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.workload import Goal, Run, Workload, one_threaded_tensorflow
from implementations.layers import convolution_numpy

Array = NDArray[np.float32]


class Layer(NamedTuple):
    """A convolution whose output has the size of its input (odd window, stride 1), and what is fed to it."""

    x: Array  # (batch, height, width, in)
    kernel: Array  # (height, width, in, out)
    bias: Array  # (out,)
    dy: Array  # (batch, height, width, out)

    @property
    def pad(self) -> int:
        """The zeros on each side."""
        return int(self.kernel.shape[0]) // 2


def layer(batch: int = 100, size: int = 14, window: int = 5, maps: int = 32, filters: int = 64) -> Layer:
    """Normal numbers; the kernel so scaled that the output's are of the same size."""
    rng = np.random.default_rng(0)
    shapes = [(batch, size, size, maps), (window, window, maps, filters), (filters,), (batch, size, size, filters)]
    x, kernel, bias, dy = (rng.standard_normal(shape).astype(np.float32) for shape in shapes)
    return Layer(x, kernel / np.float32(window * np.sqrt(maps)), bias, dy)


def numpy_run(data: Layer) -> Run:
    """Ours: y, dx, dkernel, dbias."""
    x, kernel, bias, dy = data

    def both() -> tuple[Any, ...]:
        y = convolution_numpy.conv2d(x, kernel, bias, padding="same")
        return y, *convolution_numpy.conv2d_backward(dy, x, kernel, padding="same")

    return both


def torch_run(data: Layer, *, channels_last: bool = False, device: str = "cpu") -> Run:
    """Eager torch: the same four, as views in our layout."""
    import torch

    torch.set_num_threads(1)
    form = torch.channels_last if channels_last else torch.contiguous_format
    x, kernel, dy = (
        torch.from_numpy(array).permute(order).to(device).contiguous(memory_format=form)
        for array, order in ((data.x, (0, 3, 1, 2)), (data.kernel, (3, 2, 0, 1)), (data.dy, (0, 3, 1, 2)))
    )
    bias = torch.from_numpy(data.bias).to(device)
    for tensor in (x, kernel, bias):
        tensor.requires_grad_()

    def both() -> tuple[Any, ...]:
        y = torch.nn.functional.conv2d(x, kernel, bias, padding=data.pad)
        dx, dkernel, dbias = torch.autograd.grad(y, (x, kernel, bias), dy)
        return y.detach().permute(0, 2, 3, 1), dx.permute(0, 2, 3, 1), dkernel.permute(2, 3, 1, 0), dbias

    return both


def tensorflow_run(data: Layer) -> Run:
    """A `tf.function`, traced beforehand: the same four."""
    tf = one_threaded_tensorflow()
    x, kernel, bias, dy = map(tf.constant, data)

    def both() -> Any:
        with tf.GradientTape() as tape:
            tape.watch([x, kernel, bias])
            y = tf.nn.conv2d(x, kernel, 1, "SAME") + bias
        return y, *tape.gradient(y, [x, kernel, bias], dy)

    run: Run = tf.function(both)
    return run


def normalised(*, fast: bool) -> Run:
    """torch's layer of AlexNet's constants, or ours in its place, on 100 images of 32 x 32 with 8 maps: y and dx."""
    import torch

    from implementations.networks.fast_normalization_torch import BandedLocalResponseNorm

    torch.set_num_threads(1)
    layer = BandedLocalResponseNorm if fast else torch.nn.LocalResponseNorm
    module = layer(5, 5 * 1e-4, 0.75, 2.0)
    rng = np.random.default_rng(0)
    x, dy = (
        torch.from_numpy(rng.standard_normal((100, 32, 32, 8), dtype=np.float32)).permute(0, 3, 1, 2) for _ in range(2)
    )
    x.requires_grad_()

    def both() -> tuple[Any, ...]:
        y = module(x)
        return y.detach(), *torch.autograd.grad(y, x, dy)

    return both


WORKLOADS = [
    Workload(
        name="convolution 5x5",
        says="a 5 x 5 convolution, 32 to 64 maps, 14 x 14, batch 100, forward and backward, float32",
        backends={
            "numpy": lambda: numpy_run(layer()),
            "torch": lambda: torch_run(layer()),
            "torch channels_last": lambda: torch_run(layer(), channels_last=True),
            "tensorflow": lambda: tensorflow_run(layer()),
        },
        goals=[Goal("torch", "numpy", must=3, aim=2, at_most=True)],
        tolerance=1e-4,
    ),
    Workload(
        name="local response norm",
        says="local response normalisation over 5 of 8 maps, 32 x 32, batch 100, forward and backward, float32",
        backends={"torch banded": lambda: normalised(fast=True), "torch": lambda: normalised(fast=False)},
        goals=[Goal("torch banded", "torch", must=3)],
        tolerance=1e-5,
    ),
]

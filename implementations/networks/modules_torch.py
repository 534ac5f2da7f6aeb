"""The modules of rows that torch has no layer for, or one that computes something else. What `rows_torch` puts together.

    MeanPool            torch pads evenly only, and counts zeros added by hand
    PadInfinity         before a maximum that pads unevenly
    ConnectedConv2d     torch has no convolution that sees chosen maps
    Subsampling, SquaredDistances, ScaledTanh    LeNet-5's units
    PaddedChannels      ResNet's shortcut without parameters
    GlobalMean          torch's own hands back gradients in another memory format, which makes the ReLU before it 20 times slower
    Pixels              a flattening in the table's order
    DropPath            stochastic depth

Images are (n, c, h, w), in the channels_last memory format, and so are their gradients: what slices or pads works on the
(n, h, w, c) view.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from implementations.layers.dense_layers_numpy import AMPLITUDE, SLOPE
from implementations.networks.placing import Placed, connected
from implementations.networks.table import Conv, pair

Sides = tuple[int, int, int, int]  # left, right, top, bottom


class ConnectedConv2d(nn.Module):
    """A convolution whose output maps see chosen input maps: one window of weights a pair of maps (LeNet-5's C3)."""

    def __init__(self, place: Placed, row: Conv) -> None:
        super().__init__()
        inputs, outputs = (torch.from_numpy(maps) for maps in connected(row))
        self.inputs: Tensor
        self.outputs: Tensor
        self.register_buffer("inputs", inputs, persistent=False)
        self.register_buffer("outputs", outputs, persistent=False)
        self.weight = nn.Parameter(torch.empty(len(inputs), *pair(row.size)))
        self.bias = nn.Parameter(torch.empty(row.filters)) if row.bias else None
        self.shape = (row.filters, place.input[2], *pair(row.size))
        self.stride = pair(row.stride)

    def forward(self, x: Tensor) -> Tensor:
        """The convolution with a kernel that is zero between maps without a connection."""
        kernel = self.weight.new_zeros(self.shape).index_put((self.outputs, self.inputs), self.weight)
        return F.conv2d(x, kernel, self.bias, self.stride)


class MeanPool(nn.Module):
    """Average pooling with any padding, which no mean counts."""

    def __init__(self, place: Placed, size: tuple[int, int], stride: tuple[int, int], sides: Sides) -> None:
        super().__init__()
        self.size, self.stride, self.sides = size, stride, sides
        self.counts: Tensor
        self.register_buffer("counts", self._sums(torch.ones(1, 1, *place.input[:2])), persistent=False)

    def _sums(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(F.pad(x, self.sides), self.size, self.stride, divisor_override=1)

    def forward(self, x: Tensor) -> Tensor:
        """Sums over the windows, divided by how many pixels of the image each has."""
        return self._sums(x) / self.counts


class PadInfinity(nn.Module):
    """-infinity around the image, which no maximum takes."""

    def __init__(self, sides: Sides) -> None:
        super().__init__()
        self.sides = sides

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to the padded size."""
        return F.pad(x, self.sides, value=-torch.inf)


class Subsampling(nn.Module):
    """The sum of each window, times a gain a map, plus a bias a map."""

    def __init__(self, size: int, channels: int) -> None:
        super().__init__()
        self.size = size
        self.gain = nn.Parameter(torch.empty(channels))
        self.bias = nn.Parameter(torch.empty(channels))

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to (n, c, h // size, w // size)."""
        sums = F.avg_pool2d(x, self.size, divisor_override=1)
        return sums * self.gain[:, None, None] + self.bias[:, None, None]


class PaddedChannels(nn.Module):
    """Every stride-th pixel, then zero maps."""

    def __init__(self, more: int, stride: int) -> None:
        super().__init__()
        self.more, self.stride = more, stride

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to (n, c + more, ceil(h / stride), ceil(w / stride))."""
        pixels = x.permute(0, 2, 3, 1)[:, :: self.stride, :: self.stride]
        return F.pad(pixels, (0, self.more)).permute(0, 3, 1, 2)


class GlobalMean(nn.Module):
    """The mean of each map."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to (n, c)."""
        return x.permute(0, 2, 3, 1).mean((1, 2))


class Pixels(nn.Module):
    """Flattens as the table does: row by row, channels fastest. No copy in channels_last."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to (n, h w c)."""
        return x.permute(0, 2, 3, 1).flatten(1)


class SquaredDistances(nn.Module):
    """The squared distance to each of some fixed centres."""

    def __init__(self, units: int, inputs: int) -> None:
        super().__init__()
        self.centres: Tensor
        self.register_buffer("centres", torch.empty(units, inputs))

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs) to (n, units)."""
        return (x[:, None, :] - self.centres).square().sum(-1)


class ScaledTanh(nn.Module):
    """1.7159 tanh(2 x / 3)."""

    def forward(self, x: Tensor) -> Tensor:
        """Elementwise."""
        return AMPLITUDE * torch.tanh(SLOPE * x)


class DropPath(nn.Module):
    """In training, all values of an image are zero with probability ``rate``, and others divided by 1 - rate."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.images = nn.Dropout(rate)

    def forward(self, x: Tensor) -> Tensor:
        """(n, ...) to the same."""
        kept: Tensor = self.images(x.new_ones(len(x), *(1,) * (x.ndim - 1)))
        return x * kept

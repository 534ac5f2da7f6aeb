"""One row of a table as a `torch.nn` module: torch's own layers wherever they compute what the row says, else `modules_torch`.

Inside, images are (batch, channels, height, width), as torch has them, in the channels_last memory format; what is padded on four
sides is given as torch does, (left, right, top, bottom).

Conventions that are translated: torch's batch normalisation takes the share of the moments that is *replaced* (1 - momentum),
and keeps the unbiased variance (the NumPy and Keras networks keep the biased one that they normalise by); its local response
norm divides alpha by the size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from implementations.layers.windows import image_pads
from implementations.networks.modules_torch import (
    ConnectedConv2d,
    DropPath,
    GlobalMean,
    MeanPool,
    PaddedChannels,
    PadInfinity,
    Pixels,
    ScaledTanh,
    Sides,
    SquaredDistances,
    Subsampling,
)
from implementations.networks.placing import Placed
from implementations.networks.table import (
    Activation,
    BatchNorm,
    Concat,
    Conv,
    Crop,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    Head,
    LocalResponseNorm,
    PadChannels,
    Pool,
    RadialBasis,
    Residual,
    Subsample,
    TransposedConv,
    Upsample,
    pair,
)


class Rows(nn.Module):
    """Rows one after the other. Heads leave their outputs in ``heads``."""

    def __init__(self, places: Sequence[Placed]) -> None:
        super().__init__()
        self.labels = [place.label for place in places]
        for place in places:
            self.add_module(place.label.replace(".", "_"), module_of(place))

    def labelled(self) -> Iterator[tuple[str, nn.Module]]:
        """Every row with its label, each before those that it holds."""
        for label, row in zip(self.labels, self.children(), strict=True):
            yield label, row
            for part in row.parts if isinstance(row, Together) else ():
                yield from part.labelled()  # type: ignore[operator]

    def forward(self, x: Tensor, heads: dict[str, Tensor]) -> Tensor:
        """What leaves the last row."""
        for row in self.children():
            x = row(x, heads) if isinstance(row, Together) else row(x)
        return x


class Together(nn.Module):
    """A row that holds rows, one `Rows` a part: `Concatenation`, `Sum` and `SideOutput`."""

    def __init__(self, place: Placed) -> None:
        super().__init__()
        self.parts = nn.ModuleList(Rows(part) for part in place.parts)


class Concatenation(Together):
    """Branches side by side; their maps are stacked."""

    def forward(self, x: Tensor, heads: dict[str, Tensor]) -> Tensor:
        """The branches' outputs along the channels."""
        return torch.cat([branch(x, heads) for branch in self.parts], dim=1)


class Sum(Together):
    """A residual block: body(x) + shortcut(x), the body sometimes dropped in training."""

    def __init__(self, place: Placed, drop: float) -> None:
        super().__init__(place)
        self.drop = DropPath(drop) if drop else nn.Identity()

    def forward(self, x: Tensor, heads: dict[str, Tensor]) -> Tensor:
        """The sum."""
        body, shortcut = self.parts
        total: Tensor = self.drop(body(x, heads)) + shortcut(x, heads)
        return total


class SideOutput(Together):
    """A head: what enters passes on, and what its rows make of it is kept beside."""

    def __init__(self, place: Placed) -> None:
        super().__init__(place)
        self.name = place.row.name

    def forward(self, x: Tensor, heads: dict[str, Tensor]) -> Tensor:
        """x itself."""
        heads[self.name] = self.parts[0](x, heads)
        return x


ACTIVATIONS: Mapping[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "scaled_tanh": ScaledTanh,
}


def module_of(place: Placed) -> nn.Module:
    """The module that computes a row."""
    row, shape = place.row, place.input
    match row:
        case Conv():
            return convolution(place, row)
        case TransposedConv():
            return transposed_convolution(place, row)
        case Pool():
            return pooling(place, row)
        case GlobalAveragePool():
            return GlobalMean()
        case Subsample(size=size):
            return Subsampling(size, shape[2])
        case Upsample(factor=factor):
            return nn.Upsample(scale_factor=factor)
        case Crop(margin=margin):
            return nn.ZeroPad2d(-margin)
        case PadChannels(channels=channels, stride=stride):
            return PaddedChannels(channels - shape[2], stride)
        case Flatten():
            return Pixels()
        case Dense(units=units, bias=bias):
            return nn.Linear(shape[0], units, bias)
        case RadialBasis(units=units):
            return SquaredDistances(units, shape[0])
        case Activation(function="softmax"):
            return nn.Softmax(dim=1)
        case Activation(function=function):
            return ACTIVATIONS[function]()
        case BatchNorm(epsilon=epsilon, momentum=momentum):
            kind = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
            return kind(shape[-1], epsilon, 1 - momentum)
        case LocalResponseNorm(size=size, k=k, alpha=alpha, beta=beta):
            return nn.LocalResponseNorm(size, alpha * size, beta, k)
        case Dropout(rate=rate):
            return nn.Dropout(rate)
        case Concat():
            return Concatenation(place)
        case Residual(drop=drop):
            return Sum(place, drop)
        case Head():
            return SideOutput(place)


def convolution(place: Placed, row: Conv) -> nn.Module:
    """torch's own, after padding by hand where it is uneven."""
    size, stride = pair(row.size), pair(row.stride)
    sides, even = _sides(place.input[:2], size, stride, row.padding)
    one: nn.Module
    if row.connections is not None:
        one, even = ConnectedConv2d(place, row), None
    else:
        channels, filters = place.input[2], row.filters
        one = nn.Conv2d(channels, filters, size, stride, even or 0, groups=row.groups, bias=row.bias)
    return one if even is not None or not any(sides) else nn.Sequential(nn.ZeroPad2d(sides), one)


def transposed_convolution(place: Placed, row: TransposedConv) -> nn.Module:
    """torch's own; uneven padding is cut from the image that no padding gives."""
    size, stride = pair(row.size), pair(row.stride)
    (left, right, top, bottom), even = _sides(place.output[:2], size, stride, row.padding)
    # Beyond the last window: pixels that the convolution does not see, where its stride is larger than its window.
    beyond = [
        out + before + after - ((count - 1) * step + window)
        for out, before, after, count, step, window in zip(
            place.output, (top, left), (bottom, right), place.input, stride, size, strict=False
        )
    ]
    extra = (max(beyond[0], 0), max(beyond[1], 0))
    one = nn.ConvTranspose2d(place.input[2], row.filters, size, stride, even or 0, extra, bias=row.bias)
    return one if even is not None else nn.Sequential(one, nn.ZeroPad2d((-left, -right, -top, -bottom)))


def pooling(place: Placed, row: Pool) -> nn.Module:
    """torch's own, after padding by hand where it is uneven."""
    size, stride = pair(row.size), pair(row.stride)
    sides, even = _sides(place.input[:2], size, stride, row.padding)
    if even is not None and any(2 * pad > window for pad, window in zip(even, size, strict=True)):
        even = None  # torch refuses to pad by more than half a window
    if row.kind == "average":
        if even is None:
            return MeanPool(place, size, stride, sides)
        return nn.AvgPool2d(size, stride, even, count_include_pad=False)
    if even is None:
        return nn.Sequential(PadInfinity(sides), nn.MaxPool2d(size, stride))
    return nn.MaxPool2d(size, stride, even)


def _sides(shape: Any, size: Any, stride: Any, padding: Any) -> tuple[Sides, tuple[int, int] | None]:
    """The padding on each side, and (vertical, horizontal) where it is the same on both sides."""
    (top, bottom), (left, right) = image_pads(shape, size, stride, padding)
    return (left, right, top, bottom), (top, left) if (top, left) == (bottom, right) else None

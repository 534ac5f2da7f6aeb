"""A network is a table: rows of layers, and two rows that hold rows of their own (concat and residual).

Every row is plain data. Shapes, parameters and multiply-adds (`counting`) and the three builders (`networks_numpy`,
`networks_torch`, `networks_tensorflow`) read nothing else. Images are (height, width, channels), as in the slides' code;
kernels are (height, width, in, out). A row with parameters has a name that is unique in its network; its parameters are
kept under `name/parameter`:

    Conv             kernel (height, width, in / groups, filters), bias (filters,)
    TransposedConv   kernel (height, width, filters, in), bias (filters,)     the kernel of the convolution that it transposes
    Dense            kernel (inputs, units), bias (units,)
    Subsample        gain (channels,), bias (channels,)
    BatchNorm        gamma, beta (channels,) trained; mean, variance (channels,) kept, not trained
    RadialBasis      centres (units, inputs) kept, not trained
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Pair = tuple[int, int]
Size = int | Pair  # one number for both directions, or (height, width)
# "valid": none; "same": TensorFlow's, ceil(in / stride) comes out; a number: on each side; ((top, bottom), (left, right))
Padding = Literal["valid", "same"] | int | tuple[Pair, Pair]


@dataclass(frozen=True, slots=True)
class Conv:
    """A convolution (a cross-correlation). ``groups`` parts see only their own share of the input maps.

    Depthwise-separable: ``groups`` equal to the input maps, then a 1x1 convolution. ``connections`` lists, for each output map,
    the input maps that it sees (LeNet-5's C3); what it does not see has no parameter, and its kernel entry is zero.
    """

    name: str
    filters: int
    size: Size
    stride: Size = 1
    padding: Padding = "valid"
    groups: int = 1
    bias: bool = True
    connections: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class TransposedConv:
    """The transpose of a convolution: the map from that convolution's output space back to its input space."""

    name: str
    filters: int
    size: Size
    stride: Size = 1
    padding: Padding = "valid"
    bias: bool = True


@dataclass(frozen=True, slots=True)
class Pool:
    """Max or average over windows, each map on its own. Padding never counts: not in a maximum, nor in a mean's divisor."""

    kind: Literal["max", "average"]
    size: Size
    stride: Size
    padding: Padding = "valid"
    name: str = ""


@dataclass(frozen=True, slots=True)
class GlobalAveragePool:
    """The mean of each map: (height, width, channels) to (channels,)."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Subsample:
    """LeNet's trainable subsampling: the sum of each size x size window, times a gain a map, plus a bias a map."""

    name: str
    size: int = 2


@dataclass(frozen=True, slots=True)
class Upsample:
    """Each pixel repeated factor x factor times."""

    factor: int = 2
    name: str = ""


@dataclass(frozen=True, slots=True)
class Crop:
    """Cut a margin of pixels from every side."""

    margin: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class PadChannels:
    """Every stride-th pixel, and zero maps after the given ones until there are ``channels``: ResNet's shortcut without parameters."""

    channels: int
    stride: int = 1
    name: str = ""


@dataclass(frozen=True, slots=True)
class Flatten:
    """(height, width, channels) to one vector, in that order: channels run fastest."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Dense:
    """x W + b."""

    name: str
    units: int
    bias: bool = True


@dataclass(frozen=True, slots=True)
class RadialBasis:
    """LeNet-5's output: the squared distance of the input to one fixed centre a class."""

    name: str
    units: int


@dataclass(frozen=True, slots=True)
class Activation:
    """An elementwise nonlinearity, or softmax over the last axis. ``scaled_tanh`` is LeNet's 1.7159 tanh(2 x / 3)."""

    function: Literal["relu", "sigmoid", "tanh", "scaled_tanh", "softmax"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class BatchNorm:
    """Standardise each map over the batch (in training) or by the kept moments, then scale by gamma and shift by beta."""

    name: str
    epsilon: float = 1e-3
    momentum: float = 0.99  # the share of the kept moments that stays at each training step


@dataclass(frozen=True, slots=True)
class LocalResponseNorm:
    """a / (k + alpha * sum of the squares of the ``size`` maps around it) ** beta, AlexNet's formula and constants."""

    size: int = 5
    k: float = 2.0
    alpha: float = 1e-4
    beta: float = 0.75
    name: str = ""


@dataclass(frozen=True, slots=True)
class Dropout:
    """In training, zero each value with probability ``rate`` and divide the others by 1 - rate."""

    rate: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Concat:
    """Branches side by side on one input; their maps are stacked. An empty branch is the input itself (U-Net's skips)."""

    name: str
    branches: tuple[tuple[Row, ...], ...]


@dataclass(frozen=True, slots=True)
class Residual:
    """body(x) + shortcut(x); an empty shortcut is x. Stochastic depth: in training the body is dropped with probability ``drop``."""

    name: str
    body: tuple[Row, ...]
    shortcut: tuple[Row, ...] = ()
    drop: float = 0.0


@dataclass(frozen=True, slots=True)
class Head:
    """A side output (GoogLeNet's auxiliary classifiers): its rows end in an output of that name; its input passes on unchanged."""

    name: str
    rows: tuple[Row, ...]


Parametric = Conv | TransposedConv | Dense | Subsample | BatchNorm | RadialBasis
Fixed = Pool | GlobalAveragePool | Upsample | Crop | PadChannels | Flatten | Activation | LocalResponseNorm | Dropout
Combined = Concat | Residual | Head
Row = Parametric | Fixed | Combined


@dataclass(frozen=True, slots=True)
class Network:
    """A table with the shape of its input, (height, width, channels) or (inputs,), and where it is taught."""

    name: str
    title: str
    source: str
    input: tuple[int, ...]
    rows: tuple[Row, ...]


def pair(size: Size) -> Pair:
    """(height, width) of a size that may be one number for both."""
    return (size, size) if isinstance(size, int) else size


def parts(row: Row) -> tuple[tuple[Row, ...], ...]:
    """The lists of rows that a row holds: none for a layer."""
    match row:
        case Concat(branches=branches):
            return branches
        case Residual(body=body, shortcut=shortcut):
            return body, shortcut
        case Head(rows=rows):
            return (rows,)
        case _:
            return ()


def walk(rows: tuple[Row, ...]) -> Iterator[Row]:
    """Every row, each before those that it holds, in the table's order."""
    for row in rows:
        yield row
        for part in parts(row):
            yield from walk(part)

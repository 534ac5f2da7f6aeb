"""GoogLeNet's printed table as data, and what its `params` and `ops` cells count under every plain convention.

Source: columbia-deep-learning, slide "INCEPTION", the table. Nothing here knows the network tables of this project: a convolution
of side K from `in` to `out` maps has K*K*in*out weights and `out` biases, and its multiply-adds are its weights times the
positions of its output. So this is an oracle for `counting`, and the other way round.

The slide leaves open what K and M are (1000 or 1024, and their squares), and whether biases count. `audit_search` looks for
what the cells that fit nothing might count instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

INCEPTION = ("1x1", "3x3 reduce", "3x3", "5x5 reduce", "5x5", "pool proj")  # the slide's columns, in its order
SIDES = (1, 1, 3, 1, 5, 1)


class Kernel(NamedTuple):
    """One convolution: side x side, from `inputs` to `outputs` maps, each output seeing `seen` inputs (None: all)."""

    name: str
    side: int
    inputs: int
    outputs: int
    seen: int | None = None

    @property
    def weights(self) -> int:
        """Numbers in the kernel, without biases."""
        return self.side**2 * (self.inputs if self.seen is None else self.seen) * self.outputs


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row with parameters: side and depth of its output, its convolutions, and its two cells in K and in M."""

    name: str
    size: int
    depth: int
    kernels: tuple[Kernel, ...]
    params: float
    ops: float
    digits: int = 0  # decimals that the params cell prints

    @property
    def weights(self) -> int:
        """Weights of all convolutions of the row."""
        return sum(kernel.weights for kernel in self.kernels)

    @property
    def biases(self) -> int:
        """One bias an output map of each convolution; the depthwise half of a separable one has none of its own."""
        return sum(kernel.outputs for kernel in self.kernels if kernel.seen is None)

    @property
    def operations(self) -> int:
        """Multiply-adds: each weight is used once at every output position (the pools keep the size inside a row)."""
        return self.weights * self.size**2


def inception(inputs: int, widths: tuple[int, ...], sides: tuple[int, ...] = SIDES) -> tuple[Kernel, ...]:
    """The six convolutions of a module with these widths, in the order of the slide's columns."""
    seen = (inputs, inputs, widths[1], inputs, widths[3], inputs)
    return tuple(map(Kernel, INCEPTION, sides, seen, widths))


def separable(inputs: int, multiplier: int, outputs: int, side: int) -> tuple[Kernel, ...]:
    """A depthwise-separable convolution: `multiplier` side x side maps of each input, then 1x1 over all of them."""
    maps = inputs * multiplier
    return Kernel("depthwise", side, inputs, maps, seen=1), Kernel("pointwise", 1, maps, outputs)


PLAIN_STEM = (Kernel("7x7", 7, 3, 64),)
SEPARABLE_STEM = separable(3, 8, 64, 7)

# The printed rows: output side, depth, what comes in and the widths, params in K, ops in M.
ROWS = {
    row.name: row
    for row in (
        Row("conv1", 112, 64, PLAIN_STEM, 2.7, 34, digits=1),
        Row("conv2", 56, 192, (Kernel("3x3 reduce", 1, 64, 64), Kernel("3x3", 3, 64, 192)), 112, 360),
        Row("3a", 28, 256, inception(192, (64, 96, 128, 16, 32, 32)), 159, 128),
        Row("3b", 28, 480, inception(256, (128, 128, 192, 32, 96, 64)), 380, 304),
        Row("4a", 14, 512, inception(480, (192, 96, 208, 16, 48, 64)), 364, 73),
        Row("4b", 14, 512, inception(512, (160, 112, 224, 24, 64, 64)), 437, 88),
        Row("4c", 14, 512, inception(512, (128, 128, 256, 24, 64, 64)), 463, 100),
        Row("4d", 14, 528, inception(512, (112, 144, 288, 32, 64, 64)), 580, 119),
        Row("4e", 14, 832, inception(528, (256, 160, 320, 32, 128, 128)), 840, 170),
        Row("5a", 7, 832, inception(832, (256, 160, 320, 32, 128, 128)), 1072, 54),
        Row("5b", 7, 1024, inception(832, (384, 192, 384, 48, 128, 128)), 1388, 71),
        Row("linear", 1, 1000, (Kernel("dense", 1, 1024, 1000),), 1000, 1),
    )
}
MODULES = tuple(name for name, row in ROWS.items() if len(row.kernels) == len(INCEPTION))


class Convention(NamedTuple):
    """What a K is, and whether biases count."""

    kilo: int
    biases: bool

    def __str__(self) -> str:
        return f"K = {self.kilo}{', with biases' if self.biases else ''}"


CONVENTIONS = tuple(Convention(kilo, biases) for biases, kilo in product((False, True), (1000, 1024)))
MEGAS = {"10^6": 10**6, "2^20": 2**20}


def params(row: Row, convention: Convention) -> float:
    """The row's parameters in K."""
    return (row.weights + convention.biases * row.biases) / convention.kilo


def ops(row: Row, mega: int = 10**6) -> float:
    """The row's multiply-adds in M; a bias costs no multiplication."""
    return row.operations / mega


def rounds_to(value: float, printed: float, digits: int = 0) -> bool:
    """Whether `value` lies within half a unit of the last printed digit, both ends allowed."""
    return abs(value - printed) <= 0.5 * 0.1**digits + 1e-12


def params_fit(row: Row) -> tuple[Convention, ...]:
    """The conventions under which the printed params cell is what the row's convolutions have."""
    return tuple(c for c in CONVENTIONS if rounds_to(params(row, c), row.params, row.digits))


def ops_fit(row: Row) -> tuple[str, ...]:
    """The values of M under which the printed ops cell is what the row's convolutions cost."""
    return tuple(name for name, mega in MEGAS.items() if rounds_to(ops(row, mega), row.ops))


def ops_from_params(row: Row, convention: Convention) -> tuple[float, float]:
    """The least and the most ops, in M, that the params cell allows, whatever the widths: weights times positions."""
    half = 0.5 * 0.1**row.digits
    least, most = ((row.params + end) * convention.kilo - convention.biases * row.biases for end in (-half, half))
    return least * row.size**2 / 1e6, most * row.size**2 / 1e6


def cells_agree(row: Row) -> tuple[Convention, ...]:
    """The conventions under which some number of weights gives both printed cells of the row (M = 10^6)."""
    ranges = ((c, ops_from_params(row, c)) for c in CONVENTIONS)
    return tuple(c for c, (least, most) in ranges if least <= row.ops + 0.5 and most >= row.ops - 0.5)

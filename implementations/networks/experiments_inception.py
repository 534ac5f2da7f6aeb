"""GoogLeNet's printed table, measured: parameters and operations row by row, sizes, depths, and the whole network.

Source: columbia-deep-learning, slide "INCEPTION" (the table). The measurements count from the printed widths by the plain formula
of `audit`; the second routes, named ``..._by_table``, count the network `inception.googlenet` line by line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil, floor
from typing import Literal

import numpy as np

from implementations.layers.windows import printed_size
from implementations.networks import audit
from implementations.networks.audit import ROWS, SEPARABLE_STEM, Convention, Kernel, Row
from implementations.networks.counting import Totals, totals
from implementations.networks.inception import googlenet

Cells = dict[str, dict[str, float]]
Stem = Literal["plain", "separable"]

# Where the printed rows that are no module stand in the project's table.
PLACES = {"conv1": ("conv1",), "conv2": ("conv2_reduce", "conv2"), "linear": ("linear",)}

# The layers that halve the map: what the slide prints as (window, side before, side after), all with stride 2.
HALVINGS = {
    "conv1": (7, 224, 112),
    "max pool 1": (3, 112, 56),
    "max pool 2": (3, 56, 28),
    "max pool 3": (3, 28, 14),
    "max pool 4": (3, 14, 7),
}


def printed_row(row: str, stem: Stem) -> Row:
    """The row of that name, conv1 with the stem that is asked for."""
    return replace(ROWS[row], kernels=SEPARABLE_STEM) if (row, stem) == ("conv1", "separable") else ROWS[row]


def cells(
    *, row: str, kilo: int = 1024, biases: bool = False, stem: Stem = "plain", left_out: str = "", positions: int = 1
) -> Cells:
    """{row: {params in K, ops in M}} by side^2 * in * out of the printed widths; M is 10^6 throughout.

    Mistakes: ``left_out`` drops the convolutions whose name contains it; ``positions`` = 4 counts the operations on a map twice as
    wide and high, the one that enters the pooling or striding before the row.
    """
    found = printed_row(row, stem)
    if left_out:
        found = replace(found, kernels=tuple(kernel for kernel in found.kernels if left_out not in kernel.name))
    cost = positions * audit.ops(found)
    return {row: {"params": audit.params(found, Convention(kilo, biases)), "ops": cost}}


def counted(row: str) -> Totals:
    """What the printed row holds in the project's table of GoogLeNet."""
    inside = PLACES.get(row, (f"inception_{row}",))
    return Totals(*map(sum, zip(*(totals(googlenet(heads=False), inside=name) for name in inside), strict=True)))


def cells_by_table(*, row: str) -> Cells:
    """The row's cells, K = 1024 and without biases, from the project's table of GoogLeNet."""
    found = counted(row)
    return {row: {"params": found.weights / 1024, "ops": found.multiply_adds / 1e6}}


def whole_network(
    *,
    backend: str = "numpy",
    kilo: int = 1024,
    biases: bool = False,
    stem: Stem = "plain",
    printed: bool = False,
    twice: bool = False,
) -> Cells:
    """The sums over all rows; with "torch" and "tensorflow" as the layers of torch and Keras count them, else by the plain formula.

    Mistakes: ``printed`` adds the printed cells instead; ``twice`` takes a multiply-add for two operations.
    """
    rows = [printed_row(name, stem) for name in ROWS]
    if printed:
        return {"GoogLeNet": {"params": sum(row.params for row in rows), "ops": sum(row.ops for row in rows)}}
    weights, shifts, cost = (sum(count) for count in zip(*(counts(row, backend) for row in rows), strict=True))
    return {"GoogLeNet": {"params": (weights + biases * shifts) / kilo, "ops": (1 + twice) * cost / 1e6}}


def counts(row: Row, backend: str) -> tuple[int, int, int]:
    """(weights, biases, multiply-adds) of a row, from the formula or from the framework's layers, built without running them."""
    if backend == "numpy":
        return row.weights, row.biases, row.operations
    framework: Callable[[Kernel, int, int], tuple[int, int, int]] = {"torch": by_torch, "tensorflow": by_keras}[backend]
    first = row.name == "conv1"
    found = [
        framework(kernel, 2 * row.size if first and i == 0 else row.size, 2 if first and i == 0 else 1)
        for i, kernel in enumerate(row.kernels)
    ]
    weights, biases, operations = (sum(count) for count in zip(*found, strict=True))
    return weights, biases, operations


def by_torch(kernel: Kernel, side: int, stride: int) -> tuple[int, int, int]:
    """(weights, biases, multiply-adds) of torch's convolution on a map of that side, on the device without memory."""
    import torch

    groups = 1 if kernel.seen is None else kernel.inputs
    layer = torch.nn.Conv2d(
        kernel.inputs,
        kernel.outputs,
        kernel.side,
        stride,
        kernel.side // 2,
        groups=groups,
        bias=groups == 1,
        device="meta",
    )
    positions = layer(torch.empty(1, kernel.inputs, side, side, device="meta"))[0, 0].numel()
    weights = layer.weight.numel()
    return weights, 0 if layer.bias is None else layer.bias.numel(), weights * positions


def by_keras(kernel: Kernel, side: int, stride: int) -> tuple[int, int, int]:
    """The same of the convolution of Keras, by its own count of parameters."""
    import keras

    groups = 1 if kernel.seen is None else kernel.inputs
    layer = keras.layers.Conv2D(
        kernel.outputs, kernel.side, stride, padding="same", groups=groups, use_bias=groups == 1
    )
    layer.build((1, side, side, kernel.inputs))
    _, height, width, _ = layer.compute_output_shape((1, side, side, kernel.inputs))
    biases = kernel.outputs if groups == 1 else 0
    weights = int(layer.count_params()) - biases
    return weights, biases, weights * height * width


def whole_network_by_table() -> Cells:
    """The weights, in K = 1024, and multiply-adds, in M, of the project's table of GoogLeNet, without its auxiliary heads."""
    found = totals(googlenet(heads=False))
    return {"GoogLeNet": {"params": found.weights / 1024, "ops": found.multiply_adds / 1e6}}


def thousand(*, biases: bool = False, rows: tuple[str, ...] = ("conv2", "linear")) -> dict[str, dict[str, float]]:
    """The K that makes a row's params cell right: its weights over the printed number."""
    return {name: {"K": (ROWS[name].weights + biases * ROWS[name].biases) / ROWS[name].params} for name in rows}


def thousand_by_table(*, rows: tuple[str, ...] = ("conv2", "linear")) -> dict[str, dict[str, float]]:
    """The same with the weights of the project's table."""
    return {name: {"K": counted(name).weights / ROWS[name].params} for name in rows}


def params_and_ops_agree(*, exact: bool = False) -> dict[str, dict[str, bool]]:
    """Whether some number of weights gives both cells of a row, for K = 1000 or 1024, with or without the row's biases.

    Inside a row every weight is used at each output position, so ops = weights * side^2 whatever the widths are.
    ``exact`` forgets that both cells are rounded.
    """
    if exact:
        return {
            name: {"agree": any(row.params * kilo * row.size**2 == row.ops * 10**6 for kilo in (1000, 1024))}
            for name, row in ROWS.items()
        }
    return {name: {"agree": bool(audit.cells_agree(row))} for name, row in ROWS.items()}


def params_and_ops_agree_by_trying() -> dict[str, dict[str, bool]]:
    """The same by trying every number of weights up to twice what either cell could mean."""

    def agree(row: Row) -> bool:
        weights = np.arange(1, 2 * ceil(max(row.params * 1024, row.ops * 1e6 / row.size**2)))
        costs = abs(weights * row.size**2 / 1e6 - row.ops) <= 0.5
        return any(
            bool((costs & (abs((weights + biases) / kilo - row.params) <= 0.5 * 0.1**row.digits)).any())
            for kilo in (1000, 1024)
            for biases in (0, row.biases)
        )

    return {name: {"agree": agree(row)} for name, row in ROWS.items()}


def depths(*, left_out: tuple[str, ...] = ("reduce",)) -> dict[str, dict[str, int]]:
    """The depth of each module's output: the widths of its branches' last convolutions; ``left_out`` names what does not count."""
    modules = {name: ROWS[name].kernels for name in audit.MODULES}
    return {
        name: {"depth": sum(kernel.outputs for kernel in kernels if not any(part in kernel.name for part in left_out))}
        for name, kernels in modules.items()
    }


def halved_sizes(*, rule: Literal["printed", "floor", "same"], pad: int | None = None) -> dict[str, dict[str, float]]:
    """The side that leaves each halving layer, from the printed side before it.

    "printed" is the formula of the slide on striding with (M_filter - 1) / 2 zeros, as the slide on padding sets them, or
    with ``pad``; "floor" cuts its fraction off; "same" is ceil(M_in / M_stride), the other rule that the document prints.
    """
    found = {}
    for name, (window, before, _) in HALVINGS.items():
        size = printed_size(before, window, (window - 1) // 2 if pad is None else pad, 2)
        found[name] = {"side": float({"printed": size, "floor": floor(size), "same": ceil(before / 2)}[rule])}
    return found


def halved_sizes_by_walking() -> dict[str, dict[str, float]]:
    """The same as "printed": windows set down one by one, and the pixels that are left for the next one as a share of its step."""
    found = {}
    for name, (window, before, _) in HALVINGS.items():
        padded, start, count = before + window - 1, 0, 0
        while start + window <= padded:
            start, count = start + 2, count + 1
        found[name] = {"side": count + (padded - (start - 2 + window)) / 2}
    return found

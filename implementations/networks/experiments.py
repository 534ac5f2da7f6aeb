"""What the documents print of the sizes and parameters of their convolutional networks, measured on the networks' tables.

Sources: columbia-deep-learning, slides "CONVOLUTIONAL NEURAL NETWORK" (LeNet-5), "IN PRACTICE" (cnn_cf), "ADDING COMPLEXITY"
(cnn_cpcpff) and "ALEXNET"; cpen400d-generative-rl, "Deep Q-Networks (DQN)".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from implementations.layers.windows import output_size, printed_size
from implementations.networks.catalogue import network
from implementations.networks.counting import Line, output_shape, summary, totals
from implementations.networks.dqn import dqn_2013
from implementations.networks.table import Conv, Network, Pool, pair

FIRST_MAPS = 55  # the side of AlexNet's first maps, as published

Mistake = Literal["", "valid", "same", "stride 1", "one pooling"]


def altered(name: str, mistake: Mistake = "") -> Network:
    """The network of that name, with a mistake in how its table is read.

    "valid" and "same" give every convolution that padding, "stride 1" that stride; the last of "one pooling" lets all pass.
    """
    found = network(name)
    rows = list(found.rows)
    if mistake == "one pooling":
        last = max(i for i, row in enumerate(rows) if isinstance(row, Pool))
        rows[last] = Pool("max", 1, 1, name=rows[last].name)
    for i, row in enumerate(rows):
        if isinstance(row, Conv):
            if mistake == "valid" or mistake == "same":
                rows[i] = replace(row, padding=mistake)
            elif mistake == "stride 1":
                rows[i] = replace(row, stride=1)
    return replace(found, rows=tuple(rows))


def shapes(*, name: str, rows: Sequence[str], mistake: Mistake = "") -> dict[str, dict[str, int]]:
    """The output of each row asked for: {row: {"side", "maps"}} for images (square ones), {row: {"side": 1, "maps": units}} else.

    A row without a name goes by its kind in small letters ("flatten").
    """
    lines = {line.name or line.kind.lower(): line for line in summary(altered(name, mistake))}
    return {
        row: {"side": lines[row].output[0] if len(lines[row].output) == 3 else 1, "maps": lines[row].output[-1]}
        for row in rows
    }


def parameters(*, names: Sequence[str], only: str = "") -> dict[str, int]:
    """Trained numbers of each network; of its row ``only`` where that is given and the network has it."""
    counts = {}
    for name in names:
        counted = [line for line in summary(network(name)) if not only or line.name == only]
        counts[name] = sum(line.weights + line.biases for line in counted) or totals(network(name)).trained
    return counts


# --- LeNet-5 --------------------------------------------------------------------------------------------------------------------


def filter_side(
    *, before: int = 32, after: int = 28, stride: int = 1, padding: Literal["valid", "same"] = "valid"
) -> int:
    """The one side of a filter that takes a map from ``before`` to ``after`` pixels; 0 where none or several do."""
    fitting = [side for side in range(1, before + 1) if output_size(before, side, stride, padding) == after]
    return fitting[0] if len(fitting) == 1 else 0


def lenet_line(row: str) -> Line:
    """The counts of one row of LeNet-5."""
    return next(line for line in summary(network("lenet5")) if line.name == row)


def weights_from_s4_to_c5(*, biases: bool = False, maps: int | None = None) -> int:
    """Entries of the map from S4 to C5 (120 units); ``maps`` overrides the number of maps that S4 has."""
    line = lenet_line("c5")
    height, width, _ = line.input
    weights = line.weights if maps is None else height * width * maps * line.output[-1]
    return weights + biases * line.biases


def subsampling_parameters(*, per: Literal["map", "unit", "layer"] = "map") -> dict[str, dict[str, int]]:
    """Trained numbers of LeNet-5's subsampling layers S2 and S4: a gain and a bias a map.

    Mistakes: one pair a unit, as a layer without shared weights; one pair for the whole layer.
    """
    found = {}
    for row in ("s2", "s4"):
        line = lenet_line(row)
        height, width, _ = line.output
        pairs = {"map": line.biases, "unit": line.biases * height * width, "layer": 2}
        found[row.upper()] = {"trained": pairs[per]}
    return found


def subsampling_freedom() -> dict[str, dict[str, int]]:
    """The same without the table: in how many directions the parameters can move the layer's output, on a random input.

    y = gain_c * (sum of a 2 x 2 window of map c) + bias_c is linear in its parameters; the rank of that map is their number. An
    average pooling has no parameter and no freedom at all.
    """
    found = {}
    for name, side, maps in (("S2", 28, 6), ("S4", 10, 16)):
        x = np.random.default_rng(0).normal(size=(side, side, maps))
        sums = x.reshape(side // 2, 2, side // 2, 2, maps).sum(axis=(1, 3))
        own_map = np.eye(maps)[:, None, None, :]
        moves = np.concatenate([sums * own_map, np.ones_like(sums) * own_map]).reshape(2 * maps, -1)
        found[name] = {"trained": int(np.linalg.matrix_rank(moves))}
    return found


# --- AlexNet --------------------------------------------------------------------------------------------------------------------


def alexnet_windows() -> list[tuple[str, int, int, int]]:
    """AlexNet's layers that change the size of a map, in order: (name, window, zeros on each side, stride)."""
    found = []
    for row in network("alexnet").rows:
        if isinstance(row, Conv | Pool):
            zeros = row.padding if isinstance(row.padding, int) else 0
            found.append((row.name, pair(row.size)[0], zeros, pair(row.stride)[0]))
    return found


def alexnet_sides(*, image: int = 224, pad: int | None = None) -> dict[str, dict[str, float]]:
    """Side of each layer's map by the formula of the slide on striding, from the published side of the map before it.

    ``image`` is the side of the input; ``pad`` replaces every padding.
    """
    sides, before = {}, image
    for name, window, zeros, stride in alexnet_windows():
        size = printed_size(before, window, zeros if pad is None else pad, stride)
        sides[name] = {"side": float(size)}
        before = FIRST_MAPS if name == "conv1" else int(size)
    return sides


def alexnet_sides_by_walking(*, image: int = 224) -> dict[str, dict[str, float]]:
    """The same with windows set down one by one; the pixels left over are a share of the next step."""
    sides, before = {}, image
    for name, window, zeros, stride in alexnet_windows():
        starts = range(0, before + 2 * zeros - window + 1, stride)
        rest = before + 2 * zeros - window - starts[-1]
        sides[name] = {"side": len(starts) + rest / stride}
        before = FIRST_MAPS if name == "conv1" else len(starts)
    return sides


# --- DQN ------------------------------------------------------------------------------------------------------------------------


def outputs_by_actions(*, actions: Sequence[int], as_input: bool = False) -> dict[str, dict[str, int]]:
    """How many numbers leave the DQN of 2013 for games with so many actions.

    ``as_input`` is the mistake of a network that is given the action and rates it alone.
    """
    return {str(n): {"outputs": output_shape(dqn_2013(actions=1 if as_input else n))[0]} for n in actions}

"""Starting weights and random ones, keyed ``row/parameter``, the same for every builder and on every machine.

Source: columbia-deep-learning, slides "IN PRACTICE" and "PROBLEMS WTH DEPTH": the slides leave the initial values to the library. Keras
takes Glorot's uniform rule; the residual networks' authors take He's normal one. For a kernel, with k_h k_w of a convolution, 1 of a dense layer,

    fan_in  = k_h k_w * inputs that one output sees        fan_out = k_h k_w * outputs

    glorot_uniform    U(-a, a), a = sqrt(6 / (fan_in + fan_out))
    he_normal         N(0, 2 / fan_in), not truncated (Keras cuts it at two deviations)

Parameter number i of the table takes stream i of the seed, so a parameter's numbers depend on its place and shape alone.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod, sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from implementations.networks.counting import parameter_shapes
from implementations.networks.placing import connected
from implementations.networks.shapes import Shape
from implementations.networks.table import Conv, Network, Row, Subsample, TransposedConv, walk
from implementations.streams.streams_numpy import normal, uniform

Array = NDArray[Any]
Rule = Literal["glorot_uniform", "he_normal"]


def initial_weights(network: Network, seed: int, rule: Rule = "glorot_uniform") -> dict[str, Array]:
    """Every parameter before training, float64, in the table's order.

    Kernels by the rule; biases, betas and kept means zero, gammas and kept variances one; a subsampling starts as the mean of its
    window; centres are random corners of the cube with sides from -1 to 1, in place of LeNet-5's drawn ones.
    Raises ``ValueError`` for an unknown rule.
    """
    if rule not in ("glorot_uniform", "he_normal"):
        raise ValueError(f"rule {rule!r}: glorot_uniform and he_normal are implemented")

    def start(row: Row, parameter: str, shape: Shape, stream: int) -> Array:
        match parameter:
            case "kernel" if rule == "glorot_uniform":
                limit = sqrt(6 / sum(fans(row, shape)))
                return np.asarray(limit * (2 * uniform([seed], 0, shape, stream=stream)[0] - 1))
            case "kernel":
                return np.asarray(sqrt(2 / fans(row, shape)[0]) * normal([seed], 0, shape, stream=stream)[0])
            case "gamma" | "variance":
                return np.ones(shape)
            case "gain" if isinstance(row, Subsample):
                return np.full(shape, 1 / row.size**2)
            case "centres":
                return np.asarray(np.sign(normal([seed], 0, shape, stream=stream)[0]))
            case _:
                return np.zeros(shape)

    return _weights(network, start)


def random_weights(network: Network, seed: int) -> dict[str, Array]:
    """Every parameter drawn, so that two programs that mix any two of them up disagree; float64, in the table's order.

    Kernels by He's rule; what multiplies (gammas, gains, variances) between half and one and a half times its initial value; what
    is added N(0, 0.01); centres N(0, 1).
    """

    def draw(row: Row, parameter: str, shape: Shape, stream: int) -> Array:
        match parameter:
            case "gamma" | "variance" | "gain":
                usual = 1 / row.size**2 if isinstance(row, Subsample) else 1.0
                return np.asarray(usual * (0.5 + uniform([seed], 0, shape, stream=stream)[0]))
            case "kernel":
                scale = sqrt(2 / fans(row, shape)[0])
            case "centres":
                scale = 1.0
            case _:
                scale = 0.1
        return np.asarray(scale * normal([seed], 0, shape, stream=stream)[0])

    return _weights(network, draw)


def fans(row: Row, shape: Shape) -> tuple[int, int]:
    """(fan in, fan out) of a kernel of this shape: the inputs of one output, and the outputs of one input."""
    window = prod(shape[:-2])
    return (
        (window * shape[-1], window * shape[-2])
        if isinstance(row, TransposedConv)
        else (window * shape[-2], window * shape[-1])
    )


def only_connected(row: Row, kernel: Array) -> Array:
    """The kernel with zeros between maps that a convolution's ``connections`` do not join; the kernel itself where it has none."""
    if not isinstance(row, Conv) or row.connections is None:
        return kernel
    inputs, outputs = connected(row)
    joined = np.zeros_like(kernel)
    joined[:, :, inputs, outputs] = kernel[:, :, inputs, outputs]
    return joined


def _weights(network: Network, draw: Callable[[Row, str, Shape, int], Array]) -> dict[str, Array]:
    rows = {row.name: row for row in walk(network.rows)}
    weights = {}
    for stream, (name, shape) in enumerate(parameter_shapes(network).items()):
        row, parameter = name.split("/")
        drawn = draw(rows[row], parameter, shape, stream)
        weights[name] = only_connected(rows[row], drawn) if parameter == "kernel" else drawn
    return weights

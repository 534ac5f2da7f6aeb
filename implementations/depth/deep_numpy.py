"""Plain and residual perceptrons of any depth, many seeds at once: outputs, and gradients written out by hand.

Source: columbia-deep-learning, slides "PROBLEMS WTH DEPTH" and "RESNET". The equations are in the topic's docstring. Every array has a
leading axis of seeds, every layer the same width; weights of the square layers are stacked along a second axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Parameters = dict[str, Array]
Phi = Literal["relu", "tanh", "sigmoid", "linear"]

EPSILON = 1e-5  # of batch normalisation, as in the authors' models
ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "relu": lambda h: np.maximum(h, 0),
    "tanh": np.tanh,
    "sigmoid": expit,
    "linear": lambda h: h,
}
SLOPES: dict[str, Callable[[Array], Array]] = {  # phi'(h) from y = phi(h)
    "relu": lambda y: (y > 0).astype(y.dtype),
    "tanh": lambda y: 1 - y * y,
    "sigmoid": lambda y: y * (1 - y),
    "linear": np.ones_like,
}


@dataclass(frozen=True, slots=True)
class Deep:
    """A perceptron with ``layers`` square layers of ``width`` units between one layer that enters and one that leaves.

    ``residual`` adds to every pair of square layers what enters the pair; plain and residual ones have the same parameters.
    ``normalised`` puts batch normalisation after every product but the last. ``gain`` is the deviation of
    a weight, times the root of the units that enter, over the customary one (`customary_gain`).
    """

    layers: int
    width: int = 32
    residual: bool = False
    normalised: bool = True
    phi: Phi = "relu"
    gain: float = 1.0

    def __post_init__(self) -> None:
        """Raise ValueError for a residual network whose layers make no pairs."""
        if self.layers < 0 or self.width < 1 or (self.residual and self.layers % 2):
            raise ValueError(f"{self.layers} layers of {self.width}: residual layers come in pairs")


def customary_gain(phi: Phi) -> float:
    """The root of sigma_w^2 that keeps the gradients of a plain network without normalisation: He's root of 2, else 1."""
    return np.sqrt(2.0) if phi == "relu" else 1.0


def start(net: Deep, seeds: Seeds, inputs: int, outputs: int, *, stream: int = 0) -> Parameters:
    """Weights N(0, sigma_w^2 / fan in), shifts 0, scales 1. Entry i of every array depends on seeds[i] alone."""
    sigma = net.gain * customary_gain(net.phi)
    s, n, width = len(seeds), net.layers, net.width
    return {
        "enter": sigma / np.sqrt(inputs) * streams.normal(seeds, 0, (inputs, width), stream=stream),
        "square": sigma / np.sqrt(width) * streams.normal(seeds, 1, (n, width, width), stream=stream),
        "leave": streams.normal(seeds, 2, (width, outputs), stream=stream) / np.sqrt(width),
        "scale": np.ones((s, n + 1, width)),
        "shift": np.zeros((s, n + 1, width)),
        "bias": np.zeros((s, outputs)),
    }


class Layer(NamedTuple):
    """What a layer keeps for the way back: what entered, what leaves, and of batch normalisation the unit values and 1 / deviation."""

    x: Array
    y: Array
    unit: Array | None
    rate: Array | None


class Pass(NamedTuple):
    """A forward pass: the outputs (s, n, k), and every layer from the one that enters."""

    outputs: Array
    layers: list[Layer]


def forward(net: Deep, p: Parameters, x: Array) -> Pass:
    """The network on a batch of examples x (s, n, inputs), normalised by the moments of that batch."""
    layers: list[Layer] = []
    for i in range(net.layers + 1):
        h = x @ (p["square"][:, i - 1] if i else p["enter"])
        unit = rate = None
        if net.normalised:
            h -= h.mean(axis=1, keepdims=True)
            rate = 1 / np.sqrt(np.mean(h * h, axis=1, keepdims=True) + EPSILON)
            unit = h * rate
            h = unit * p["scale"][:, i, None]
        h += p["shift"][:, i, None]
        if net.residual and i and i % 2 == 0:
            h += layers[i - 1].x
        y = ACTIVATIONS[net.phi](h)
        layers.append(Layer(x, y, unit, rate))
        x = y
    return Pass(x @ p["leave"] + p["bias"][:, None], layers)


def backward(
    net: Deep, p: Parameters, run: Pass, d_outputs: Array, d_layers: dict[int, Array] | None = None
) -> tuple[Parameters, list[Array]]:
    """dL/dparameters, and dL/dy of every layer's output y (s, n, width), from the one that enters, for dL/doutputs (s, n, k).

    ``d_layers`` has what reaches the output of a layer from the side, from an auxiliary head: dL/dy by the layer's number.
    """
    d = {name: np.empty_like(array) for name, array in p.items()}
    d["leave"] = np.swapaxes(run.layers[-1].y, 1, 2) @ d_outputs
    d["bias"] = d_outputs.sum(axis=1)
    found: list[Array] = []
    across: dict[int, Array] = dict(d_layers or {})  # what reaches a layer's output by other ways than the next layer
    d_y = d_outputs @ np.swapaxes(p["leave"], 1, 2)
    for i in reversed(range(net.layers + 1)):
        layer = run.layers[i]
        if i in across:
            d_y = d_y + across.pop(i)
        found.append(d_y)
        d_h = d_y * SLOPES[net.phi](layer.y)
        if net.residual and i and i % 2 == 0:
            across[i - 2] = d_h + across[i - 2] if i - 2 in across else d_h
        d["shift"][:, i] = d_h.sum(axis=1)
        if layer.unit is not None and layer.rate is not None:
            d["scale"][:, i] = np.sum(d_h * layer.unit, axis=1)
            d_unit = d_h * p["scale"][:, i, None]
            d_h = layer.rate * (
                d_unit
                - d_unit.mean(axis=1, keepdims=True)
                - layer.unit * np.mean(d_unit * layer.unit, axis=1, keepdims=True)
            )
        else:
            d["scale"][:, i] = 0
        into = np.swapaxes(layer.x, 1, 2) @ d_h
        if i:
            d["square"][:, i - 1] = into
            d_y = d_h @ np.swapaxes(p["square"][:, i - 1], 1, 2)
        else:
            d["enter"] = into
    return d, found[::-1]

"""Gradients through depth at the start of training: what a layer multiplies them by, measured on random networks."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from implementations.depth import mean_field
from implementations.depth.deep_numpy import (
    ACTIVATIONS,
    SLOPES,
    Array,
    Deep,
    Parameters,
    Phi,
    Seeds,
    backward,
    customary_gain,
    forward,
    start,
)
from implementations.streams import streams_numpy as streams

LAYERS, WIDTH, PROBES, BATCH = 24, 128, 8, 64
_POINTS, _PROBES, _SHIFTS = 20, 21, 22  # streams


class Drawn(NamedTuple):
    """What is drawn once for all networks of a comparison: weights of gain 1 over linear units, examples, weightings of the outputs."""

    seeds: Seeds
    weights: Parameters
    x: Array
    weightings: Array


def draw(seeds: Seeds, *, layers: int = LAYERS, width: int = WIDTH, examples: int = BATCH) -> Drawn:
    """For networks of so many layers; every example has unit squares on average."""
    x = streams.normal(seeds, 0, (examples, width), stream=_POINTS)
    x *= np.sqrt(width) / np.linalg.norm(x, axis=2, keepdims=True)
    weights = start(Deep(layers, width, phi="linear"), seeds, width, width)
    return Drawn(seeds, weights, x, streams.normal(seeds, 0, (examples, width), stream=_PROBES))


def squared_gradients(net: Deep, drawn: Drawn, *, bias: float = 0.0) -> tuple[Array, Array]:
    """Mean squares of dL/dy after every layer, (s, layers + 1), and the share of units beyond 0.9 in size, (s,).

    L is a random weighting of the outputs: without normalisation `PROBES` of them of the first example, with it one of every
    example, as the batch is one thing then. ``bias`` is the deviation of the shifts.
    """
    sigma = net.gain * customary_gain(net.phi)
    p = {**drawn.weights, "enter": sigma * drawn.weights["enter"], "square": sigma * drawn.weights["square"]}
    p["shift"] = bias * streams.normal(drawn.seeds, 0, p["shift"].shape[1:], stream=_SHIFTS)
    x, weightings = drawn.x, drawn.weightings
    if not net.normalised:
        x, weightings = np.repeat(x[:, :1], PROBES, axis=1), weightings[:, :PROBES]
    run = forward(net, p, x)
    squares = [np.mean(d * d, axis=(1, 2)) for d in backward(net, p, run, weightings)[1]]
    saturated = [np.mean(np.abs(layer.y) > 0.9, axis=(1, 2)) for layer in run.layers]
    return np.stack(squares, axis=1), np.mean(saturated, axis=0)


def per_layer(squares: Array) -> Array:
    """What a layer multiplies the squared gradient by on the way back: the geometric mean over all square layers, one a seed."""
    return np.asarray((squares[:, 0] / squares[:, -1]) ** (1 / (squares.shape[1] - 1)))


def factors(seeds: Seeds, *, cases: list[list[Any]], without_slopes: bool = False) -> dict[str, dict[str, Array]]:
    """`per_layer` of plain networks without normalisation, by "unit gain"; the defect takes the units for linear ones."""
    drawn = draw(seeds, examples=PROBES)
    found = {}
    for phi, gain in cases:
        unit: Phi = "linear" if without_slopes else phi
        found[f"{phi} {gain:g}"] = {
            "factor": per_layer(squared_gradients(Deep(LAYERS, WIDTH, False, False, unit, gain), drawn)[0])
        }
    return found


def factors_in_theory(*, cases: list[list[Any]]) -> dict[str, dict[str, float]]:
    """The same from the mean-field recursion."""
    return {f"{phi} {gain:g}": {"factor": mean_field.factor(phi, gain, LAYERS)} for phi, gain in cases}


def fall(seeds: Seeds, *, gain: float = 0.7, normalised: bool = False, residual: bool = False) -> dict[str, Array]:
    """The curve of the squared gradient against the layers that it has passed, from the last square layer back."""
    squares, _ = squared_gradients(Deep(LAYERS, WIDTH, residual, normalised, gain=gain), draw(seeds))
    return {"x": np.arange(LAYERS + 1.0), "y": squares[:, ::-1] / squares[:, -1:]}


def saturated_factor(seeds: Seeds, *, gain: float = 4.0, bias: float = 0.0) -> Array:
    """`per_layer` of tanh layers with large weights or large shifts."""
    return per_layer(
        squared_gradients(Deep(LAYERS, WIDTH, False, False, "tanh", gain), draw(seeds, examples=PROBES), bias=bias)[0]
    )


def saturated_share(seeds: Seeds, *, gain: float = 4.0, bias: float = 0.0) -> Array:
    """The share of those units that stand beyond 0.9 in size."""
    return squared_gradients(Deep(LAYERS, WIDTH, False, False, "tanh", gain), draw(seeds, examples=PROBES), bias=bias)[
        1
    ]


def saturated_factor_in_theory(*, gain: float = 4.0, bias: float = 0.0) -> float:
    """From the mean-field recursion."""
    return mean_field.factor("tanh", gain, LAYERS, bias=bias)


def normalised_factor(seeds: Seeds, *, gain: float = 1.0, residual: bool = False, normalised: bool = True) -> Array:
    """`per_layer` of relu layers after batch normalisation, over a batch of 64."""
    return per_layer(squared_gradients(Deep(LAYERS, WIDTH, residual, normalised, gain=gain), draw(seeds))[0])


def normalised_factor_in_theory() -> float:
    """pi / (pi - 1)."""
    return mean_field.normalised_factor()


def away_from_one(seeds: Seeds, *, gain: float) -> dict[str, Array]:
    """How far the factor is from 1, in size of its logarithm, with batch normalisation and without; relu."""
    drawn = draw(seeds)
    nets = {name: Deep(LAYERS, WIDTH, False, name == "with", gain=gain) for name in ("with", "without")}
    return {name: np.abs(np.log(per_layer(squared_gradients(net, drawn)[0]))) for name, net in nets.items()}


def away_from_one_in_theory(*, gain: float) -> dict[str, float]:
    """From the two closed forms: pi / (pi - 1), and the square of the gain."""
    return {"with": float(np.log(mean_field.normalised_factor())), "without": float(abs(np.log(gain**2)))}


def plain_and_residual(seeds: Seeds, *, layers: int = 54, width: int = 32, normalised: bool = True) -> dict[str, Array]:
    """Decades by which the gradient's norm grows from the last square layer to the first; relu, He's start."""
    drawn = draw(seeds, layers=layers, width=width)
    nets = {"plain": Deep(layers, width, False, normalised), "residual": Deep(layers, width, True, normalised)}
    squares = {name: squared_gradients(net, drawn)[0] for name, net in nets.items()}
    return {name: np.log10(one[:, 0] / one[:, -1]) / 2 for name, one in squares.items()}


def chain_rule_error(*, layers: int = 6, width: int = 4, reverse: bool = False, without_slopes: bool = False) -> float:
    """How far the product of the layers' Jacobians is from the Jacobian of their composition by complex steps, relatively.

    Tanh layers of one drawn network. ``reverse`` multiplies in the wrong order, ``without_slopes`` leaves phi' out.
    """
    seed = np.array([0])
    w = 1.5 / np.sqrt(width) * streams.normal(seed, 0, (layers, width, width), stream=_SHIFTS + 1)[0]
    x = streams.normal(seed, 0, width, stream=_POINTS)[0]
    product, y = np.eye(width), x
    for one in w:
        y = ACTIVATIONS["tanh"](y @ one)
        jacobian = one if without_slopes else one * SLOPES["tanh"](y)  # [input, output]
        product = jacobian @ product if reverse else product @ jacobian
    stepped = x + 1e-30j * np.eye(width)
    for one in w:
        stepped = np.tanh(stepped @ one)
    exact = stepped.imag / 1e-30
    return float(np.abs(product - exact).max() / np.abs(exact).max())

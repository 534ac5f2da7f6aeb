"""How well networks can approximate a function of one variable, with weights that are written down or solved for, not trained.

A failure to train would say nothing of what a network can represent. Equations: the package's docstring. Source:
columbia-deep-learning, slide "CATALYST 3: NEURAL NETWORKS".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Function = Callable[[Array], Array]


@dataclass(frozen=True)
class Target:
    """A function by its limits from the left and from the right, which differ where it jumps; continuous: both the same."""

    left: Function
    right: Function


def sine(x: Array) -> Array:
    """Two waves on [-1, 1]."""
    return np.sin(2 * np.pi * x)


SINE = Target(sine, sine)
STEP = Target(lambda x: np.where(x > 0, 1.0, 0.0), lambda x: np.where(x >= 0, 1.0, 0.0))


def grid(half: float = 1.0, points: int = 4001) -> Array:
    """[-half, half], evenly, with 0 in the middle."""
    return np.linspace(-half, half, points)


def greatest_error(network: Function, target: Target, half: float = 1.0) -> float:
    """sup |g - f| over a fine grid, with both limits of f at a jump: the network is continuous, so it must face both."""
    x = grid(half)
    g = network(x)
    return float(max(np.abs(g - target.left(x)).max(), np.abs(g - target.right(x)).max()))


def mean_square_error(network: Function, target: Target) -> float:
    """The mean of (g - f)^2 over [-1, 1]: a jump is a single point here and weighs nothing."""
    x = grid()
    return float(np.mean((network(x) - target.right(x)) ** 2))


def relu_network(target: Target, units: int, half: float = 1.0, samples: int | None = None) -> Function:
    """The relu network, one hidden layer of so many units, through f at units + 1 even knots on [-half, half].

    w_k = 1, b_k = -knot_k, v_k = the change of slope at the knot. ``samples`` are the labels it has been given: the broken line
    through these is what the units then draw. Raises ValueError for fewer than 1 unit or 2 samples.
    """
    if units < 1 or (samples is not None and samples < 2):
        raise ValueError(f"needs a unit and two samples, got {units} and {samples}")
    knots = np.linspace(-half, half, units + 1)
    values = target.right(knots)
    if samples is not None:
        at = np.linspace(-half, half, samples)
        values = np.interp(knots, at, target.right(at))
    slopes = np.diff(values) / np.diff(knots)
    v = np.diff(slopes, prepend=0.0)
    return lambda x: values[0] + np.maximum(np.subtract.outer(x, knots[:-1]), 0) @ v


def random_network(activation: Function, units: int, layers: int, target: Target) -> Function:
    """Random hidden weights, output weights by least squares on a grid: the best network with these hidden units.

    Units are scaled to a greatest value of 1 on the grid, which their outgoing weights could undo.
    """
    x = grid(points=1001)

    def hidden(at: Array) -> Array:
        values, seen = at[:, None], x[:, None]
        for layer in range(layers):
            shape = (seen.shape[1] + 1, units)
            w = (
                streams.normal(np.array([layer]), 0, shape)[0]
                * np.where(np.arange(shape[0]) < shape[0] - 1, 4, 2)[:, None]
            )
            w /= np.sqrt(seen.shape[1])
            values, seen = (activation(v @ w[:-1] + w[-1]) for v in (values, seen))
            scale = np.abs(seen).max(axis=0)
            values, seen = values / scale, seen / scale
        return np.concatenate([values, np.ones((len(values), 1))], axis=1)

    output = np.linalg.lstsq(hidden(x), target.right(x), rcond=1e-13)[0]
    return lambda at: hidden(at) @ output


def best_polynomial_error(target: Target, degree: int, points: int = 2001) -> float:
    """The least sup |p - f| over all polynomials of that degree on [-1, 1]: a linear program in Chebyshev's basis."""
    from scipy.optimize import linprog

    x = grid(points=points)
    basis = np.polynomial.chebyshev.chebvander(x, degree)
    ones = np.ones((points, 1))
    rows = np.block([[basis, -ones], [-basis, -ones]])
    sides = np.concatenate([target.left(x), -target.right(x)])
    cost = np.append(np.zeros(degree + 1), 1.0)
    return float(linprog(cost, A_ub=rows, b_ub=sides, bounds=(None, None)).fun)

r"""Does a network compute the same in two backends? Outputs, every row, and every gradient, to a bound from the arithmetic.

    compare(random_case(network, weights))       for each backend the results that differ, in the order of computation

The bound. An inner product of n terms, summed in any order in floating point, is the exact inner product of terms that are
each off by a relative gamma(n) at most: gamma_n = n u / (1 - n u) in the worst case, and 8 sqrt(n) u but for one case in 10^13
where roundings are independent (Higham and Mary, 2019; u = 2^-53), so

    gamma(n) = min(n, 8 sqrt(n)) u

and n is the longest sum of the network: inputs of a dense layer, a kernel's window times its maps forwards and backwards, and
the batch times the pixels of a map in batch normalisation's moments and in the gradients of kernels and biases. So each output of a
computed layer is that of an exact layer whose kernel is off by relative gamma(n), and elementwise functions are off by less. How far
that moves a result is the result's own conditioning, which depth, cancellation and batch normalisation make large or small. It is
measured: the reference runs again with all parameters, inputs and upstream gradients multiplied by 1 +- eta, signs drawn at
random, eta = 2^-30 (the bound is the same for 2^-42: everything is linear at that size),

    bound(result) = 2 gamma(n) / eta * max over draws of max |result(perturbed) - result|

2 for two computations. Worst signs would move a sum sqrt(n) times as far as random ones, but roundings are no more aligned than these are;
between torch and Keras the catalogue's networks used 6 % of it at most, and a change of one parameter by 1e-9 exceeds it. A result that
is zero by structure (the gradient of a bias that batch normalisation takes out again) is all rounding and has no such bound; the
catalogue has none.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implementations.networks import rows_numpy
from implementations.networks.counting import head_shapes, output_shape, parameter_shapes, summary
from implementations.networks.placing import Placed, placed
from implementations.networks.table import Concat, Head, Network, Residual

Array = NDArray[Any]
Results = dict[str, Array]

BACKENDS = ("numpy", "torch", "tensorflow")
UNIT_ROUNDOFF = 2.0**-53
ETA = 2.0**-30


@dataclass(frozen=True)
class Case:
    """What a network computes on: its weights, a batch, and the upstream gradients of its output and its heads."""

    network: Network
    weights: Mapping[str, Array]
    x: Array
    d_output: Array
    d_heads: Mapping[str, Array] = field(default_factory=dict)
    training: bool = False


class Deviation(NamedTuple):
    """A result that differs by more than its bound, both in the largest entry."""

    result: str
    difference: float
    bound: float


def random_case(network: Network, weights: Mapping[str, Array], *, batch: int = 2, training: bool = False) -> Case:
    """A batch and upstream gradients, all standard normal, the same ones each time."""
    rng = np.random.default_rng(0)
    shapes = {"x": network.input, "d_output": output_shape(network)}
    drawn = {name: rng.standard_normal((batch, *shape)) for name, shape in shapes.items()}
    d_heads = {name: rng.standard_normal((batch, *shape)) for name, shape in head_shapes(network).items()}
    return Case(network, weights, **drawn, d_heads=d_heads, training=training)


def results(case: Case, backend: str) -> Results:
    """Everything that a backend computes, in the order in which it does: what leaves each row ("row <label>"), "output" and heads
    ("head <name>"), then backwards the gradients ("gradient <row/parameter>", last row first, and "gradient input").
    """
    module = importlib.import_module(f"implementations.networks.networks_{backend}")
    row_outputs = _numpy_row_outputs if backend == "numpy" else module.row_outputs
    rows = row_outputs(case.network, case.weights, case.x, training=case.training)
    outputs, dx, gradients = module.outputs_and_gradients(
        case.network, case.weights, case.x, case.d_output, training=case.training, d_heads=case.d_heads
    )
    return {
        **{f"row {label}": y for label, y in rows.items()},
        **{name if name == "output" else f"head {name}": y for name, y in outputs.items()},
        **{f"gradient {name}": gradients[name] for name in reversed(gradients)},
        "gradient input": dx,
    }


def bounds(case: Case, reference: Results, backend: str = "numpy", draws: int = 2) -> dict[str, float]:
    """How far two computations of each result may lie apart in any entry: the docstring's bound, by ``reference`` and its backend."""
    moved = dict.fromkeys(reference, 0.0)
    for draw in range(draws):
        for name, one in results(_perturbed(case, draw), backend).items():
            moved[name] = max(moved[name], _largest(one - reference[name]))
    relative = rounding(longest_sum(case.network, len(case.x)))
    return {name: 2 * relative / ETA * distance for name, distance in moved.items()}


def deviations(results: Results, reference: Results, bounds: Mapping[str, float]) -> list[Deviation]:
    """What differs by more than its bound, in the order of computation: the first one is where the two part company."""
    found = [Deviation(name, _largest(results[name] - one), bounds[name]) for name, one in reference.items()]
    return [one for one in found if not one.difference <= one.bound]  # NaN is a deviation too


def compare(case: Case, backends: Sequence[str] = BACKENDS[1:], reference: str = "numpy") -> dict[str, list[Deviation]]:
    """The deviations of each backend from the reference: empty lists where all is equal."""
    right = results(case, reference)
    limits = bounds(case, right, reference)
    return {backend: deviations(results(case, backend), right, limits) for backend in backends}


def rounding(terms: int) -> float:
    """gamma(n): the relative error that a sum of n products spreads over its terms."""
    return min(terms, 8 * sqrt(terms)) * UNIT_ROUNDOFF


def longest_sum(network: Network, batch: int) -> int:
    """The most terms that any sum of a forward or backward pass has."""
    kernels = [shape for name, shape in parameter_shapes(network).items() if name.endswith("/kernel")]
    windows = [prod(shape) // min(shape[-2:]) for shape in kernels]
    pixels = [prod(line.output[:-1]) for line in summary(network)]
    return max(*windows, batch * max(pixels))


def _numpy_row_outputs(network: Network, weights: Mapping[str, Array], x: Array, *, training: bool) -> Results:
    """What leaves every row in NumPy, by its label: those inside before the one that holds them."""
    found: Results = {}

    def run(places: Sequence[Placed], x: Array) -> Array:
        for place in places:
            outs = [run(part, x) for part in place.parts]
            match place.row:
                case Concat():
                    x = np.concatenate(outs, axis=-1)
                case Residual():
                    x = np.add(*outs)
                case Head():
                    pass  # x passes on
                case row:
                    own = {name.split("/")[1]: w for name, w in weights.items() if name.startswith(f"{row.name}/")}
                    x = rows_numpy.forward(row, own, x, rows_numpy.Mode(training))
            found[place.label] = x
        return x

    run(placed(network), x)
    return found


def _perturbed(case: Case, draw: int) -> Case:
    rng = np.random.default_rng(draw + 1)

    def shaken(array: Array) -> Array:
        return np.asarray(array * (1 + ETA * rng.choice((-1.0, 1.0), array.shape)))

    return replace(
        case,
        weights={name: shaken(one) for name, one in case.weights.items()},
        x=shaken(case.x),
        d_output=shaken(case.d_output),
        d_heads={name: shaken(one) for name, one in case.d_heads.items()},
    )


def _largest(array: Array) -> float:
    return float(np.max(np.abs(array)))

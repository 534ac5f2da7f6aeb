"""What a wide random network does to signals and gradients, layer by layer, without drawing one: the mean-field recursion.

Source: columbia-deep-learning, slide "PROBLEMS WTH DEPTH" (multiplicative terms, saturation, normalisation); the recursion after
Poole et al 2016 and Schoenholz et al 2017, batch normalisation after Yang et al 2019. The topic's docstring has the equations.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from implementations.depth.deep_numpy import ACTIVATIONS, SLOPES, Array, Phi, customary_gain


@cache
def _normal() -> tuple[Array, Array]:
    """Nodes and weights of a mean over N(0, 1), by the midpoint rule on +-10: none at 0, where units may have their kink."""
    z: NDArray[np.float64] = (np.arange(4000) - 1999.5) / 200
    weights = np.exp(-z * z / 2)
    return z, weights / weights.sum()


def signals_and_factors(phi: Phi, gain: float, layers: int, *, bias: float = 0.0) -> tuple[Array, Array]:
    """Variances q of what enters the units, (layers + 1,), and the factors chi of the squared gradient, (layers,).

    ``gain`` is the weights' deviation over the customary one, ``bias`` the deviation of the shifts. The examples have unit squares on
    average. chi[i] is for the way back through square layer i + 1.
    """
    z, weights = _normal()
    squared = (gain * customary_gain(phi)) ** 2
    q, chi = [squared + bias**2], []
    for _ in range(layers):
        q.append(float(squared * weights @ ACTIVATIONS[phi](np.sqrt(q[-1]) * z) ** 2 + bias**2))
        chi.append(squared * weights @ SLOPES[phi](ACTIVATIONS[phi](np.sqrt(q[-1]) * z)) ** 2)
    return np.array(q), np.array(chi)


def factor(phi: Phi, gain: float, layers: int, *, bias: float = 0.0) -> float:
    """The factor of the squared gradient a layer: the geometric mean of chi over the layers."""
    return float(np.exp(np.log(signals_and_factors(phi, gain, layers, bias=bias)[1]).mean()))


def normalised_factor() -> float:
    """The same for relu after batch normalisation, in a wide network on a large batch: pi / (pi - 1), whatever the gain."""
    return np.pi / (np.pi - 1)

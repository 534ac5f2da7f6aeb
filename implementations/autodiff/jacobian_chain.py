"""What a Jacobian costs: multiplications of both modes through a chain of layers.

Layer k maps d_{k-1} numbers to d_k, and has the Jacobian J_k of shape (d_k, d_{k-1}). With K layers

    dL/dx = J_K ... J_2 J_1
    forward mode   J_K (... (J_3 (J_2 J_1)))      d_0 (d_1 d_2 + d_2 d_3 + ... + d_{K-1} d_K)
    reverse mode   (((J_K J_{K-1}) ...) J_2) J_1  d_K (d_{K-1} d_{K-2} + ... + d_1 d_0)

The product of a (p, q) and a (q, r) matrix takes p q r multiplications. Both formulas, the slide's for K = 4, start from
a Jacobian that is already there: J_1 in forward mode, J_K in reverse mode. A program that runs one pass for each unit
vector also multiplies that first Jacobian, by all d_0 (or d_K) unit vectors: `passes` counts it so. Then each pass
costs S = sum_k d_{k-1} d_k, and the modes cost d_0 S and d_K S.

Source: columbia-deep-learning, slide REVERSE MODE AND NEURAL NETWORKS.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


class CountedFloat:
    """A float that counts, in `tally[0]`, how often numbers of its kind are multiplied: the instrument."""

    def __init__(self, value: float, tally: list[int]) -> None:
        self.value = value
        self.tally = tally

    def __mul__(self, other: CountedFloat) -> CountedFloat:
        self.tally[0] += 1
        return CountedFloat(self.value * other.value, self.tally)

    def __add__(self, other: CountedFloat) -> CountedFloat:
        return CountedFloat(self.value + other.value, self.tally)


def forward_cost(widths: Sequence[int], passes: bool = False) -> int:
    """Multiplications of forward mode for layers of `widths` d_0 .. d_K; see the module for `passes`."""
    layers = list(pairwise(widths))
    return widths[0] * sum(a * b for a, b in (layers if passes else layers[1:]))


def reverse_cost(widths: Sequence[int], passes: bool = False) -> int:
    """Multiplications of reverse mode: forward mode of the chain turned round."""
    return forward_cost(widths[::-1], passes)


def multiply(jacobians: Sequence[NDArray[np.float64]], mode: str) -> tuple[NDArray[np.float64], int, list[str]]:
    """J_K ... J_1 in the order of `mode` ("forward" or "reverse"), the multiplications counted one by one, and the kinds.

    `jacobians` lists J_1 .. J_K. The kind of each product is "matrix-matrix", or "matrix-vector" where one factor is
    a single row or column. ValueError for another mode.
    """
    if mode not in ("forward", "reverse"):
        raise ValueError(f"mode is 'forward' or 'reverse', not {mode!r}")
    tally = [0]
    counted = [np.vectorize(lambda x: CountedFloat(x, tally), otypes=[object])(j) for j in jacobians]
    order = counted if mode == "forward" else counted[::-1]
    product, kinds = order[0], []
    for factor in order[1:]:
        left, right = (factor, product) if mode == "forward" else (product, factor)
        kinds.append("matrix-vector" if 1 in (left.shape[0], right.shape[1]) else "matrix-matrix")
        product = left @ right
    return np.vectorize(lambda c: c.value, otypes=[np.float64])(product), tally[0], kinds


def jacobians_of(widths: Sequence[int], seed: int = 0) -> list[NDArray[np.float64]]:
    """Standard normal Jacobians J_1 .. J_K for layers of `widths`."""
    rng = np.random.default_rng(seed)
    return [rng.standard_normal((rows, columns)) for columns, rows in pairwise(widths)]

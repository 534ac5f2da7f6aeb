"""Multiplication counts against real products, and the slide's rule for which mode wins."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.autodiff import dual, experiments_cost
from implementations.autodiff.jacobian_chain import (
    forward_cost,
    jacobians_of,
    multiply,
    reverse_cost,
)

widths = st.lists(st.integers(1, 5), min_size=3, max_size=6)


@given(widths)
def test_closed_forms_count_the_multiplications(sizes: list[int]) -> None:
    """For chains of any length the formulas equal what the instrument counts, and the product is NumPy's."""
    jacobians = jacobians_of(sizes)
    expected = np.linalg.multi_dot(jacobians[::-1])
    for mode, cost in (("forward", forward_cost), ("reverse", reverse_cost)):
        product, counted, kinds = multiply(jacobians, mode)
        assert counted == cost(sizes)
        assert len(kinds) == len(jacobians) - 1
        np.testing.assert_allclose(product, expected, rtol=1e-12, atol=1e-12)


@given(st.tuples(*[st.integers(1, 1000)] * 5))
def test_the_printed_formulas_are_the_closed_forms(sizes: tuple[int, int, int, int, int]) -> None:
    """d0 d1 d2 + d0 d2 d3 + d0 d3 d4, and the same from the other end."""
    assert experiments_cost.PRINTED["forward"](*sizes) == forward_cost(sizes)
    assert experiments_cost.PRINTED["reverse"](*sizes) == reverse_cost(sizes)


@given(widths)
def test_passes_cost_in_proportion_to_inputs_and_outputs(sizes: list[int]) -> None:
    """Counting the first Jacobian too, the ratio of the modes is N / M whatever lies between."""
    assert forward_cost(sizes, passes=True) * sizes[-1] == reverse_cost(sizes, passes=True) * sizes[0]


def test_dual_numbers_pay_for_the_first_jacobian() -> None:
    """Forward mode really run, one pass for each input, on a linear network with counted weights.

    The pass multiplies values and tangents by each weight, so d0 passes take 2 d0 S multiplications, half of them for tangents.
    """
    sizes = (6, 4, 3, 2, 1)
    tally = [0]
    layers = [[[Weight(w, tally) for w in row] for row in jacobian.tolist()] for jacobian in jacobians_of(sizes)]

    def network(*x: Any) -> Any:
        h = list(x)
        for layer in layers:
            h = [sum((v * w for w, v in zip(row, h, strict=True)), 0.0) for row in layer]
        return h[0]

    dual.gradient(network, *[0.5] * sizes[0])
    assert tally[0] == 2 * forward_cost(sizes, passes=True)


class Weight:
    """A constant that counts how often a float is multiplied by it."""

    def __init__(self, value: float, tally: list[int]) -> None:
        self.value = value
        self.tally = tally

    def __rmul__(self, other: float) -> float:
        self.tally[0] += 1
        return other * self.value


def test_forward_passes_give_the_columns_of_the_product() -> None:
    """Dual numbers seeded with unit vectors against the product of the Jacobians, for a linear network."""
    jacobians = jacobians_of((3, 4, 1))
    product = multiply(jacobians, "forward")[0][0]

    def network(*x: object) -> object:
        h = list(x)
        for layer in jacobians:
            h = [sum(w * v for w, v in zip(row, h, strict=True)) for row in layer.tolist()]
        return h[0]

    np.testing.assert_allclose(dual.gradient(network, 0.1, 0.2, 0.3), product, rtol=1e-13)


def test_a_scalar_loss_or_a_single_input_makes_vectors() -> None:
    """One output: reverse mode has vectors only. One input: forward mode. Otherwise matrices, but for the last factor."""
    assert set(multiply(jacobians_of((5, 4, 3, 2, 1)), "reverse")[2]) == {"matrix-vector"}
    assert set(multiply(jacobians_of((1, 4, 3, 2, 5)), "forward")[2]) == {"matrix-vector"}
    assert set(multiply(jacobians_of((5, 4, 3, 2, 5)), "forward")[2]) == {"matrix-matrix"}
    with pytest.raises(ValueError, match="mode"):
        multiply(jacobians_of((1, 2, 1)), "sideways")

"""Gradients of gradients: the second derivatives of a scalar function, by each way to nest the modes.

    forward over reverse    a dual number goes through the tape: one pass gives H v for one direction v
    reverse over reverse    the first sweep is itself recorded on an outer tape, and walked back
    forward over forward    a dual number of dual numbers: one pass gives one u^T H v

Source: columbia-deep-learning, slides on automatic differentiation; its second-order methods need the Hessian H.
"""

from collections.abc import Callable, Sequence

from implementations.autodiff import dual, tape
from implementations.autodiff.dual import Dual
from implementations.autodiff.elementary import Number, new_level

SecondDerivatives = Callable[..., list[list[Number]]]


def hessian_vector_product(f: Callable[..., Number], point: Sequence[Number], v: Sequence[Number]) -> list[Number]:
    """H v at `point`, by forward over reverse: the tangent of the gradient along v (one entry for each input)."""
    level = new_level()
    seeded = [Dual(x, dx, level) for x, dx in zip(point, v, strict=True)]
    partials = tape.gradient(f, *seeded)
    return [p.tangent if type(p) is Dual and p.level == level else 0.0 for p in partials]


def forward_over_reverse(f: Callable[..., Number], *point: Number) -> list[list[Number]]:
    """The Hessian of f, one Hessian-vector product for each unit vector."""
    n = len(point)
    return [hessian_vector_product(f, point, [float(i == j) for j in range(n)]) for i in range(n)]


def reverse_over_reverse(f: Callable[..., Number], *point: Number) -> list[list[Number]]:
    """The Hessian of f, row by row: the gradient of each partial derivative."""
    return [tape.gradient(lambda *x, i=i: tape.gradient(f, *x)[i], *point) for i in range(len(point))]


def forward_over_forward(f: Callable[..., Number], *point: Number) -> list[list[Number]]:
    """The Hessian of f, entry by entry, from dual numbers of dual numbers."""
    n = len(point)
    unit = [[float(i == j) for j in range(n)] for i in range(n)]

    def first(i: int) -> Callable[..., Number]:
        return lambda *x: dual.directional_derivative(f, x, unit[i])[1]

    return [[dual.directional_derivative(first(i), point, unit[j])[1] for j in range(n)] for i in range(n)]


MODES: dict[str, SecondDerivatives] = {
    "forward over reverse": forward_over_reverse,
    "reverse over reverse": reverse_over_reverse,
    "forward over forward": forward_over_forward,
}

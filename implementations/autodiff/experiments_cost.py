"""What the documents claim of the cost of both modes, counted.

Slides REVERSE MODE AND NEURAL NETWORKS and NOTES ON AUTOMATIC DIFFERENTIATION of columbia-deep-learning. The multiplications
are counted one by one in real products (`jacobian_chain.multiply`); the slide's formulas are written here as printed.
"""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from implementations.autodiff.jacobian_chain import forward_cost, jacobians_of, multiply, reverse_cost

Widths = Sequence[int]

PRINTED: dict[str, Callable[[int, int, int, int, int], int]] = {
    "forward": lambda d0, d1, d2, d3, d4: d0 * d1 * d2 + d0 * d2 * d3 + d0 * d3 * d4,
    "reverse": lambda d0, d1, d2, d3, d4: d2 * d3 * d4 + d2 * d1 * d4 + d1 * d0 * d4,
    # mistakes that the count must tell from the printed formulas
    "last product forgotten": lambda d0, d1, d2, d3, d4: d0 * d1 * d2 + d0 * d2 * d3,
    "two factors a product": lambda d0, d1, d2, d3, d4: d0 * d1 + d1 * d2 + d2 * d3 + d3 * d4,
}


def formula_holds(mode: str, formula: str) -> bool:
    """Whether the formula counts the multiplications of `mode` for all widths d0 .. d4 in {1, 2, 3}.

    Both are of degree 1 in each width, so two values of each decide for all widths; the third is to spare.
    """
    return all(
        multiply(jacobians_of(widths), mode)[1] == PRINTED[formula](*widths) for widths in product((1, 2, 3), repeat=5)
    )


def cost_of_passes(mode: str = "forward", many: Sequence[int] = (10, 30, 100)) -> dict[str, dict[str, int]]:
    """Multiplications of one pass for each input (or output), against d0 (or d4), with hidden widths 4, 3, 2 and one on the far side.

    A pass seeded with unit vectors multiplies the first Jacobian too, as any program of dual numbers does. "Jacobian given"
    starts from the first Jacobian, and needs no passes.
    """
    table = {}
    for d in many:
        widths = (d, 4, 3, 2, 1) if mode in ("forward", "Jacobian given") else (1, 2, 3, 4, d)[::-1]
        jacobians = jacobians_of(widths)
        if mode == "forward":
            jacobians = [np.eye(d), *jacobians]
        elif mode == "reverse":
            jacobians = [*jacobians, np.eye(1)]
        order = "reverse" if mode == "reverse" else "forward"
        table[str(d)] = {"multiplications": multiply(jacobians, order)[1]}
    return table


def cost_of_passes_by_formula() -> dict[str, dict[str, int]]:
    """d0 passes through layers of widths (d0, 4, 3, 2, 1), each of d0 4 + 4 3 + 3 2 + 2 1 multiplications."""
    return {str(d): {"multiplications": d * (4 * d + 12 + 6 + 2)} for d in (10, 30, 100)}


def kind_of_products(outputs: int, mode: str = "reverse") -> str:
    """ "matrix-vector" or "matrix-matrix" where all three products of the chain are so, else "mixed"; widths (6, 5, 4, 3, outputs)."""
    kinds = set(multiply(jacobians_of((6, 5, 4, 3, outputs)), mode)[2])
    return kinds.pop() if len(kinds) == 1 else "mixed"


def kind_by_rank(outputs: int = 10) -> str:
    """The same for reverse mode from the ranks of the accumulated products: what has rank 2 or more is no vector."""
    jacobians = jacobians_of((6, 5, 4, 3, outputs))
    accumulated, ranks = jacobians[-1], []
    for jacobian in jacobians[-2::-1]:
        ranks.append(int(np.linalg.matrix_rank(accumulated)))
        accumulated = accumulated @ jacobian
    return "matrix-vector" if max(ranks) == 1 else "matrix-matrix"


def cost_by_mode(widths: Widths = (100, 8, 8, 8, 2)) -> dict[str, int]:
    """Counted multiplications of both modes for a chain of these widths."""
    jacobians = jacobians_of(widths)
    return {mode: multiply(jacobians, mode)[1] for mode in ("forward", "reverse")}


def cost_ratio(widths: Widths = (20, 8, 8, 8, 20)) -> float:
    """Multiplications of forward mode over those of reverse mode."""
    costs = cost_by_mode(widths)
    return costs["forward"] / costs["reverse"]


EQUAL_WIDTHS = (1000, 5, 5, 5, 10)
BOTTLENECK = (1000, 50, 1, 1, 10)


def reverse_is_cheaper(bottleneck: Widths = BOTTLENECK, swap: bool = False) -> dict[str, dict[str, bool]]:
    """Whether reverse mode takes fewer multiplications, for two chains with N = 1000 inputs and M = 10 outputs.

    `swap` turns both chains round, to 10 inputs and 1000 outputs.
    """
    table = {}
    for name, widths in (("equal hidden widths", EQUAL_WIDTHS), ("bottleneck", bottleneck)):
        costs = cost_by_mode(widths[::-1] if swap else widths)
        table[name] = {"cheaper": costs["reverse"] < costs["forward"]}
    return table


def reverse_is_cheaper_by_formula() -> dict[str, dict[str, bool]]:
    """The same answers from the costs in closed form, with nothing multiplied."""
    chains = {"equal hidden widths": EQUAL_WIDTHS, "bottleneck": BOTTLENECK}
    return {name: {"cheaper": reverse_cost(w) < forward_cost(w)} for name, w in chains.items()}

"""The gridworld of EXAMPLE: GRIDWORLD, of any size, and under both readings of its cases.

Four moves; a move off the grid leaves the agent where it is and costs 1; any move from A pays 10 and leads to A', from B pays 5
and leads to B'; all else pays nothing. The slide lists "would leave the grid" first. A and B lie in the top row, so with the cases
taken in that order a move up from A costs 1 and never reaches A'. The places are in the slide's lost figure; they are those of
Sutton and Barto's example 3.5, and the printed v* confirms the values there.
"""

from typing import Literal

import numpy as np

from implementations.mdp.mdp_numpy import MDP, deterministic

MOVES = ((0, -1), (0, 1), (-1, 0), (1, 0))  # left, right, up, down: (row, column), in the slide's order
ARROWS = "←→↑↓"
GAMMA = 0.9
PLACES = {"A": (0, 1), "A'": (4, 1), "B": (0, 3), "B'": (2, 3)}

Order = Literal["special first", "as printed"]


def cell(row: int, column: int, size: int = 5) -> int:
    """The state in this row and column: states count row by row from the top left."""
    return row * size + column


def gridworld(size: int = 5, order: Order = "special first", special: bool = True) -> MDP:
    """The gridworld with size x size states and four actions; `order` says which case wins when a move leaves the grid at A or B.

    Raises ValueError for a size below 5, which does not hold the four places.
    """
    if size < 5:
        raise ValueError(f"the four places need a grid of at least 5 x 5, got {size}")
    row, column = (index.ravel()[:, None] for index in np.mgrid[:size, :size])
    down, right = np.array(MOVES).T
    to_row, to_column = row + down, column + right
    leaves = (to_row < 0) | (to_row >= size) | (to_column < 0) | (to_column >= size)
    successor = np.where(leaves, cell(row, column, size), cell(to_row, to_column, size))
    reward = np.where(leaves, -1.0, 0.0)
    for name, pays in (("A", 10.0), ("B", 5.0)) if special else ():
        here = cell(*PLACES[name], size)
        counts = ~leaves[here] if order == "as printed" else np.ones(4, bool)
        successor[here, counts], reward[here, counts] = cell(*PLACES[name + "'"], size), pays
    return deterministic(successor, reward)

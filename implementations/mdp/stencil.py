"""Value iteration on a large gridworld without successor tables: four shifted views of one padded array."""

import numpy as np
from numpy.typing import NDArray

from implementations.mdp.grids import GAMMA, PLACES

Array = NDArray[np.float64]


def value_iteration(size: int, gamma: float = GAMMA, error: float = 1e-12) -> Array:
    """v* of `grids.gridworld(size)`, shape (size, size), within `error` in every cell.

    The frame of the padded array stands for the moves off the grid. It holds minus infinity: from zero the values only rise,
    so v(s) <= gamma max v(neighbour), and to stay and pay 1 is never the best. Raises ValueError for a size below 5 or
    gamma outside 0 < gamma < 1.
    """
    if size < 5 or not 0 < gamma < 1:
        raise ValueError(f"needs a size of at least 5 and 0 < gamma < 1, got {size} and {gamma}")
    padded, best = np.full((size + 2, size + 2), -np.inf), np.empty((size, size))
    v = padded[1:-1, 1:-1]
    v[:] = 0.0
    change = np.empty_like(best)
    while True:
        np.maximum(padded[:-2, 1:-1], padded[2:, 1:-1], out=best)
        np.maximum(best, padded[1:-1, :-2], out=best)
        np.maximum(best, padded[1:-1, 2:], out=best)
        best *= gamma
        for name, pays in (("A", 10.0), ("B", 5.0)):
            best[PLACES[name]] = pays + gamma * v[PLACES[name + "'"]]
        np.subtract(best, v, out=change)
        v[:] = best
        if gamma * max(change.max(), -change.min()) <= error * (1 - gamma):
            return best

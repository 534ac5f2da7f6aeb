"""Compiled sweeps: value iteration on the gridworld, and policy evaluation in place, as loops over states and actions."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from implementations.mdp.grids import GAMMA, PLACES
from implementations.mdp.mdp_numpy import MDP

Array = NDArray[np.float64]

_PLACES = tuple(index for name in ("A", "A'", "B", "B'") for index in PLACES[name])


def value_iteration(size: int, gamma: float = GAMMA, error: float = 1e-12) -> Array:
    """`stencil.value_iteration`, compiled: the same sweeps, so the same numbers; same errors."""
    if size < 5 or not 0 < gamma < 1:
        raise ValueError(f"needs a size of at least 5 and 0 < gamma < 1, got {size} and {gamma}")
    value: Array = _grid_sweeps(size, gamma, error, _PLACES)
    return value


def evaluate_in_place(mdp: MDP, policy: Array, gamma: float, error: float = 1e-12) -> Array:
    """v_pi, (S,), by sweeps that use each new value at once, within `error`; 0 <= gamma < 1 else ValueError."""
    if not 0 <= gamma < 1:
        raise ValueError(f"sweeps contract only for 0 <= gamma < 1, got {gamma}")
    value: Array = _sweeps(mdp.probability, mdp.successor, mdp.reward, policy, gamma, error)
    return value


@njit(cache=True)
def _sweeps(probability: Any, successor: Any, reward: Any, policy: Any, gamma: Any, error: Any) -> Any:
    states, actions, outcomes = probability.shape
    v = np.zeros(states)
    change = np.inf
    while gamma * change > error * (1 - gamma):
        change = 0.0
        for s in range(states):
            value = 0.0
            for a in range(actions):
                for k in range(outcomes):
                    value += policy[s, a] * probability[s, a, k] * (reward[s, a, k] + gamma * v[successor[s, a, k]])
            change = max(change, abs(value - v[s]))
            v[s] = value
    return v


@njit(cache=True)
def _grid_sweeps(size: Any, gamma: Any, error: Any, places: Any) -> Any:
    row_a, column_a, row_a2, column_a2, row_b, column_b, row_b2, column_b2 = places
    v, new = np.zeros((size, size)), np.zeros((size, size))
    while True:
        change = 0.0
        for i in range(size):
            for j in range(size):
                best = -np.inf  # a move off the grid is never the best: see `stencil`
                if i > 0:
                    best = max(best, v[i - 1, j])
                if i < size - 1:
                    best = max(best, v[i + 1, j])
                if j > 0:
                    best = max(best, v[i, j - 1])
                if j < size - 1:
                    best = max(best, v[i, j + 1])
                new[i, j] = best * gamma
        new[row_a, column_a] = 10.0 + gamma * v[row_a2, column_a2]
        new[row_b, column_b] = 5.0 + gamma * v[row_b2, column_b2]
        for i in range(size):
            for j in range(size):
                change = max(change, abs(new[i, j] - v[i, j]))
        v, new = new, v
        if gamma * change <= error * (1 - gamma):
            return v

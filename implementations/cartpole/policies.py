"""Policies that do not learn, and how long the pole stands under them.

A policy is a function of the states (4, n), the time t and n uniform numbers, and returns n actions, 0 left or 1 right.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implementations.cartpole.discretisation import Bins
from implementations.cartpole.dynamics import CHOICES, V0, Actions, Array, Seeds, fallen, start, step
from implementations.streams import streams_numpy as streams

Policy = Callable[[Array, int, Array], Actions]


def random(state: Array, t: int, u: Array) -> Actions:
    """The slides' coin: a uniform number, rounded. NumPy rounds one half itself to 0, the even neighbour."""
    return np.round(u).astype(np.int64)


def pushes_when_positive(position: float, velocity: float, angle: float, spin: float, bias: float = 0.0) -> Policy:
    """Right where the weighted sum of the four variables and the bias is positive, left elsewhere."""
    weights = np.array([position, velocity, angle, spin])

    def policy(state: Array, t: int, u: Array) -> Actions:
        action: Actions = (weights @ state + bias > 0.0).astype(np.int64)
        return action

    return policy


def alternate(state: Array, t: int, u: Array) -> Actions:
    """Left, right, left, right."""
    return np.full(state.shape[1], t % 2, np.int64)


def greedy(q: ArrayLike, bins: Bins, tie: int | NDArray[np.int64] = 1) -> Policy:
    """The action with the higher value in a table of shape (\\*bins, 2), or one a replicate, (n, \\*bins, 2).

    Where both are equal: `tie`, one action or one a cell. The printed code goes right.
    """
    table = np.asarray(q, dtype=np.float64)
    one = table.ndim == len(bins.shape) + 1
    left, right = (table[..., a].reshape(1 if one else len(table), bins.cells) for a in (0, 1))
    chosen = np.where(left == right, tie, (right > left).astype(np.int64))

    def policy(state: Array, t: int, u: Array) -> Actions:
        row = 0 if one else np.arange(len(chosen))
        action: Actions = chosen[row, bins.index(state)]
        return action

    return policy


def exploring(policy: Policy, epsilon: float) -> Policy:
    """The policy with probability 1 - epsilon, a coin otherwise; one uniform number decides both."""

    def explores(state: Array, t: int, u: Array) -> Actions:
        return np.where(u < epsilon, u > 0.5 * epsilon, policy(state, t, u)).astype(np.int64)

    return explores


NAMED: dict[str, Policy] = {
    "random": random,
    "left_right": pushes_when_positive(0, 0, 1, 0),
    "against_the_lean": pushes_when_positive(0, 0, -1, 0),
    "always_left": pushes_when_positive(0, 0, 0, 0, bias=-1.0),
    "always_right": pushes_when_positive(0, 0, 0, 0, bias=1.0),
    "alternate": alternate,
    "by_cart_velocity": pushes_when_positive(0, 1, 0, 0),
    "by_pole_velocity": pushes_when_positive(0, 0, 0, 1),
    "by_angle_and_velocity": pushes_when_positive(0, 0, 1, 1),
}


def play(policy: Policy, seeds: Seeds, limit: int = V0, episode: int = 0) -> NDArray[np.int64]:
    """Steps until the fall, or `limit`: (n,). Each replicate plays one episode, from the start that `episode` draws."""
    return trace(policy, seeds, limit, episode)[1]


def trace(policy: Policy, seeds: Seeds, limit: int = V0, episode: int = 0) -> tuple[Array, NDArray[np.int64]]:
    """All states, (limit + 1, 4, n), and the lengths, (n,). After the fall a replicate stays where it fell."""
    n = len(seeds)
    state = start(seeds, episode)
    states, lengths, standing = [state], np.zeros(n, np.int64), np.ones(n, np.bool_)
    for t in range(limit):
        u = streams.uniform(seeds, episode * limit + t, stream=CHOICES)
        state = np.where(standing, step(state, policy(state, t, u)), state)
        states.append(state)
        lengths += standing
        standing = standing & ~fallen(state)
        if not standing.any():
            break
    states += [state] * (limit + 1 - len(states))
    return np.stack(states), lengths

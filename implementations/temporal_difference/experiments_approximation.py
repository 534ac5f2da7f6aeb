"""What the documents claim of Q-learning with function approximation: is it equal to Q*, and does it diverge?

Slides RL: MODEL-FREE EXAMPLE: Q-LEARNING of uts-rl-gans and Q-Learning of fase-deep-rl.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from implementations.mdp import mdp_numpy as m
from implementations.mdp.examples import chain
from implementations.mdp.grids import GAMMA, gridworld
from implementations.temporal_difference import baird, networks

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Flags = NDArray[np.bool_]


def _features(size: int) -> Array:
    """Features of the gridworld's 25 states: one a state, or (1, row, column)."""
    row, column = np.divmod(np.arange(25), 5)
    return np.eye(25) if size == 25 else np.stack([np.ones(25), row, column], axis=1)


def best_fit_error(transposed: bool = False) -> dict[str, dict[str, float]]:
    """Root mean square of Q(s, a; theta) - Q*(s, a) for the best theta, by parameters: one a pair, or three an action.

    `transposed` mistakes rows for columns in Q*, so that not even the full table looks right.
    """
    mdp = gridworld()
    q = m.q_values(mdp, m.policy_iteration(mdp, GAMMA).v, GAMMA)
    table = {}
    for size in (25, 3):
        x = _features(size)
        theta = np.linalg.lstsq(x, q, rcond=None)[0]
        target = q.reshape(5, 5, 4).swapaxes(0, 1).reshape(25, 4) if transposed else q
        table[str(4 * size)] = {"error": float(np.sqrt(np.mean((x @ theta - target) ** 2)))}
    return table


def best_fit_error_by_projection() -> dict[str, dict[str, float]]:
    """Second route: the part of Q* of value iteration that is orthogonal to the features, by Gram-Schmidt."""
    mdp = gridworld()
    q = m.q_values(mdp, m.value_iteration(mdp, GAMMA).v, GAMMA)
    table = {}
    for size in (25, 3):
        left = q.copy()
        done: list[Array] = []
        for column in _features(size).T:
            direction = column - sum((d * (d @ column) for d in done), np.zeros(25))
            done.append(direction / np.linalg.norm(direction))
            left -= np.outer(done[-1], done[-1] @ left)
        table[str(4 * size)] = {"error": float(np.sqrt(np.mean(left**2)))}
    return table


def diverges(
    seeds: Seeds,
    steps: int = 3000,
    alpha: float = 0.1,
    weighting: baird.Weighting = "behaviour",
    gamma: float = baird.GAMMA,
) -> dict[str, dict[str, Flags]]:
    """Whether the largest |value| ends above 10 times the largest that the rewards allow (or that it began with); arrays (n,).

    A tanh network learning the five-state chain online, without replay or target network; Q-learning with one weight for two
    states, on transitions drawn independently; and Baird's star, linear in its eight weights, by expected updates. The values of
    these two should be 0. `gamma` is that of the two states.
    """
    q = networks.learn(chain(), seeds, steps)
    star = baird.FEATURES @ baird.expected_path(steps, alpha, weighting)[-1]
    grew = bool(np.abs(star).max() > 10 * np.abs(baird.FEATURES @ baird.START).max())
    return {
        "network on the chain": {"diverges": np.abs(q).max(axis=(1, 2)) > 10 / (1 - GAMMA)},
        "one weight, two states": {
            "diverges": 2 * np.abs(baird.two_state_path(seeds, steps, alpha, gamma)[:, -1]) > 10 * 2
        },
        "Baird's star": {"diverges": np.full(len(seeds), grew)},
    }


def diverges_by_theory() -> dict[str, dict[str, bool]]:
    """Second route: the two states by their growth factor, the star by the spectral radius of its mean update, the network by others.

    The long run of 6000 steps ends within 0.05 of Q* in each of the larger networks, which divergence excludes.
    """
    mdp = chain()
    best = m.q_values(mdp, m.policy_iteration(mdp, GAMMA).v, GAMMA)[:-1]
    learned = networks.learn(mdp, np.arange(1000, 1064), 6000, hidden=24)[:, :-1]
    return {
        "network on the chain": {"diverges": bool(np.abs(learned - best).max() > 0.05)},
        "one weight, two states": {"diverges": baird.two_state_growth(0.1) > 1},
        "Baird's star": {"diverges": baird.growth_rate(0.1) > 1},
    }


def star_growth(
    steps: int = 4000,
    alpha: float = 0.01,
    weighting: baird.Weighting = "behaviour",
    route: Literal["path", "spectrum"] = "path",
) -> float:
    """The factor by which the star's weights grow in a thousand expected updates, once the fastest direction rules."""
    if route == "spectrum":
        return baird.growth_rate(alpha, weighting) ** 1000
    w = np.linalg.norm(baird.expected_path(steps, alpha, weighting), axis=1)
    return float(w[-1] / w[-1001])

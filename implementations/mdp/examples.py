"""Random processes, a short chain, and small counterexamples."""

import numpy as np
from numpy.typing import NDArray

from implementations.mdp.mdp_numpy import MDP, deterministic, from_joint
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]


def random_joint(seed: int, states: int = 5, actions: int = 3, rewards: int = 3) -> tuple[Array, Array]:
    """A tensor p(s', r | s, a), (S, A, S, R), about a third of it zero, and R reward values."""
    one = np.array([seed])
    weight = streams.uniform(one, 0, (states, actions, states, rewards))[0]
    weight = np.where(weight < 1 / 3, 0.0, weight)
    weight[..., 0, 0] += 1e-3  # a pair whose outcomes were all struck out still leads somewhere
    return weight / weight.sum(axis=(2, 3), keepdims=True), streams.normal(one, 1, rewards)[0]


def random_mdp(seed: int, states: int = 5, actions: int = 3) -> MDP:
    """A process with that tensor."""
    return from_joint(*random_joint(seed, states, actions))


def random_policy(seed: int, states: int, actions: int, step: int = 0) -> Array:
    """pi(a | s), (S, A): exponential weights, normalised, so uniform over the simplex."""
    weight = -np.log1p(-streams.uniform(np.array([seed]), step, (states, actions), stream=1)[0])
    value: Array = weight / weight.sum(axis=1, keepdims=True)
    return value


def chain(length: int = 5, ends: bool = True) -> MDP:
    """States in a row, actions left and right; a step right into the last state pays 1. It ends there, or begins again at the left."""
    here = np.arange(length)
    successor = np.stack([np.maximum(here - 1, 0), np.minimum(here + 1, length - 1)], axis=1)
    reward = np.zeros((length, 2))
    reward[-2, 1] = 1.0
    successor[-1] = length - 1 if ends else 0
    return deterministic(successor, reward, terminal=(here == length - 1) & ends, starts=[0])


def coin_toss() -> MDP:
    """One decision, two outcomes: reward 1 with probability one half, else nothing; then the end."""
    return MDP(
        probability=np.array([[[0.5, 0.5]], [[0.5, 0.5]]]),
        successor=np.ones((2, 1, 2), np.int64),
        reward=np.array([[[1.0, 0.0]], [[0.0, 0.0]]]),
        terminal=np.array([False, True]),
        starts=np.array([0]),
    )


def waiting(ends: bool, random: bool) -> MDP:
    """One action, reward 1 a step: the episode ends after three steps, or with probability 1/3 at each, or never.

    Without an end the states 0, 1, 2 follow each other in a circle, or at random.
    """
    here = np.arange(4)
    if random:
        probability = np.full((4, 1, 3), 1 / 3)
        successor = np.tile(np.array([0, 1, 3 if ends else 2]), (4, 1, 1))
        successor[3] = 3
    else:
        probability = np.ones((4, 1, 1))
        successor = np.array([1, 2, 3 if ends else 0, 3]).reshape(4, 1, 1)
    reward = np.where(here < 3, 1.0, 0.0).reshape(4, 1, 1) * np.ones(successor.shape)
    return MDP(probability, successor.astype(np.int64), reward, here == 3, np.array([0]))

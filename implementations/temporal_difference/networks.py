"""Q-learning with a small network, on one transition at a time: no replay, no target network. Replicates along an axis.

Q(s, .; w) = W2 tanh(W1 onehot(s) + b1) + b2, so W1 holds a hidden vector for each state. The update is the slide's: the squared
error (r + gamma max_a' Q(s', a'; w) - Q(s, a; w))^2 / 2, the target taken as a constant.
"""

import numpy as np
from numpy.typing import NDArray

from implementations.mdp.mdp_numpy import MDP
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]


def learn(
    mdp: MDP,
    seeds: Seeds,
    steps: int,
    *,
    gamma: float = 0.9,
    alpha: float = 0.05,
    hidden: int = 16,
    target_sign: int = 1,
) -> Array:
    """Q after `steps` online updates under uniformly random behaviour, (n, S, A); for a process with one outcome an action.

    `target_sign` = -1 adds the target's gradient as if Q(s', .) fell where Q(s, .) rises: a wrong sign on the bootstrap.
    """
    n, each = len(seeds), np.arange(len(seeds))
    into = 0.5 * streams.normal(seeds, 0, (mdp.states, hidden), stream=2)
    bias = np.zeros((n, hidden))
    out = streams.normal(seeds, 0, (hidden, mdp.actions), stream=3) / np.sqrt(hidden)
    shift = np.zeros((n, mdp.actions))
    s = np.full(n, mdp.starts[0])
    for step in range(steps):
        if step % 256 == 0:
            drawn = streams.integers(seeds, step // 256, mdp.actions, 256)
        a = drawn[:, step % 256]
        r, s2 = mdp.reward[s, a, 0], mdp.successor[s, a, 0]
        active = np.tanh(into[each, s] + bias)
        ahead = np.tanh(into[each, s2] + bias)
        following = np.einsum("nh,nha->na", ahead, out) + shift
        target = r + target_sign * gamma * np.where(mdp.terminal[s2], 0.0, following.max(axis=1))
        column = out[each, :, a]
        error = alpha * (target - (active * column).sum(axis=1) - shift[each, a])
        slope = error[:, None] * column * (1 - active**2)
        out[each, :, a] += error[:, None] * active
        shift[each, a] += error
        into[each, s] += slope
        bias += slope
        s = np.where(mdp.terminal[s2], mdp.starts[0], s2)
    hidden_units = np.tanh(into + bias[:, None])
    value: Array = hidden_units @ out + shift[:, None]
    return value

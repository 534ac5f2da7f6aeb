"""The Q learner of the slides, run for all replicates at once: one turn of the loop is one step of n carts.

Each replicate is in an episode of its own; those whose pole fell start again in the next turn, those that are through leave the batch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from implementations.cartpole.discretisation import Cells
from implementations.cartpole.dynamics import CHOICES, Actions, Array, Seeds, fallen, start_keys, starts, step
from implementations.cartpole.settings import Settings
from implementations.streams import streams_numpy as streams

BLOCK = 64  # turns whose exploration is drawn at once


@dataclass(frozen=True, slots=True)
class Learned:
    """What n replicates have learned. `q` and `visits` are (n, \\*bins, 2), `lengths` (n, episodes): steps of each episode, 0 if
    it was not finished. The total reward of an episode is its length: every step pays 1."""

    q: Array
    visits: NDArray[np.int64]
    lengths: NDArray[np.int64]


def learn(settings: Settings, seeds: Seeds, steps: int | None = None) -> Learned:
    """Q-learning from a table of zeros, for `settings.episodes` episodes or `steps` steps a replicate, whichever comes first."""
    s, n, cells = settings, len(seeds), settings.bins.cells
    q, visits = np.zeros(n * cells * 2), np.zeros(n * cells * 2, np.int64)
    lengths = np.zeros((n, s.episodes), np.int64)
    who: Cells = np.arange(n)
    keys = start_keys(seeds)
    episode, t, epsilon = np.zeros(n, np.int64), np.zeros(n, np.int64), np.full(n, s.epsilon)
    state = starts(keys, episode)
    at = (who * cells + s.bins.index(state)) * 2  # where a replicate's cell begins in the flat table
    turn = 0
    while len(who) and turn != steps:
        if turn % BLOCK == 0:
            coins = exploration(seeds[who], turn)
        u = coins[turn % BLOCK]
        pair = at + choose(q.take(at), q.take(at + 1), u, epsilon, s.tie)
        state = step(state, pair - at)
        down = fallen(state)
        after = (who * cells + s.bins.index(state)) * 2
        value = np.maximum(q.take(after), q.take(after + 1))
        t += 1
        over = down | (t == s.limit)
        if s.terminal != "bootstrap":
            value[down if s.terminal == "zero" else over] = 0.0
        old = q.take(pair)
        size = s.alpha / (1.0 + visits.take(pair) / s.half_life) if s.half_life > 0.0 else s.alpha
        q[pair] = old + size * (1.0 + s.gamma * value - old)
        visits[pair] += 1
        at = after
        turn += 1
        if over.any():
            again = np.flatnonzero(over)
            lengths[who[again], episode[again]] = t[again]
            episode[again] += 1
            t[again] = 0
            epsilon[again] *= s.decay
            state[:, again] = fresh = starts(keys[again], episode[again])
            at[again] = (who[again] * cells + s.bins.index(fresh)) * 2
            if (episode[again] == s.episodes).any():
                live = episode < s.episodes
                who, keys, episode, t = who[live], keys[live], episode[live], t[live]
                epsilon, at = epsilon[live], at[live]
                state, coins = state[:, live], coins[:, live]
    shape = (n, *s.bins.shape, 2)
    return Learned(q.reshape(shape), visits.reshape(shape), lengths)


def choose(left: Array, right: Array, u: Array, epsilon: Array | float, tie: int) -> Actions:
    """The epsilon-greedy action for both values of a state and a uniform number u, all (n,).

    One number decides twice: u < epsilon explores, and given that, u / epsilon is uniform again and is rounded, as printed.
    """
    greedy = right >= left if tie else right > left
    return np.where(u < epsilon, u > 0.5 * epsilon, greedy).astype(np.int64)


def exploration(seeds: Seeds, turn: int) -> Array:
    """Uniform numbers of the turns from `turn` on, (64, n)."""
    return np.ascontiguousarray(streams.uniform(seeds, turn // BLOCK, BLOCK, stream=CHOICES).T)

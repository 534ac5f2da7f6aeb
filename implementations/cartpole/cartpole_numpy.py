"""The Q learner of the slides, run for all replicates at once: one turn of the loop is one step of n carts.

Each replicate is in an episode of its own; those whose pole fell start again in the next turn, those that are through leave the batch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from implementations.cartpole.dynamics import CHOICES, CHUNK, Array, Seeds, fallen, start, starts, step
from implementations.cartpole.settings import Settings
from implementations.streams import streams_numpy as streams

BLOCK = 64  # turns whose exploration is drawn at once


@dataclass(frozen=True, slots=True)
class Learned:
    """What n replicates have learned. `q` is (n, \\*bins, 2); `lengths` (n, episodes) the steps of each episode, 0 where it was not
    finished. The total reward of an episode is its length: every step pays 1."""

    q: Array
    lengths: NDArray[np.int64]


def learn(settings: Settings, seeds: Seeds, steps: int | None = None) -> Learned:
    """Q-learning from a table of zeros, for `settings.episodes` episodes or `steps` steps a replicate, whichever comes first."""
    s, n, cells = settings, len(seeds), settings.bins.cells
    q = np.zeros(n * cells * 2)
    lengths = np.zeros((n, s.episodes if steps is None else min(s.episodes, steps)), np.int64)
    first = np.arange(n) * cells  # of each replicate's cells in the flat table
    who, episode, t = np.arange(n), np.zeros(n, np.int64), np.zeros(n, np.int64)
    state = start(seeds)
    ahead, drawn = np.empty((n, s.episodes + CHUNK, 4)), 0  # starts of episodes, those before `drawn` are known
    at = (first + s.bins.index(state)) * 2  # where the values of a replicate's state lie: left, then right
    turn = 0
    while len(who) and turn != steps:
        if turn % BLOCK == 0:
            coins = exploration(seeds[who], turn)
        # act
        pair = at + choose(q.take(at), q.take(at + 1), coins[turn % BLOCK], s.epsilon, s.tie)
        state = step(state, pair - at)
        at = (first + s.bins.index(state)) * 2
        value = np.maximum(q.take(at), q.take(at + 1))
        turn += 1
        t += 1
        # learn
        down = fallen(state)
        over = down | (t == s.limit)
        if s.terminal != "bootstrap":
            value[down if s.terminal == "zero" else over] = 0.0
        old = q.take(pair)
        q[pair] = old + s.alpha * (1.0 + s.gamma * value - old)
        # start again
        again = np.flatnonzero(over)
        if len(again):
            lengths[who[again], episode[again]] = t[again]
            episode[again] += 1
            t[again] = 0
            if drawn <= episode[again].max():
                ahead[:, drawn : drawn + CHUNK] = starts(seeds, drawn // CHUNK)
                drawn += CHUNK
            state[:, again] = fresh = ahead[who[again], episode[again]].T
            at[again] = (first[again] + s.bins.index(fresh)) * 2
            if (episode[again] == s.episodes).any():
                live = episode < s.episodes
                who, first, episode, t = who[live], first[live], episode[live], t[live]
                at, state, coins = at[live], state[:, live], coins[:, live]
    return Learned(q.reshape(n, *s.bins.shape, 2), lengths)


def choose(left: Array, right: Array, u: Array, epsilon: float, tie: int) -> NDArray[np.bool_]:
    """Whether the epsilon-greedy action is right, for both values of a state and a uniform number u, all (n,).

    One number decides twice: u < epsilon explores, and given that, u / epsilon is uniform again and is rounded, as printed.
    """
    greedy = right >= left if tie else right > left
    return np.where(u < epsilon, u > 0.5 * epsilon, greedy)


def exploration(seeds: Seeds, turn: int) -> Array:
    """Uniform numbers of the turns from `turn` on, (64, n)."""
    return np.ascontiguousarray(streams.uniform(seeds, turn // BLOCK, BLOCK, stream=CHOICES).T)

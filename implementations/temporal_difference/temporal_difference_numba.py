"""The same learners as compiled loops: one replicate after another, each loop as the slide's pseudo-code has it.

Random words, step sizes and the order of the arithmetic are those of `temporal_difference_numpy`: both give the same tables.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from implementations.mdp.mdp_numpy import MDP
from implementations.streams.streams_numba import below, root, uniform
from implementations.temporal_difference.temporal_difference_numpy import (
    BLOCK,
    RULES,
    Learned,
    Settings,
    check_length,
    check_marks,
)

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]

_EXPLORES, _ACTION, _OUTCOME, _START = range(4)


def learn(
    mdp: MDP, seeds: Seeds, settings: Settings, *, steps: int = 0, episodes: int = 0, q: ArrayLike = 0.0
) -> Learned:
    """Arguments, result and errors of `temporal_difference_numpy.learn`."""
    check_length(mdp, settings, steps, episodes)
    shape = (len(seeds), mdp.states, mdp.actions)
    table, updates = np.array(np.broadcast_to(q, shape), np.float64), np.zeros(shape, np.int64)
    returns = np.zeros((len(seeds), episodes))
    process = (mdp.probability.cumsum(axis=2), mdp.successor, mdp.reward, mdp.terminal, mdp.starts)
    how = (RULES.index(settings.rule), settings.gamma, np.array(settings.alpha), settings.epsilon, settings.restart)
    _learn(seeds.astype(np.uint64), *process, *how, steps, episodes, table, updates, returns)
    return Learned(table, updates, returns)


def predict(
    mdp: MDP, policy: Array, seeds: Seeds, gamma: float, alpha: tuple[float, ...], marks: ArrayLike, v: ArrayLike = 0.0
) -> Array:
    """Arguments, result and errors of `temporal_difference_numpy.predict`."""
    marks = check_marks(marks)
    value = np.array(np.broadcast_to(v, (len(seeds), mdp.states)), np.float64)
    seen = np.empty((len(seeds), len(marks), mdp.states))
    process = (mdp.probability.cumsum(axis=2), mdp.successor, mdp.reward, mdp.terminal, mdp.starts)
    _predict(seeds.astype(np.uint64), *process, policy.cumsum(axis=1), gamma, np.array(alpha), marks, value, seen)
    return seen


@njit(cache=True)
def _block(seed: Any, stream: Any, step: Any) -> Any:
    """The state from which the words of one block are made."""
    return below(below(root(seed), stream), step)


@njit(cache=True)
def _uniform(state: Any, index: Any) -> Any:
    """The number in [0, 1) with this index inside its block."""
    return uniform(below(state, index))


@njit(cache=True)
def _best(values: Any) -> Any:
    """The first of the largest."""
    best = 0
    for a in range(1, len(values)):
        if values[a] > values[best]:
            best = a
    return best


@njit(cache=True)
def _choose(values: Any, epsilon: Any, state: Any, base: Any) -> Any:
    """epsilon-greedy."""
    if _uniform(state, base + _EXPLORES) < epsilon:
        return np.int64(_uniform(state, base + _ACTION) * len(values))
    return _best(values)


@njit(cache=True)
def _drawn(cumulative: Any, u: Any) -> Any:
    """The outcome that u falls into."""
    k = 0
    while k < len(cumulative) - 1 and u >= cumulative[k]:
        k += 1
    return k


@njit(cache=True)
def _learn(
    seeds: Any,
    outcomes: Any,
    successor: Any,
    reward: Any,
    terminal: Any,
    starts: Any,
    rule: Any,
    gamma: Any,
    alphas: Any,
    epsilon: Any,
    restart: Any,
    steps: Any,
    episodes: Any,
    tables: Any,
    all_updates: Any,
    returns: Any,
) -> None:
    actions = tables.shape[2]
    for i in range(len(seeds)):
        q, updates = tables[i], all_updates[i]
        finished, earned, step = 0, 0.0, 0
        block = _block(seeds[i], 1, 0)
        s = starts[np.int64(_uniform(block, _START) * len(starts))]
        a = _choose(q[s], epsilon, block, 0)
        while finished < episodes or step < steps:
            if step % BLOCK == 0:
                block = _block(seeds[i], 0, step // BLOCK)
            base = 4 * (step % BLOCK)
            k = _drawn(outcomes[s, a], _uniform(block, base + _OUTCOME))
            r, s2 = reward[s, a, k], successor[s, a, k]
            ended = terminal[s2] and restart
            nearby = starts[np.int64(_uniform(block, base + _START) * len(starts))] if ended else s2
            a2 = 0
            if rule == 0:  # Q-learning
                ahead = q[s2, _best(q[s2])]
            elif rule == 1:  # SARSA
                a2 = _choose(q[nearby], epsilon, block, base)
                ahead = q[s2, a2]
            else:  # expected SARSA
                a2 = _choose(q[nearby], epsilon, block, base)
                total = 0.0
                for b in range(actions):
                    total += q[s2, b]
                ahead = epsilon / actions * total + (1 - epsilon) * q[s2, _best(q[s2])]
            q[s, a] += alphas[min(updates[s, a], len(alphas) - 1)] * (r + gamma * ahead - q[s, a])
            updates[s, a] += 1
            if rule == 0:
                a2 = _choose(q[nearby], epsilon, block, base)
            earned += r
            if ended and episodes > 0:
                returns[i, finished] = earned
                finished, earned = finished + 1, 0.0
            s, a = nearby, a2
            step += 1


@njit(cache=True)
def _predict(
    seeds: Any,
    outcomes: Any,
    successor: Any,
    reward: Any,
    terminal: Any,
    starts: Any,
    policy: Any,
    gamma: Any,
    alphas: Any,
    marks: Any,
    values: Any,
    seen: Any,
) -> None:
    for i in range(len(seeds)):
        v, visits, mark = values[i], np.zeros(values.shape[1], np.int64), 0
        block = _block(seeds[i], 1, 0)
        s = starts[np.int64(_uniform(block, _START) * len(starts))]
        for step in range(marks[-1]):
            if step % BLOCK == 0:
                block = _block(seeds[i], 0, step // BLOCK)
            base = 4 * (step % BLOCK)
            a = _drawn(policy[s], _uniform(block, base + _ACTION))
            k = _drawn(outcomes[s, a], _uniform(block, base + _OUTCOME))
            r, s2 = reward[s, a, k], successor[s, a, k]
            delta = r + gamma * v[s2] - v[s]
            v[s] += alphas[min(visits[s], len(alphas) - 1)] * delta
            visits[s] += 1
            if marks[mark] == step + 1:
                seen[i, mark] = v
                mark += 1
            s = starts[np.int64(_uniform(block, base + _START) * len(starts))] if terminal[s2] else s2

"""The Q learner as a compiled loop: one replicate after another, reading like the slides' pseudo-code.

Seeds, streams and arithmetic are those of `cartpole_numpy`; sine and cosine may differ in the last place between the two libraries.
"""

import math
from typing import Any

import numpy as np
from numba import njit

from implementations.cartpole.cartpole_numpy import BLOCK, Learned
from implementations.cartpole.dynamics import CARTPOLE, CHOICES, CHUNK, RIGHT, STARTS, Seeds
from implementations.cartpole.settings import Settings
from implementations.streams.streams_numba import below, root, uniform

G, DT, EDGE, TILT, START = CARTPOLE.gravity, CARTPOLE.dt, CARTPOLE.edge, CARTPOLE.tilt, CARTPOLE.start
FORCE, POLE, HALF = CARTPOLE.force, CARTPOLE.pole, CARTPOLE.half_length
FOR_EVER = np.iinfo(np.int64).max
TOTAL, MOMENT = CARTPOLE.pole + CARTPOLE.cart, CARTPOLE.pole * CARTPOLE.half_length


def learn(settings: Settings, seeds: Seeds, steps: int | None = None) -> Learned:
    """Arguments and result are those of `cartpole_numpy.learn`."""
    s = settings
    many = min(s.episodes, steps) if steps is not None else s.episodes
    q, lengths = np.zeros((len(seeds), s.bins.cells, 2)), np.zeros((len(seeds), many), np.int64)
    edges = tuple(e or (math.inf,) for e in s.bins.reachable)  # as tuples the loops over them are unrolled
    rules = (s.alpha, s.gamma, s.epsilon, s.limit, s.tie)
    last = (s.terminal != "bootstrap", s.terminal == "zero_done")
    _learn(seeds.astype(np.uint64), steps or FOR_EVER, edges, s.bins.strides, rules, last, q, lengths)
    return Learned(q.reshape(len(seeds), *s.bins.shape, 2), lengths)


@njit(cache=True)
def start(words: Any, index: Any) -> Any:
    """One of the four numbers in [-0.05, 0.05)."""
    return uniform(below(words, index)) * (2 * START) - START


@njit(cache=True)
def euler(x: Any, x_dot: Any, theta: Any, theta_dot: Any, action: Any) -> Any:
    """The state 0.02 s later."""
    cos, sin = math.cos(theta), math.sin(theta)
    share = ((FORCE if action == RIGHT else -FORCE) + MOMENT * (theta_dot * theta_dot) * sin) / TOTAL
    spin = (G * sin - cos * share) / (HALF * (4.0 / 3.0 - POLE * (cos * cos) / TOTAL))
    pull = share - MOMENT * spin * cos / TOTAL
    return x + DT * x_dot, x_dot + DT * pull, theta + DT * theta_dot, theta_dot + DT * spin


@njit(cache=True)
def bin_of(value: Any, edges: Any) -> Any:
    """How many of the rising edges `value` has reached."""
    k = 0
    for edge in edges:
        if value >= edge:
            k += 1
    return k


@njit(cache=True)
def cell_of(x: Any, x_dot: Any, theta: Any, theta_dot: Any, edges: Any, strides: Any) -> Any:
    """The flat index of a state's cell."""
    cell = strides[0] * bin_of(x, edges[0]) + strides[1] * bin_of(x_dot, edges[1])
    return cell + strides[2] * bin_of(theta, edges[2]) + strides[3] * bin_of(theta_dot, edges[3])


@njit(cache=True)
def _learn(seeds: Any, steps: Any, edges: Any, strides: Any, rules: Any, last: Any, all_q: Any, lengths: Any) -> None:
    alpha, gamma, epsilon, limit, tie = rules
    zero_fall, zero_limit = last
    for i in range(len(seeds)):
        q, done_steps = all_q[i], 0
        key = root(seeds[i])
        begin, choice = below(key, STARTS), below(key, CHOICES)
        block = choice
        for episode in range(lengths.shape[1]):
            if done_steps == steps:
                break
            words, k = below(begin, episode // CHUNK), 4 * (episode % CHUNK)
            x, x_dot, theta, theta_dot = start(words, k), start(words, k + 1), start(words, k + 2), start(words, k + 3)
            s = cell_of(x, x_dot, theta, theta_dot, edges, strides)
            for t in range(1, limit + 1):
                if done_steps == steps:
                    break
                if done_steps % BLOCK == 0:
                    block = below(choice, done_steps // BLOCK)
                u = uniform(below(block, done_steps % BLOCK))
                if u < epsilon:
                    a = np.int64(u > 0.5 * epsilon)
                elif q[s, 0] == q[s, 1]:
                    a = tie
                else:
                    a = np.int64(q[s, 1] > q[s, 0])
                x, x_dot, theta, theta_dot = euler(x, x_dot, theta, theta_dot, a)
                down = abs(x) > EDGE or abs(theta) > TILT
                after = cell_of(x, x_dot, theta, theta_dot, edges, strides)
                value = max(q[after, 0], q[after, 1])
                if (down and zero_fall) or (t == limit and zero_limit):
                    value = 0.0
                q[s, a] += alpha * (1.0 + gamma * value - q[s, a])
                s = after
                done_steps += 1
                if down or t == limit:
                    lengths[i, episode] = t
                    break

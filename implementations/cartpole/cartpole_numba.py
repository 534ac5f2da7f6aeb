"""The Q learner as a compiled loop: one replicate after another, reading like the slides' pseudo-code.

Seeds, streams and arithmetic are those of `cartpole_numpy`; sine and cosine may differ in the last place between the two libraries.
"""

import math
from typing import Any

import numpy as np
from numba import njit

from implementations.cartpole.cartpole_numpy import BLOCK, Learned
from implementations.cartpole.dynamics import CARTPOLE, CHOICES, RIGHT, STARTS, Seeds
from implementations.cartpole.settings import Settings
from implementations.streams.streams_numpy import GOLDEN

G, DT, EDGE, TILT, START = CARTPOLE.gravity, CARTPOLE.dt, CARTPOLE.edge, CARTPOLE.tilt, CARTPOLE.start
FORCE, POLE, HALF = CARTPOLE.force, CARTPOLE.pole, CARTPOLE.half_length
TOTAL, MOMENT = CARTPOLE.pole + CARTPOLE.cart, CARTPOLE.pole * CARTPOLE.half_length


def learn(settings: Settings, seeds: Seeds, steps: int | None = None) -> Learned:
    """Arguments and result are those of `cartpole_numpy.learn`."""
    s = settings
    q, visits = np.zeros((len(seeds), s.bins.cells, 2)), np.zeros((len(seeds), s.bins.cells, 2), np.int64)
    lengths = np.zeros((len(seeds), s.episodes), np.int64)
    edges = [np.array(e, np.float64) for e in s.bins.reachable]
    rules = (
        s.alpha,
        s.gamma,
        s.epsilon,
        s.decay,
        s.half_life,
        s.limit,
        s.terminal != "bootstrap",
        s.terminal == "zero_done",
        s.tie,
    )
    _learn(seeds.astype(np.uint64), steps or np.iinfo(np.int64).max, *edges, *rules, q, visits, lengths)
    shape = (len(seeds), *s.bins.shape, 2)
    return Learned(q.reshape(shape), visits.reshape(shape), lengths)


@njit(cache=True)
def mix(word: Any) -> Any:
    """SplitMix64's output function."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@njit(cache=True)
def below(word: Any, level: Any) -> Any:
    """One level of the hash: the stream of a seed, the step of a stream, the index in a step."""
    return mix(word + GOLDEN * np.uint64(level + 1))


@njit(cache=True)
def uniform(word: Any) -> Any:
    """The top 53 bits as a number in [0, 1)."""
    return np.float64(np.int64(word >> np.uint64(11))) * 2.0**-53


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
        k += value >= edge
    return k


@njit(cache=True)
def cell_of(x: Any, x_dot: Any, theta: Any, theta_dot: Any, by_x: Any, by_v: Any, by_theta: Any, by_spin: Any) -> Any:
    """The flat index of a state's cell."""
    cell = bin_of(x, by_x)
    cell = cell * (len(by_v) + 1) + bin_of(x_dot, by_v)
    cell = cell * (len(by_theta) + 1) + bin_of(theta, by_theta)
    return cell * (len(by_spin) + 1) + bin_of(theta_dot, by_spin)


@njit(cache=True)
def _learn(
    seeds: Any, steps: Any, by_x: Any, by_v: Any, by_theta: Any, by_spin: Any, alpha: Any, gamma: Any, epsilon0: Any, decay: Any,
    half_life: Any, limit: Any, zero_fall: Any, zero_limit: Any, tie: Any, all_q: Any, all_visits: Any, lengths: Any,
) -> None:  # fmt: skip
    for i in range(len(seeds)):
        q, visits, done_steps, epsilon = all_q[i], all_visits[i], 0, epsilon0
        key = mix(seeds[i] + GOLDEN)
        begin, choice = below(key, STARTS), below(key, CHOICES)
        block = choice
        for episode in range(lengths.shape[1]):
            words = below(begin, episode)
            x, x_dot, theta, theta_dot = start(words, 0), start(words, 1), start(words, 2), start(words, 3)
            s = cell_of(x, x_dot, theta, theta_dot, by_x, by_v, by_theta, by_spin)
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
                after = cell_of(x, x_dot, theta, theta_dot, by_x, by_v, by_theta, by_spin)
                value = max(q[after, 0], q[after, 1])
                if (down and zero_fall) or (t == limit and zero_limit):
                    value = 0.0
                size = alpha / (1.0 + visits[s, a] / half_life) if half_life > 0.0 else alpha
                q[s, a] += size * (1.0 + gamma * value - q[s, a])
                visits[s, a] += 1
                s = after
                done_steps += 1
                if down or t == limit:
                    lengths[i, episode] = t
                    break
            epsilon *= decay

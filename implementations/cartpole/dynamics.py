"""The cart and the pole: one Euler step of n systems at once, when an episode ends, and where it starts.

The order of the operations is that of gymnasium's `CartPole`, so that float64 results are equal to the last bit and not only close.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams
from implementations.streams.streams_numpy import GOLDEN

Array = NDArray[np.float64]
Actions = NDArray[np.int64]
Truths = NDArray[np.bool_]
Seeds = NDArray[np.int64]

STARTS, CHOICES = 0, 1  # streams: what the seeds' random words are spent on
LEFT, RIGHT = 0, 1
V0, V1 = 200, 500  # steps after which CartPole-v0 and CartPole-v1 stop an episode


@dataclass(frozen=True, slots=True)
class Physics:
    """SI units and radians; `half_length` reaches from the joint to the pole's centre of mass."""

    gravity: float = 9.8
    cart: float = 1.0
    pole: float = 0.1
    half_length: float = 0.5
    force: float = 10.0
    dt: float = 0.02
    edge: float = 2.4
    tilt: float = 12 * 2 * math.pi / 360
    start: float = 0.05


CARTPOLE = Physics()


def step(state: Array, action: Actions, physics: Physics = CARTPOLE) -> Array:
    """The state 0.02 s later. `state` is (4, n): position, velocity, angle, angular velocity; `action` (n,) is 0 left or 1 right.

    The forward Euler method: positions move with the old velocities.
    """
    x, x_dot, theta, theta_dot = state
    p, total, moment = physics, physics.pole + physics.cart, physics.pole * physics.half_length
    push = np.array([-p.force, p.force]).take(action)
    cos, sin = np.cos(theta), np.sin(theta)
    share = (push + moment * (theta_dot * theta_dot) * sin) / total
    spin = (p.gravity * sin - cos * share) / (p.half_length * (4.0 / 3.0 - p.pole * (cos * cos) / total))
    pull = share - moment * spin * cos / total
    after = np.empty_like(state)
    after[0] = x + p.dt * x_dot
    after[1] = x_dot + p.dt * pull
    after[2] = theta + p.dt * theta_dot
    after[3] = theta_dot + p.dt * spin
    return after


def fallen(state: Array, physics: Physics = CARTPOLE) -> Truths:
    """Whether the cart has left the track or the pole is too far from upright, (n,); exactly on a limit is still standing."""
    down: Truths = (np.abs(state[0]) > physics.edge) | (np.abs(state[2]) > physics.tilt)
    return down


def start_keys(seeds: Seeds) -> NDArray[np.uint64]:
    """The stream of starts of each seed, (n,): `streams.words` up to the step, which here is the episode."""
    stream = np.uint64((STARTS + 1) * int(GOLDEN) % 2**64)
    return streams.mix(streams.mix(seeds.astype(np.uint64) + GOLDEN) + stream)


def starts(keys: NDArray[np.uint64], episode: NDArray[np.int64], physics: Physics = CARTPOLE) -> Array:
    """The four uniform numbers in [-0.05, 0.05) from which an episode starts, (4, n); each replicate is in an episode of its own.

    Column i is `streams.uniform(seeds[i], episode[i], 4)`, moved and stretched.
    """
    state = streams.mix(keys + GOLDEN * (episode + 1).astype(np.uint64))
    words = streams.mix(state + np.arange(1, 5, dtype=np.uint64)[:, None] * GOLDEN)
    uniform = np.multiply(words >> np.uint64(11), 2.0**-53)
    begin: Array = uniform * (2 * physics.start) - physics.start
    return begin


def energy(state: Array, physics: Physics = CARTPOLE) -> Array:
    """Kinetic and potential energy in joules, (n,), with the pole a uniform rod and the joint at height 0."""
    p = physics
    _, x_dot, theta, theta_dot = state
    translation = 0.5 * (p.cart + p.pole) * x_dot**2
    swing = p.pole * p.half_length * x_dot * theta_dot * np.cos(theta)
    rotation = 0.5 * p.pole * (4.0 / 3.0) * p.half_length**2 * theta_dot**2
    joules: Array = translation + swing + rotation + p.pole * p.gravity * p.half_length * np.cos(theta)
    return joules

"""The cart and the pole: one Euler step of n systems at once, when an episode ends, and where it starts.

The order of the operations is that of gymnasium's `CartPole`, so that float64 results are equal to the last bit and not only close.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Actions = NDArray[np.int64]
Truths = NDArray[np.bool_]
Seeds = NDArray[np.int64]

STARTS, CHOICES = 0, 1  # streams: what the seeds' random words are spent on
LEFT, RIGHT = 0, 1
CHUNK = 16  # episodes whose starts are drawn at once
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


def starts(seeds: Seeds, chunk: int, physics: Physics = CARTPOLE) -> Array:
    """The states from which sixteen episodes of each replicate start, (n, 16, 4): episodes 16 chunk ... 16 chunk + 15.

    Four uniform numbers in [-0.05, 0.05). They are drawn sixteen episodes at a time because each replicate needs its next one at
    another moment, and a call costs as much for few numbers as for many.
    """
    begin: Array = streams.uniform(seeds, chunk, (CHUNK, 4), stream=STARTS) * (2 * physics.start) - physics.start
    return begin


def start(seeds: Seeds, episode: int = 0, physics: Physics = CARTPOLE) -> Array:
    """The states from which the given episode of each replicate starts, (4, n)."""
    return np.ascontiguousarray(starts(seeds, episode // CHUNK, physics)[:, episode % CHUNK].T)


def energy(state: Array, physics: Physics = CARTPOLE) -> Array:
    """Kinetic and potential energy in joules, (n,), with the pole a uniform rod and the joint at height 0."""
    p = physics
    _, x_dot, theta, theta_dot = state
    translation = 0.5 * (p.cart + p.pole) * x_dot**2
    swing = p.pole * p.half_length * x_dot * theta_dot * np.cos(theta)
    rotation = 0.5 * p.pole * (4.0 / 3.0) * p.half_length**2 * theta_dot**2
    joules: Array = translation + swing + rotation + p.pole * p.gravity * p.half_length * np.cos(theta)
    return joules

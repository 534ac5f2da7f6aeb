"""Two processes on which bootstrapping with shared parameters grows without bound: Baird's star, and one with two states.

Baird's star (1995): seven states, eight weights. States 1 .. 6 have the value 2 w_i + w_8, state 7 has w_7 + 2 w_8. No reward, ever, so all values are
0, and w = 0 represents them exactly. One action leads to state 7, the other to one of the first six at random. The policy to be
evaluated always goes to state 7; the behaviour goes there one time in seven, so all seven states are visited equally often.

Two states (Tsitsiklis and Van Roy, 1996): the first leads to the second, the second to itself, no reward; Q = w in the first, 2 w in
the second. With its single action this is Q-learning itself. Drawn equally often, as from a replay memory that holds both
transitions, w grows on average by the factor 1 + alpha (6 gamma - 5) / 2 a step: for gamma > 5/6 it diverges.

Source: fase-deep-rl, Q-Learning, says that Q-learning diverges with neural networks and names two reasons, correlated samples and
targets that move. Here the samples are independent, or there are none, and no policy changes.
"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Weighting = Literal["behaviour", "policy"]

GAMMA = 0.99
FEATURES: Array = np.hstack([2 * np.eye(7), np.ones((7, 1))])
FEATURES[6, 6:] = 1.0, 2.0
START: Array = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 10.0, 1.0])
HUB = 6  # the seventh state


def visits(weighting: Weighting) -> Array:
    """How often each state is visited: equally under the behaviour, only the hub under the policy itself; (7,)."""
    return np.full(7, 1 / 7) if weighting == "behaviour" else np.eye(7)[HUB]


def expected_update_matrix(weighting: Weighting = "behaviour", gamma: float = GAMMA) -> Array:
    """The A of w <- w + alpha A w, the mean TD(0) update: features' D (gamma P - I) features; (8, 8)."""
    to_hub = np.zeros((7, 7))
    to_hub[:, HUB] = 1.0
    value: Array = FEATURES.T @ (visits(weighting)[:, None] * (gamma * to_hub - np.eye(7))) @ FEATURES
    return value


def expected_path(steps: int, alpha: float, weighting: Weighting = "behaviour", gamma: float = GAMMA) -> Array:
    """w after 0 .. `steps` expected updates, (steps + 1, 8)."""
    step = np.eye(8) + alpha * expected_update_matrix(weighting, gamma)
    w = np.empty((steps + 1, 8))
    w[0] = START
    for k in range(steps):
        w[k + 1] = step @ w[k]
    return w


def growth_rate(alpha: float, weighting: Weighting = "behaviour", gamma: float = GAMMA) -> float:
    """The factor by which the weights grow a step in the long run: the spectral radius of I + alpha A."""
    return float(np.abs(np.linalg.eigvals(np.eye(8) + alpha * expected_update_matrix(weighting, gamma))).max())


def sampled_path(seeds: Seeds, steps: int, alpha: float, weighting: Weighting = "behaviour") -> Array:
    """w after 0 .. `steps` sampled updates, each of a state drawn by itself (so uncorrelated); (n, steps + 1, 8).

    The importance ratio is 7 for the behaviour's one step in seven that goes to the hub, and 0 else; on the policy itself it is 1.
    """
    w = np.empty((len(seeds), steps + 1, 8))
    w[:, 0] = START
    u: Any = streams.uniform(seeds, 0, (steps, 2))
    states = (u[..., 0] * 7).astype(np.int64) if weighting == "behaviour" else np.full((len(seeds), steps), HUB)
    ratio = np.where(u[..., 1] < 1 / 7, 7.0, 0.0) if weighting == "behaviour" else np.ones((len(seeds), steps))
    for k in range(steps):
        x = FEATURES[states[:, k]]
        delta = GAMMA * w[:, k] @ FEATURES[HUB] - np.einsum("ij,ij->i", x, w[:, k])
        w[:, k + 1] = w[:, k] + (alpha * ratio[:, k] * delta)[:, None] * x
    return w


def two_state_path(seeds: Seeds, steps: int, alpha: float, gamma: float = GAMMA) -> Array:
    """w after 0 .. `steps` Q-learning updates from w = 1, each on one of the two transitions, drawn by itself; (n, steps + 1)."""
    second = streams.uniform(seeds, 0, steps, stream=1) < 0.5
    feature = np.where(second, 2.0, 1.0)
    factor = 1 + alpha * (2 * gamma - feature) * feature  # the target is gamma 2 w from both states
    value: Array = np.concatenate([np.ones((len(seeds), 1)), factor.cumprod(axis=1)], axis=1)
    return value


def two_state_growth(alpha: float, gamma: float = GAMMA) -> float:
    """The typical factor a step: the geometric mean of the two transitions' factors (the law of large numbers for log w)."""
    return float(np.sqrt((1 + alpha * (2 * gamma - 1)) * abs(1 + alpha * (4 * gamma - 4))))

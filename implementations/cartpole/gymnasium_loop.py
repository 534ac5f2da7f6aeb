"""The same by gymnasium, one step at a time: its own environment, and the slides' Agent class as they print it.

This is the second route to what the vectorised modules find: gymnasium's dynamics, starts and limits, and NumPy's own generator.
Every function here needs the package gymnasium (`pip install repro[rl]`).
"""

import warnings
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from implementations.cartpole.dynamics import V0, Actions, Array, Truths
from implementations.cartpole.settings import Settings


def make(limit: int = V0, **options: Any) -> Any:
    """gymnasium's environment: CartPole-v0 for 200 steps, else CartPole-v1 with that limit. v0 warns that it is old; that is known."""
    import gymnasium

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if limit == V0:
            return gymnasium.make("CartPole-v0", **options)
        return gymnasium.make("CartPole-v1", max_episode_steps=limit, **options)


def step(state: Array, action: Actions, sutton_barto: bool = False) -> tuple[Array, Truths, Array]:
    """One step of gymnasium's environment from each of n states (4, n): the next states, whether they end an episode, the rewards.

    `sutton_barto` asks for gymnasium's other reward, 0 for a step and -1 for the fall.
    """
    env = make(sutton_barto_reward=sutton_barto).unwrapped
    after, over, rewards = np.empty_like(state), np.zeros(len(action), np.bool_), np.zeros(len(action))
    for i, a in enumerate(action):
        env.reset()
        env.state = state[:, i].copy()
        _, rewards[i], over[i], _, _ = env.step(int(a))
        after[:, i] = env.state
    return after, over, rewards


class Uniforms(Protocol):
    """What the agent draws from: `numpy.random.Generator` is one."""

    def random(self) -> float:
        """A number in [0, 1)."""


class Agent:
    """The slides' class, policies 'random', 'left_right' and 'q_discretized', with the broken index of its update mended."""

    def __init__(self, policy: str, settings: Settings, uniforms: Uniforms) -> None:
        self.policy, self.settings, self.uniforms = policy, settings, uniforms
        self.epsilon = settings.epsilon
        self.theta = np.zeros([*settings.bins.shape, 2])

    def obs_index(self, observation: Array) -> tuple[int, ...]:
        """The bin of each of the four variables."""
        return tuple(int(np.digitize(v, edges)) for v, edges in zip(observation, self.settings.bins.edges, strict=True))

    def choose_action(self, observation: Array) -> int:
        """0 left, 1 right; of equal values, the printed code takes right."""
        if self.policy == "random":
            return int(np.round(self.uniforms.random()))
        if self.policy == "left_right":
            return 1 if observation[2] > 0.0 else 0
        if self.uniforms.random() > self.epsilon:
            left, right = self.theta[self.obs_index(observation)]
            return 0 if left > right else 1
        return int(np.round(self.uniforms.random()))

    def q_update(self, last: Array, action: int, reward: float, observation: Array) -> None:
        """The printed update: the value of the last observation of an episode counts like any other."""
        at = (*self.obs_index(last), action)
        delta = reward + self.settings.gamma * np.max(self.theta[self.obs_index(observation)]) - self.theta[at]
        self.theta[at] += self.settings.alpha * delta


def episodes(agent: Agent, env: Any, first_seed: int, n: int, learn: bool = True) -> NDArray[np.int64]:
    """The printed loop: n episodes, and their lengths. The environment is seeded once, before the first."""
    lengths = np.zeros(n, np.int64)
    for episode in range(n):
        last, _ = env.reset(seed=first_seed if episode == 0 else None)
        over = False
        while not over:
            action = agent.choose_action(last)
            observation, reward, terminated, truncated, _ = env.step(action)
            if learn:
                agent.q_update(last, action, reward, observation)
            last = observation
            over = terminated or truncated
            lengths[episode] += 1
    return lengths

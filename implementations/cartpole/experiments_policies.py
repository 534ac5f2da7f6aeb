"""How long the pole stands under policies that do not learn. One seed is 20 episodes, as the slides average over 20."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.cartpole import gymnasium_loop, policies, printed
from implementations.cartpole.discretisation import printed_bins
from implementations.cartpole.dynamics import V0, Array, Seeds
from implementations.cartpole.settings import Settings

EPISODES = 20  # of one replicate


def lengths(policy: str, seeds: Seeds, limit: int = V0) -> NDArray[np.int64]:
    """Steps of 20 episodes of each replicate, (n, 20)."""
    many = policies.play(policies.NAMED[policy], (seeds[:, None] * EPISODES + np.arange(EPISODES)).ravel(), limit)
    return many.reshape(len(seeds), EPISODES)


def average_index(seeds: Seeds, policy: str = "left_right", cap: int = 100) -> Array:
    """What the slide prints as 'average total reward': the mean of the loop index t at the end of those episodes that ended in time."""
    steps = lengths(policy, seeds)
    ended = steps <= cap
    mean: Array = np.where(ended, steps - 1, 0).sum(axis=1) / ended.sum(axis=1)
    return mean


def average_reward(seeds: Seeds, policy: str = "left_right", limit: int = V0) -> Array:
    """The mean total reward of 20 episodes: each step pays 1."""
    mean: Array = lengths(policy, seeds, limit).mean(axis=1)
    return mean


def index_less_reward(seeds: Seeds, policy: str = "left_right", counted: str = "index") -> Array:
    """The printed average less the mean total reward. `counted = "steps"` averages t + 1 instead."""
    return average_index(seeds, policy) - average_reward(seeds, policy) + (counted == "steps")


def index_less_reward_in_gymnasium(seeds: Seeds) -> float:
    """The same difference by the printed loop in gymnasium."""
    agent, env = gymnasium_loop.Agent("left_right", Settings(), np.random.default_rng(0)), gymnasium_loop.make()
    indices, totals = [], []
    for episode in range(EPISODES):
        observation, _ = env.reset(seed=episode)
        total = 0.0
        for t in range(100):
            observation, reward, over, _, _ = env.step(agent.choose_action(observation))
            total += reward
            if over:
                indices.append(t)
                totals.append(total)
                break
    return float(np.mean(indices) - np.mean(totals))


def longest(policy: str = "left_right", episodes: int = 50_000, limit: int = V0) -> int:
    """The longest of many episodes, one from each of as many starts."""
    return int(policies.play(policies.NAMED[policy], np.arange(episodes), limit).max())


def best_fixed(seeds: Seeds, candidates: Sequence[str] = tuple(policies.NAMED)) -> Array:
    """The mean total reward over 20 episodes of the best of these policies, the best for each replicate."""
    best: Array = np.stack([average_reward(seeds, policy) for policy in candidates]).max(axis=0)
    return best


def best_in_gymnasium(seeds: Seeds) -> float:
    """Mean total reward of pushing right where angle + angular velocity is positive, in gymnasium."""
    return _in_gymnasium(policies.NAMED["by_angle_and_velocity"], 10)


def printed_controller(seeds: Seeds, source: str = "ours", mirrored: bool = False, swapped: bool = False) -> Any:
    """Mean steps of the printed table used greedily, by where its velocity edges are and what it does in its two ties.

    Two of its cells, upright within 0.2 rad and turning slowly, hold 100 for both actions to all printed digits.
    """
    table = printed.TABLE[..., ::-1] if swapped else printed.TABLE
    if mirrored:  # angular velocity read from the other end
        table = table[:, :, :, ::-1]
    result = {}
    for edge, (lean_left, lean_right) in itertools.product((3.0, 0.3), itertools.product((0, 1), (0, 1))):
        ties = np.ones(12, np.int64)
        ties[[4, 7]] = lean_left, lean_right
        policy = policies.greedy(table, printed_bins(edge), ties)
        name = f"{edge:g}, {'LR'[lean_left]}{'LR'[lean_right]}"
        if source == "gymnasium":
            steps: Array | float = _in_gymnasium(policy, 40)
        else:
            many = (seeds[:, None] * EPISODES + np.arange(EPISODES)).ravel()
            steps = policies.play(policy, many).reshape(-1, EPISODES).mean(axis=1)
        result[name] = {"steps": steps}
    return result


def printed_controller_in_gymnasium(seeds: Seeds) -> Any:
    """The same in gymnasium, few episodes each."""
    return printed_controller(seeds, source="gymnasium")


def _in_gymnasium(policy: policies.Policy, episodes: int) -> float:
    """Mean steps of a policy in gymnasium's CartPole-v0."""
    env, total = gymnasium_loop.make(), 0
    for episode in range(episodes):
        observation, _ = env.reset(seed=episode)
        over = False
        while not over:
            action = policy(np.asarray(observation, np.float64)[:, None], 0, np.zeros(1))
            observation, _, terminated, truncated, _ = env.step(int(action[0]))
            over, total = terminated or truncated, total + 1
    return total / episodes

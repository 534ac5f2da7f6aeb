"""What the documents say of the environment: spaces, bounds, units, limits, and three logged transitions.

`source = "gymnasium"` asks the package; `"ours"` asks `dynamics`.
"""

import math
from typing import Any

import numpy as np

from implementations.cartpole import dynamics, gymnasium_loop, policies, printed
from implementations.cartpole.discretisation import printed_bins
from implementations.cartpole.dynamics import CARTPOLE, Array, Seeds
from implementations.streams import streams_numpy as streams


def spaces(sutton_barto: bool = False) -> dict[str, dict[str, float]]:
    """How many state variables and actions gymnasium's environment has, and what a step with the pole upright pays."""
    env = gymnasium_loop.make()
    counts = {"state variables": env.observation_space.shape[0], "actions": env.action_space.n}
    return {
        name: {"value": float(count)}
        for name, count in (counts | {"reward": reward_of_a_step(0.0, 0.0, sutton_barto)}).items()
    }


def reward_of_a_step(angle: float = 0.0, spin: float = 0.0, sutton_barto: bool = False) -> float:
    """What gymnasium pays for one step from this angle (rad) and angular velocity (rad/s), the cart at rest in the middle.

    `sutton_barto` asks for the reward of Barto, Sutton and Anderson (1983): 0 for a step, -1 for the fall.
    """
    _, _, rewards = gymnasium_loop.step(np.array([[0.0], [0.0], [angle], [spin]]), np.array([0]), sutton_barto)
    return float(rewards[0])


def reward_less_steps(episodes: int = 200, falls_paid: bool = True) -> float:
    """Total reward less the number of steps, the largest difference over gymnasium's episodes of random actions."""
    env, rng, largest = gymnasium_loop.make(), np.random.default_rng(0), 0.0
    for episode in range(episodes):
        env.reset(seed=episode)
        total, steps, over = 0.0, 0, False
        while not over:
            _, reward, over, _, _ = env.step(int(rng.integers(2)))
            total += float(reward) if falls_paid or not over else 0.0
            steps += 1
        largest = max(largest, abs(total - steps))
    return largest


def reward_of_the_last_step_by_counting(episodes: int = 20) -> float:
    """Total reward less the steps after which the pole still stood, averaged over episodes of random actions in gymnasium."""
    env, rng = gymnasium_loop.make(), np.random.default_rng(0)
    surplus = 0.0
    for episode in range(episodes):
        env.reset(seed=episode)
        over = False
        while not over:
            _, reward, over, _, _ = env.step(int(rng.integers(2)))
            surplus += reward - (not over)
    return surplus / episodes


def observation_bounds(
    source: str = "gymnasium", doublings: int = 1, single: bool = False
) -> dict[str, dict[str, float]]:
    """The observation space for position (m) and angle (rad): up to twice the limits at which an episode ends.

    `single` rounds to single precision, in which gymnasium holds them today.
    """
    if source == "gymnasium":
        space = gymnasium_loop.make().observation_space
        low, high = space.low[[0, 2]], space.high[[0, 2]]
    else:
        high = (2.0**doublings * np.array([CARTPOLE.edge, CARTPOLE.tilt])).astype(np.float32 if single else np.float64)
        low = -high
    names = ("position", "angle")
    return {name: {"low": float(a), "high": float(b)} for name, a, b in zip(names, low, high, strict=True)}


def observation_bound(variable: str = "angle") -> float:
    """The largest position (m) or angle (rad) that gymnasium's space allows."""
    return observation_bounds()[variable]["high"]


def velocity_bound(variable: int = 1) -> str:
    """The upper end for a velocity as `print` shows it, to nine digits."""
    return f"{float(gymnasium_loop.make().observation_space.high[variable]):.8e}"


def velocity_bound_by_membership() -> str:
    """The same by asking whether the space holds a velocity: "inf", or the largest float32 in nine digits."""
    observation = np.array([0.0, np.inf, 0.0, 0.0], np.float32)
    largest = f"{np.finfo(np.float32).max:.8e}"
    return "inf" if gymnasium_loop.make().observation_space.contains(observation) else largest


def largest_float32() -> str:
    """The largest single-precision number, to nine digits."""
    return f"{(2 - 2.0**-23) * 2.0**127:.8e}"


def angle_bound_in_degrees(factor: float = 1.0) -> float:
    """gymnasium's bound of the observed angle in degrees; `factor` multiplies the radians first."""
    return float(np.degrees(factor * float(gymnasium_loop.make().observation_space.high[2])))


def angle_bound_from_the_limit() -> float:
    """Twice the 12 degrees at which an episode ends, found by bisection in our dynamics."""
    return 2 * math.degrees(_limit_of(2, "ours"))


def position_bound_from_the_limit() -> float:
    """Twice the position at which an episode ends, found by bisection in our dynamics."""
    return 2 * _limit_of(0, "ours")


def end_of_episode(variable: str = "angle", source: str = "gymnasium", unit: str = "rad") -> float:
    """The position (m) or angle (rad, or degrees) beyond which an episode ends, by bisection."""
    limit = _limit_of({"position": 0, "angle": 2}[variable], source)
    return math.degrees(limit) if unit == "degrees" else limit


def _limit_of(variable: int, source: str) -> float:
    """The largest value of a state variable at which an episode goes on, all others 0."""
    low, high = 0.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        state = np.zeros((4, 1))
        state[variable] = middle
        over = gymnasium_loop.step(state, np.array([0]))[1] if source == "gymnasium" else dynamics.fallen(state)
        low, high = (low, middle) if over[0] else (middle, high)
    return low


def episode_limit(source: str = "gymnasium", version: int = 0, index: bool = False) -> int:
    """Steps after which an episode stops under a controller that never lets the pole fall; or the index of the last of them.

    The controller is the printed table read with edges at 0.3 rad/s, which balances from every start.
    """
    limit = {0: dynamics.V0, 1: dynamics.V1}[version]
    balance = policies.greedy(printed.TABLE, printed_bins(0.3), printed.towards_the_lean())
    if source == "ours":
        return int(policies.play(balance, np.arange(1), limit)[0]) - index
    env = gymnasium_loop.make(limit)
    observation, _ = env.reset(seed=0)
    steps, over = 0, False
    while not over:
        action = balance(np.asarray(observation, np.float64)[:, None], 0, np.zeros(1))
        observation, _, terminated, truncated, _ = env.step(int(action[0]))
        steps, over = steps + 1, terminated or truncated
    return steps - index


def logged_transitions(source: str = "ours", mirrored: bool = False, dt: float = 0.02, implicit: bool = False) -> Any:
    """The second and third logged observations, each computed from the printed one before it."""
    names, table = ("position", "velocity", "angle", "spin"), {}
    for k in (1, 2):
        before = printed.LOGGED[k - 1][:, None]
        action = np.array([printed.LOGGED_ACTIONS[k] ^ mirrored])
        if source == "gymnasium":
            after = gymnasium_loop.step(before, action)[0]
        else:
            after = dynamics.step(before, action, dynamics.Physics(dt=dt))
            if implicit:  # positions move with the new velocities
                after[[0, 2]] = before[[0, 2]] + dt * after[[1, 3]]
        table[f"step {k}"] = dict(zip(names, after[:, 0].tolist(), strict=True))
    return table


def start_of_the_log(action: int = printed.LOGGED_ACTIONS[0]) -> float:
    """The largest entry, in absolute value, of the state from which the first logged observation came.

    Positions and velocities before the step solve four equations; the iteration contracts, since dt is small.
    """
    after = printed.LOGGED[0][:, None]
    before = after.copy()
    for _ in range(100):
        before = before + after - dynamics.step(before, np.array([action]))
    return float(np.abs(before).max())


def pushes(source: str = "gymnasium", swapped: bool = False) -> dict[str, dict[str, float]]:
    """The sign of the cart's velocity after each action, from rest."""
    actions = np.array([1, 0] if swapped else [0, 1])
    rest = np.zeros((4, 2))
    after = gymnasium_loop.step(rest, actions)[0] if source == "gymnasium" else dynamics.step(rest, actions)
    return {str(a): {"direction": float(np.sign(after[1, a]))} for a in (0, 1)}


def rounded_coin(seeds: Seeds, rule: str = "round", draws: int = 8192) -> Array:
    """The share of ones among rounded uniform numbers, for each seed."""
    u = streams.uniform(seeds, 0, draws)
    rounded = np.round(u) if rule == "round" else np.ceil(u) if rule == "ceil" else np.trunc(u)
    share: Array = (rounded == 1.0).mean(axis=1)
    return share


def coin_bias(bits: int = 16, rule: str = "half_to_even") -> int:
    """How many of the 2**bits numbers k / 2**bits in [0, 1) would have to move from 0 to 1 for the halves to be equal."""
    u = np.arange(2**bits) / 2.0**bits
    ones = np.round(u) if rule == "half_to_even" else np.floor(u + 0.5)
    return int(2 ** (bits - 1) - ones.sum())


def coin_bias_by_integers(bits: int = 16) -> int:
    """The same without floating point: k rounds to 1 where 2 k > 2**bits, and at equality to the even neighbour, 0."""
    return int(2 ** (bits - 1) - sum(2 * k > 2**bits for k in range(2**bits)))

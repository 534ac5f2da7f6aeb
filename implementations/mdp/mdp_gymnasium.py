"""The gridworld and cliff walking for gymnasium: `register()`, then `gymnasium.make("repro/GridWorld-v0")`, `"repro/CliffWalking-v0"`.

gymnasium's own CliffWalking lives outside our namespace and is not replaced. Observations are the state's number, actions 0 .. 3
are left, right, up, down.
"""

from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np

from implementations.mdp.cliff import cliff_walking
from implementations.mdp.grids import Order, gridworld
from implementations.mdp.mdp_numpy import MDP


class FiniteProcess(gymnasium.Env[np.int64, np.int64]):
    """Any `MDP` as an environment; it has ended when a terminal state is reached."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012  # declared so by gymnasium

    def __init__(self, mdp: MDP, render_mode: None = None) -> None:
        self.mdp, self.render_mode = mdp, render_mode
        self.observation_space = gymnasium.spaces.Discrete(mdp.states)
        self.action_space = gymnasium.spaces.Discrete(mdp.actions)
        self._cumulative = mdp.probability.cumsum(axis=2)
        self._state = int(mdp.starts[0])

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.int64, dict[str, Any]]:
        """Begin in one of the process's starts; returns the state and no information."""
        super().reset(seed=seed)
        self._state = int(self.np_random.choice(self.mdp.starts))
        return np.int64(self._state), {}

    def step(self, action: Any) -> tuple[np.int64, float, bool, bool, dict[str, Any]]:
        """One transition: state, reward, whether it has ended, never truncated here, no information."""
        s, a = self._state, int(action)
        k = int((self.np_random.random() >= self._cumulative[s, a, :-1]).sum())
        self._state = int(self.mdp.successor[s, a, k])
        return np.int64(self._state), float(self.mdp.reward[s, a, k]), bool(self.mdp.terminal[self._state]), False, {}


def grid_world(order: Order = "special first", size: int = 5, render_mode: None = None) -> FiniteProcess:
    """`grids.gridworld` as an environment; it never ends by itself."""
    return FiniteProcess(gridworld(size, order), render_mode)


def cliff_walk(fall: float = -100.0, render_mode: None = None) -> FiniteProcess:
    """`cliff.cliff_walking` as an environment."""
    return FiniteProcess(cliff_walking(fall), render_mode)


_ENVIRONMENTS: dict[str, tuple[Callable[..., FiniteProcess], int]] = {
    "repro/GridWorld-v0": (grid_world, 100),
    "repro/CliffWalking-v0": (cliff_walk, 1000),
}


def register() -> None:
    """Make both known to gymnasium, with a limit of 100 and of 1000 steps. A second call changes nothing and warns of nothing."""
    for name, (make, steps) in _ENVIRONMENTS.items():
        if name not in gymnasium.registry:
            gymnasium.register(name, entry_point=make, max_episode_steps=steps)

"""The grids as gymnasium environments."""

import warnings

import numpy as np
import pytest

from implementations.mdp.cliff import START, best_soft_policy, cliff_walking

NAMES = ("repro/GridWorld-v0", "repro/CliffWalking-v0")


@pytest.mark.parametrize("name", NAMES)
def test_checker_passes(name: str) -> None:
    """gymnasium's own checker finds nothing to say."""
    gymnasium = pytest.importorskip("gymnasium")
    from gymnasium.utils.env_checker import check_env

    from implementations.mdp.mdp_gymnasium import register

    register()
    environment = gymnasium.make(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(environment.unwrapped, skip_render_check=True)


def test_registering_twice_is_silent() -> None:
    """A second registration neither warns nor replaces the first; gymnasium's own names stay as they are."""
    gymnasium = pytest.importorskip("gymnasium")
    from implementations.mdp.mdp_gymnasium import register

    register()
    before = {name: gymnasium.registry[name] for name in gymnasium.registry}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        register()
    assert {name: gymnasium.registry[name] for name in gymnasium.registry} == before


def test_optimal_walk_through_the_environment() -> None:
    """The computed optimal actions earn -13 in the environment, and the episode ends at the goal."""
    gymnasium = pytest.importorskip("gymnasium")
    from implementations.mdp.mdp_gymnasium import register

    register()
    environment = gymnasium.make("repro/CliffWalking-v0")
    actions, _ = best_soft_policy(cliff_walking(), 0.0)
    state, _ = environment.reset(seed=0)
    total, ended = 0.0, False
    assert state == START
    while not ended:
        state, reward, ended, truncated, _ = environment.step(actions[state])
        total += reward
        assert not truncated
    assert total == -13.0


def test_limits_and_readings() -> None:
    """The gridworld is cut off after a hundred steps, and up from A depends on the reading of the cases."""
    gymnasium = pytest.importorskip("gymnasium")
    from implementations.mdp.mdp_gymnasium import register

    register()
    environment = gymnasium.make(NAMES[0])
    environment.reset(seed=1)
    flags = [environment.step(np.int64(0))[2:4] for _ in range(100)]
    assert flags[-1] == (False, True) and not any(truncated for _, truncated in flags[:-1])
    for order, pays in (("special first", 10.0), ("as printed", -1.0)):
        grid = gymnasium.make(NAMES[0], order=order)
        for seed in range(200):
            if grid.reset(seed=seed)[0] == 1:
                assert grid.step(2)[1] == pays
                break
        else:
            pytest.fail("no episode began in A")

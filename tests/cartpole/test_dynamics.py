"""The stepper: gymnasium's to the last bit, the laws of mechanics, mirror symmetry, the starts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from implementations.cartpole import dynamics, printed
from implementations.cartpole.dynamics import CARTPOLE, Physics
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
STATES = arrays(np.float64, (4, 7), elements=st.floats(-3, 3))
ACTIONS = arrays(np.int64, 7, elements=st.integers(0, 1))


@settings(max_examples=20)
@given(STATES, ACTIONS)
def test_the_step_is_gymnasiums(state: Array, action: NDArray[np.int64]) -> None:
    """Equal in every bit, for any state and action, with the same end of the episode."""
    pytest.importorskip("gymnasium")
    from implementations.cartpole import gymnasium_loop

    after, over, rewards = gymnasium_loop.step(state, action)
    ours = dynamics.step(state, action)
    assert np.array_equal(ours, after)
    assert np.array_equal(dynamics.fallen(ours), over)
    assert (rewards == 1).all()


def test_whole_episodes_are_gymnasiums() -> None:
    """From gymnasium's own starts, with its own actions, to its own end: states in every bit, lengths, observations in single precision."""
    pytest.importorskip("gymnasium")
    from implementations.cartpole import gymnasium_loop

    env = gymnasium_loop.make()
    env.action_space.seed(0)
    for seed in range(20):
        env.reset(seed=seed)
        state, over = env.unwrapped.state.copy()[:, None], False
        while not over:
            action = env.action_space.sample()
            observation, _, over, _, _ = env.step(action)
            state = dynamics.step(state, np.array([action]))
            assert np.array_equal(state[:, 0], env.unwrapped.state)
            assert np.array_equal(state[:, 0].astype(np.float32), observation)
            assert dynamics.fallen(state)[0] == over


def test_the_step_is_the_vector_environments() -> None:
    """gymnasium's own vectorised CartPole, which computes in another order, agrees to a few roundings."""
    gymnasium = pytest.importorskip("gymnasium")
    env = gymnasium.make_vec("CartPole-v1", num_envs=50, vectorization_mode="vector_entry_point")
    env.reset(seed=0)
    rng, state = np.random.default_rng(0), np.asarray(env.unwrapped.state, np.float64)
    for _ in range(5):  # no pole falls in five steps
        action = rng.integers(2, size=50)
        env.step(action)
        state = dynamics.step(state, action)
        np.testing.assert_allclose(state, env.unwrapped.state, rtol=1e-6, atol=1e-7)


@given(STATES, ACTIONS)
def test_the_mirror_image_moves_as_the_mirror_image(state: Array, action: NDArray[np.int64]) -> None:
    """Pushed the other way from the opposite state, the next state is the opposite one, in every bit."""
    assert np.array_equal(dynamics.step(-state, 1 - action), -dynamics.step(state, action))


@given(STATES, ACTIONS, st.floats(-5, 5))
def test_where_the_cart_is_does_not_matter(state: Array, action: NDArray[np.int64], x: float) -> None:
    """Moving the cart moves the next position by as much, and nothing else."""
    moved = state + np.array([[x], [0], [0], [0]])
    difference = dynamics.step(moved, action) - dynamics.step(state, action)
    np.testing.assert_allclose(difference[0], x, atol=1e-14)
    assert (difference[1:] == 0).all()


@given(st.floats(-0.5, 0.5), st.floats(-2, 2), st.floats(-2, 2))
def test_the_energy_changes_by_the_work_of_the_push(theta: float, theta_dot: float, x_dot: float) -> None:
    """dE/dt = F x', the first law: the accelerations follow from the masses and lengths, whoever wrote them down."""
    physics = Physics(dt=1e-6)
    state = np.array([[0.0], [x_dot], [theta], [theta_dot]])
    for action, force in ((0, -CARTPOLE.force), (1, CARTPOLE.force)):
        after = dynamics.step(state, np.array([action]), physics)
        power = (dynamics.energy(after) - dynamics.energy(state)) / physics.dt
        np.testing.assert_allclose(power, force * x_dot, atol=2e-3)


def test_accelerations_solve_the_equations_of_motion() -> None:
    """Newton's law for the cart and the torque about the joint, as a linear system in the two accelerations."""
    rng = np.random.default_rng(1)
    state = rng.uniform(-1, 1, (4, 100))
    action = rng.integers(2, size=100)
    acceleration = (dynamics.step(state, action) - state)[[1, 3]] / CARTPOLE.dt
    m, length, total = CARTPOLE.pole, CARTPOLE.half_length, CARTPOLE.pole + CARTPOLE.cart
    for i in range(100):
        theta, theta_dot, force = state[2, i], state[3, i], 10.0 * (2 * action[i] - 1)
        left = [[total, m * length * np.cos(theta)], [np.cos(theta), 4 / 3 * length]]
        right = [force + m * length * theta_dot**2 * np.sin(theta), CARTPOLE.gravity * np.sin(theta)]
        np.testing.assert_allclose(acceleration[:, i], np.linalg.solve(left, right), rtol=1e-9, atol=1e-9)


def test_limits_are_in_metres_and_radians() -> None:
    """2.4 m and 12 degrees stand, the next larger numbers fall, on both sides."""
    tilt = np.deg2rad(12)
    for row, limit in ((0, 2.4), (2, tilt)):
        for sign in (-1, 1):
            state = np.zeros((4, 2))
            state[row] = sign * np.array([limit * (1 - 1e-12), limit * (1 + 1e-12)])
            assert dynamics.fallen(state).tolist() == [False, True]


def test_starts_are_the_streams() -> None:
    """Each replicate's start depends on its seed and episode alone, and starts are uniform within 0.05."""
    seeds = np.array([5, 0, 9])
    for episode in (0, 15, 16, 35):
        state = dynamics.start(seeds, episode)
        for i in range(3):
            uniform = streams.uniform(seeds[i : i + 1], episode // 16, 64, stream=dynamics.STARTS)[0]
            np.testing.assert_array_equal(state[:, i], uniform[4 * (episode % 16) :][:4] * 0.1 - 0.05)
    many = dynamics.starts(np.arange(1250), 0).reshape(-1, 4)
    assert (np.abs(many) <= 0.05).all()
    np.testing.assert_allclose(many.mean(axis=0), 0, atol=5 * 0.05 / np.sqrt(3 * len(many)))
    np.testing.assert_allclose(many.var(axis=0), 0.05**2 / 3, rtol=0.05)


def test_the_logged_step_fits_one_action_only() -> None:
    """The slide's second observation follows from its first by a push to the right, and not by one to the left."""
    before = np.repeat(printed.LOGGED[:1].T, 2, axis=1)
    error = np.abs(dynamics.step(before, np.array([0, 1])) - printed.LOGGED[1][:, None]).max(axis=0)
    assert error[1] < 2e-8
    assert error[0] > 0.1

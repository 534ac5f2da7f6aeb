"""Finite processes: what the Bellman operators, evaluation, improvement and iteration must be, whatever the process."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.mdp import large
from implementations.mdp import mdp_numpy as m
from implementations.mdp.examples import chain, coin_toss, random_joint, random_mdp, random_policy, waiting
from implementations.streams import streams_numpy as streams

PROCESSES = st.builds(random_mdp, st.integers(0, 10_000), st.integers(2, 7), st.integers(1, 4))
GAMMAS = st.floats(0.0, 0.99)


def vectors(seed: int, states: int) -> tuple[np.ndarray, np.ndarray]:
    """Two value functions."""
    v, w = 10 * streams.normal(np.array([seed]), 0, (2, states), stream=9)[0]
    return v, w


@given(PROCESSES, GAMMAS, st.integers(0, 1000))
def test_bellman_operators_contract_by_gamma(mdp: m.MDP, gamma: float, seed: int) -> None:
    """|T v - T w| <= gamma |v - w| in the largest component, for both operators."""
    v, w = vectors(seed, mdp.states)
    policy = random_policy(seed, mdp.states, mdp.actions)
    limit = gamma * np.abs(v - w).max() + 1e-12
    assert np.abs(m.optimality_operator(mdp, v, gamma) - m.optimality_operator(mdp, w, gamma)).max() <= limit
    both = m.expectation_operator(mdp, policy, v, gamma) - m.expectation_operator(mdp, policy, w, gamma)
    assert np.abs(both).max() <= limit


@given(PROCESSES, GAMMAS, st.integers(0, 1000))
def test_contraction_is_attained_by_constants(mdp: m.MDP, gamma: float, seed: int) -> None:
    """Adding c to every value adds gamma c, no less: the bound is tight, so a smaller factor in the code would show."""
    v, _ = vectors(seed, mdp.states)
    moved = m.optimality_operator(mdp, v + 3.0, gamma) - m.optimality_operator(mdp, v, gamma)
    np.testing.assert_allclose(moved, 3.0 * gamma, atol=1e-12)


@given(PROCESSES, GAMMAS, st.integers(0, 1000))
def test_dense_sparse_and_sweeps_agree(mdp: m.MDP, gamma: float, seed: int) -> None:
    """One value function by a dense solve, a sparse one, an iteration, and sweeps; it satisfies the Bellman equation."""
    policy = random_policy(seed, mdp.states, mdp.actions)
    v = m.evaluate(mdp, policy, gamma)
    np.testing.assert_allclose(m.expectation_operator(mdp, policy, v, gamma), v, atol=1e-10)
    np.testing.assert_allclose(large.evaluate(mdp, policy, gamma, "direct"), v, atol=1e-9)
    np.testing.assert_allclose(large.evaluate(mdp, policy, gamma, "iterative"), v, atol=1e-9)
    np.testing.assert_allclose(m.evaluate_by_sweeps(mdp, policy, gamma, 1e-10), v, atol=1e-9)


@given(PROCESSES, GAMMAS, st.integers(0, 1000))
def test_policy_iteration_rises_to_the_fixed_point_of_value_iteration(mdp: m.MDP, gamma: float, seed: int) -> None:
    """No state loses in any round, and the last values solve v = max_a q, the fixed point of value iteration."""
    first = streams.integers(np.array([seed]), 0, mdp.actions, mdp.states)[0]
    best = m.policy_iteration(mdp, gamma, first)
    for before, after in zip(best.rounds, best.rounds[1:], strict=False):
        assert (after >= before - 1e-9).all()
    np.testing.assert_allclose(m.optimality_operator(mdp, best.v, gamma), best.v, atol=1e-8)
    np.testing.assert_allclose(m.value_iteration(mdp, gamma, 1e-9).v, best.v, atol=1e-7)


@given(st.integers(0, 10_000), st.integers(0, 1000), GAMMAS)
def test_value_iteration_error_is_what_it_promises(seed: int, start: int, gamma: float) -> None:
    """Its stopping rule leaves at most the error asked for."""
    mdp = random_mdp(seed)
    v, _ = vectors(start, mdp.states)
    exact = m.policy_iteration(mdp, gamma).v
    assert np.abs(m.value_iteration(mdp, gamma, 1e-3, v).v - exact).max() <= 1e-3 + 1e-9


@given(st.integers(0, 10_000))
def test_marginals_of_a_tensor(seed: int) -> None:
    """Transition probabilities and mean rewards are the sums over the tensor p(s', r | s, a)."""
    joint, rewards = random_joint(seed)
    mdp = m.from_joint(joint, rewards)
    np.testing.assert_allclose(m.transition(mdp), joint.sum(axis=3), atol=1e-14)
    np.testing.assert_allclose(m.expected_reward(mdp), np.einsum("sapr,r->sa", joint, rewards), atol=1e-14)


def test_values_by_hand() -> None:
    """A coin is worth one half; three steps that pay 1 are worth 1 + gamma + gamma^2; the walk along the chain gamma^3 from its left."""
    one = m.uniform_policy(coin_toss())
    np.testing.assert_allclose(m.evaluate(coin_toss(), one, 0.9), [0.5, 0.0])
    walk = waiting(ends=True, random=False)
    np.testing.assert_allclose(m.evaluate(walk, m.uniform_policy(walk), 0.9)[0], 1 + 0.9 + 0.81)
    np.testing.assert_allclose(m.policy_iteration(chain(), 0.9).v, [0.9**3, 0.9**2, 0.9, 1.0, 0.0])


@pytest.mark.parametrize("evaluate", [m.evaluate, large.evaluate])
@pytest.mark.parametrize("random", [False, True])
def test_undiscounted_episodes(evaluate: Any, random: bool) -> None:
    """With gamma = 1 the steps to the end are three: counted, or expected where it ends with probability 1/3 a step."""
    mdp = waiting(ends=True, random=random)
    np.testing.assert_allclose(evaluate(mdp, m.uniform_policy(mdp), 1.0)[0], 3.0)


def test_undiscounted_loop_is_refused() -> None:
    """A loop that pays for ever has no value at gamma = 1: the dense solve refuses, sweeps refuse beforehand."""
    mdp = waiting(ends=False, random=False)
    with pytest.raises(np.linalg.LinAlgError):
        m.evaluate(mdp, m.uniform_policy(mdp), 1.0)
    with pytest.raises(ValueError, match="contract"):
        m.evaluate_by_sweeps(mdp, m.uniform_policy(mdp), 1.0)
    with pytest.raises(ValueError, match="contract"):
        m.value_iteration(mdp, 1.0)


def test_improvement_keeps_what_is_as_good() -> None:
    """Where all actions are equally good the policy does not move, so policy iteration cannot circle."""
    mdp = m.deterministic(np.zeros((2, 3), int), np.ones((2, 3)))
    actions = np.array([2, 1])
    np.testing.assert_array_equal(m.improve(mdp, np.zeros(2), 0.9, actions), actions)


@pytest.mark.parametrize(
    ("probability", "successor", "reward", "message"),
    [
        ([[[0.5, 0.4]]], [[[0, 0]]], [[[0.0, 0.0]]], "distribution"),
        ([[[1.5, -0.5]]], [[[0, 0]]], [[[0.0, 0.0]]], "distribution"),
        ([[[1.0]]], [[[1]]], [[[0.0]]], "successors"),
        ([[[1.0]]], [[[0]]], [[[0.0, 1.0]]], "one shape"),
    ],
)
def test_what_is_no_process_is_refused(probability: object, successor: object, reward: object, message: str) -> None:
    """Probabilities that do not add up to one, states that do not exist, and shapes that do not match."""
    with pytest.raises(ValueError, match=message):
        m.MDP(np.array(probability), np.array(successor), np.array(reward), np.array([False]), np.array([0]))


def test_terminal_states_pay_nothing() -> None:
    """A terminal state with a reward, or with a way out, is refused."""
    with pytest.raises(ValueError, match="terminal"):
        m.deterministic([[0]], [[1.0]], terminal=[True])
    with pytest.raises(ValueError, match="terminal"):
        m.deterministic([[1], [0]], [[0.0], [0.0]], terminal=[True, False])

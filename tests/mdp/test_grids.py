"""The gridworld, cliff walking, returns, and the documents' indices, against hand-made and independent answers."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.mdp import (
    cliff,
    experiments,
    experiments_indices,
    experiments_optimality,
    experiments_returns,
    large,
    stencil,
)
from implementations.mdp import figures as pictures
from implementations.mdp import mdp_numpy as m
from implementations.mdp.conventions import walk
from implementations.mdp.grids import GAMMA, cell, gridworld
from implementations.mdp.returns import discounted_sum, returns

REWARDS = st.lists(st.floats(-100, 100), min_size=1, max_size=12).map(np.array)


def test_gridworld_moves() -> None:
    """Corners, A, B, and the middle, move by move: left, right, up, down."""
    mdp = gridworld()
    expected = {
        cell(0, 0): ([0, 1, 0, 5], [-1, 0, -1, 0]),
        cell(0, 1): ([21] * 4, [10] * 4),
        cell(0, 3): ([13] * 4, [5] * 4),
        cell(2, 2): ([11, 13, 7, 17], [0] * 4),
        cell(4, 4): ([23, 24, 19, 24], [0, -1, 0, -1]),
    }
    for state, (successors, rewards) in expected.items():
        np.testing.assert_array_equal(mdp.successor[state, :, 0], successors)
        np.testing.assert_array_equal(mdp.reward[state, :, 0], rewards)


def test_printed_order_differs_in_two_moves_only() -> None:
    """The two readings differ up from A and up from B, and nowhere else."""
    first, printed = gridworld(), gridworld(order="as printed")
    differs = (first.successor != printed.successor) | (first.reward != printed.reward)
    assert np.argwhere(differs[..., 0]).tolist() == [[cell(0, 1), 2], [cell(0, 3), 2]]


def test_random_policy_values_of_the_book() -> None:
    """v_pi of the random policy is that of Sutton and Barto's figure 3.2, to its printed digit."""
    mdp = gridworld()
    book = [3.3, 8.8, 4.4, 5.3, 1.5, 1.5, 3.0, 2.3, 1.9, 0.5, 0.1, 0.7, 0.7, 0.4, -0.4, -1.0, -0.4, -0.4, -0.6, -1.2]
    book += [-1.9, -1.3, -1.2, -1.4, -2.0]
    np.testing.assert_allclose(m.evaluate(mdp, m.uniform_policy(mdp), GAMMA), book, atol=0.0501)


def test_optimal_values_in_closed_form() -> None:
    """v*(A) = 10 / (1 - 0.9^5), since A' is four moves below A, and 0.9^d of it at distance d from A."""
    v = m.policy_iteration(gridworld(), GAMMA).v.reshape(5, 5)
    at_a = 10 / (1 - 0.9**5)
    for row, column in ((0, 1), (0, 0), (4, 1), (2, 3), (4, 4)):
        assert math.isclose(v[row, column], at_a * 0.9 ** (row + abs(column - 1)), rel_tol=1e-12)


@pytest.mark.parametrize("size", [5, 8, 31])
def test_stencil_is_value_iteration(size: int) -> None:
    """The sliced maxima give the values of the ordinary tables."""
    best = m.value_iteration(gridworld(size), GAMMA).v
    np.testing.assert_allclose(stencil.value_iteration(size).ravel(), best, atol=1e-11)


def test_compiled_sweeps_are_the_same() -> None:
    """The compiled stencil equals the sliced one bit for bit, and the compiled evaluation the linear solve."""
    pytest.importorskip("numba")
    from implementations.mdp import mdp_numba

    for size in (5, 17):
        np.testing.assert_array_equal(mdp_numba.value_iteration(size), stencil.value_iteration(size))
    mdp = gridworld()
    v = mdp_numba.evaluate_in_place(mdp, m.uniform_policy(mdp), GAMMA)
    np.testing.assert_allclose(v, m.evaluate(mdp, m.uniform_policy(mdp), GAMMA), atol=1e-10)
    for call in (
        lambda: mdp_numba.value_iteration(4),
        lambda: mdp_numba.evaluate_in_place(mdp, m.uniform_policy(mdp), 1.0),
    ):
        with pytest.raises(ValueError, match="gamma"):
            call()


def test_many_states() -> None:
    """40,000 states: the iterative answer satisfies the equations to its promised error."""
    mdp = gridworld(200)
    policy = m.uniform_policy(mdp)
    v = large.evaluate(mdp, policy, GAMMA)
    assert np.abs(m.expectation_operator(mdp, policy, v, GAMMA) - v).max() <= 1e-10 * (1 - GAMMA)


def test_grids_that_are_too_small() -> None:
    """Four places need five rows."""
    with pytest.raises(ValueError, match="5 x 5"):
        gridworld(4)
    with pytest.raises(ValueError, match="5"):
        stencil.value_iteration(4)


def test_cliff_levels() -> None:
    """Optimum -13 on 13 steps; the best exploring policy -20.7 on 15; the optimal greedy ones between -51.8 and -45.8."""
    mdp = cliff.cliff_walking()
    actions, v = cliff.best_soft_policy(mdp, 0.0)
    assert v[cliff.START] == pytest.approx(-13) and len(cliff.path(mdp, actions)) == 14
    soft_actions, soft_v = cliff.best_soft_policy(mdp, 0.1)
    assert soft_v[cliff.START] == pytest.approx(-20.7077, abs=1e-4) and len(cliff.path(mdp, soft_actions)) == 16
    assert cliff.online_range(mdp, 0.1) == pytest.approx((-51.8132, -45.8033), abs=1e-4)
    assert cliff.online_range(mdp, 0.0) == pytest.approx((-13, -13))


def test_cliff_level_by_simulation() -> None:
    """The exact online return of the edge walker is the mean of 4000 simulated episodes, within five standard errors."""
    mdp, generator = cliff.cliff_walking(), np.random.default_rng(0)
    actions, _ = cliff.best_soft_policy(mdp, 0.0)
    s, total, alive = np.full(4000, cliff.START), np.zeros(4000), np.ones(4000, bool)
    while alive.any():
        a = np.where(generator.random(4000) < 0.1, generator.integers(0, 4, 4000), actions[s])
        total += np.where(alive, mdp.reward[s, a, 0], 0.0)
        s = mdp.successor[s, a, 0]
        alive &= s != cliff.GOAL
    exact = cliff.online_return(mdp, actions, 0.1)
    assert abs(total.mean() - exact) < 5 * total.std() / math.sqrt(4000)


@given(REWARDS, st.floats(0, 1))
def test_returns_are_discounted_sums(rewards: np.ndarray, gamma: float) -> None:
    """G_t of the recursion is the discounted sum of what follows, at every t."""
    g = returns(rewards, gamma)
    for t in range(len(rewards)):
        assert g[t] == pytest.approx(discounted_sum(rewards[t:], gamma), abs=1e-9)


@given(REWARDS, REWARDS, st.floats(0, 1))
def test_returns_of_joined_episodes(first: np.ndarray, second: np.ndarray, gamma: float) -> None:
    """The total of two stretches is the first one's plus gamma^length times the second one's."""
    joined = discounted_sum(np.concatenate([first, second]), gamma)
    apart = discounted_sum(first, gamma) + gamma ** len(first) * discounted_sum(second, gamma)
    assert joined == pytest.approx(float(apart), abs=1e-9)


def test_walk_follows_the_process() -> None:
    """A_t in S_t leads to S_{t+1} and pays R_t, all along the walk."""
    mdp = gridworld()
    s, a, r = walk(mdp, 3, 500)
    np.testing.assert_array_equal(mdp.successor[s[:-1], a, 0], s[1:])
    np.testing.assert_array_equal(mdp.reward[s[:-1], a, 0], r)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (experiments.case_order, experiments.case_order_by_reading),
        (experiments_optimality.improvement_by_choice, experiments_optimality.improvement_with_one_state),
        (experiments_returns.upper_limits, experiments_returns.upper_limits_by_weights),
        (experiments_returns.finite_at_gamma_one, experiments_returns.finite_by_spectrum),
        (experiments_indices.gridworld_lags, experiments_indices.gridworld_lags_by_function),
        (experiments_indices.answering_reward, experiments_indices.answering_reward_by_values),
        (experiments_indices.dqn_years_apart, experiments_indices.dqn_publications_apart),
    ],
)
def test_second_routes_agree(first: object, second: object) -> None:
    """A correction's two routes give the same."""
    assert first() == second()  # type: ignore[operator]


def test_simulation_depends_on_the_seed_alone() -> None:
    """A seed's simulated values are the same in any company."""
    together = experiments.simulated_values(np.arange(4), episodes=20, steps=10)
    alone = experiments.simulated_values(np.array([2]), episodes=20, steps=10)
    for name in ("V", "Q"):
        assert together[name]["difference"][2] == alone[name]["difference"][0]


def test_pictures_show_the_values() -> None:
    """The top row of the heat picture is the last row of its field, and the table's first."""
    shown = pictures.optimal_values()
    assert shown["panels"][0]["field"]["z"][-1][1] == pytest.approx(24.4194, abs=1e-4)
    assert shown["table"]["rows"][0][2].startswith("24.419 (printed 24.4)")
    assert {len(panel["field"]["z"]) for panel in pictures.random_policy_values()["panels"]} == {5}
    gaps = pictures.iterations()["panels"][0]["series"][1]["y"]
    assert all(b <= 0.9 * a * (1 + 1e-5) for a, b in pairwise(gaps))

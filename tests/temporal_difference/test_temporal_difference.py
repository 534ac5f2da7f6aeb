"""TD(0), SARSA and Q-learning: single updates by hand, fixed points, batches, both backends, and the star."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.mdp import cliff
from implementations.mdp import mdp_numpy as m
from implementations.mdp.examples import chain, random_mdp
from implementations.mdp.grids import GAMMA, gridworld
from implementations.temporal_difference import (
    baird,
    driving_home,
    experiments,
    experiments_approximation,
    experiments_control,
    figures,
    networks,
)
from implementations.temporal_difference import temporal_difference_numpy as td
from implementations.temporal_difference.temporal_difference_numpy import Rule, Settings, harmonic

RULE = st.sampled_from(td.RULES)
SEEDS = np.array([5, 0, 3, 11])


def by_the_book(mdp: m.MDP, seed: int, settings: Settings, steps: int) -> Any:
    """One replicate in plain Python, from the pseudo-code and the documented words: an independent reading of `learn`."""
    from implementations.streams.streams_numpy import uniform

    q, count = np.zeros((mdp.states, mdp.actions)), np.zeros((mdp.states, mdp.actions), int)

    def choose(s: int, u: Any) -> int:
        return int(u[1] * mdp.actions) if u[0] < settings.epsilon else int(np.argmax(q[s]))

    first = uniform(np.array([seed]), 0, 4, stream=1)[0]
    s = int(mdp.starts[int(first[3] * len(mdp.starts))])
    a = choose(s, first)
    for t in range(steps):
        u = uniform(np.array([seed]), t // td.BLOCK, (td.BLOCK, 4))[0, t % td.BLOCK]
        k = int(np.searchsorted(np.cumsum(mdp.probability[s, a])[:-1], u[2], side="right"))
        r, s2 = mdp.reward[s, a, k], int(mdp.successor[s, a, k])
        nearby = int(mdp.starts[int(u[3] * len(mdp.starts))]) if mdp.terminal[s2] else s2
        a2 = choose(nearby, u)
        spread = np.full(mdp.actions, settings.epsilon / mdp.actions)
        spread[np.argmax(q[s2])] += 1 - settings.epsilon
        ahead = {"q_learning": q[s2].max(), "sarsa": q[s2, a2], "expected_sarsa": spread @ q[s2]}[settings.rule]
        alpha = settings.alpha[min(count[s, a], len(settings.alpha) - 1)]
        q[s, a] += alpha * (r + settings.gamma * ahead - q[s, a])
        count[s, a] += 1
        if settings.rule == "q_learning":
            a2 = choose(nearby, u)
        s, a = nearby, a2
    return q, count


@pytest.mark.parametrize("rule", td.RULES)
@pytest.mark.parametrize("name", ["chain", "random", "cliff"])
def test_learning_is_the_pseudo_code(rule: Rule, name: str) -> None:
    """Each replicate's table is that of the pseudo-code in plain Python with the same random words."""
    mdp = {"chain": chain(), "random": random_mdp(3), "cliff": cliff.cliff_walking()}[name]
    settings = Settings(rule, 0.9, harmonic(3, 40), 0.3)
    learned = td.learn(mdp, SEEDS[:2], settings, steps=300)
    for i in range(2):
        q, count = by_the_book(mdp, int(SEEDS[i]), settings, 300)
        np.testing.assert_allclose(learned.q[i], q, atol=1e-12)
        np.testing.assert_array_equal(learned.updates[i], count)


@given(RULE, st.integers(0, 500), st.floats(0, 1), st.permutations(range(4)), st.integers(1, 4))
def test_a_seed_is_the_same_in_any_company(rule: Rule, process: int, epsilon: float, order: list[int], n: int) -> None:
    """Tables depend on their own seed alone: any order and any part of the batch gives the same."""
    mdp = random_mdp(process)
    settings = Settings(rule, 0.8, (0.3,), epsilon)
    together = td.learn(mdp, SEEDS, settings, steps=60)
    some = order[:n]
    apart = td.learn(mdp, SEEDS[some], settings, steps=60)
    np.testing.assert_array_equal(together.q[some], apart.q)
    np.testing.assert_array_equal(together.updates[some], apart.updates)


@pytest.mark.parametrize("rule", td.RULES)
def test_episodes_are_the_same_in_any_company(rule: Rule) -> None:
    """A replicate that has finished its episodes does not learn on while the others finish theirs."""
    settings = Settings(rule, 1.0, (0.5,), 0.1)
    together = td.learn(cliff.cliff_walking(), SEEDS, settings, episodes=6)
    for i in range(4):
        alone = td.learn(cliff.cliff_walking(), SEEDS[[i]], settings, episodes=6)
        for batch, single in zip(together, alone, strict=True):
            np.testing.assert_array_equal(batch[i], single[0])


@pytest.mark.parametrize("rule", td.RULES)
def test_compiled_loops_give_the_same_tables(rule: Rule) -> None:
    """numba and NumPy agree bit for bit: tables, counts and returns, by steps and by episodes, with and without a restart."""
    pytest.importorskip("numba")
    from implementations.temporal_difference import temporal_difference_numba as compiled

    cases: list[tuple[m.MDP, bool, dict[str, Any]]] = [
        (random_mdp(3), True, {"steps": 700}),
        (chain(), False, {"steps": 300, "q": np.arange(10.0).reshape(5, 2)}),
        (chain(), True, {"episodes": 5}),
        (cliff.cliff_walking(), True, {"episodes": 10}),
    ]
    for mdp, restart, length in cases:
        settings = Settings(rule, 0.9, harmonic(10, 50, 0.8), 0.2, restart)
        for a, b in zip(
            td.learn(mdp, SEEDS, settings, **length), compiled.learn(mdp, SEEDS, settings, **length), strict=True
        ):
            np.testing.assert_array_equal(a, b)


def test_compiled_prediction_gives_the_same_values() -> None:
    """The same for TD(0), at every mark."""
    pytest.importorskip("numba")
    from implementations.temporal_difference.temporal_difference_numba import predict

    for mdp in (gridworld(), random_mdp(4), chain()):
        arguments: tuple[Any, ...] = (mdp, m.uniform_policy(mdp), SEEDS, 0.9, harmonic(5, 30), [1, 10, 400])
        np.testing.assert_array_equal(td.predict(*arguments), predict(*arguments))


@given(st.integers(0, 10_000), st.floats(0.0, 0.95))
def test_fixed_point_of_q_learning_solves_the_optimality_equation(process: int, gamma: float) -> None:
    """At Q* the expected TD error of Q-learning is zero for every pair; anywhere else it is not."""
    mdp = random_mdp(process)
    q = m.q_values(mdp, m.policy_iteration(mdp, gamma).v, gamma)

    def expected_errors(table: Any) -> Any:
        return (mdp.probability * (mdp.reward + gamma * table.max(axis=1)[mdp.successor])).sum(axis=2) - table

    assert np.abs(expected_errors(q)).max() < 1e-8
    moved = q + np.arange(q.size).reshape(q.shape) / q.size + 0.1
    assert np.abs(expected_errors(moved)).max() > 0.1 * (1 - gamma) / 2


@given(st.integers(0, 200), st.floats(0.0, 0.9))
def test_q_star_stays_where_it_is(seed: int, gamma: float) -> None:
    """In a deterministic process a table that begins at Q* never moves, whatever is visited."""
    mdp = gridworld()
    q = m.q_values(mdp, m.value_iteration(mdp, gamma, 1e-13).v, gamma)
    learned = td.learn(mdp, np.array([seed]), Settings("q_learning", gamma, (0.7,), 1.0), steps=50, q=q).q
    np.testing.assert_allclose(learned[0], q, atol=1e-9)


def test_sarsa_ends_at_the_values_of_its_own_policy() -> None:
    """Under uniformly random behaviour SARSA's and expected SARSA's mean table is q of the random policy, not q*."""
    mdp = chain(ends=False)
    v = m.evaluate(mdp, m.uniform_policy(mdp), GAMMA)
    exact = m.q_values(mdp, v, GAMMA)
    best = m.q_values(mdp, m.policy_iteration(mdp, GAMMA).v, GAMMA)
    rules: tuple[Rule, Rule] = ("sarsa", "expected_sarsa")
    for rule in rules:
        q = td.learn(mdp, np.arange(64), Settings(rule, GAMMA, harmonic(20, 5000), 1.0), steps=4000).q.mean(axis=0)
        assert np.abs(q - exact).max() < 0.1 < np.abs(q - best).max()


def test_prediction_is_unbiased_enough() -> None:
    """The mean over 64 runs of TD(0) on the gridworld lies near v_pi, much nearer than a single start at zero."""
    mdp = gridworld()
    policy = m.uniform_policy(mdp)
    v = m.evaluate(mdp, policy, GAMMA)
    mean = td.predict(mdp, policy, np.arange(64), GAMMA, harmonic(20, 5000), [8000])[:, 0].mean(axis=0)
    assert np.abs(mean - v).max() < 0.1 * np.abs(v).max()


def test_what_is_no_setting_is_refused() -> None:
    """A rule that is none, rates beyond 1, both lengths or none, episodes without an end, marks that go back."""
    for arguments in (("td",), ("sarsa", 1.1), ("sarsa", 0.9, ()), ("sarsa", 0.9, (0.1,), 1.5)):
        with pytest.raises(ValueError, match="rule|needs"):
            Settings(*arguments)  # type: ignore[arg-type]
    for lengths in ({}, {"steps": 1, "episodes": 1}):
        with pytest.raises(ValueError, match="either"):
            td.learn(chain(), SEEDS, Settings(), **lengths)
    with pytest.raises(ValueError, match="terminal"):
        td.learn(gridworld(), SEEDS, Settings(), episodes=1)
    with pytest.raises(ValueError, match="marks"):
        td.check_marks([3, 2])


def test_step_sizes_by_hand() -> None:
    """(c / (c + n))^p from 1 downwards."""
    assert harmonic(2, 3) == (1.0, 2 / 3, 0.5)
    assert harmonic(1, 3, 0.5)[2] == pytest.approx(3**-0.5)


def test_driving_home() -> None:
    """Totals as printed; TD errors are the changes of the total; with step size 1 each prediction becomes its successor's."""
    assert driving_home.predicted_totals().tolist() == [30, 40, 35, 40, 43, 43]
    assert driving_home.td_errors().tolist() == [10, -5, 5, 3, 0]
    assert driving_home.after_one_drive().tolist() == [40, 30, 20, 13, 3, 0]
    assert driving_home.after_one_drive(0.0).tolist() == driving_home.TO_GO.tolist()


def test_star_features_and_growth() -> None:
    """Values begin at 3, ..., 3 and 12; off the policy the mean update has a growing direction, on it none."""
    assert (baird.FEATURES @ baird.START).tolist() == [3, 3, 3, 3, 3, 3, 12]
    assert baird.growth_rate(0.01) > 1.002
    assert baird.growth_rate(0.01, "policy") == pytest.approx(1.0)
    assert experiments_approximation.star_growth() == pytest.approx(
        experiments_approximation.star_growth(route="spectrum"), rel=0.01
    )


def test_star_samples_average_to_the_expected_update() -> None:
    """The mean of 20,000 first sampled updates is the expected one, within five standard errors; off and on the policy."""
    for weighting in ("behaviour", "policy"):
        first = baird.sampled_path(np.arange(20_000), 1, 0.01, weighting)[:, 1]  # type: ignore[arg-type]
        expected = baird.expected_path(1, 0.01, weighting)[1]  # type: ignore[arg-type]
        assert (np.abs(first.mean(axis=0) - expected) <= 5 * first.std(axis=0) / np.sqrt(20_000) + 1e-9).all()


def test_network_update_is_the_gradient() -> None:
    """One step of the network is alpha times the TD error times the complex-step gradient of Q(s, a), in every output."""
    mdp, seeds = chain(), np.arange(3)
    before, after = networks.learn(mdp, seeds, 0), networks.learn(mdp, seeds, 1, alpha=1e-6)
    from implementations.streams import streams_numpy as streams

    a = streams.integers(seeds, 0, 2, 256)[:, 0]
    for i in range(3):
        into = 0.5 * streams.normal(seeds[[i]], 0, (5, 16), stream=2)[0]
        out = streams.normal(seeds[[i]], 0, (16, 2), stream=3)[0] / 4

        def q(w: Any) -> Any:
            into_, bias, out_, shift = w[:80].reshape(5, 16), w[80:96], w[96:128].reshape(16, 2), w[128:]
            return np.tanh(into_ + bias) @ out_ + shift

        w = np.concatenate([into.ravel(), np.zeros(16), out.ravel(), np.zeros(2)])
        np.testing.assert_allclose(before[i], q(w), atol=1e-12)
        rows = np.array([q(w + 1e-30j * e).imag / 1e-30 for e in np.eye(130)])
        s2 = int(mdp.successor[0, a[i], 0])
        error = mdp.reward[0, a[i], 0] + 0.9 * q(w)[s2].max() - q(w)[0, a[i]]
        change = np.tensordot(rows[:, 0, a[i]], rows, axes=1) * error * 1e-6
        np.testing.assert_allclose(after[i] - before[i], change, atol=1e-10, rtol=1e-3)


def test_network_experiments_depend_on_the_seed_alone() -> None:
    """A network is the same in any company."""
    together, alone = networks.learn(chain(), SEEDS, 300), networks.learn(chain(), SEEDS[[2]], 300)
    np.testing.assert_allclose(together[2], alone[0], atol=1e-12)


def test_second_routes_agree() -> None:
    """What the best fit leaves, by least squares and by projection; the pseudo-code's cases, run and derived."""
    first, second = experiments_approximation.best_fit_error(), experiments_approximation.best_fit_error_by_projection()
    for size in ("100", "12"):
        assert first[size]["error"] == pytest.approx(second[size]["error"], abs=1e-9)
    derived = experiments_control.pseudo_code_by_equations()
    for name, cells in experiments_control.pseudo_code(np.arange(8)).items():
        assert (cells["reaches Q*"] == derived[name]["reaches Q*"]).all()
    assert experiments_control.table_is_a_fixed_point()


def test_cliff_learners_near_their_exact_levels() -> None:
    """Late online returns: Q-learning's within the range of the ties and 5, expected SARSA's within 1.5 of the best exploring policy's."""
    pytest.importorskip("numba")
    seeds, mdp = np.arange(64), cliff.cliff_walking()
    low, high = cliff.online_range(mdp, 0.1)
    assert low - 5 < experiments_control.q_learning_online(seeds).mean() < high + 5
    expected = experiments_control.q_learning_online(seeds, rule="expected_sarsa").mean()
    assert expected == pytest.approx(cliff.best_soft_policy(mdp, 0.1)[1][cliff.START], abs=1.5)


def test_pictures_are_plain_data() -> None:
    """Driving home and the star: as many points as places and updates, finite throughout."""
    shown = figures.driving_home()
    assert shown["panels"][0]["series"][0]["y"] == [30, 40, 35, 40, 43, 43] and len(shown["table"]["rows"]) == 6
    for panel in figures.star(steps=100)["panels"]:
        assert all(
            np.isfinite(series["y"]).all() and len(series["x"]) == len(series["y"]) for series in panel["series"]
        )


def test_prediction_error_begins_at_one() -> None:
    """Relative to v_pi's own size, a table of zeros is off by 1, and one step hardly changes that."""
    assert experiments.prediction_error(np.arange(4), steps=1, backend="numpy") == pytest.approx(1.0, abs=0.5)


@given(st.permutations(range(4)), st.integers(1, 4))
def test_predictions_and_stars_are_the_same_in_any_company(order: list[int], n: int) -> None:
    """TD(0), the star and the two states depend on their own seed alone."""
    some, mdp = SEEDS[order[:n]], random_mdp(5)
    for run in (
        lambda seeds: td.predict(mdp, m.uniform_policy(mdp), seeds, 0.9, (0.2,), [5, 40]),
        lambda seeds: baird.sampled_path(seeds, 30, 0.01),
        lambda seeds: baird.two_state_path(seeds, 30, 0.1),
    ):
        np.testing.assert_array_equal(run(SEEDS)[order[:n]], run(some))


def test_two_states_grow_by_their_factor() -> None:
    """The mean first update is 1 + alpha (6 gamma - 5) / 2; a long run grows by the typical factor; below gamma = 5/6 it shrinks."""
    first = baird.two_state_path(np.arange(20_000), 1, 0.1)[:, 1]
    assert first.mean() == pytest.approx(1 + 0.1 * (6 * baird.GAMMA - 5) / 2, abs=5 * first.std() / np.sqrt(20_000))
    rate = np.log(np.abs(baird.two_state_path(np.arange(64), 2000, 0.1)[:, -1])).mean() / 2000
    assert rate == pytest.approx(np.log(baird.two_state_growth(0.1)), rel=0.05)
    assert baird.two_state_growth(0.01, 0.80) < 1 < baird.two_state_growth(0.01, 0.87)

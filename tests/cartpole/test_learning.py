"""The learner: the slides' class step by step, the compiled loop, batches; bins; policies."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from implementations.cartpole import cartpole_numpy, dynamics, policies, printed
from implementations.cartpole.discretisation import NARROW, NEVER, WIDE, Bins, printed_bins
from implementations.cartpole.settings import Settings
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]

SHORT = [
    Settings(bins=NARROW, episodes=40),
    Settings(bins=WIDE, episodes=12, alpha=0.3, terminal="zero", tie=0),
    Settings(bins=NARROW, episodes=12, alpha=0.1, epsilon=0.5, terminal="zero_done", limit=20, gamma=0.9),
    Settings(bins=Bins(((0.0,), (-0.5, 0.5), (0.0,), (0.0,))), episodes=8, alpha=0.5),
]


@pytest.mark.parametrize("rules", SHORT, ids=["printed", "zero", "zero done", "four variables"])
def test_the_compiled_loop_learns_the_same(rules: Settings) -> None:
    """Same lengths, and the same tables to the last bits of sine and cosine; also where the steps are limited."""
    pytest.importorskip("numba")
    from implementations.cartpole import cartpole_numba

    seeds = np.array([3, 1, 4, 1000000])
    for steps in (None, 150):
        ours, compiled = cartpole_numpy.learn(rules, seeds, steps), cartpole_numba.learn(rules, seeds, steps)
        np.testing.assert_array_equal(ours.lengths, compiled.lengths)
        np.testing.assert_allclose(ours.q, compiled.q, rtol=1e-12)
        assert ours.q.max() > 1


@pytest.mark.parametrize("rules", SHORT, ids=["printed", "zero", "zero done", "four variables"])
def test_values_depend_on_their_own_seed_alone(rules: Settings) -> None:
    """A seed learns the same table alone, in company, and in any order."""
    seeds = np.arange(6)
    together = cartpole_numpy.learn(rules, seeds)
    backwards = cartpole_numpy.learn(rules, seeds[::-1].copy())
    np.testing.assert_array_equal(together.q[::-1], backwards.q)
    np.testing.assert_array_equal(together.lengths[::-1], backwards.lengths)
    for i in (0, 5):
        alone = cartpole_numpy.learn(rules, seeds[i : i + 1])
        np.testing.assert_array_equal(alone.q[0], together.q[i])


class TwoForOne:
    """The uniform numbers of the slides' two draws, from our one: u decides whether to explore; then u / epsilon where."""

    def __init__(self, u: Iterator[float], epsilon: float) -> None:
        self.u, self.epsilon = u, epsilon
        self.second: float | None = None

    def random(self) -> float:
        """The next number."""
        if self.second is not None:
            u, self.second = self.second, None
            return u
        u = next(self.u)
        self.second = u / self.epsilon if u < self.epsilon else None
        return u


def test_the_learner_is_the_slides_class_in_gymnasium() -> None:
    """The printed Agent and loop in gymnasium, given our starts and our coins, learn the same table in the same episodes."""
    pytest.importorskip("gymnasium")
    from implementations.cartpole import gymnasium_loop

    for rules in (Settings(bins=NARROW, episodes=40), Settings(bins=NARROW, episodes=40, alpha=0.1, limit=50)):
        ours = cartpole_numpy.learn(rules, np.arange(2))
        for seed in range(2):
            n = int(ours.lengths[seed].sum())
            blocks = [
                streams.uniform(np.array([seed]), block, cartpole_numpy.BLOCK, stream=dynamics.CHOICES)[0]
                for block in range(n // cartpole_numpy.BLOCK + 1)
            ]
            coins = TwoForOne(iter(np.concatenate(blocks)), rules.epsilon)
            agent = gymnasium_loop.Agent("q_discretized", rules, coins)
            env = gymnasium_loop.make(rules.limit)
            for episode in range(rules.episodes):
                env.reset(seed=0)
                env.unwrapped.state = dynamics.start(np.array([seed]), episode)[:, 0]
                last, t, over = env.unwrapped.state, 0, False
                while not over:
                    action = agent.choose_action(last)
                    _, reward, terminated, truncated, _ = env.step(action)
                    agent.q_update(last, action, float(reward), env.unwrapped.state)
                    last, t, over = env.unwrapped.state, t + 1, terminated or truncated
                assert t == ours.lengths[seed, episode]
            np.testing.assert_allclose(ours.q[seed], agent.theta, rtol=1e-12)


def test_the_printed_loop_learns_only_when_told() -> None:
    """In gymnasium, learning fills the table with values of at least alpha; without learning it stays empty; either way episodes last."""
    pytest.importorskip("gymnasium")
    from implementations.cartpole import gymnasium_loop

    for learn in (True, False):
        agent = gymnasium_loop.Agent("q_discretized", SHORT[0], np.random.default_rng(0))
        lengths = gymnasium_loop.episodes(agent, gymnasium_loop.make(), 0, 20, learn)
        assert lengths.min() >= 8
        assert (agent.theta.max() > 5) == learn
        assert ((agent.theta == 0) | (agent.theta >= 1)).all()
        assert agent.theta.any() == learn


def test_one_update_by_hand() -> None:
    """After one step from an empty table: alpha in the cell of the start and the action, 0 elsewhere."""
    learned = cartpole_numpy.learn(Settings(bins=NARROW, alpha=0.25, epsilon=0.0), np.arange(1), steps=1)
    start = dynamics.start(np.arange(1))
    expected = np.zeros((12, 2))
    expected[NARROW.index(start)[0], 1] = 0.25  # a tie goes right
    np.testing.assert_array_equal(learned.q.reshape(12, 2), expected)


@given(st.floats(0.01, 1.0), st.sampled_from(["bootstrap", "zero", "zero_done"]), st.integers(0, 10**6))
@settings(max_examples=15)
def test_values_lie_between_the_step_size_and_the_fixed_point(alpha: float, terminal: str, seed: int) -> None:
    """Entries are 0 until their first update, and from then on at least alpha and at most 1 / (1 - gamma)."""
    rules = Settings(bins=NARROW, alpha=alpha, terminal=terminal, gamma=0.9)  # type: ignore[arg-type]
    q = cartpole_numpy.learn(rules, np.array([seed]), steps=200).q
    assert ((q == 0) | (q >= alpha * (1 - 1e-12))).all()
    assert q.max() <= 10 + 1e-9
    if terminal == "zero" and alpha == 1.0:
        assert q.min() >= 0


def test_what_a_last_step_is_worth() -> None:
    """Limited to 5 steps and gamma = 1: with 0 after the clock no entry exceeds 5, with a bootstrap they grow without bound."""
    for terminal, bounded in (("zero_done", True), ("zero", False), ("bootstrap", False)):
        rules = Settings(bins=NARROW, gamma=1.0, limit=5, episodes=100, terminal=terminal)  # type: ignore[arg-type]
        largest = cartpole_numpy.learn(rules, np.arange(2)).q.max()
        assert (largest <= 100) == bounded
        assert largest >= 1


def test_only_falls_are_worth_nothing() -> None:
    """With one cell, alpha 1, gamma 0.5 and limit 200, the value after a fall is exactly 1, and grows towards 2 between falls."""
    one_cell = Bins(((NEVER,), (NEVER,), (NEVER,), (NEVER,)))
    rules = Settings(bins=one_cell, gamma=0.5, epsilon=0.0, episodes=1, terminal="zero")
    learned = cartpole_numpy.learn(rules, np.arange(3))  # always right: a tie, then right is ahead
    np.testing.assert_array_equal(learned.q.reshape(3, 2), [[0, 1]] * 3)
    before = cartpole_numpy.learn(rules, np.arange(1), steps=int(learned.lengths[0, 0]) - 1)
    assert before.q.max() == 2 - 0.5 ** (learned.lengths[0, 0] - 2)


STATES = arrays(np.float64, (4, 5), elements=st.floats(-1e19, 1e19))


@given(STATES, st.sampled_from([WIDE, NARROW, SHORT[3].bins]))
def test_the_cell_is_numpys_digitize(state: Array, bins: Bins) -> None:
    """The flat index is that of `np.digitize` in each variable, and never leaves the table, however far the state."""
    index = bins.index(state)
    shape = tuple(len(edges) + 1 for edges in bins.edges)
    places = tuple(np.digitize(values, edges) for values, edges in zip(state, bins.edges, strict=True))
    whole = np.arange(bins.cells).reshape(bins.shape)
    assert ((index >= 0) & (index < bins.cells)).all()
    np.testing.assert_array_equal(
        index, whole[tuple(p if s > 1 else 0 * p for p, s in zip(places, bins.shape, strict=True))]
    )
    assert all(s in (b, 1) for s, b in zip(bins.shape, shape, strict=True))


def test_every_cell_is_reached() -> None:
    """A grid of angles and angular velocities falls into all twelve cells; an edge belongs to the bin above it."""
    theta, spin = (each.ravel() for each in np.meshgrid([-0.3, -0.1, 0.1, 0.3], [-1.0, 0.0, 1.0], indexing="ij"))
    state = np.stack([0 * theta, 0 * theta, theta, spin])
    assert NARROW.index(state).tolist() == list(range(12))
    edges = np.array([[0.0], [0.0], [0.0], [0.3]])
    assert NARROW.index(edges)[0] == 2 * 3 + 2
    assert NARROW.index(np.nextafter(edges, -1))[0] == 1 * 3 + 1


@pytest.mark.parametrize("edges", [((0.0,),), ((1.0, 0.0), (), (), ()), ((0.0, 0.0), (), (), ())])
def test_bins_that_do_not_rise_are_refused(edges: tuple[tuple[float, ...], ...]) -> None:
    """Four variables, rising edges."""
    with pytest.raises(ValueError, match="rising edges"):
        Bins(edges)


@pytest.mark.parametrize(
    "wrong", [{"alpha": 1.5}, {"gamma": -0.1}, {"epsilon": 2.0}, {"terminal": "never"}, {"episodes": 0}, {"limit": 0}]
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    """Each with a message that says what was expected."""
    with pytest.raises(ValueError, match="must be"):
        Settings(**wrong)  # type: ignore[arg-type]


# --- policies ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", policies.NAMED)
def test_lengths_are_gymnasiums(name: str) -> None:
    """Each fixed policy, from the same starts with the same coins, lasts as long in gymnasium as in our batch."""
    pytest.importorskip("gymnasium")
    from implementations.cartpole import gymnasium_loop

    seeds, env, act = np.arange(3), gymnasium_loop.make(), policies.NAMED[name]
    lengths = policies.play(act, seeds)
    for i in seeds:
        env.reset(seed=0)
        env.unwrapped.state = dynamics.start(seeds[i : i + 1])[:, 0]
        t, over = 0, False
        while not over:
            u = streams.uniform(seeds[i : i + 1], t, stream=dynamics.CHOICES)
            action = act(env.unwrapped.state[:, None], t, u)
            _, _, terminated, truncated, _ = env.step(int(action[0]))
            t, over = t + 1, terminated or truncated
        assert t == lengths[i]


def test_a_table_is_followed() -> None:
    """A table that prefers left where the pole leans left and right elsewhere is the left-right policy; ties follow `tie`."""
    q = np.zeros((1, 1, 4, 3, 2))
    q[0, 0, :2, :, 0] = q[0, 0, 2:, :, 1] = 1.0
    seeds = np.arange(50)
    expected = policies.play(policies.NAMED["left_right"], seeds)
    np.testing.assert_array_equal(policies.play(policies.greedy(q, NARROW), seeds), expected)
    many = np.repeat(q[None], 50, axis=0)
    np.testing.assert_array_equal(policies.play(policies.greedy(many, NARROW), seeds), expected)
    tied = policies.greedy(np.zeros_like(q), NARROW, printed.towards_the_lean())
    np.testing.assert_array_equal(policies.play(tied, seeds), expected)


def test_the_printed_table_balances_under_one_reading() -> None:
    """Bins at 0.3 and ties towards the lean: 500 steps from each of 200 starts; ties to the right: none lasts 100."""
    seeds = np.arange(200)
    right = policies.greedy(printed.TABLE, NARROW)
    lean = policies.greedy(printed.TABLE, NARROW, printed.towards_the_lean())
    assert (policies.play(lean, seeds, dynamics.V1) == dynamics.V1).all()
    assert policies.play(right, seeds).max() < 100


def test_edges_at_3_make_the_printed_table_left_right() -> None:
    """With bins at 3 rad/s and ties towards the lean the printed table is the left-right policy, step for step."""
    lean = policies.greedy(printed.TABLE, printed_bins(3.0), printed.towards_the_lean())
    seeds = np.arange(200)
    np.testing.assert_array_equal(policies.play(lean, seeds), policies.play(policies.NAMED["left_right"], seeds))


def test_an_episode_ends_with_its_first_fallen_state() -> None:
    """The trace stands before its last state and has fallen in it; after that it does not move."""
    states, lengths = policies.trace(policies.random, np.arange(30))
    for i, length in enumerate(lengths):
        down = dynamics.fallen(states[: length + 1, :, i].T)
        assert down.tolist() == [False] * length + [True]
        assert (states[length:, :, i] == states[length, :, i]).all()


def test_exploring_is_a_mixture() -> None:
    """With epsilon = 0.4 a policy that goes left goes right one time in five, as often as the coin of the exploring steps says."""
    u = np.linspace(0, 1, 100_001)
    action = policies.exploring(policies.NAMED["always_left"], 0.4)(np.zeros((4, len(u))), 0, u)
    assert abs(action.mean() - 0.2) < 1e-4

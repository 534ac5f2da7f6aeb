"""What every strategy keeps to: batches, counts, regret, ties, schedules; and each one's own rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from implementations.bandits import bandits_numpy, enumeration
from implementations.bandits.bandits_numpy import play
from implementations.bandits.learners import GradientLearner, NormalThompsonLearner, SampleAverage
from implementations.bandits.problems import Problem, gaps
from implementations.bandits.strategies import (
    GREEDY,
    OPTIMISTIC,
    RANDOM,
    UCB,
    EpsilonGreedy,
    Gradient,
    Strategy,
    Thompson,
    strategy,
)

CASES: dict[str, tuple[Strategy, Problem]] = {
    "random": (RANDOM, Problem()),
    "greedy": (GREEDY, Problem()),
    "epsilon": (EpsilonGreedy(0.1), Problem()),
    "decaying": (EpsilonGreedy(decay=5.0), Problem()),
    "optimistic": (OPTIMISTIC, Problem()),
    "ucb": (UCB(2.0), Problem()),
    "gradient": (Gradient(0.3), Problem()),
    "normal thompson": (Thompson(), Problem()),
    "beta thompson": (Thompson(), Problem("bernoulli")),
    "bernoulli ucb": (UCB(0.5), Problem("bernoulli", arms=3)),
}
cases = pytest.mark.parametrize(("chosen", "problem"), CASES.values(), ids=CASES)
seed_lists = st.lists(st.integers(0, 2**40), min_size=2, max_size=6)


@cases
@given(seeds=seed_lists, steps=st.integers(1, 80))
def test_a_seed_decides_its_game(chosen: Strategy, problem: Problem, seeds: list[int], steps: int) -> None:
    """A replicate's counts, rewards and regret are the same in any company and order, bit for bit."""
    together = play(chosen, problem, np.array(seeds), steps)
    for i in (0, len(seeds) - 1):
        alone = play(chosen, problem, np.array(seeds[i : i + 1]), steps)

        assert np.array_equal(alone.counts[0], together.counts[i])
        assert alone.total[0] == together.total[i]
        assert alone.regret[0, 0] == together.regret[i, 0]


@cases
@given(seed=st.integers(0, 2**40), steps=st.integers(2, 100))
def test_the_past_does_not_depend_on_the_horizon(chosen: Strategy, problem: Problem, seed: int, steps: int) -> None:
    """Regret at a mark is that of a game that ends there: no step looks ahead."""
    half = steps // 2
    long = play(chosen, problem, np.array([seed]), steps, [half, steps])
    short = play(chosen, problem, np.array([seed]), half)

    assert long.regret[0, 0] == short.regret[0, 0]


@cases
def test_regret_is_gaps_times_counts(chosen: Strategy, problem: Problem) -> None:
    """Regret is the sum over arms of gap times plays, is never negative, never falls, and every step is counted once."""
    marks = [1, 7, 60, 150]
    game = play(chosen, problem, np.arange(50), 150, marks, curve=True)

    assert game.curve is not None
    assert (game.counts.sum(axis=1) == 150).all()
    assert np.array_equal(game.regret[:, -1], (gaps(game.means) * game.counts).sum(axis=1))
    assert (np.diff(game.regret, axis=1, prepend=0.0) >= 0).all()
    assert np.allclose(np.cumsum(game.curve.gap)[np.array(marks) - 1], game.regret.mean(axis=0))
    assert game.curve.optimal.mean() == pytest.approx(game.optimal.mean())
    assert game.curve.reward.mean() == pytest.approx(game.total.mean() / 150)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-1e3, 1e3)), min_size=1, max_size=200))
def test_incremental_mean_is_the_batch_mean(pulls: list[tuple[int, float]]) -> None:
    """Q after any sequence of rewards is each arm's mean, by NumPy's mean of all of them."""
    learner = SampleAverage(1, 4, len(pulls))
    for t, (arm, reward) in enumerate(pulls, start=1):
        learner.learn(t, np.array([arm]), np.array([arm]), np.array([reward]))
    for arm in range(4):
        rewards = [reward for played, reward in pulls if played == arm]
        assert learner.q[0, arm] == pytest.approx(np.mean(rewards) if rewards else 0.0, abs=1e-9)


@given(seed=st.integers(0, 2**40), arms=st.integers(1, 12), c=st.floats(0, 10))
def test_ucb_tries_every_arm_first(seed: int, arms: int, c: float) -> None:
    """After K steps UCB has played each of the K arms exactly once, whatever c."""
    assert (play(UCB(c), Problem(arms=arms), np.array([seed]), arms).counts == 1).all()


def test_ucb_follows_the_formula() -> None:
    """Each choice of UCB after the first K maximises Q + c sqrt(log t / n), computed anew from the history."""
    problem, seeds, steps, c = Problem(arms=4), np.arange(20), 60, 1.5
    counts = np.stack([play(UCB(c), problem, seeds, t).counts for t in range(1, steps + 1)])
    totals = np.stack([play(UCB(c), problem, seeds, t).total for t in range(1, steps + 1)])
    sums, n = np.zeros((20, 4)), np.zeros((20, 4))
    for t in range(1, steps + 1):
        now = counts[t - 1] - (counts[t - 2] if t > 1 else 0)
        if t > 4:
            upper = sums / n + c * np.sqrt(np.log(t) / n)
            assert np.array_equal(now.argmax(axis=1), upper.argmax(axis=1))
        reward = totals[t - 1] - (totals[t - 2] if t > 1 else 0.0)
        sums, n = sums + now * reward[:, None], n + now


def gradient_step(h: NDArray[np.float64], arm: int, reward: float, mean: float, alpha: float) -> NDArray[np.float64]:
    """The change of H that the learner makes at time 2 from preferences h after a reward, its mean so far given."""
    learner = GradientLearner(Gradient(alpha), np.zeros(1, np.int64), len(h), 2)
    learner.h[:, 0], learner.mean[:] = h, mean
    learner.choose(2)
    learner.learn(2, np.array([arm]), np.array([arm]), np.array([reward]))
    change: NDArray[np.float64] = learner.h[:, 0] - h
    return change


preferences = st.lists(st.floats(-3, 3), min_size=2, max_size=6)


@given(preferences, st.floats(-5, 5), st.floats(-5, 5), st.data())
def test_gradient_update_sums_to_zero(h: list[float], reward: float, mean: float, data: st.DataObject) -> None:
    """Preferences move against each other: the update sums to zero over the arms."""
    arm = data.draw(st.integers(0, len(h) - 1))

    assert gradient_step(np.array(h), arm, reward, mean, 0.4).sum() == pytest.approx(0.0, abs=1e-12)


@given(preferences, st.data())
def test_gradient_update_is_the_gradient_of_expected_reward(h: list[float], data: st.DataObject) -> None:
    """Without the baseline, the update's mean over the arms is alpha times the gradient of sum_k pi_k mu_k, by complex step."""
    mu = np.array(data.draw(st.lists(st.floats(-2, 2), min_size=len(h), max_size=len(h))))
    at = np.array(h)
    mean_step = np.zeros(len(h))
    for arm, chance in enumerate(enumeration.softmax(at)):
        learner = GradientLearner(Gradient(0.4, baseline=False), np.zeros(1, np.int64), len(h), 2)
        learner.h[:, 0] = at
        learner.choose(1)
        learner.learn(1, np.array([arm]), np.array([arm]), mu[arm : arm + 1])
        mean_step += chance * (learner.h[:, 0] - at)

    def expected(x: NDArray[np.complex128]) -> complex:
        powers = np.exp(x)
        return complex((powers * mu).sum() / powers.sum())

    gradient = [expected(at + 1e-30j * np.eye(len(h))[k]).imag / 1e-30 for k in range(len(h))]
    assert mean_step / 0.4 == pytest.approx(gradient, abs=1e-10)


def test_epsilon_mixture() -> None:
    """epsilon = 0 is greedy from the first arm on; with ascending arms the spared last arm, the best, is hardly ever played."""
    problem, seeds = Problem(ascending=True), np.arange(200)
    spared = play(EpsilonGreedy(1.0, spared=1), problem, seeds, 200)

    assert (play(GREEDY, problem, seeds, 1).last == 0).all()
    assert (spared.counts[:, -1] == 0).all()
    assert (spared.counts[:, :-1] > 0).all()


def test_schedules() -> None:
    """eps_t is constant, or min(1, d/t) counted from t = 1."""
    assert EpsilonGreedy(0.3).schedule(3).tolist() == [0.3, 0.3, 0.3]
    assert EpsilonGreedy(decay=2.0).schedule(4).tolist() == [1.0, 1.0, 2 / 3, 0.5]


def test_normal_thompson_draws_from_the_posterior() -> None:
    """After rewards 1.0 and 0.5 of one arm and -0.2 of the other, posteriors N(0.5, 1/3) and N(-0.1, 1/2): the first wins Phi(...)."""
    n = 20_000
    learner = NormalThompsonLearner(Thompson(), np.arange(n), 2, 4)
    for t, (arm, reward) in enumerate([(0, 1.0), (0, 0.5), (1, -0.2)], start=1):
        learner.learn(t, np.full(n, arm), np.arange(n) * 2 + arm, np.full(n, reward))
    first = int((learner.choose(4) == 0).sum())

    assert stats.binomtest(first, n, stats.norm.cdf((0.5 + 0.1) / np.sqrt(1 / 3 + 1 / 2))).pvalue > 1e-4


def test_optimistic_start_explores() -> None:
    """From Q = 5 with a constant step a greedy player tries every one of ten arms within the first ten steps."""
    assert (play(OPTIMISTIC, Problem(), np.arange(100), 10).counts == 1).all()


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        (lambda: EpsilonGreedy(1.5), "epsilon"),
        (lambda: UCB(-1.0), "c must"),
        (lambda: strategy("ucbb"), "ucbb"),
        (lambda: Problem("poisson"), "poisson"),  # type: ignore[arg-type]
        (lambda: Problem(arms=0), "arm"),
        (lambda: play(GREEDY, Problem(), np.arange(2), 0), "marks"),
        (lambda: play(GREEDY, Problem(), np.arange(2), 5, [3, 2]), "marks"),
        (lambda: play(GREEDY, Problem(), np.arange(2), 5, [6]), "marks"),
    ],
)
def test_bad_settings_are_refused(wrong: object, names: str) -> None:
    """Settings that mean nothing raise ValueError, which names what is wrong."""
    with pytest.raises(ValueError, match=names):
        wrong()  # type: ignore[operator]


def test_names_of_strategies() -> None:
    """Random and greedy are the ends of eps-greedy; settings go through to the strategy."""
    assert strategy("random") == EpsilonGreedy(1.0)
    assert strategy("greedy") == EpsilonGreedy(0.0)
    assert strategy("ucb", c=3.0) == UCB(3.0)


@pytest.mark.parametrize("name", CASES)
def test_compiled_loops_give_the_same_numbers(name: str) -> None:
    """The numba loops play the same arms for the same rewards as the NumPy reference, with marks and curves."""
    pytest.importorskip("numba")
    from implementations.bandits import bandits_numba

    chosen, problem = CASES[name]
    seeds, marks = np.arange(100, 400), [1, 64, 65, 500]
    ours = bandits_numpy.play(chosen, problem, seeds, 500, marks, curve=True)
    theirs = bandits_numba.play(chosen, problem, seeds, 500, marks, curve=True)

    assert np.array_equal(ours.counts, theirs.counts)
    assert np.array_equal(ours.last, theirs.last)
    assert np.allclose(ours.total, theirs.total, rtol=0, atol=1e-9)
    assert np.allclose(ours.regret, theirs.regret, rtol=1e-12)
    assert ours.curve is not None
    assert theirs.curve is not None
    for part in ("reward", "optimal", "gap", "reward_square", "gap_square"):
        assert np.allclose(getattr(ours.curve, part), getattr(theirs.curve, part), rtol=1e-9, atol=1e-12)


def test_compiled_normals_are_the_ziggurats() -> None:
    """Ten million words' worth of layers is not needed: every unlucky word of 200,000 gives the NumPy number, wedge and tail."""
    pytest.importorskip("numba")
    from implementations.bandits import draws_numba, ziggurat
    from implementations.streams import streams_numpy as streams

    words = streams.words(np.arange(200), 5, 1000).ravel()
    normals = ziggurat.normal(words)
    layer = (words & np.uint64(255)).astype(int)
    safe = np.abs((words.view(np.int64) >> 10) * ziggurat.SCALES[layer]) < ziggurat.INNER[layer]
    some = np.flatnonzero(~safe)

    assert (np.abs(normals[some]) > ziggurat.R).any()
    assert np.allclose([draws_numba.normal(words[i]) for i in some], normals[some], rtol=1e-14)

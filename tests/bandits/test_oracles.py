"""Exact values beside the simulations: closed forms, enumeration of all histories, dynamic programming, per-step loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from implementations.bandits import enumeration, per_step, theory
from implementations.bandits.bandits_numpy import play
from implementations.bandits.problems import Problem
from implementations.bandits.strategies import GREEDY, RANDOM, UCB, EpsilonGreedy, Gradient, Strategy, Thompson

GAMES = {
    "greedy": (enumeration.epsilon_greedy(3, lambda t: 0.0), GREEDY),
    "random": (enumeration.epsilon_greedy(3, lambda t: 1.0), RANDOM),
    "epsilon": (enumeration.epsilon_greedy(3, lambda t: 0.3), EpsilonGreedy(0.3)),
    "decaying": (enumeration.epsilon_greedy(3, lambda t: min(1.0, 2.0 / t)), EpsilonGreedy(decay=2.0)),
    "ucb": (enumeration.ucb(3, 0.8), UCB(0.8)),
    "thompson": (enumeration.thompson(3), Thompson()),
    "gradient": (enumeration.gradient(3, 0.7), Gradient(0.7)),
}


@pytest.mark.parametrize(("policy", "chosen"), GAMES.values(), ids=GAMES)
def test_simulation_meets_enumeration(policy: enumeration.Policy, chosen: Strategy) -> None:
    """Mean reward and regret of 40,000 four-step games lie within 4.5 standard errors of the sum over all 1296 histories."""
    means, steps, n = (0.2, 0.5, 0.9), 4, 40_000
    game = play(chosen, Problem("bernoulli", means=means), np.arange(n), steps)
    reward = enumeration.expected_reward(policy, means, steps)
    regret = enumeration.expected_regret(policy, means, steps)

    assert abs(game.total.mean() - reward) <= 4.5 * game.total.std() / np.sqrt(n)
    assert abs(game.regret.mean() - regret) <= 4.5 * game.regret.std() / np.sqrt(n) + 1e-12


@pytest.mark.parametrize(("policy", "chosen"), GAMES.values(), ids=GAMES)
def test_no_strategy_beats_the_bayes_optimum(policy: enumeration.Policy, chosen: Strategy) -> None:
    """On two arms with uniform means the exact value of every strategy, by Gauss-Legendre over the means, is at most optimal."""
    two = {
        "ucb": enumeration.ucb(2, 0.8),
        "thompson": enumeration.thompson(2),
        "gradient": enumeration.gradient(2, 0.7),
    }
    name = next(name for name, game in GAMES.items() if game[1] is chosen)
    policy = two.get(
        name,
        enumeration.epsilon_greedy(2, lambda t: chosen.schedule(t)[-1] if isinstance(chosen, EpsilonGreedy) else 0.0),
    )
    nodes, weights = np.polynomial.legendre.leggauss(
        3
    )  # rewards of three steps are polynomials of degree 3 in each mean
    nodes, weights = (nodes + 1) / 2, weights / 2
    value = sum(
        a * b * enumeration.expected_reward(policy, (p, q), 3)
        for p, a in zip(nodes, weights, strict=True)
        for q, b in zip(nodes, weights, strict=True)
    )

    assert 1.5 - 1e-12 <= value <= enumeration.best_possible(2, 3) + 1e-12


def test_bayes_optimum_of_small_games() -> None:
    """One step is worth 1/2. Two are worth 1/2 + (1/2)(2/3) + (1/2)(1/2) = 13/12: stay after a one, switch after a zero."""
    assert enumeration.best_possible(2, 1) == 0.5
    assert enumeration.best_possible(2, 2) == pytest.approx(13 / 12)
    assert enumeration.best_possible(1, 7) == pytest.approx(3.5)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=8), st.integers(1, 50))
def test_random_regret_is_the_sum_of_gaps(means: list[float], steps: int) -> None:
    """T (max - mean) equals T times the average gap."""
    mu = np.array(means)

    assert theory.random_regret(mu, steps) == pytest.approx(steps * np.mean([mu.max() - m for m in mu]), abs=1e-9)


def test_expected_maximum() -> None:
    """E max of two N(0,1) is 1/sqrt(pi), of three 3/(2 sqrt(pi)), of ten 1.53875; and the testbed's means have it."""
    drawn = Problem().draw(np.arange(20_000)).max(axis=1)

    assert theory.expected_maximum(2) == pytest.approx(np.pi**-0.5, abs=1e-12)
    assert theory.expected_maximum(3) == pytest.approx(1.5 * np.pi**-0.5, abs=1e-12)
    assert theory.expected_maximum(10) == pytest.approx(1.5387527308, abs=1e-9)
    assert abs(drawn.mean() - theory.expected_maximum(10)) < 4.5 * drawn.std() / np.sqrt(20_000)


def test_lai_robbins() -> None:
    """The constant is the sum of 2/gap for unit normals; for coins, gap / (p ln(p/q) + (1-p) ln((1-p)/(1-q))), integrated here."""
    coins = theory.lai_robbins(np.array([0.4, 0.7]), "bernoulli")
    kl = 0.4 * np.log(0.4 / 0.7) + 0.6 * np.log(0.6 / 0.3)
    normals = integrate.quad(lambda x: stats.norm.pdf(x) * (stats.norm.logpdf(x) - stats.norm.logpdf(x, 0.8)), -9, 9)[0]

    assert theory.lai_robbins(np.array([0.0, 0.5, 1.0, 1.0])) == pytest.approx(2 / 1.0 + 2 / 0.5)
    assert coins == pytest.approx(0.3 / kl)
    assert theory.lai_robbins(np.array([0.0, 0.8])) == pytest.approx(0.8 / normals)


def test_narrow_ucb_loses_at_least_its_lower_bound() -> None:
    """UCB with c = 0.3 on an arm N(1, 1) and one that always pays 0, simulated here: its regret is above the closed form, and near it."""
    rng, n, c = np.random.default_rng(3), 20_000, 0.3
    q, plays, lost = rng.normal(1.0, 1.0, n), np.ones(n), np.ones(n)
    for t in range(3, 301):
        best = q + c * np.sqrt(np.log(t) / plays) >= c * np.sqrt(np.log(t) / (t - 1 - plays))
        plays += best
        q += best * (rng.normal(1.0, 1.0, n) - q) / plays
        lost += ~best
    bound = theory.abandoned_best_arm(np.array([300.0]), 1.0, c)[0]

    assert bound < lost.mean() < 2 * bound


@given(st.integers(0, 12), st.integers(0, 12))
def test_beta_posterior_on_a_grid(ones: int, zeros: int) -> None:
    """Bayes' rule on a grid, reward by reward, is the density of Beta(1 + ones, 1 + zeros)."""
    grid = np.linspace(0, 1, 1001)
    exact = stats.beta(1 + ones, 1 + zeros).pdf(grid)

    assert theory.beta_posterior(ones, zeros, grid) == pytest.approx(exact, abs=1e-3 * exact.max())


def test_per_step_loops_agree() -> None:
    """The plain loops, on other random numbers, earn what the batch earns: each within 4.5 standard errors, 150 games each."""
    n, steps = 150, 60
    many = np.arange(10_000)
    rng = np.random.default_rng(7)

    def compare(one: object, chosen: Strategy, problem: Problem) -> None:
        draw = rng.normal if problem.rewards == "gaussian" else rng.random
        totals = np.array([one(draw(size=10))[0] for _ in range(n)])  # type: ignore[operator]
        batch = play(chosen, problem, many, steps).total
        assert abs(totals.mean() - batch.mean()) < 4.5 * totals.std() / np.sqrt(n)

    compare(lambda mu: per_step.epsilon_greedy(rng, mu, steps, 0.1), EpsilonGreedy(0.1), Problem())
    compare(lambda mu: per_step.epsilon_greedy(rng, mu, steps, 0.0, "first"), GREEDY, Problem())
    compare(lambda mu: per_step.ucb(rng, mu, steps, 2.0), UCB(2.0), Problem())
    compare(lambda mu: per_step.gradient(rng, mu, steps, 0.2), Gradient(0.2), Problem())
    compare(lambda mu: per_step.thompson(rng, mu, steps), Thompson(), Problem("bernoulli"))

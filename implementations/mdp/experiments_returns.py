"""What the documents claim of discounted sums: GOALS, RETURNS, EPISODES; RL: FORMALISING THE PROCESS; Discounted Future Reward."""

from fractions import Fraction
from typing import Literal

import numpy as np

from implementations.mdp import mdp_numpy as m
from implementations.mdp.examples import coin_toss, random_mdp, waiting
from implementations.mdp.returns import coefficients, discounted_sum, returns
from implementations.streams import streams_numpy as streams

NINE_TENTHS = Fraction(9, 10)


def recursion_residual(gamma: float = 0.9, defect: Literal["", "late", "undiscounted"] = "") -> float:
    """Largest |G_t - (R_t + gamma G_{t+1})| over 50 random reward sequences; G_t is added up term by term from its definition.

    Defects: the sum's discount begins at gamma; the recursion without gamma.
    """
    rewards = streams.normal(np.arange(50), 0, 12)
    late = defect == "late"
    g = np.stack(
        [np.sum([gamma ** (k - t + late) * rewards[:, k] for k in range(t, 12)], axis=0) for t in range(12)], 1
    )
    ahead = 1.0 if defect == "undiscounted" else gamma
    return float(np.abs(g[:, :-1] - rewards[:, :-1] - ahead * g[:, 1:]).max())


def upper_limits(last: int = 4, gamma: float = 0.9, beyond: int = 0) -> dict[str, dict[str, int]]:
    """The K for which sum_{k=0}^{K} gamma^k R_{t+k} is G_t of the recursion, for each t of an episode R_0 .. R_last.

    `beyond` adds rewards that a longer episode would have had, as a program does that reads past the end of one.
    """
    rewards = 1.0 + streams.uniform(np.array([0]), 0, last + 1 + beyond)[0]
    g = returns(rewards, gamma)
    limits = {}
    for t in range(last + 1):
        sums = np.cumsum(gamma ** np.arange(len(rewards) - t) * rewards[t:])
        limits[str(t)] = {"K": int(np.abs(sums - g[t]).argmin())}
    return limits


def upper_limits_by_weights(last: int = 4) -> dict[str, dict[str, int]]:
    """Second route, exact: how many of R_0 .. R_last have a weight in G_t, less one."""
    return {str(t): {"K": sum(w != 0 for w in coefficients(last + 1, NINE_TENTHS, t)) - 1} for t in range(last + 1)}


def last_exponents(n: int = 7, gamma: float = 0.9, shift: int = 0) -> dict[str, dict[str, float]]:
    """The power of gamma before r_n in R_t, t = 0 .. 3: how much R_t rises when r_n does by 1. `shift` delays the recursion's start."""
    raised = np.zeros(n + 1)
    raised[n] = 1.0
    weights = returns(raised, gamma)
    return {str(t): {"exponent": float(np.log(weights[t + shift]) / np.log(gamma))} for t in range(4)}


def last_exponents_exactly(n: int = 7) -> dict[str, dict[str, float]]:
    """Second route: the exact weight of r_n in R_t, divided by 9/10 until it is 1."""
    table = {}
    for t in range(4):
        weight, power = coefficients(n + 1, NINE_TENTHS, t)[n], 0
        while weight != 1:
            weight, power = weight / NINE_TENTHS, power + 1
        table[str(t)] = {"exponent": float(power)}
    return table


def weights_of_summed_totals(
    n: int = 3, gamma: float = 0.9, summand: Literal["R", "r"] = "R"
) -> dict[str, dict[str, float]]:
    """The weight of r_k in sum_t gamma^t R_t, over the gamma^k that it has in the total; summand r: in sum_t gamma^t r_t."""
    table = {}
    for k in range(n + 1):
        rewards = np.eye(n + 1)[k]
        terms = returns(rewards, gamma) if summand == "R" else rewards
        table[str(k)] = {"weight": float(discounted_sum(terms, gamma)) / gamma**k}
    return table


def weights_of_summed_totals_exactly(n: int = 3) -> dict[str, dict[str, float]]:
    """Second route: sum_t gamma^t times the exact weight of r_k in R_t, over gamma^k."""
    rows = [coefficients(n + 1, NINE_TENTHS, t) for t in range(n + 1)]
    return {
        str(k): {"weight": float(sum(NINE_TENTHS**t * row[k] for t, row in enumerate(rows)) / NINE_TENTHS**k)}
        for k in range(n + 1)
    }


def discounted_sum_error(defect: Literal["", "from_one", "reversed"] = "") -> float:
    """Largest |sum_t gamma^t r_t - the sum by Horner's rule in exact fractions| over 50 random sequences.

    Defects: powers that begin with gamma^1; the first reward discounted most.
    """
    rewards, worst = streams.normal(np.arange(50), 0, 12), 0.0
    for row in rewards:
        exact = Fraction(0)
        for r in row[::-1]:
            exact = Fraction(float(r)) + NINE_TENTHS * exact
        given = row[::-1] if defect == "reversed" else row
        value = float(discounted_sum(given, 0.9)) * (0.9 if defect == "from_one" else 1.0)
        worst = max(worst, abs(value - float(exact)))
    return worst


def weights_at(gamma: float = 0.0, first: int = 0) -> dict[str, dict[str, float]]:
    """The weight of r_0 .. r_3 in R_0. `first` = 1 discounts the immediate reward too."""
    exact = Fraction(gamma)
    return {str(k): {"weight": float(exact**first * w)} for k, w in enumerate(coefficients(4, exact, 0))}


def finite_at_gamma_one(gamma: float = 1.0) -> dict[str, dict[str, bool]]:
    """Whether the total reward of an episode is finite: deterministic and random processes, with and without an end.

    The sum of the expected rewards of 2000 steps is finite if the second thousand adds less than a millionth.
    """
    table = {}
    for name, (random, ends) in _SETTINGS.items():
        mdp = waiting(ends=ends, random=random)
        matrix, reward = m.equations(mdp, m.uniform_policy(mdp), 1.0)
        p = np.eye(mdp.states) - matrix
        expected, occupied = np.empty(2000), np.eye(mdp.states)[0]
        for t in range(2000):
            expected[t] = gamma**t * occupied @ reward
            occupied = occupied @ p
        table[name] = {"finite": bool(expected[1000:].sum() < 1e-6)}
    return table


def finite_by_spectrum() -> dict[str, dict[str, bool]]:
    """Second route: the sum of powers of P converges if P's largest eigenvalue, the end left out, lies inside the unit circle."""
    table = {}
    for name, (random, ends) in _SETTINGS.items():
        mdp = waiting(ends=ends, random=random)
        p = m.transition(mdp)[:3, 0, :3]
        table[name] = {"finite": bool(np.abs(np.linalg.eigvals(p)).max() < 1 - 1e-9)}
    return table


_SETTINGS = {
    "deterministic, ends": (False, True),
    "deterministic, never ends": (False, False),
    "random, ends": (True, True),
    "random, never ends": (True, False),
}


def one_sample_deviation(gamma: float = 0.9, average: bool = False) -> dict[str, dict[str, float]]:
    """Largest |Q(s, a) - (r + gamma max_a' Q(s', a'))| over the outcomes r, s' that can follow; Q is exact.

    For a deterministic walk of three steps and for one toss of a coin (1 or nothing). `average` takes the mean over the outcomes
    first, which is the Bellman equation.
    """
    table = {}
    for name, mdp in (("deterministic", waiting(ends=True, random=False)), ("random", coin_toss())):
        v = m.policy_iteration(mdp, gamma).v
        right = mdp.reward + gamma * v[mdp.successor]
        if average:
            right = (mdp.probability * right).sum(axis=2, keepdims=True)
        table[name] = {"deviation": float(np.abs(m.q_values(mdp, v, gamma)[..., None] - right)[~mdp.terminal].max())}
    return table


def one_sample_deviation_by_hand() -> dict[str, dict[str, float]]:
    """Second route: 1 + gamma 1 + gamma^2 1 along the walk; a coin worth 1/2 that shows 1 or 0."""
    worth = [1 + 0.9 + 0.81, 1 + 0.9, 1.0, 0.0]
    walk = max(abs(worth[k] - (1 + 0.9 * worth[k + 1])) for k in range(3))
    return {"deterministic": {"deviation": walk}, "random": {"deviation": max(abs(0.5 - r) for r in (1.0, 0.0))}}


def myopic_choice_agrees(gamma: float = 0.0, processes: int = 20) -> bool:
    """Whether the best policy takes the action with the best immediate reward in every state of 20 random processes."""
    return all(
        bool((m.policy_iteration(mdp, gamma).actions == m.expected_reward(mdp).argmax(axis=1)).all())
        for mdp in map(random_mdp, range(processes))
    )

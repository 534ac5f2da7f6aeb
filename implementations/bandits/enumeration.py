"""Exact expectations of short Bernoulli games: every history is followed, weighted with its probability.

Written from the slides, without the code of `bandits_numpy`, so that each can be an oracle for the other. A history is a tuple of
(arm, reward); a policy maps it to the probabilities of the arms. K arms and T steps make (2K)^T histories.

`best_possible` is the Bayes-optimal value by dynamic programming over counts: what no strategy exceeds.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, stats

Array = NDArray[np.float64]
History = tuple[tuple[int, int], ...]
Policy = Callable[[History], Array]


def expected_reward(policy: Policy, means: Sequence[float], steps: int) -> float:
    """E sum of r_t over the first `steps` steps of the arms with these means."""

    def value(history: History) -> float:
        if len(history) == steps:
            return 0.0
        total = 0.0
        for arm, chance in enumerate(policy(history)):
            if chance > 0.0:
                mu = means[arm]
                one, zero = value((*history, (arm, 1))), value((*history, (arm, 0)))
                total += float(chance) * (mu * (1.0 + one) + (1.0 - mu) * zero)
        return total

    return value(())


def expected_regret(policy: Policy, means: Sequence[float], steps: int) -> float:
    """T max mu - E sum of r_t: the documents' L(T), since E r_t = E mu of the arm played."""
    return steps * max(means) - expected_reward(policy, means, steps)


def tally(history: History, arms: int) -> tuple[Array, Array]:
    """Plays and ones of each arm, both (K,)."""
    plays, ones = np.zeros(arms), np.zeros(arms)
    for arm, reward in history:
        plays[arm] += 1
        ones[arm] += reward
    return plays, ones


def epsilon_greedy(arms: int, epsilon: Callable[[int], float]) -> Policy:
    """The mixture of greedy and random at time t = 1, 2, ..., epsilon being a function of t."""

    def policy(history: History) -> Array:
        plays, ones = tally(history, arms)
        eps = epsilon(len(history) + 1)
        chances = np.full(arms, eps / arms)
        chances[np.argmax(np.divide(ones, plays, out=np.zeros(arms), where=plays > 0))] += 1.0 - eps
        return chances

    return policy


def ucb(arms: int, c: float) -> Policy:
    """Untried arms first, then the highest Q + c sqrt(log t / n)."""

    def policy(history: History) -> Array:
        plays, ones = tally(history, arms)
        if (plays == 0).any():
            arm = np.argmin(plays > 0)
        else:
            arm = np.argmax(ones / plays + c * np.sqrt(np.log(len(history) + 1) / plays))
        certain: Array = np.eye(arms)[arm]
        return certain

    return policy


def thompson(arms: int) -> Policy:
    """The probability that each arm's draw from its Beta posterior is the highest."""

    def policy(history: History) -> Array:
        plays, ones = tally(history, arms)
        return np.array(_chances_of_highest(tuple(1.0 + ones), tuple(1.0 + plays - ones)))

    return policy


@cache
def _chances_of_highest(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    """P(arm k has the highest of independent Beta(a_k, b_k)) for each k: the integral of its density times the others' cdfs."""
    posteriors = [stats.beta(*parameters) for parameters in zip(a, b, strict=True)]

    def chance(k: int) -> float:
        others = [posterior for j, posterior in enumerate(posteriors) if j != k]
        return float(integrate.quad(lambda x: posteriors[k].pdf(x) * np.prod([o.cdf(x) for o in others]), 0, 1)[0])

    return tuple(chance(k) for k in range(len(a)))


def gradient(arms: int, alpha: float) -> Policy:
    """The softmax of preferences, which are replayed from the start of the history."""

    def policy(history: History) -> Array:
        h, rewards = np.zeros(arms), 0.0
        for t, (arm, reward) in enumerate(history, start=1):
            pi = softmax(h)
            rewards += reward
            h = h + alpha * (reward - rewards / t) * (np.eye(arms)[arm] - pi)
        return softmax(h)

    return policy


def softmax(h: Array) -> Array:
    """exp(h) / sum exp(h)."""
    powers = np.exp(h - h.max())
    chances: Array = powers / powers.sum()
    return chances


def best_possible(arms: int, steps: int) -> float:
    """The highest expected sum of rewards that any strategy reaches when the means are U(0, 1): dynamic programming over counts."""

    @cache
    def value(counts: tuple[int, ...], left: int) -> float:
        if left == 0:
            return 0.0
        options = []
        for arm in range(arms):
            ones, zeros = counts[2 * arm], counts[2 * arm + 1]
            chance = (1 + ones) / (2 + ones + zeros)
            won, lost = list(counts), list(counts)
            won[2 * arm] += 1
            lost[2 * arm + 1] += 1
            options.append(chance * (1.0 + value(tuple(won), left - 1)) + (1 - chance) * value(tuple(lost), left - 1))
        return max(options)

    return value((0,) * (2 * arms), steps)

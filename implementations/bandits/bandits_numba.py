"""The same games as compiled loops: one replicate after another, each loop as the slide's pseudo-code has it.

Seeds, streams and arithmetic are those of `bandits_numpy`, so both give the same numbers; only exp and log, which gradient bandits,
Beta draws and 1.2 % of the normal numbers use, may differ in the last place between the two libraries. What makes it fast: nothing
is stored but one replicate's K numbers, the greedy arm is followed instead of searched, and divisions and roots come from tables.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from implementations.bandits.bandits_numpy import Curve, Play, check_marks
from implementations.bandits.draws_numba import beta, beta_scale, normal
from implementations.bandits.learners import BLOCK
from implementations.bandits.problems import CHOICES, REWARDS, Problem, gaps
from implementations.bandits.strategies import UCB, EpsilonGreedy, Gradient, Strategy
from implementations.streams.streams_numba import below, root, uniform

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]


def play(
    strategy: Strategy, problem: Problem, seeds: Seeds, steps: int, marks: Sequence[int] = (), *, curve: bool = False
) -> Play:
    """Play one problem a seed for `steps` steps; arguments, result and errors are those of `bandits_numpy.play`."""
    marks_ = np.array(check_marks(marks, steps), np.int64)
    means = problem.draw(seeds)
    n, arms = means.shape
    counts, total, last = np.zeros((n, arms), np.int64), np.zeros(n), np.zeros(n, np.int64)
    regret, sums = np.zeros((n, len(marks_)), np.float64), np.zeros((5, steps if curve else 0))
    gaussian = problem.rewards == "gaussian"
    game = (seeds.astype(np.uint64), means, gaps(means), gaussian, steps, marks_, counts, total, last, regret, sums)
    one_by_n = 1.0 / np.maximum(np.arange(steps + 1), 1.0)
    if isinstance(strategy, EpsilonGreedy):
        step_size = one_by_n if strategy.step is None else np.full(steps + 1, strategy.step)
        _epsilon_greedy(*game, strategy.schedule(steps), arms - strategy.spared, strategy.initial, step_size)
    elif isinstance(strategy, UCB):
        _ucb(*game, *strategy.tables(steps), one_by_n)
    elif isinstance(strategy, Gradient):
        _gradient(*game, strategy.alpha, strategy.baseline)
    else:
        _thompson(*game, strategy.offset)
    return Play(means, counts, total, last, regret, Curve(*sums / n) if curve else None)


# --- what the games have in common -----------------------------------------------------------------------------------------------


@njit(cache=True)
def pay(expected: Any, gaussian: Any, word: Any) -> Any:
    """The reward of an arm with this mean."""
    if gaussian:
        return expected + normal(word)
    return 1.0 if uniform(word) < expected else 0.0


@njit(cache=True)
def leaders(q: Any) -> Any:
    """The arm with the highest value, the first of equals, and the highest value among the others."""
    best, highest, second = 0, q[0], -np.inf
    for k in range(1, len(q)):
        if q[k] > highest:
            best, highest, second = k, q[k], highest
        elif q[k] > second:
            second = q[k]
    return best, second


@njit(cache=True)
def highest_bound(q: Any, width: Any, by_time: Any) -> Any:
    """The arm with the highest upper bound; the highest bound and the greatest width of the others (a hair more, for rounding)."""
    arm, highest, second, widest = 0, q[0] + width[0] * by_time, -np.inf, width[0]
    for k in range(1, len(q)):  # selections, not jumps: which arm leads is not predictable
        upper = width[k] * by_time + q[k]
        ahead = upper > highest
        second = max(second, highest if ahead else upper)
        arm = k if ahead else arm
        highest = upper if ahead else highest
        widest = max(widest, width[k])
    return arm, second + 1e-9, widest


@njit(cache=True)
def record(sums: Any, t: Any, reward: Any, gap: Any) -> None:
    """Add a step to the sums of which the learning curves are means; nothing where no curve was asked for."""
    if sums.shape[1] > 0:
        sums[0, t - 1] += reward
        sums[1, t - 1] += gap == 0.0
        sums[2, t - 1] += gap
        sums[3, t - 1] += reward * reward
        sums[4, t - 1] += gap * gap


# --- the strategies ----------------------------------------------------------------------------------------------------------------


@njit(cache=True)
def _epsilon_greedy(
    seeds: Any, means: Any, gaps: Any, gaussian: Any, steps: Any, marks: Any, counts: Any, total: Any, last: Any,
    regret: Any, sums: Any, epsilon: Any, explored: Any, initial: Any, step_size: Any,
) -> None:  # fmt: skip
    arms = means.shape[1]
    q = np.empty(arms)
    for i in range(len(seeds)):
        reward_stream, choice_stream = below(root(seeds[i]), REWARDS), below(root(seeds[i]), CHOICES)
        q[:] = initial
        n, best, second, mark, arm = counts[i], 0, initial, 0, 0
        for t in range(1, steps + 1):
            if (t - 1) % BLOCK == 0:
                rewards, coins = below(reward_stream, (t - 1) // BLOCK), below(choice_stream, (t - 1) // BLOCK)
            u = uniform(below(coins, (t - 1) % BLOCK))
            arm = int(u / epsilon[t - 1] * explored) if u < epsilon[t - 1] else best
            reward = pay(means[i, arm], gaussian, below(rewards, (t - 1) % BLOCK))
            n[arm] += 1
            q[arm] += (reward - q[arm]) * step_size[n[arm]]
            if arm != best or q[arm] <= second:  # until then the greedy arm stays ahead, and need not be searched for
                best, second = leaders(q)
            total[i] += reward
            record(sums, t, reward, gaps[i, arm])
            if t == marks[mark]:
                regret[i, mark] = (gaps[i] * n).sum()
                mark = min(mark + 1, len(marks) - 1)
        last[i] = arm


@njit(cache=True)
def _ucb(
    seeds: Any, means: Any, gaps: Any, gaussian: Any, steps: Any, marks: Any, counts: Any, total: Any, last: Any,
    regret: Any, sums: Any, by_time: Any, by_count: Any, one_by_n: Any,
) -> None:  # fmt: skip
    arms = means.shape[1]
    q, width = np.empty(arms), np.empty(arms)
    for i in range(len(seeds)):
        reward_stream = below(root(seeds[i]), REWARDS)
        q[:] = 0.0
        n, mark, arm, second, widest, since = counts[i], 0, 0, np.inf, 0.0, 0
        for t in range(1, steps + 1):
            if (t - 1) % BLOCK == 0:
                rewards = below(reward_stream, (t - 1) // BLOCK)
            if t <= arms:
                arm = t - 1
            # An arm not played gains at most its width times the growth of sqrt(log t): until then the last arm stays ahead.
            elif not q[arm] + width[arm] * by_time[t] > second + widest * (by_time[t] - by_time[since]):
                arm, second, widest = highest_bound(q, width, by_time[t])
                since = t
            reward = pay(means[i, arm], gaussian, below(rewards, (t - 1) % BLOCK))
            n[arm] += 1
            q[arm] += (reward - q[arm]) * one_by_n[n[arm]]
            width[arm] = by_count[n[arm]]
            total[i] += reward
            record(sums, t, reward, gaps[i, arm])
            if t == marks[mark]:
                regret[i, mark] = (gaps[i] * n).sum()
                mark = min(mark + 1, len(marks) - 1)
        last[i] = arm


@njit(
    cache=True, fastmath={"nnan", "nsz"}
)  # nothing is NaN here, so that the maximum may be taken several arms at a time
def _gradient(
    seeds: Any, means: Any, gaps: Any, gaussian: Any, steps: Any, marks: Any, counts: Any, total: Any, last: Any,
    regret: Any, sums: Any, alpha: Any, baseline: Any,
) -> None:  # fmt: skip
    arms = means.shape[1]
    h, up_to, p = np.empty(arms), np.empty(arms), np.empty(arms)
    for i in range(len(seeds)):
        reward_stream, choice_stream = below(root(seeds[i]), REWARDS), below(root(seeds[i]), CHOICES)
        h[:] = 0.0
        n, mean, mark, arm = counts[i], 0.0, 0, 0
        for t in range(1, steps + 1):
            if (t - 1) % BLOCK == 0:
                rewards, coins = below(reward_stream, (t - 1) // BLOCK), below(choice_stream, (t - 1) // BLOCK)
            highest, whole = h[0], 0.0
            for k in range(1, arms):
                highest = max(highest, h[k])
            for k in range(arms):
                p[k] = math.exp(h[k] - highest)
                whole += p[k]
                up_to[k] = whole
            goal = uniform(below(coins, (t - 1) % BLOCK)) * whole
            arm = 0
            while arm < arms - 1 and up_to[arm] <= goal:
                arm += 1
            reward = pay(means[i, arm], gaussian, below(rewards, (t - 1) % BLOCK))
            n[arm] += 1
            if baseline:
                mean += (reward - mean) * (1.0 / t)
            climb, one_by_whole = alpha * (reward - mean), 1.0 / whole
            for k in range(arms):
                h[k] -= climb * (p[k] * one_by_whole)
            h[arm] += climb
            total[i] += reward
            record(sums, t, reward, gaps[i, arm])
            if t == marks[mark]:
                regret[i, mark] = (gaps[i] * n).sum()
                mark = min(mark + 1, len(marks) - 1)
        last[i] = arm


@njit(cache=True)
def _thompson(
    seeds: Any, means: Any, gaps: Any, gaussian: Any, steps: Any, marks: Any, counts: Any, total: Any, last: Any,
    regret: Any, sums: Any, offset: Any,
) -> None:  # fmt: skip
    arms = means.shape[1]
    rewards_sum, plays, scale = (
        np.empty(arms),
        np.empty(arms),
        np.empty(arms),
    )  # what the posterior has been told of each arm
    for i in range(len(seeds)):
        reward_stream, choice_stream = below(root(seeds[i]), REWARDS), below(root(seeds[i]), CHOICES)
        rewards_sum[:], plays[:], scale[:] = 0.0, 0.0, 1.0
        n, mark, arm = counts[i], 0, 0
        for t in range(1, steps + 1):
            if (t - 1) % BLOCK == 0:
                rewards = below(reward_stream, (t - 1) // BLOCK)
            draws = below(choice_stream, t)
            arm, highest = 0, -np.inf
            for k in range(arms):
                if gaussian:
                    precision = 1.0 + plays[k]
                    draw = rewards_sum[k] / precision + normal(below(draws, k)) / math.sqrt(precision)
                else:
                    draw = beta(below(draws, k), 1.0 + rewards_sum[k], 1.0 + plays[k] - rewards_sum[k], scale[k])
                if draw > highest:
                    arm, highest = k, draw
            reward = pay(means[i, arm], gaussian, below(rewards, (t - 1) % BLOCK))
            told = (arm + offset) % arms
            rewards_sum[told] += reward
            plays[told] += 1.0
            if not gaussian:
                scale[told] = beta_scale(1.0 + rewards_sum[told], 1.0 + plays[told] - rewards_sum[told])
            n[arm] += 1
            total[i] += reward
            record(sums, t, reward, gaps[i, arm])
            if t == marks[mark]:
                regret[i, mark] = (gaps[i] * n).sum()
                mark = min(mark + 1, len(marks) - 1)
        last[i] = arm

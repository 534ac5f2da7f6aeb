"""How each strategy chooses and learns, for n replicates at once: the slides' formulas, an array operation each.

A learner has `choose(t)`, the arms of step t = 1, 2, ... of shape (n,), and `learn(t, arm, at, reward)`, where `at` is the place of
each replicate's arm in the flattened (n, K) arrays.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from implementations.bandits import ziggurat
from implementations.bandits.beta_draws import beta, shapes
from implementations.bandits.problems import CHOICES, Problem
from implementations.bandits.strategies import UCB, EpsilonGreedy, Gradient, Strategy, Thompson
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Arms = NDArray[np.int64]

BLOCK = 64  # steps whose random numbers are drawn at once: step t's is index (t - 1) % BLOCK of the stream's step (t - 1) // BLOCK


class SampleAverage:
    """Q, the mean of each arm's rewards, kept by the slide's incremental update; n, the number of plays."""

    def __init__(self, n: int, arms: int, steps: int, initial: float = 0.0, step: float | None = None) -> None:
        self.q = np.full((n, arms), initial)
        self.n = np.zeros(n * arms, np.int64)
        one_by_n = 1.0 / np.maximum(np.arange(steps + 1), 1.0)
        self.step_size = one_by_n if step is None else np.full(steps + 1, step)

    def learn(self, t: int, arm: Arms, at: Arms, reward: Array) -> None:
        """Q <- Q + (1/n) (r - Q), for the arm that was played."""
        played = self.n.take(at) + 1
        self.n[at] = played
        q = self.q.ravel()
        old = q.take(at)
        q[at] = old + (reward - old) * self.step_size.take(played)


class EpsilonGreedyLearner(SampleAverage):
    """With probability eps any arm, otherwise the greedy one. One uniform number decides both: given u < eps, u / eps is uniform."""

    def __init__(self, strategy: EpsilonGreedy, seeds: Seeds, arms: int, steps: int) -> None:
        super().__init__(len(seeds), arms, steps, strategy.initial, strategy.step)
        self.epsilon = strategy.schedule(steps)
        self.explored = arms - strategy.spared
        self.coin = by_step(seeds, steps, CHOICES, ziggurat.uniform)

    def choose(self, t: int) -> Arms:
        """The arms of step t, shape (n,)."""
        arm: Arms = self.q.argmax(axis=1)
        u, epsilon = next(self.coin), self.epsilon[t - 1]
        explores = np.flatnonzero(u < epsilon)
        arm[explores] = u[explores] / epsilon * self.explored
        return arm


class UCBLearner(SampleAverage):
    """The highest Q + c sqrt(log t / n). The bonus is a product of two tables, one by t and one by n."""

    def __init__(self, strategy: UCB, seeds: Seeds, arms: int, steps: int) -> None:
        super().__init__(len(seeds), arms, steps)
        self.by_time, self.by_count = strategy.tables(steps)
        self.width = np.zeros((len(seeds), arms))
        self.upper = np.empty((len(seeds), arms))

    def choose(self, t: int) -> Arms:
        """The arms of step t, shape (n,): each arm once, then the highest upper confidence bound."""
        n, arms = self.q.shape
        if t <= arms:
            return np.full(n, t - 1)
        np.multiply(self.width, self.by_time[t], out=self.upper)
        self.upper += self.q
        arm: Arms = self.upper.argmax(axis=1)
        return arm

    def learn(self, t: int, arm: Arms, at: Arms, reward: Array) -> None:
        """The sample mean, and the width that goes with the new count."""
        super().learn(t, arm, at, reward)
        self.width.ravel()[at] = self.by_count.take(self.n.take(at))


class BetaThompsonLearner:
    """The highest draw from Beta(1 + ones, 1 + zeros)."""

    def __init__(self, strategy: Thompson, seeds: Seeds, arms: int, steps: int) -> None:
        self.seeds, self.offset, self.arms = seeds, strategy.offset, arms
        self.posterior = shapes(np.ones((len(seeds), arms)), np.ones((len(seeds), arms)))

    def choose(self, t: int) -> Arms:
        """The arms of step t, shape (n,)."""
        arm: Arms = beta(streams.words(self.seeds, t, self.arms, stream=CHOICES), self.posterior).argmax(axis=1)
        return arm

    def learn(self, t: int, arm: Arms, at: Arms, reward: Array) -> None:
        """Count a one or a zero."""
        at = shifted(arm, at, self.offset, self.arms)
        updated = shapes(self.posterior.a.take(at) + reward, self.posterior.b.take(at) + (1.0 - reward))
        for part, new in zip(self.posterior, updated, strict=True):
            part.ravel()[at] = new


class NormalThompsonLearner:
    """The highest draw from N(sum / (1 + n), 1 / (1 + n)): prior N(0, 1), rewards of variance 1."""

    def __init__(self, strategy: Thompson, seeds: Seeds, arms: int, steps: int) -> None:
        self.seeds, self.offset = seeds, strategy.offset
        self.sum, self.precision = np.zeros((len(seeds), arms)), np.ones((len(seeds), arms))

    def choose(self, t: int) -> Arms:
        """The arms of step t, shape (n,)."""
        z = ziggurat.normal(streams.words(self.seeds, t, self.sum.shape[1], stream=CHOICES))
        arm: Arms = (self.sum / self.precision + z / np.sqrt(self.precision)).argmax(axis=1)
        return arm

    def learn(self, t: int, arm: Arms, at: Arms, reward: Array) -> None:
        """Add the reward, and one to the precision."""
        at = shifted(arm, at, self.offset, self.sum.shape[1])
        self.sum.ravel()[at] += reward
        self.precision.ravel()[at] += 1.0


class GradientLearner:
    """Arms drawn from the softmax of preferences H, which take a step of stochastic gradient ascent on the expected reward.

    The arrays are (K, n) here: sums over the arms then run along the vectors.
    """

    def __init__(self, strategy: Gradient, seeds: Seeds, arms: int, steps: int) -> None:
        self.alpha, self.baseline = strategy.alpha, strategy.baseline
        self.h, self.probability = np.zeros((arms, len(seeds))), np.empty((arms, len(seeds)))
        self.mean = np.zeros(len(seeds))
        self.coin = by_step(seeds, steps, CHOICES, ziggurat.uniform)
        self.replicate = np.arange(len(seeds))

    def choose(self, t: int) -> Arms:
        """The arms of step t, shape (n,): the first arm at which the sum of the probabilities exceeds a uniform number."""
        p = np.exp(self.h - self.h.max(axis=0))
        up_to = np.cumsum(p, axis=0)
        self.probability = p * (1.0 / up_to[-1])
        below: Arms = (up_to[:-1] <= next(self.coin) * up_to[-1]).sum(axis=0)
        return below

    def learn(self, t: int, arm: Arms, at: Arms, reward: Array) -> None:
        """H_k <- H_k + alpha (r - mean) (1[k = a] - pi_k); the mean includes r."""
        if self.baseline:
            self.mean += (reward - self.mean) * (1.0 / t)
        climb = self.alpha * (reward - self.mean)
        self.h -= climb * self.probability
        self.h[arm, self.replicate] += climb


Learner = EpsilonGreedyLearner | UCBLearner | BetaThompsonLearner | NormalThompsonLearner | GradientLearner


def learner_for(strategy: Strategy, problem: Problem, seeds: Seeds, arms: int, steps: int) -> Learner:
    """The learner that plays a strategy."""
    if isinstance(strategy, EpsilonGreedy):
        return EpsilonGreedyLearner(strategy, seeds, arms, steps)
    if isinstance(strategy, UCB):
        return UCBLearner(strategy, seeds, arms, steps)
    if isinstance(strategy, Gradient):
        return GradientLearner(strategy, seeds, arms, steps)
    kind = BetaThompsonLearner if problem.rewards == "bernoulli" else NormalThompsonLearner
    return kind(strategy, seeds, arms, steps)


def shifted(arm: Arms, at: Arms, offset: int, arms: int) -> Arms:
    """Where the counts of arm k + offset lie, if those of arm k lie `at`; after the last arm comes the first."""
    return at if offset == 0 else at - arm + (arm + offset) % arms


def by_step(seeds: Seeds, steps: int, stream: int, transform: Callable[[NDArray[np.uint64]], Array]) -> Iterator[Array]:
    """One number a replicate and step: `steps` vectors of shape (n,), drawn a block at a time."""
    for first in range(0, steps, BLOCK):
        numbers = transform(streams.words(seeds, first // BLOCK, min(BLOCK, steps - first), stream=stream))
        yield from np.ascontiguousarray(numbers.T)

"""Closed forms and bounds: what simulations of bandits must agree with, and what they cannot beat.

Sources: Columbia's slides DEFINITIONS (greedy's and random's regret), SIMPLE BALANCE OF EXPLORATION AND EXPLOITATION, UPPER CONFIDENCE
BOUND and THOMPSON SAMPLING; the lower bound of Lai and Robbins (1985).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, special, stats

Array = NDArray[np.float64]


def expected_maximum(arms: int) -> float:
    """E max of so many independent N(0, 1): the integral of z K phi(z) Phi(z)^(K-1). 1.53875... for ten."""
    density = stats.norm(0, 1)
    value, _ = integrate.quad(lambda z: z * arms * density.pdf(z) * density.cdf(z) ** (arms - 1), -12, 12, epsabs=1e-13)
    return float(value)


def random_regret(means: Array, steps: int) -> float:
    """T (max mu - mean mu), the regret of picking at random; means of shape (K,)."""
    return float(steps * (means.max() - means.mean()))


def greedy_probability(epsilon: float, arms: int) -> float:
    """1 - eps + eps/K: how often eps-greedy plays the greedy arm, which the random pick hits too."""
    return 1.0 - epsilon + epsilon / arms


def epsilon_greedy_slope(means: Array, epsilon: float) -> float:
    """eps (max mu - mean mu): what eps-greedy loses a step once the greedy arm is the best arm; means of shape (K,)."""
    return epsilon * random_regret(means, 1)


def kl(p: Array, best: float, rewards: str) -> Array:
    """KL divergence of the rewards of arms with means p (m,) from those of an arm with mean `best`, in nats."""
    if rewards == "gaussian":
        return (p - best) ** 2 / 2
    return np.asarray(special.rel_entr(p, best) + special.rel_entr(1.0 - p, 1.0 - best), dtype=np.float64)


def lai_robbins(means: Array, rewards: str = "gaussian") -> float:
    """The constant C of the lower bound L(T) >= C log T, asymptotically; means of shape (K,)."""
    best = float(means.max())
    worse = means[means < best]
    return float(((best - worse) / kl(worse, best, rewards)).sum())


def abandoned_best_arm(times: Array, gap: float, c: float) -> Array:
    """A lower bound on the regret of UCB with an arm N(gap, 1) beside one that always pays 0, at each of the times (m,).

    The bound of the second arm is never below 0. If the best arm's first reward is below -c sqrt(log t), its own bound is, and it
    has not been played again by time t. So the regret is at least gap times the sum over t of Phi(-gap - c sqrt(log t)), which
    grows like T^(1 - c^2/2) but for slower factors: for c < sqrt 2 it is no logarithm.
    """
    steps = np.arange(2, int(times[-1]) + 1)
    lost = np.cumsum(special.ndtr(-gap - c * np.sqrt(np.log(steps))))
    floor: Array = gap * lost[times.astype(np.int64) - 2]
    return floor


def beta_posterior(ones: int, zeros: int, grid: Array) -> Array:
    """Posterior density on the grid (m,) of a mean with uniform prior, by Bayes' rule, multiplied out reward by reward."""
    density = np.ones_like(grid)
    for likelihood in [grid] * ones + [1.0 - grid] * zeros:
        density = density * likelihood
        density /= integrate.trapezoid(density, grid)
    return density

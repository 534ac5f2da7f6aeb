r"""Intervals with a stated error, for a mean, a success rate, paired success rates and a ratio of means.

`tail` is the chance, in each direction, that the interval lies wholly on the wrong side of the truth: it covers with
1 - 2 tail.

    mean                m +- t(n - 1, 1 - tail) s / sqrt(n),      s^2 = sum (x_i - m)^2 / (n - 1)
    rate k of n         [B(tail; k, n - k + 1), B(1 - tail; k + 1, n - k)]    (Clopper and Pearson; B the beta quantile)
    paired rates        rate(a wins alone) - rate(b wins alone), each exact at half the tail (Bonferroni)
    ratio of means      {R : |late - R early| <= t s(late - R early) / sqrt(n)}    (Fieller)

The mean is `math.fsum` of float64 values, correctly rounded; the deviation is two-pass around it. A one-pass formula or
float32 loses every digit on NIST's NumAcc4. The t interval is exact for normal values; the rates are never below the
stated coverage.
"""

import math
from collections.abc import Sequence
from functools import lru_cache


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float]:
    """Mean and sample standard deviation (divisor n - 1; 0.0 for one value) of one or more numbers up to 1e200."""
    n = len(values)
    mean = math.fsum(values) / n
    deviations = [value - mean for value in values]
    scale = max(map(abs, deviations))
    if n == 1 or scale == 0.0:
        return mean, 0.0
    return mean, scale * math.sqrt(math.fsum((deviation / scale) ** 2 for deviation in deviations) / (n - 1))


@lru_cache(maxsize=4096)
def t_quantile(freedom: int, tail: float) -> float:
    """The value that Student's t with `freedom` degrees exceeds with probability `tail` (at most one half)."""
    from scipy.special import stdtrit  # a fifth of a second to import, and deterministic claims never need it

    return -float(stdtrit(freedom, tail))


def mean_interval(mean: float, deviation: float, n: int, tail: float) -> tuple[float, float]:
    """t interval of a mean over `n` >= 2 values with this sample standard deviation."""
    half = t_quantile(n - 1, tail) * deviation / math.sqrt(n)
    return mean - half, mean + half


@lru_cache(maxsize=4096)
def rate_interval(successes: int, n: int, tail: float) -> tuple[float, float]:
    """Clopper-Pearson interval of a success rate: covers at least 1 - 2 tail for every rate and every n."""
    from scipy.special import betainccinv, betaincinv

    low = float(betaincinv(successes, n - successes + 1, tail)) if successes > 0 else 0.0
    high = float(betainccinv(successes + 1, n - successes, tail)) if successes < n else 1.0
    return low, high


def paired_interval(wins: int, losses: int, n: int, tail: float) -> tuple[float, float]:
    """Interval of the difference of two success rates on the same `n` seeds.

    `wins` counts the seeds on which only the first succeeds, `losses` those on which only the second does. Each is a
    binomial count, whatever the dependence between the two, so the difference of their exact limits never has more than
    the stated error. A t interval of the differences does: at 63 successes of 64 it claims one in a million for what
    happens once in a hundred.
    """
    more, less = rate_interval(wins, n, tail / 2), rate_interval(losses, n, tail / 2)
    return more[0] - less[1], more[1] - less[0]


def ratio_interval(
    late: float, early: float, covariance: tuple[float, float, float], n: int, tail: float
) -> tuple[float, float]:
    """Interval of late / early within [0, inf], for means over n >= 2 seeds with sample covariance (late, early, both).

    At the true ratio R the number late - R early has mean zero, so a t test of it errs as stated for normal values,
    however uncertain `early` is; a ratio itself, its logarithm or their jackknife err without bound when `early` nears
    zero. The low end is the first R at which the difference is no longer surely positive, the high end the last at
    which it is not surely negative; with `early` not surely positive there is no high end. Half the tail goes to a test
    of late < 0, where no ratio fits: [0, 0].
    """
    q = t_quantile(n - 1, tail / 2) ** 2 / n
    a, b, c = early**2 - q * covariance[1], late * early - q * covariance[2], late**2 - q * covariance[0]
    if late < 0.0 < c:
        return 0.0, 0.0
    discriminant = b * b - a * c
    root = math.sqrt(max(discriminant, 0.0))
    low, high = 0.0, math.inf
    if early > 0.0 and a > 0.0:  # the confidence limits are the roots of a R^2 - 2 b R + c: here the second
        high = max((b + root) / a, 0.0)
    if late > 0.0 and c > 0.0:  # and here the first that is positive, written so that nothing cancels
        low = c / (b + root) if discriminant >= 0.0 and b + root > 0.0 else math.inf
    return min(low, high), high

"""What more seeds would bring: the power of a claim at its most seeds, and how many seeds would settle an open one."""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from repro.judging.bands import Band, as_float
from repro.judging.budget import tail_of
from repro.judging.evidence import Evidence, Rate
from repro.judging.intervals import rate_interval, t_quantile

MOST_SEEDS = 2**30


def power_of(evidence: Evidence, band: Band, printed: Fraction, error: float, max_seeds: int) -> float | None:
    """Chance that the last look reproduces a printed number that is exactly true, were the spread as observed.

    mean   P(|m - v| + t s / sqrt(N) <= d) = 2 Phi((d - t s / sqrt(N)) sqrt(N) / s) - 1,  m normal around v
    rate   the sum of the binomial probabilities, at rate v, of the counts whose exact interval lies inside the band

    Earlier looks only add to it. None for a band with one end (at the limit itself it is the error) and without spread.
    """
    if band.low is None or band.high is None:
        return None
    tail = tail_of(error, max_seeds, 2)
    if isinstance(evidence, Rate):
        return _rate_power(as_float(printed), as_float(band.low), as_float(band.high), tail, max_seeds)
    interval = evidence.at(max_seeds).interval(tail) if max_seeds > 1 else None
    if interval is None or interval[0] == interval[1]:
        return None
    quantile = t_quantile(max_seeds - 1, tail)
    spread = float(interval[1] - interval[0]) / 2 / quantile  # the standard error: of a mean exactly, of a ratio nearly
    return max(0.0, math.erf((as_float((band.high - band.low) / 2) / spread - quantile) / math.sqrt(2.0)))


@lru_cache(maxsize=4096)
def _rate_power(rate: float, low: float, high: float, tail: float, n: int) -> float:
    """Chance that the exact interval of n seeds lies within [low, high] at this success rate."""
    if not 0.0 <= rate <= 1.0:
        return 0.0
    from scipy.special import bdtr

    least = _first(n, lambda k: rate_interval(k, n, tail)[0] >= low)
    most = n - _first(n, lambda k: rate_interval(n - k, n, tail)[1] <= high)
    if least > most:
        return 0.0
    return float(bdtr(most, n, rate)) - (float(bdtr(least - 1, n, rate)) if least > 0 else 0.0)


def seeds_to_settle(evidence: Evidence, band: Band, error: float) -> int | None:
    """The least `seeds` at which this estimate and spread decide the claim; None where no number up to 2^30 does."""

    def settles(n: int) -> bool:
        interval = evidence.at(n).interval(tail_of(error, n, band.sides))
        return interval is not None and band.place(*interval) != "across"

    enough = max(evidence.n, 2)
    while not settles(enough):
        enough *= 2
        if enough > MOST_SEEDS:
            return None
    return enough // 2 + _first(enough - enough // 2, lambda more: settles(enough // 2 + more))


def _first(n: int, holds: Callable[[int], bool]) -> int:
    """The least k of 0..n for which `holds`, which stays true once it is; n + 1 if there is none."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low

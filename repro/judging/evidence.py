"""Evidence: what the seeds seen so far say about one number, and the interval that it supports.

Five kinds, one protocol: `n` seeds, an `estimate`, an `interval(tail)` (None where the sample supports none), and
`at(n)`, the same evidence had it come from n seeds, which is how the judge foresees what more seeds would settle.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol, TypeAlias

from repro.judging.intervals import mean_interval, paired_interval, rate_interval, ratio_interval

Interval: TypeAlias = tuple[Fraction | float, Fraction | float]


class Evidence(Protocol):
    """What each kind of evidence answers."""

    @property
    def n(self) -> int:
        """Seeds seen; 0 for a deterministic measurement."""

    @property
    def estimate(self) -> float:
        """The measured number."""

    def interval(self, tail: float) -> Interval | None:
        """The interval that errs with probability `tail` in each direction."""

    def at(self, n: int) -> "Evidence":
        """The same estimate and spread from `n` seeds."""


@dataclass(frozen=True, slots=True)
class Certain:
    """A number without spread: deterministic (`n` = 0), or the same for all `n` seeds."""

    value: Fraction
    n: int = 0

    @property
    def estimate(self) -> float:
        """The number."""
        return float(self.value)

    def interval(self, tail: float) -> Interval:
        """The number itself, at any error."""
        return self.value, self.value

    def at(self, n: int) -> "Certain":
        """More seeds say nothing new."""
        return replace(self, n=n)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over `n` seeds with its sample standard deviation."""

    estimate: float
    deviation: float
    n: int

    def interval(self, tail: float) -> Interval | None:
        """t interval; None without spread, where a sample does not say how far off it may be."""
        return mean_interval(self.estimate, self.deviation, self.n, tail) if self.deviation > 0.0 else None

    def at(self, n: int) -> "Mean":
        """The same mean and deviation from `n` seeds."""
        return replace(self, n=n)


@dataclass(frozen=True, slots=True)
class Rate:
    """`successes` of `n` seeds."""

    successes: int
    n: int

    @property
    def estimate(self) -> float:
        """The share of successes."""
        return self.successes / self.n

    def interval(self, tail: float) -> Interval:
        """Exact binomial interval."""
        return rate_interval(self.successes, self.n, tail)

    def at(self, n: int) -> "Rate":
        """The nearest count of successes among `n` seeds."""
        return Rate(round(self.estimate * n), n)


@dataclass(frozen=True, slots=True)
class PairedRates:
    """Two success rates on the same `n` seeds: the first alone succeeds on `wins`, the second alone on `losses`."""

    wins: int
    losses: int
    n: int

    @property
    def estimate(self) -> float:
        """The first rate less the second."""
        return (self.wins - self.losses) / self.n

    def interval(self, tail: float) -> Interval:
        """Exact interval of the difference."""
        return paired_interval(self.wins, self.losses, self.n, tail)

    def at(self, n: int) -> "PairedRates":
        """The nearest counts among `n` seeds."""
        return PairedRates(round(self.wins / self.n * n), round(self.losses / self.n * n), n)


@dataclass(frozen=True, slots=True)
class RatioOfMeans:
    """A function of late / early, the means over `n` >= 2 seeds of two numbers a seed with this covariance (late,
    early, both).

    `convert` takes the ratio, from 0 (late does not rise above 0) to infinity (early does not, late does), and grows
    with it.
    """

    late: float
    early: float
    covariance: tuple[float, float, float]
    n: int
    convert: Callable[[float], float]

    @property
    def estimate(self) -> float:
        """The function of the ratio of the two means."""
        if self.late <= 0.0:
            return self.convert(0.0)
        return self.convert(self.late / self.early if self.early > 0.0 else math.inf)

    def interval(self, tail: float) -> Interval:
        """The function of both ends of Fieller's interval."""
        low, high = ratio_interval(self.late, self.early, self.covariance, self.n, tail)
        return self.convert(low), self.convert(high)

    def at(self, n: int) -> "RatioOfMeans":
        """The same means and covariance from `n` seeds."""
        return replace(self, n=n)

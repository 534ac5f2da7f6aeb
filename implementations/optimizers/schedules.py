"""Step-size schedules alpha_k, k = 0, 1, ..., and whether they meet the Robbins-Monro conditions.

Source: slide ROBBINS-MONRO: the sum of alpha_k^2 is finite and the sum of alpha_k is not.
No finite number of terms can decide that, so each schedule states how it decays, alpha_k ~ c r^k k^-p (log k)^-q, and
Bertrand's test decides: with r = 1 the sum of alpha_k^s is finite if s p > 1, or s p = 1 and s q > 1; with r < 1 always.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Decay(NamedTuple):
    """alpha_k ~ c ratio^k k^-power (log k)^-log_power, up to the constant c > 0 (and a bounded factor)."""

    ratio: float = 1.0
    power: float = 0.0
    log_power: float = 0.0


class Schedule(Protocol):
    """A step size for each k, and how it decays."""

    @property
    def decay(self) -> Decay:
        """The asymptotic form, which decides the Robbins-Monro conditions."""

    def __call__(self, k: float | Array) -> float | Array:
        """alpha_k for k >= 0, a number or an array of any shape."""


@dataclass(frozen=True)
class Constant:
    """alpha_k = a0. Slide DANGER! SGD REQUIRES CARE, with a0 = 0.5."""

    a0: float = 0.5

    @property
    def decay(self) -> Decay:
        return Decay()

    def __call__(self, k: float | Array) -> float | Array:
        return self.a0 + 0.0 * np.asarray(k, dtype=np.float64)[()]


@dataclass(frozen=True)
class PowerLaw:
    """alpha_k = a0 / ((1 + k)^power log(e + k)^log_power); the slide's a0 / (1 + k) is power = 1, log_power = 0."""

    a0: float = 0.5
    power: float = 1.0
    log_power: float = 0.0

    @property
    def decay(self) -> Decay:
        return Decay(power=self.power, log_power=self.log_power)

    def __call__(self, k: float | Array) -> float | Array:
        at = np.asarray(k, dtype=np.float64)[()]
        return self.a0 / ((1 + at) ** self.power * np.log(np.e + at) ** self.log_power)


@dataclass(frozen=True)
class InverseTime:
    """alpha_k = a0 / (1 + decay_rate k / decay_steps): TensorFlow's inverse_time_decay; `staircase` floors the quotient."""

    a0: float = 0.5
    decay_steps: float = 1.0
    decay_rate: float = 1.0
    staircase: bool = False

    @property
    def decay(self) -> Decay:
        return Decay(power=1.0 if self.decay_rate > 0 else 0.0)

    def __call__(self, k: float | Array) -> float | Array:
        periods = np.asarray(k, dtype=np.float64)[()] / self.decay_steps
        return self.a0 / (1 + self.decay_rate * (np.floor(periods) if self.staircase else periods))


@dataclass(frozen=True)
class Geometric:
    """alpha_k = a0 ratio^k with 0 < ratio < 1: decays too quickly, the steps add up to a finite distance."""

    a0: float = 0.5
    ratio: float = 0.99

    @property
    def decay(self) -> Decay:
        return Decay(ratio=self.ratio)

    def __call__(self, k: float | Array) -> float | Array:
        return self.a0 * self.ratio ** np.asarray(k, dtype=np.float64)[()]


class RobbinsMonro(NamedTuple):
    """The two conditions; a schedule qualifies if both hold."""

    sum_diverges: bool
    squares_converge: bool

    @property
    def qualifies(self) -> bool:
        return self.sum_diverges and self.squares_converge


def sum_is_finite(decay: Decay, exponent: float = 1.0) -> bool:
    """Whether sum_k alpha_k^exponent is finite (geometric series, then Bertrand's test)."""
    if decay.ratio != 1.0:
        return decay.ratio < 1.0
    power, log_power = exponent * decay.power, exponent * decay.log_power
    return power > 1.0 or (power == 1.0 and log_power > 1.0)


def robbins_monro(schedule: Schedule) -> RobbinsMonro:
    """The exact answer for a schedule that states its decay."""
    return RobbinsMonro(not sum_is_finite(schedule.decay), sum_is_finite(schedule.decay, 2.0))


def partial_sums(schedule: Schedule, terms: int, exponent: float = 1.0, first: int = 1) -> Array:
    """Sums of alpha_k^exponent from k = first (the slide starts at 1) over 1, 2, ... `terms` terms; shape (terms,)."""
    return np.cumsum(np.asarray(schedule(np.arange(first, first + terms, dtype=np.float64))) ** exponent)

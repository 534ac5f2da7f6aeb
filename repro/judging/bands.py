"""The accepted band: which measured numbers count as the printed one.

    value v, tolerance d        [v - d, v + d]
    at least l / at most l      [l, inf)  /  (-inf, l]
    order with margin m         (m, inf) for the advantage of a over b: more than the margin, so m itself is outside

Ends are fractions, so that 0.3 printed and 0.3 measured are equal, 0.1 + 0.2 is not, and 11.6525 lies on the edge of
11.652 printed to three decimals and not beside it.
"""

import sys
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from repro.judging.printed import Abs, Exact, Number, PrintedDigits, Tolerance

BEYOND = Fraction(sys.float_info.max)

Place: TypeAlias = Literal["inside", "outside", "across"]


def exact(number: Decimal | Fraction | float) -> Fraction:
    """The number as a fraction; a float is the shortest decimal that reads back as it, which is what a reader sees."""
    return Fraction(repr(float(number))) if isinstance(number, float) else Fraction(number)


def as_float(number: Fraction) -> float:
    """The nearest float; the largest one for what is larger still."""
    return float(min(max(number, -BEYOND), BEYOND))


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` to `high`; None is no limit on that side; `strict` leaves `low` itself outside."""

    low: Fraction | None
    high: Fraction | None
    strict: bool = False

    @property
    def sides(self) -> int:
        """How many ends the band has: the number of ways in which a true claim can be refuted by chance."""
        return (self.low is not None) + (self.high is not None)

    def place(self, low: Fraction | float, high: Fraction | float) -> Place:
        """Where the interval from `low` to `high` lies: wholly inside, wholly outside, or across an end."""
        first, last = exact(low), exact(high)
        if self.low is not None and (last < self.low or (self.strict and last == self.low)):
            return "outside"
        if self.high is not None and first > self.high:
            return "outside"
        if self.low is not None and (first < self.low or (self.strict and first == self.low)):
            return "across"
        if self.high is not None and last > self.high:
            return "across"
        return "inside"

    def floats(self) -> tuple[float | None, float | None]:
        """Both ends for a record; None where there is no limit."""
        return None if self.low is None else as_float(self.low), None if self.high is None else as_float(self.high)


def half_width(number: Number, tolerance: Tolerance) -> Fraction:
    """What the tolerance allows on either side of the printed number."""
    if isinstance(tolerance, Exact):
        return Fraction(0)
    if isinstance(tolerance, PrintedDigits):
        exponent = int(number.as_tuple().exponent) if isinstance(number, Decimal) else 0
        return Fraction(10) ** exponent / 2
    if isinstance(tolerance, Abs):
        return Fraction(tolerance.size)
    return Fraction(tolerance.size) * abs(Fraction(number))


def around(number: Number, tolerance: Tolerance) -> Band:
    """The band of a printed number under its tolerance."""
    allowed = half_width(number, tolerance)
    return Band(Fraction(number) - allowed, Fraction(number) + allowed)

"""Numbers and sentences for the report: as many digits as mean something, and never so few that they contradict the
verdict."""

import math
from fractions import Fraction

from repro.judging.bands import Band, exact
from repro.judging.printed import Abs, Exact, Number, PrintedDigits, Scalar, Tolerance

MISSING_POWER = 0.8


def printed_text(value: Scalar) -> str:
    """The value as printed: digits kept, `true` and `false` in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def allowed_text(number: Number, tolerance: Tolerance) -> str:
    """What is accepted around a printed number, in words."""
    if isinstance(tolerance, Exact):
        return f"exactly {number}"
    if isinstance(tolerance, PrintedDigits):
        return f"{number} to the printed digits"
    if isinstance(tolerance, Abs):
        return f"{number} ± {str(tolerance.size).lower()}"
    return f"{number} ± {float(tolerance.size * 100):g} %"


def faithful(value: Fraction | float, band: Band) -> str:
    """The number in at least six digits, and as many more as it takes to lie where the number itself lies."""
    point = exact(value)
    if point.denominator == 1 and abs(point) < 10**15:
        return str(point.numerator)
    number = float(point)
    texts = [f"{number:.{digits}g}" for digits in (6, 9, 12, 15)]
    if band.low is not None and band.high is not None and abs(point) * 10**9 < band.high - band.low:
        texts.insert(0, "0")  # rounding noise beside what is accepted
    place = band.place(point, point)
    return next((text for text in texts if band.place(Fraction(text), Fraction(text)) == place), repr(number))


def told_apart(first: float, second: float, digits: int = 6) -> tuple[str, str]:
    """Two numbers in as many digits as it takes to see that they differ; whole ones in full."""
    texts = [(f"{first:.{enough}g}", f"{second:.{enough}g}") for enough in (digits, 9, 12, 17)]
    if isinstance(first, int) and isinstance(second, int):
        texts = [(str(first), str(second))]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[0])


def rounded(value: float, step: float) -> str:
    """The number to the second significant digit of `step`, its uncertainty."""
    if step <= 0.0:
        return f"{value:.6g}"
    decimals = 1 - math.floor(math.log10(step))
    if -6 <= decimals <= 8 and abs(value) < 1e9:
        return f"{round(value, decimals):.{max(decimals, 0)}f}"
    digits = decimals + math.floor(math.log10(max(abs(value), step))) + 1
    return f"{value:.{min(max(digits, 2), 17)}g}"


def interval_text(low: float, high: float, error: float) -> str:
    """`99.9997 % interval 0.88 to 0.94`: the coverage is 1 - error, shown with the digits that the error has."""
    step = (high - low) / 2
    digits = 1 + math.ceil(-math.log10(error))
    return f"{100.0 * (1.0 - error):.{digits}g} % interval {rounded(low, step)} to {rounded(high, step)}"


def ending_text(band: Band, holds: bool) -> str:
    """How a decided comparison ends: the words fit an exact number, a number with a tolerance, and a bound or order."""
    if band.low is None or band.high is None:
        return "it holds" if holds else "it does not hold"
    if band.low == band.high:
        return "equal" if holds else "not equal"
    return "inside the accepted range" if holds else "outside the accepted range"


def power_text(power: float | None, documented: str, max_seeds: int) -> str:
    """A sentence on low power, or nothing."""
    if power is None or power >= MISSING_POWER:
        return ""
    return f" Were {documented} exactly true, {max_seeds} seeds would confirm it with probability {power:.2f} only."

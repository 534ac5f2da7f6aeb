r"""How a curve behaves, as one number: a statistic of the mean curve and what it should be.

Growth exponent p (`linear` 1, `logarithmic` 0). For y = a + b x^p, and y = a + b log x at p = 0, three points fix p whatever a, b:

    (y3 - y2) / (y2 - y1) = (x3^p - x2^p) / (x2^p - x1^p),      x1, x3 the ends, x2 the grid point nearest to sqrt(x1 x3)

The slope of log y on log x would not do: on a + b log x it is 1/log x, and an intercept bends it. The ends lie at least two decades
apart, since over a shorter range a square root and a logarithm differ by less than their noise.

Power (`power`, the printed exponent): the least-squares slope of log y on log x; y > 0.

Exponential decay (`exponential_decay`, 1): the fall of log y over the second half of the points divided by that over the first, both
least-squares slopes on x; y > 0. A power of x falls ever more slowly (below 1), a Gaussian ever faster (above 1).

Settling (`never_settles` 1, `settles` 0): spread of the second half of the points over spread of the first,

    sqrt( mean over seeds of s^2(late) / mean over seeds of s^2(early) ),     s^2 about each half's own mean

of each seed's own path, since the mean of many restless paths is at rest. Halves are halves of the list of points.

Every statistic is kept within +-10. A curve that does not do at all what is asked (grow; fall) has -10, so a broken curve refutes
the claim instead of escaping judgement. Over seeds i = 1..n the jackknife gives pseudo-values n T - (n - 1) T(without i), judged as
a mean of numbers is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repro.judging.printed import Number, Shape
from repro.judging.samples import Impossible

Floats = NDArray[np.float64]

LIMIT = 10.0
DECADES = 2.0


@dataclass(frozen=True, slots=True)
class Statistic:
    """A shape's statistic: its name, what it should be, the features of each curve that are averaged, and the formula on them.

    `features` maps x (m,) and y (n, m) to (n, k); `formula` maps x and features (..., k) to (...).
    """

    name: str
    target: Number
    features: Callable[[Floats, Floats], Floats]
    formula: Callable[[Floats, Floats], Floats]


def statistic_of(shape: Shape) -> Statistic:
    """The statistic that decides the shape."""
    if shape.kind == "power":
        assert shape.exponent is not None  # Shape has checked it
        return Statistic("exponent", shape.exponent, whole_curve, log_log_slope)
    if shape.kind in ("linear", "logarithmic"):
        return Statistic("growth exponent", int(shape.kind == "linear"), whole_curve, growth_exponent)
    if shape.kind == "exponential_decay":
        return Statistic("late fall / early fall of the logarithm", 1, whole_curve, fall_ratio)
    return Statistic("late spread / early spread", int(shape.kind == "never_settles"), half_variances, spread_ratio)


def measure_shape(statistic: Statistic, x: Floats, y: Floats) -> float:
    """The statistic of one deterministic curve y (m,)."""
    return float(statistic.formula(x, statistic.features(x, y[None, :])[0]))


def pseudo_values(statistic: Statistic, x: Floats, y: Floats) -> Floats:
    """Jackknife pseudo-values (n,) of the statistic of the mean of n >= 2 curves y (n, m)."""
    features = statistic.features(x, y)
    n = len(features)
    total = features.sum(axis=0)
    whole = statistic.formula(x, total / n)
    without = statistic.formula(x, (total - features) / (n - 1))
    return n * whole - (n - 1) * without


def whole_curve(x: Floats, y: Floats) -> Floats:
    """The curves themselves: the statistic is one of the mean curve."""
    return y


def half_variances(x: Floats, y: Floats) -> Floats:
    """Variances (n, 2) of each path's first and second half; an odd middle point belongs to neither."""
    half = _at_least(x, 4) // 2
    return np.stack([y[:, :half].var(axis=1, ddof=1), y[:, -half:].var(axis=1, ddof=1)], axis=1)


def spread_ratio(x: Floats, variances: Floats) -> Floats:
    """Late spread over early spread of variances (..., 2). A path at rest from the start has settled: 0."""
    early, late = np.maximum(variances[..., 0], 0.0), np.maximum(variances[..., 1], 0.0)
    return _ratio(np.sqrt(late), np.sqrt(early), nothing=0.0)


def log_log_slope(x: Floats, y: Floats) -> Floats:
    """Least-squares slope of log y on log x for curves y (..., m) and x > 0."""
    _at_least(x, 3)
    return np.clip(_slope(np.log(_positive_x(x)), _log(x, y)), -LIMIT, LIMIT)


def fall_ratio(x: Floats, y: Floats) -> Floats:
    """Fall of log y over the second half of the points divided by that over the first, for curves y (..., m)."""
    half = _at_least(x, 4) // 2
    log_y = _log(x, y)
    early, late = -_slope(x[:half], log_y[..., :half]), -_slope(x[-half:], log_y[..., -half:])
    return np.where(early > 0.0, _ratio(late, early, nothing=0.0), np.where(late > 0.0, LIMIT, -LIMIT))


def growth_exponent(x: Floats, y: Floats) -> Floats:
    """The p of y = a + b x^p, b p > 0, through the ends and the geometric middle of curves y (..., m)."""
    _at_least(x, 3)
    logs = np.log(_positive_x(x))
    if logs[-1] - logs[0] < DECADES * np.log(10.0) * (1.0 - 1e-12):
        raise Impossible(f"x: expected at least {DECADES:g} decades for a growth exponent, got {x[0]:g} to {x[-1]:g}")
    middle = 1 + int(np.argmin(np.abs(logs[1:-1] - (logs[0] + logs[-1]) / 2)))
    first, second = logs[middle] - logs[0], logs[-1] - logs[middle]
    early, late = y[..., middle] - y[..., 0], y[..., -1] - y[..., middle]
    rising = (early > 0.0) & (late > 0.0)
    ratio = np.log(np.where(rising, late, 1.0)) - np.log(np.where(rising, early, 1.0))
    low, high = np.full(ratio.shape, -LIMIT), np.full(ratio.shape, LIMIT)
    for _ in range(60):  # bisection: the right side rises with p, and 20 / 2^60 is below the rounding of p
        p = (low + high) / 2
        below = _log_ratio_of_rises(p, first, second) < ratio
        low, high = np.where(below, p, low), np.where(below, high, p)
    late_only = (early <= 0.0) & (late > 0.0) & (early + late > 0.0)
    return np.where(rising, (low + high) / 2, np.where(late_only, LIMIT, -LIMIT))


def _log_ratio_of_rises(p: Floats, first: float, second: float) -> Floats:
    """log of (e^(p second) - 1) e^(p first) / (e^(p first) - 1): how much x^p rises in the second stretch against the first."""
    rises: Floats = np.log(second / first) + _log_rise(p * second) - _log_rise(p * first) + p * first
    return rises


def _log_rise(z: Floats) -> Floats:
    """log of (e^z - 1) / z, without overflow; 0 at z = 0."""
    size = np.abs(z)
    some = np.where(size > 0.0, size, 1.0)
    rise: Floats = np.maximum(z, 0.0) + np.log(-np.expm1(-some) / some)
    return np.where(size > 0.0, rise, 0.0)


def _slope(x: Floats, y: Floats) -> Floats:
    """Least-squares slope of y (..., m) on x (m,)."""
    centred = x - x.mean()
    slope: Floats = (y - y.mean(axis=-1, keepdims=True)) @ centred / (centred @ centred)
    return slope


def _ratio(above: Floats, below: Floats, nothing: float) -> Floats:
    """above / below within +-LIMIT; where both are zero, `nothing`."""
    bounded = np.clip(above, -LIMIT * np.abs(below), LIMIT * np.abs(below))
    some = below != 0.0
    return np.where(some, bounded / np.where(some, below, 1.0), np.where(above == 0.0, nothing, np.sign(above) * LIMIT))


def _at_least(x: Floats, points: int) -> int:
    """The number of points of the curve, which must be at least `points`."""
    if len(x) < points:
        raise Impossible(f"x: expected at least {points} points for this shape, got {len(x)}")
    return len(x)


def _positive_x(x: Floats) -> Floats:
    """x, all above zero, so that it has a logarithm (x increases, so its first entry is the least)."""
    if x[0] <= 0.0:
        raise Impossible(f"x: expected positive numbers for this shape, got {x[0]:g}")
    return x


def _log(x: Floats, y: Floats) -> Floats:
    """log y, of a mean curve that must be positive throughout."""
    if np.min(y) <= 0.0:
        worst = int(np.argmin(np.min(y.reshape(-1, len(x)), axis=0)))
        raise Impossible(f"y: expected a positive mean curve for this shape, got {np.min(y):g} at x = {x[worst]:g}")
    return np.log(y)

r"""How a curve behaves, as one number: a statistic of the curve and what it should be.

Growth exponent p (`linear` 1, `logarithmic` 0). For y = a + b x^p, and y = a + b log x at p = 0, three points fix p
whatever a, b:

    (y3 - y2) / (y2 - y1) = (x3^p - x2^p) / (x2^p - x1^p),    x1, x3 the ends, x2 the grid point nearest to sqrt(x1 x3)

The slope of log y on log x would not do: on a + b log x it is 1/log x, and an intercept bends it. The ends lie at least
two decades apart, since over a shorter range a square root and a logarithm differ by less than their noise. Within
+-10; a curve that does not rise in its second stretch has -10.

Power (`power`, the printed exponent): the least-squares slope of log y on log x; y > 0.

Exponential decay (`exponential_decay`, 1): the fall of log y over the second half of the points divided by that over
the first, both least-squares slopes on x; y > 0. A power of x falls ever more slowly (below 1), a Gaussian ever faster
(above 1). From 0 (falls no more) to 10.

Settling (`never_settles` 1, `settles` 0): spread of the second half of the points over spread of the first,

    sqrt( mean over seeds of s^2(late) / mean over seeds of s^2(early) ),    s^2 about each half's own mean, 0 to 10,

of each seed's own path, since the mean of many restless paths is at rest. Halves are halves of the list of points.

Over seeds, three of the four are a function of late / early, a ratio of two means of one number a seed, and judged as
such (`repro.judging.evidence.RatioOfMeans`). Where logarithms of the mean curve enter, the number a seed is a jackknife
pseudo-value, n T - (n - 1) T(without the seed); a power is the mean of its pseudo-values.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from repro.judging.bands import exact
from repro.judging.evidence import Certain, Evidence, Mean, RatioOfMeans
from repro.judging.intervals import mean_and_deviation
from repro.judging.printed import Number, Shape
from repro.judging.samples import Impossible

Floats = NDArray[np.float64]

LIMIT = 10.0
DECADES = 2.0


@dataclass(frozen=True, slots=True)
class Statistic:
    """A shape's statistic: its name, what it should be, and how it is made.

    `parts` maps x (m,) and y (n, m) to one row a seed: (late, early), whose ratio of means (0 to infinity) `convert`
    turns into the statistic; or, where there is no `convert`, the statistic alone.
    """

    name: str
    target: Number
    parts: Callable[[Floats, Floats], Floats]
    convert: Callable[[float], float] | None


def statistic_of(shape: Shape, x: Floats) -> Statistic:
    """The statistic that decides the shape of a curve over these x (m,); `Impossible` where they do not allow it."""
    if shape.kind == "power":
        assert shape.exponent is not None  # Shape has checked it
        _require(x, points=3, positive=True)
        return Statistic("exponent", shape.exponent, power_parts, None)
    if shape.kind in ("linear", "logarithmic"):
        first, middle, second = stretches(x)
        return Statistic(
            "growth exponent",
            int(shape.kind == "linear"),
            partial(growth_parts, middle),
            partial(exponent_of, first, second),
        )
    _require(x, points=4, positive=False)
    if shape.kind == "exponential_decay":
        return Statistic("late fall / early fall of the logarithm", 1, fall_parts, lambda ratio: min(ratio, LIMIT))
    return Statistic(
        "late spread / early spread",
        int(shape.kind == "never_settles"),
        spread_parts,
        lambda ratio: min(math.sqrt(ratio), LIMIT),
    )


def shape_evidence(statistic: Statistic, x: Floats, y: Floats) -> Evidence:
    """What n >= 1 curves y (n, m) over x (m,) say about the statistic.

    Curves that differ while their parts do not are certain of it: flat, each at its own height.
    """
    parts = statistic.parts(x, y)
    if not np.isfinite(parts).all():
        raise Impossible("curve: expected steps of ordinary size, got some that no 64-bit slope can hold")
    n = len(y)
    if statistic.convert is None:
        value, deviation = mean_and_deviation(parts[:, 0].tolist())
        return Mean(value, deviation, n) if deviation > 0.0 else Certain(exact(value), n)
    parts /= np.abs(parts).max() or 1.0  # a ratio has no unit, and squares of large or small numbers have no room
    late, deviation = mean_and_deviation(parts[:, 0].tolist())
    early, other = mean_and_deviation(parts[:, 1].tolist())
    both = math.fsum(((parts[:, 0] - late) * (parts[:, 1] - early)).tolist()) / max(n - 1, 1)
    ratio = RatioOfMeans(late, early, (deviation**2, other**2, both), n, statistic.convert)
    return ratio if deviation > 0.0 or other > 0.0 else Certain(exact(ratio.estimate), n)


def stretches(x: Floats) -> tuple[float, int, float]:
    """Length of log x before its middle point, the index of that point, and the length after it."""
    _require(x, points=3, positive=True)
    logs = np.log(x)
    if logs[-1] - logs[0] < DECADES * math.log(10.0) * (1.0 - 1e-12):
        raise Impossible(f"x: expected at least {DECADES:g} decades for a growth exponent, got {x[0]:g} to {x[-1]:g}")
    middle = 1 + int(np.argmin(np.abs(logs[1:-1] - (logs[0] + logs[-1]) / 2)))
    first, second = float(logs[middle] - logs[0]), float(logs[-1] - logs[middle])
    if min(first, second) <= 0.0:
        raise Impossible("x: expected a point between the ends for a growth exponent, got none apart from them")
    return first, middle, second


def growth_parts(middle: int, x: Floats, y: Floats) -> Floats:
    """Rises (n, 2) of each curve after and before its middle point."""
    return np.stack([y[:, -1] - y[:, middle], y[:, middle] - y[:, 0]], axis=1)


def exponent_of(first: float, second: float, ratio: float) -> float:
    """The p within +-10 for which x^p rises `ratio` times as much in the second stretch of log x as in the first."""
    low, high = -LIMIT, LIMIT
    if ratio == 0.0 or math.isinf(ratio):
        return low if ratio == 0.0 else high
    wanted = math.log(ratio)
    for _ in range(60):  # bisection: the rise grows with p, and 20 / 2^60 is below the rounding of p
        p = (low + high) / 2
        if math.log(second / first) + _log_rise(p * second) - _log_rise(p * first) + p * first < wanted:
            low = p
        else:
            high = p
    return (low + high) / 2


def _log_rise(z: float) -> float:
    """log of (e^z - 1) / z, without overflow; 0 at z = 0."""
    return max(z, 0.0) + math.log(-math.expm1(-abs(z)) / abs(z)) if z else 0.0


def power_parts(x: Floats, y: Floats) -> Floats:
    """Pseudo-values (n, 1) of the slope of log y on log x."""
    return jackknife(lambda curve: _slope(np.log(x), _log(x, curve))[..., None], y)


def fall_parts(x: Floats, y: Floats) -> Floats:
    """Pseudo-values (n, 2) of the fall of log y over the second and over the first half of the points."""
    half = len(x) // 2

    def falls(curve: Floats) -> Floats:
        logs = _log(x, curve)
        return -np.stack([_slope(x[-half:], logs[..., -half:]), _slope(x[:half], logs[..., :half])], axis=-1)

    return jackknife(falls, y)


def spread_parts(x: Floats, y: Floats) -> Floats:
    """Variances (n, 2) of each path's second and first half, the largest |y| taken as the unit.

    An odd middle point belongs to neither half.
    """
    half = len(x) // 2
    scaled = y / (np.abs(y).max() or 1.0)
    return np.stack([scaled[:, -half:].var(axis=1, ddof=1), scaled[:, :half].var(axis=1, ddof=1)], axis=1)


def jackknife(formula: Callable[[Floats], Floats], y: Floats) -> Floats:
    """Pseudo-values (n, k) of a formula, from curves (..., m) to (..., k), of the mean of n curves y (n, m)."""
    n, total = len(y), y.sum(axis=0)
    whole = formula(total / n)
    return whole[None] if n == 1 else n * whole - (n - 1) * formula((total - y) / (n - 1))


def _slope(x: Floats, y: Floats) -> Floats:
    """Least-squares slope of y (..., m) on x (m,)."""
    centred = x - x.mean()
    size = np.abs(centred).max()
    centred = centred / size
    with np.errstate(over="ignore"):  # steps too small for a slope: refused where the parts are read
        slope: Floats = (y - y.mean(axis=-1, keepdims=True)) @ centred / (centred @ centred) / size
    return slope


def _require(x: Floats, points: int, positive: bool) -> None:
    """Refuse a curve with too few points, or (x increases) with an x that has no logarithm."""
    if len(x) < points:
        raise Impossible(f"x: expected at least {points} points for this shape, got {len(x)}")
    if positive and x[0] <= 0.0:
        raise Impossible(f"x: expected positive numbers for this shape, got {x[0]:g}")


def _log(x: Floats, y: Floats) -> Floats:
    """log y of curves (..., m) that must be positive throughout."""
    if np.min(y) <= 0.0:
        worst = int(np.argmin(np.min(y.reshape(-1, len(x)), axis=0)))
        raise Impossible(f"y: expected a positive mean curve for this shape, got {np.min(y):g} at x = {x[worst]:g}")
    return np.log(y)

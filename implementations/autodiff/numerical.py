"""Numerical differentiation: difference quotients, the complex step, and a checker built on them.

    forward       (f(x + h) - f(x)) / h              truncation h |f''| / 2,     rounding ~ 2 u |f| / h
    central       (f(x + h) - f(x - h)) / (2 h)      truncation h^2 |f'''| / 6,  rounding ~ u |f| / h
    complex step  Im f(x + i h) / h                  truncation h^2 |f'''| / 6,  nothing is subtracted: no rounding ~ 1/h

with u = 2^-53. The sum of a rising and a falling error is the V of the log-log plot. A quotient cannot do better than
the bottom of its V, near h = u^(1/2) and h = u^(1/3); the complex step has no left branch, but f must be analytic and its
program must accept complex numbers.

Source: columbia-deep-learning, slide DIFFERENTIATION.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from implementations.autodiff.elementary import Number

Derivative = Callable[[Callable[..., Number], Sequence[Number], float], list[Number]]


def _moved(point: Sequence[Number], coordinate: int, by: Number) -> list[Number]:
    return [x + by if i == coordinate else x for i, x in enumerate(point)]


def forward_difference(f: Callable[..., Number], point: Sequence[Number], step: float) -> list[Number]:
    """Partial derivatives by the forward quotient: len(point) + 1 evaluations of f."""
    y = f(*point)
    return [(f(*_moved(point, i, step)) - y) / step for i in range(len(point))]


def central_difference(f: Callable[..., Number], point: Sequence[Number], step: float) -> list[Number]:
    """Partial derivatives by the central quotient: 2 len(point) evaluations of f."""
    return [(f(*_moved(point, i, step)) - f(*_moved(point, i, -step))) / (2 * step) for i in range(len(point))]


def complex_step(f: Callable[..., Number], point: Sequence[Number], step: float = 1e-20) -> list[Number]:
    """Partial derivatives of an analytic f from its imaginary part: len(point) complex evaluations of f."""
    return [complex(f(*_moved(point, i, 1j * step))).imag / step for i in range(len(point))]


FORMULAS: dict[str, Derivative] = {
    "forward": forward_difference,
    "central": central_difference,
    "complex step": complex_step,
}


def gradient_error(
    loss: Callable[..., float],
    parameters: Sequence[NDArray[np.float64]],
    gradients: Sequence[NDArray[np.float64]],
    step: float = 1e-5,
) -> float:
    """Largest deviation of `gradients` from central differences of `loss`.

    It is relative to the largest gradient entry, or to 1 where all are smaller; NaN where anything is NaN.

    `loss` takes the arrays and returns a float; each gradient has the shape of its array (ValueError otherwise). In
    float64 with values near 1 the quotients themselves are good to about u / step = 1e-11 and step^2 = 1e-10, so a
    deviation above 1e-7 is a mistake in the gradient.
    """
    if [np.shape(p) for p in parameters] != [np.shape(g) for g in gradients]:
        raise ValueError("each gradient must have the shape of its parameter")
    arrays = [np.array(p, dtype=np.float64) for p in parameters]
    deviations = [0.0]
    for array, gradient in zip(arrays, gradients, strict=True):
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + step
            above = loss(*arrays)
            array[index] = kept - step
            below = loss(*arrays)
            array[index] = kept
            deviations.append(abs(float(gradient[index]) - (above - below) / (2 * step)))
    largest = np.max([1.0, *(np.abs(g).max() for g in gradients if np.size(g))])
    return float(np.max(deviations) / largest)  # NumPy's maximum of anything and NaN is NaN, Python's may hide it

"""What the documents claim of numerical and symbolic differentiation, measured.

Slide DIFFERENTIATION of columbia-deep-learning: numerical differentiation is unstable and inaccurate, symbolic
differentiation unwieldy.
"""

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.autodiff import compiled, symbolic, tape
from implementations.autodiff.numerical import FORMULAS
from implementations.autodiff.trace import slide_function

UNIT_ROUNDOFF = 2.0**-53
LOST_DIGITS = 1000  # roundoffs: three digits fewer than a float has


def _points() -> NDArray[np.float64]:
    """40 points around the slide's (2, 5), so that no lucky rounding at one of them decides."""
    return np.random.default_rng(17).uniform([1.5, 4.5], [2.5, 5.5], (40, 2))


def _true_gradient(x1: float, x2: float) -> tuple[float, float]:
    return 1 / x1 + x2, x1 - math.cos(x2)


def relative_error(method: str, step: float) -> float:
    """Root mean square over the points and both inputs of the relative error of the gradient.

    `method` is a formula of `numerical.FORMULAS`, "automatic", or "off by 0.1 %" (automatic, with that mistake).
    """
    errors = []
    for x1, x2 in _points().tolist():
        if method in FORMULAS:
            gradient = FORMULAS[method](slide_function, (x1, x2), step)
        else:
            factor = 1.001 if method == "off by 0.1 %" else 1.0
            gradient = [factor * partial for partial in tape.gradient(slide_function, x1, x2)]
        errors += [(g - t) / t for g, t in zip(gradient, _true_gradient(x1, x2), strict=True)]
    return float(np.sqrt(np.mean(np.square(errors))))


def _steps(first: float, last: float) -> list[float]:
    """Half powers of ten, deliberately not powers of two, which would add and subtract without rounding."""
    return [10.0 ** (k / 2) for k in range(round(2 * math.log10(first)), round(2 * math.log10(last)) + 1)]


def error_for_small_steps(method: str = "forward") -> dict[str, list[float]]:
    """Relative error of the gradient against the step, left of the bottom of the V: from 1e-14 to 1e-10.

    "forty digits" is the forward quotient in arithmetic so precise that no step of these is too small for it.
    """
    steps = _steps(1e-14, 1e-10)
    if method == "forty digits":
        return {"x": steps, "y": [_error_in_decimals(step) for step in steps]}
    return {"x": steps, "y": [relative_error(method, step) for step in steps]}


def _error_in_decimals(step: float) -> float:
    """Error of the forward quotient of ln x1 + 5 x1 at x1 = 2, computed to 40 digits: truncation is all that is left."""
    with localcontext() as context:
        context.prec = 40
        x, h = Decimal(2), Decimal(step)
        quotient = ((x + h).ln() + 5 * (x + h) - x.ln() - 5 * x) / h
        return float(abs(quotient - Decimal("5.5")) / Decimal("5.5"))


def best_error(method: str) -> float:
    """The relative error at the best of all steps from 1e-20 to 0.1, in units of 2^-53."""
    return min(relative_error(method, step) for step in _steps(1e-20, 1e-1)) / UNIT_ROUNDOFF


def best_errors(quotients: Sequence[str] = ("forward", "central"), automatic: str = "automatic") -> dict[str, float]:
    """Error of automatic differentiation, and of the better difference quotient at its best step, in units of 2^-53."""
    return {"automatic": best_error(automatic), "quotient": min(best_error(formula) for formula in quotients)}


def loses_three_digits(defect: str = "") -> dict[str, dict[str, bool]]:
    """For each formula, whether it is off by 1000 roundoffs or more at its best step.

    Defect "fixed step": every formula at a step of 0.1, where all of them truncate.
    """
    errors = {f: relative_error(f, 0.1) / UNIT_ROUNDOFF if defect == "fixed step" else best_error(f) for f in FORMULAS}
    return {formula: {"loses": error >= LOST_DIGITS} for formula, error in errors.items()}


def loses_three_digits_in_numpy() -> dict[str, dict[str, bool]]:
    """The same three answers by whole-array NumPy, at the textbook's step for each formula, in the first input alone."""
    x1, x2 = _points().T

    def f(x: NDArray[Any]) -> NDArray[Any]:
        y: NDArray[Any] = np.log(x) + x * x2 - np.sin(x2)
        return y

    true = 1 / x1 + x2
    tiny, small, medium = 1e-20, math.sqrt(UNIT_ROUNDOFF), UNIT_ROUNDOFF ** (1 / 3)
    estimates = {
        "forward": (f(x1 + small) - f(x1)) / small,
        "central": (f(x1 + medium) - f(x1 - medium)) / (2 * medium),
        "complex step": f(x1 + 1j * tiny).imag / tiny,
    }
    return {
        formula: {"loses": bool(np.sqrt(np.mean((estimate / true - 1) ** 2)) >= LOST_DIGITS * UNIT_ROUNDOFF)}
        for formula, estimate in estimates.items()
    }


def multiplications_of_product_gradient(form: str = "written out") -> dict[str, list[float]]:
    """Multiplications that the gradient of x1 x2 ... xn takes, against n, for n from 16 to 48.

    "written out": each partial derivative as sympy writes it. "reverse mode": in the compiled program of the same gradient.
    """
    sizes = [16, 24, 32, 48]
    if form == "reverse mode":
        counts = [compiled.gradient_source(symbolic.product, n).count(" * ") for n in sizes]
    else:
        counts = [symbolic.multiplications(symbolic.gradient_expressions(symbolic.product, n)[0]) for n in sizes]
    return {"x": [float(n) for n in sizes], "y": [float(count) for count in counts]}

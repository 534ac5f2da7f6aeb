"""What the documents claim of exactness, measured in roundoffs.

Slides DIFFERENTIATION (general, exact) and NOTES ON AUTOMATIC DIFFERENTIATION (the exact gradient) of columbia-deep-learning.
"""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext

import numpy as np
from numpy.typing import NDArray

from implementations.autodiff import compiled, dual, elementary, numerical, tape
from implementations.autodiff.elementary import Number
from implementations.autodiff.trace import slide_function

UNIT_ROUNDOFF = 2.0**-53


def _points(count: int) -> NDArray[np.float64]:
    """Points (count, 2) with x1 in [2, 4] and x2 in [1, 9]: no cancellation in either partial derivative."""
    return np.random.default_rng(26).uniform([2.0, 1.0], [4.0, 9.0], (count, 2))


def _gradient_by(method: str) -> Callable[[float, float], Sequence[float]]:
    """The gradient of the slide's function by a mode, by the formula written by hand, or by a defective way."""
    compiled_gradient = compiled.compile_gradient(slide_function, 2)
    methods: dict[str, Callable[[float, float], Sequence[float]]] = {
        "reverse": lambda x1, x2: tape.gradient(slide_function, x1, x2),
        "forward": lambda x1, x2: dual.gradient(slide_function, x1, x2),
        "compiled": lambda x1, x2: compiled_gradient(x1, x2)[1],
        "by hand": lambda x1, x2: (1.0 / x1 + x2, x1 - math.cos(x2)),
        "central": lambda x1, x2: numerical.central_difference(slide_function, (x1, x2), 6e-6),
        "off by 0.1 %": lambda x1, x2: [1.001 * d for d in tape.gradient(slide_function, x1, x2)],
    }
    return methods[method]


def error_in_roundoffs(method: str = "reverse", points: int = 200) -> float:
    """Largest error of the gradient over some points, in units of 2^-53 times the true partial derivative.

    The true values are 1 / x1 + x2 and x1 - cos x2 to 40 digits, at the floats x1 and x2 themselves.
    """
    gradient, errors = _gradient_by(method), []
    for x1, x2 in _points(points).tolist():
        with localcontext() as context:
            context.prec = 40
            true = (1 / Decimal(x1) + Decimal(x2), Decimal(x1) - _cosine(Decimal(x2)))
            errors += [float((Decimal(d) - exact) / exact) for d, exact in zip(gradient(x1, x2), true, strict=True)]
    return float(np.max(np.abs(errors)) / UNIT_ROUNDOFF)


def _cosine(x: Decimal) -> Decimal:
    """Cosine by its series, to the precision of the current context (|x| < 10)."""
    total = term = Decimal(1)
    k = 0
    while abs(term) > Decimal("1e-45"):
        k += 2
        term *= -x * x / (k * (k - 1))
        total += term
    return total


def deviation_from_formula(backend: str = "numpy", defect: str = "") -> float:
    """Largest |gradient - formula written by hand| in units of 2^-53 times the sum of the formula's terms.

    Both are computed in float64. "numpy" is this project: the worst of forward mode, reverse mode and the compiled trace.
    Defects: "thousandth" multiplies the gradient by 1.001; "single precision" rounds it to float32.
    """
    x = _points(200)
    by_hand = np.array([_gradient_by("by hand")(x1, x2) for x1, x2 in x.tolist()])
    terms = np.array([(1 / x1 + x2, x1 + abs(math.cos(x2))) for x1, x2 in x.tolist()])
    gradients = _library_gradient(backend, x)
    if defect == "thousandth":
        gradients = 1.001 * gradients
    elif defect == "single precision":
        gradients = gradients.astype(np.float32).astype(np.float64)
    return float((np.abs(gradients - by_hand) / terms).max() / UNIT_ROUNDOFF)


def _library_gradient(backend: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gradients of the slide's function at the rows of x (n, 2); (3, n, 2) from our own three ways, else (n, 2)."""
    gradients: NDArray[np.float64]
    if backend == "torch":
        import torch

        inputs = torch.tensor(x, requires_grad=True)
        y = torch.log(inputs[:, 0]) + inputs[:, 0] * inputs[:, 1] - torch.sin(inputs[:, 1])
        gradients = torch.autograd.grad(y.sum(), inputs)[0].numpy()
    elif backend == "tensorflow":
        import tensorflow as tf

        variable = tf.constant(x)
        with tf.GradientTape() as recorded:
            recorded.watch(variable)
            y = tf.math.log(variable[:, 0]) + variable[:, 0] * variable[:, 1] - tf.sin(variable[:, 1])
        gradients = recorded.gradient(y, variable).numpy()
    else:
        ways = [_gradient_by(way) for way in ("forward", "reverse", "compiled")]
        gradients = np.array([[way(*point) for point in x.tolist()] for way in ways])
    return gradients


def _mended(x: Number) -> Number:
    """(1 - cos x) / x, mended at 0 by its limit 0. It is smooth: its derivative at 0 is 1/2."""
    if x == 0.0:
        return 0.0 * x
    return (1.0 - elementary.cos(x)) / x


def derivative_at_a_branch(mode: str = "forward") -> float:
    """d/dx of (1 - cos x) / x at 0 by automatic differentiation of a program that treats x = 0 as a case of its own.

    `mode`: "forward", "reverse", or "away" (forward mode just beside the special case, at x = 1e-5).
    """
    if mode == "reverse":
        return float(tape.gradient(_mended, 0.0)[0])
    at = 1e-5 if mode == "away" else 0.0
    return float(dual.directional_derivative(_mended, [at], [1.0])[1])

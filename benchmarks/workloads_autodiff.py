"""Gradients of two scalar functions, by the same mathematics and in float64 in every library.

"tape" and "compiled" are ours; "torch" is eager, "tensorflow" is a `tf.function`, "jax" is jitted, "autograd" is that of HIPS.
"forward" is the function without its gradient, in plain Python. Inputs that a library wants in a form of its own are
converted beforehand; results are left in that form, computed to the end.
"""

from __future__ import annotations

import math
from typing import Any

from benchmarks.workload import Goal, Run, Workload, one_threaded_tensorflow
from implementations.autodiff import compiled, elementary, tape
from implementations.autodiff.trace import slide_function

STEPS = 500


def chain(x: Any, y: Any, sin: Any = elementary.sin) -> Any:
    """1000 scalar operations, alternately a sine and a sum, so that values stay bounded.

    Sines are what takes the time here. A chain of products and sums alone is fused by jax into next to nothing.
    """
    v = x
    for _ in range(STEPS):
        v = sin(v)
        v = v + y
    return v


def slide(x1: Any, x2: Any, library: Any = elementary) -> Any:
    """The slide's function in the words of `library`."""
    return library.log(x1) + x1 * x2 - library.sin(x2)


SLIDE_POINT = (2.0, 5.0)
CHAIN_POINT = (0.9, 0.1)


def _tape(f: Any, point: tuple[float, ...]) -> Run:
    return lambda: tape.value_and_gradient(f, *point)[1]


def _compiled(f: Any, point: tuple[float, ...]) -> Run:
    run = compiled.compile_gradient(f, len(point))
    return lambda: run(*point)[1]


def _torch(f: Any, point: tuple[float, ...]) -> Run:
    import torch

    torch.set_num_threads(1)
    inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    return lambda: torch.autograd.grad(f(torch, *inputs), inputs)


def _tensorflow(f: Any, point: tuple[float, ...]) -> Run:
    tf = one_threaded_tensorflow()
    inputs = [tf.constant(x, dtype=tf.float64) for x in point]

    @tf.function
    def gradient() -> Any:
        with tf.GradientTape() as recorded:
            recorded.watch(inputs)
            y = f(tf.math, *inputs)
        return recorded.gradient(y, inputs)

    return gradient  # type: ignore[no-any-return]


def _autograd(f: Any, point: tuple[float, ...]) -> Run:
    import autograd
    import autograd.numpy

    gradient = autograd.grad(lambda *x: f(autograd.numpy, *x), tuple(range(len(point))))
    return lambda: gradient(*point)


def _jax(f: Any, point: tuple[float, ...]) -> Run:
    import jax

    jax.config.update("jax_enable_x64", True)
    gradient = jax.jit(jax.grad(lambda *x: f(jax.numpy, *x), tuple(range(len(point)))))
    return lambda: jax.block_until_ready(gradient(*point))


def _python(f: Any, point: tuple[float, ...]) -> Run:
    return lambda: f(*point)


def _chain_of(library: Any, x: Any, y: Any) -> Any:
    return chain(x, y, library.sin)


def _slide_of(library: Any, x1: Any, x2: Any) -> Any:
    return slide(x1, x2, library)


def _plain_chain(x: float, y: float) -> float:
    return chain(x, y, math.sin)  # type: ignore[no-any-return]


WORKLOADS = [
    Workload(
        name="slide function",
        says="gradient of ln x1 + x1 x2 - sin x2 at (2, 5), float64",
        backends={
            "tape": lambda: _tape(slide_function, SLIDE_POINT),
            "compiled": lambda: _compiled(slide_function, SLIDE_POINT),
            "torch": lambda: _torch(_slide_of, SLIDE_POINT),
            "tensorflow": lambda: _tensorflow(_slide_of, SLIDE_POINT),
            "autograd": lambda: _autograd(_slide_of, SLIDE_POINT),
            "jax": lambda: _jax(_slide_of, SLIDE_POINT),
        },
        goals=[
            Goal("tape", "torch", must=12),
            Goal("tape", "autograd", must=30),
            Goal("compiled", "jax", aim=25),
        ],
        tolerance=1e-14,
    ),
    Workload(
        name="chain of 1000",
        says="gradient of a chain of 1000 scalar operations, float64",
        backends={
            "tape": lambda: _tape(chain, CHAIN_POINT),
            "compiled": lambda: _compiled(chain, CHAIN_POINT),
            "forward": lambda: _python(_plain_chain, CHAIN_POINT),
            "torch": lambda: _torch(_chain_of, CHAIN_POINT),
            "tensorflow": lambda: _tensorflow(_chain_of, CHAIN_POINT),
            "autograd": lambda: _autograd(_chain_of, CHAIN_POINT),
            "jax": lambda: _jax(_chain_of, CHAIN_POINT),
        },
        goals=[
            Goal("tape", "torch", must=15),
            Goal("compiled", "jax", aim=1.2),
            Goal("forward", "compiled", aim=4, at_most=True),
        ],
        tolerance=1e-12,
        other_results=["forward"],
    ),
]

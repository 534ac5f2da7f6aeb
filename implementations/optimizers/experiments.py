"""What the documents claim of gradients, step sizes and the counterexample, measured.

Slides STOCHASTIC GRADIENT DESCENT, DANGER! SGD REQUIRES CARE and ROBBINS-MONRO of columbia-deep-learning, and Training
Neural Networks by Stochastic Gradient Descent of fase-deep-rl. The noise of small batches is in `experiments_noise`, the
advanced rules in `experiments_rules`.
"""

from itertools import combinations, product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from implementations.optimizers import counterexample
from implementations.optimizers.problems import Logistic, logistic
from implementations.optimizers.schedules import (
    Constant,
    Geometric,
    InverseTime,
    PowerLaw,
    Schedule,
    partial_sums,
    robbins_monro,
)
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]

_TEACHER = np.array([1.5, -1.0, 0.5])


# --- STOCHASTIC GRADIENT DESCENT: the estimator is unbiased ------------------------------------------------------------


def _small_logistic() -> tuple[Logistic, Array]:
    """Seven data points in three dimensions, and a point that is not the optimum: (1, 7, 3) and (1, 3)."""
    return logistic(np.array([0]), 7, np.ones(3), _TEACHER), np.array([[0.3, 0.8, -0.4]])


def minibatch_bias(defect: Literal["", "sum", "over_n", "never_last"] = "") -> dict[str, dict[str, float]]:
    """Largest coordinate of |mean over all batches of the mini-batch gradient - gradient of the empirical risk|.

    Every batch of M of the seven points is enumerated, with and without replacement. The gradient of the risk comes from a
    complex step through the loss, not from the code that averages. Defects: the batch's gradients added up instead of
    averaged; divided by n instead of M; the last point never drawn (an incomplete last batch that is dropped).
    """
    problem, theta = _small_logistic()
    exact = _complex_step_gradient(problem.x[0], problem.y[0], theta[0])
    points = range(6 if defect == "never_last" else 7)
    table = {}
    for size in (1, 2, 3):
        scale = {"sum": size, "over_n": size / 7}.get(defect, 1.0)
        cells = {}
        for name, batches in (("without", combinations(points, size)), ("with", product(points, repeat=size))):
            gradients = [scale * problem.gradient(theta, np.array([rows])) for rows in batches]
            cells[name] = float(np.abs(np.mean(gradients, axis=0)[0] - exact).max())
        table[str(size)] = cells
    return table


def _complex_step_gradient(x: Array, y: Array, theta: Array) -> Array:
    """The gradient of the mean logistic loss by a complex step of 1e-30, exact to rounding."""
    shifted = theta + 1e-30j * np.eye(len(theta))
    value: Array = np.log1p(np.exp(-y * (shifted @ x.T))).mean(axis=1).imag / 1e-30
    return value


def sampled_gradient_bias(weighting: Literal["probability", "uniform"] = "probability") -> float:
    """|E[dl/dw] - dL/dw|, largest coordinate, for a two-layer tanh network and a distribution over five examples.

    l is the squared error of one example, E sums over the examples by their (unequal) probabilities, and dL/dw is a complex
    step through L(w) = E[l]. `weighting = "uniform"` draws each example equally often instead.
    """
    x, target = streams.normal(np.array([1]), 0, (5, 2))[0], np.array([0.5, -1.0, 0.0, 2.0, 1.0])
    probability = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    w = streams.normal(np.array([2]), 0, 9)[0]  # 2 x 3 weights into tanh, 3 weights out
    hidden = np.tanh(x @ w[:6].reshape(2, 3))
    error = 2 * (hidden @ w[6:] - target)
    into_hidden = error[:, None] * w[6:] * (1 - hidden**2)
    sampled = np.concatenate([(x[:, :, None] * into_hidden[:, None, :]).reshape(5, 6), error[:, None] * hidden], axis=1)
    drawn = probability if weighting == "probability" else np.full(5, 0.2)
    shifted = w + 1e-30j * np.eye(9)
    outputs = np.einsum(
        "eih,eh->ei", np.tanh(np.einsum("id,edh->eih", x, shifted[:, :6].reshape(9, 2, 3))), shifted[:, 6:]
    )
    exact = (((outputs - target) ** 2) @ probability).imag / 1e-30
    return float(np.abs(drawn @ sampled - exact).max())


def step_along_gradient(sign: int = 1, alpha: float = 0.01) -> dict[str, Array]:
    """The loss of one example before and after w <- w + sign * alpha * dl/dw; one entry for each of seven examples."""
    problem, theta = _small_logistic()
    one = Logistic(problem.x.reshape(7, 1, 3), problem.y.reshape(7, 1))
    start = np.repeat(theta, 7, axis=0)
    return {"before": one.risk(start), "after": one.risk(start + sign * alpha * one.gradient(start))}


def mean_step_along_gradient(sign: int = 1, alpha: float = 0.01) -> dict[str, float]:
    """The same averaged over the examples: before and after the step."""
    return {name: float(losses.mean()) for name, losses in step_along_gradient(sign, alpha).items()}


def first_order_change(sign: int = 1, alpha: float = 0.01) -> dict[str, float]:
    """Second route: the mean of l(w) + sign alpha |dl/dw|^2, with dl/dw of each example by a complex step."""
    problem, theta = _small_logistic()
    rows = range(7)
    slopes = [_complex_step_gradient(problem.x[0, [i]], problem.y[0, [i]], theta[0]) for i in rows]
    before = float(np.mean([np.log1p(np.exp(-problem.y[0, i] * problem.x[0, i] @ theta[0])) for i in rows]))
    return {"before": before, "after": before + sign * alpha * float(np.mean([g @ g for g in slopes]))}


# --- DANGER! SGD REQUIRES CARE ------------------------------------------------------------------------------------------


def data_minimiser(last: float = 10.0) -> float:
    """theta*, the root of the risk's derivative -2/n sum (x - theta), by its two coefficients. `last` = 9 loses a point."""
    data = np.arange(-10.0, last + 1)
    return float(data.sum() / len(data))


def distance_to_sampled_point(seeds: Seeds, alpha: float = 0.5, slope: float = 2.0, steps: int = 1000) -> Array:
    """Largest |theta_{k+1} - x_k| over a run, one a seed: 0 if the new parameter is the point just drawn."""
    theta = counterexample.run(seeds, Constant(alpha), steps, slope)
    value: Array = np.abs(theta[:, 1:] - counterexample.samples(seeds, steps)).max(axis=1)
    return value


def paths(
    seeds: Seeds, schedule: Literal["constant", "inverse_time"] = "constant", a0: float = 0.5, steps: int = 4096
) -> dict[str, Array]:
    """The counterexample's theta^(k) at k = 1, 2, 4, ..., one row a seed (theta^(0) = -20 is where all begin)."""
    at = 2 ** np.arange(int(np.log2(steps)) + 1)
    theta = counterexample.run(seeds, schedule_named(schedule, a0), int(at[-1]))
    return {"x": at.astype(np.float64), "y": theta[:, at]}


def schedule_named(name: str, a0: float = 0.5) -> Schedule:
    """The schedules of the slides and their neighbours, by name. Raises KeyError for another name."""
    named: dict[str, Schedule] = {
        "constant": Constant(a0),
        "inverse_time": PowerLaw(a0),
        "inverse_root": PowerLaw(a0, 0.5),
        "inverse_square": PowerLaw(a0, 2.0),
        "power_0.75": PowerLaw(a0, 0.75),
        "inverse_time_log": PowerLaw(a0, 1.0, 1.0),
        "geometric": Geometric(a0),
    }
    return named[name]


def late_spread(
    seeds: Seeds, slope: float = 2.0, batch: int = 1, steps: int = 400, window: int = 200
) -> dict[str, dict[str, Array]]:
    """Mean of theta^2 over the last `window` of `steps` + `window` steps, for each constant step size; one a seed."""
    table = {}
    for alpha in (0.1, 0.25, 0.5, 0.75, 0.9):
        theta = counterexample.run(seeds, Constant(alpha), steps + window, slope, batch)
        table[str(alpha)] = {"spread": np.mean(theta[:, -window:] ** 2, axis=1)}
    return table


# --- ROBBINS-MONRO --------------------------------------------------------------------------------------------------------


def conditions(schedule: str = "inverse_time", a0: float = 0.5) -> dict[str, dict[str, bool]]:
    """Whether the two sums of the slide behave as it asks, decided exactly from how the schedule decays."""
    answer = robbins_monro(schedule_named(schedule, a0))
    return {
        "sum": {"as_required": answer.sum_diverges},
        "sum_of_squares": {"as_required": answer.squares_converge},
    }


def growth_of_sum(schedule: str = "inverse_time", a0: float = 0.5, terms: int = 1_000_000) -> dict[str, Array]:
    """Partial sums of alpha_k from k = 1 at 100, 200, 400, ... terms: evidence that the sum grows like a logarithm."""
    at = 100 * 2 ** np.arange(int(np.log2(terms / 100)) + 1)
    return {"x": at.astype(np.float64), "y": partial_sums(schedule_named(schedule, a0), int(at[-1]))[at - 1]}


def sum_of_squares(schedule: str = "inverse_time", a0: float = 0.5, first: int = 1, terms: int = 1_000_000) -> float:
    """Sum of alpha_k^2 over `terms` terms from k = first; its limit for a0/(1+k) is a0^2 (pi^2/6 - 1) from k = 1."""
    return float(partial_sums(schedule_named(schedule, a0), terms, 2.0, first)[-1])


def distance_to_running_mean(seeds: Seeds, a0: float = 0.5, first: int = 0, steps: int = 1000) -> Array:
    """Largest |theta_k - mean(x_0 .. x_{k-1})| over a run with alpha = a0/(1 + k), k from `first`; one a seed."""
    theta = counterexample.run(seeds, lambda k: PowerLaw(a0)(first + k), steps)
    x = counterexample.samples(seeds, steps)
    value: Array = np.abs(theta[:, 1:] - np.cumsum(x, axis=1) / np.arange(1, steps + 1)).max(axis=1)
    return value


def distance_to_optimum(
    seeds: Seeds, schedule: str = "inverse_time", a0: float = 0.5, steps: int = 1024
) -> dict[str, Array]:
    """|theta_k - theta*| at k = 16, 32, 64, ..., one row a seed."""
    at = 2 ** np.arange(4, int(np.log2(steps)) + 1)
    theta = counterexample.run(seeds, schedule_named(schedule, a0), int(at[-1]))
    return {"x": at.astype(np.float64), "y": np.abs(theta[:, at])}


_ARGUMENTS = {  # (decay_steps, decay_rate, staircase); neither decay_steps nor decay_rate has a default in TensorFlow
    "1, 1": (1, 1.0, False),
    "1, 1, staircase": (1, 1.0, True),
    "1000, 1000": (1000, 1000.0, False),
    "1000, 1": (1000, 1.0, False),
    "1, 0.5": (1, 0.5, False),
    "2, 2, staircase": (2, 2.0, True),
}


def tensorflow_inverse_time(
    decay: Literal["inverse_time", "exponential"] = "inverse_time",
) -> dict[str, dict[str, bool]]:
    """Whether tf.compat.v1.train.inverse_time_decay(0.5, k, ...) is 0.5 / (1 + k) for k = 0 .. 100, by its arguments."""
    from implementations.optimizers import optimizers_tensorflow as native

    k = np.arange(101)
    return {
        name: {"equal": bool(np.allclose(native.decayed(decay, 0.5, k, *arguments), 0.5 / (1 + k), rtol=1e-6, atol=0))}
        for name, arguments in _ARGUMENTS.items()
    }


def written_out_inverse_time() -> dict[str, dict[str, bool]]:
    """Second route, without TensorFlow: our own a0 / (1 + rate k / steps), compared for the same arguments."""
    k = np.arange(101.0)
    return {
        name: {"equal": bool(np.allclose(InverseTime(0.5, steps, rate, stairs)(k), 0.5 / (1 + k), rtol=1e-12, atol=0))}
        for name, (steps, rate, stairs) in _ARGUMENTS.items()
    }

"""Is it enough to try Adam and plain SGD? A race of all rules on three problems, each rule at its best constant step size.

Source: slide HOW TO PROCEED. Step sizes are tuned on other seeds than those that race, on one grid for all rules; a grid of
step sizes is a batch axis like the seeds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from implementations.optimizers.experiments_noise import optimum
from implementations.optimizers.optimizers_numpy import (
    Adadelta,
    AdaGrad,
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSprop,
    Rule,
    iterates,
)
from implementations.optimizers.problems import logistic
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]

RULES: dict[str, Rule] = {
    "SGD": GradientDescent(),
    "Adam": Adam(),
    "momentum": Momentum(),
    "NAG": Nesterov(),
    "AdaGrad": AdaGrad(),
    "RMSprop": RMSprop(),
    "Adadelta": Adadelta(),
}
RECOMMENDED = ("SGD", "Adam")
STEP_SIZES = 10.0 ** np.arange(-5, 2.5, 0.5)  # the same fifteen for every rule
TUNING_SEEDS = -1 - np.arange(32)  # no claim's seeds are negative
DIVERGED = 1e12


@dataclass(frozen=True)
class Task:
    """Where to start (s, d), a gradient (theta (..., s, d), k) -> (..., s, d), and what is to be made small -> (..., s)."""

    start: Array
    gradient: Callable[[Array, int], Array]
    risk: Callable[[Array], Array]


def badly_scaled(seeds: Seeds) -> Task:
    """Logistic regression, 200 points in five dimensions of scales 1 to 1/30, mini-batches of 10; its excess risk."""
    problem = logistic(seeds, 200, np.geomspace(1.0, 1 / 30, 5), np.array([2.0, -2.0, 2.0, -2.0, 2.0]))
    best = problem.risk(optimum(problem))

    def gradient(theta: Array, k: int) -> Array:
        return problem.gradient(theta, streams.integers(seeds, k, 200, 10, stream=3))

    return Task(np.zeros((len(seeds), 5)), gradient, lambda theta: problem.risk(theta) - best)


def ravine(seeds: Seeds) -> Task:
    """A quadratic of condition 1000 without noise, from a normal start; its axes are not those of the coordinates.

    The Hessian is Q diag(1000, 30, 1) Q' with the reflection Q = I - 2/3 (1 1'). Along the axes, a diagonal D_k could undo
    the curvatures exactly, and AdaGrad does: that would be a race on a course laid out for one of the runners.
    """
    q = np.eye(3) - 2 / 3
    hessian = q @ np.diag([1000.0, 30.0, 1.0]) @ q

    def risk(theta: Array) -> Array:
        value: Array = 0.5 * np.sum(theta @ hessian * theta, axis=-1)
        return value

    return Task(streams.normal(seeds, 0, 3, stream=4), lambda theta, k: theta @ hessian, risk)


def network(seeds: Seeds, hidden: int = 8) -> Task:
    """A tanh network 2-8-1 that tells 200 points inside a circle from those outside, mini-batches of 10; its training risk.

    theta holds the input weights (2 x 8), the hidden biases (8), the output weights (8) and the output bias.
    """
    x = streams.normal(seeds, 0, (200, 2), stream=5)
    y = np.where(np.sum(x**2, axis=2) < 2 * np.log(2), 1.0, -1.0)  # the median radius: half of the points are inside
    rows = np.arange(len(seeds))[:, None]

    def forward(theta: Array, inputs: Array) -> tuple[Array, Array]:
        weights = theta[..., : 2 * hidden].reshape(*theta.shape[:-1], 2, hidden)
        activity = np.tanh(inputs @ weights + theta[..., None, 2 * hidden : 3 * hidden])
        return activity, (activity @ theta[..., 3 * hidden : 4 * hidden, None])[..., 0] + theta[..., -1:]

    def gradient(theta: Array, k: int) -> Array:
        at = rows, streams.integers(seeds, k, 200, 10, stream=6)
        activity, logit = forward(theta, x[at])
        error = -y[at] * expit(-y[at] * logit) / 10
        into_hidden = error[..., None] * theta[..., None, 3 * hidden : 4 * hidden] * (1 - activity**2)
        into_weights = np.swapaxes(x[at], -1, -2) @ into_hidden
        out = (error[..., None, :] @ activity)[..., 0, :]
        flat = into_weights.reshape(*theta.shape[:-1], 2 * hidden)
        return np.concatenate([flat, into_hidden.sum(axis=-2), out, error.sum(axis=-1, keepdims=True)], axis=-1)

    def risk(theta: Array) -> Array:
        value: Array = np.logaddexp(0.0, -y * forward(theta, x)[1]).mean(axis=-1)
        return value

    return Task(0.5 * streams.normal(seeds, 0, 4 * hidden + 1, stream=7), gradient, risk)


TASKS: dict[str, Callable[[Seeds], Task]] = {"badly_scaled": badly_scaled, "ravine": ravine, "network": network}


def final(task: Task, rule: Rule, alphas: Array, steps: int) -> Array:
    """log10 of the risk after `steps` steps at each step size, shape (len(alphas), s); what diverges counts as 1e12."""
    start = np.broadcast_to(task.start, (len(alphas), *task.start.shape))
    with np.errstate(over="ignore", invalid="ignore"):
        walk = iterates(rule, start, task.gradient, lambda k: alphas[:, None, None])
        return _log_risk(task.risk(next(islice(walk, steps, None))))


def _log_risk(risk: Array) -> Array:
    return np.log10(np.clip(np.nan_to_num(risk, nan=DIVERGED, posinf=DIVERGED), 1e-300, DIVERGED))


@cache
def tuning(problem: str, steps: int) -> dict[str, Array]:
    """For each rule the mean log10 risk over the tuning seeds at each of `STEP_SIZES`, shape (15,)."""
    task = TASKS[problem](TUNING_SEEDS)
    return {name: final(task, rule, STEP_SIZES, steps).mean(axis=1) for name, rule in RULES.items()}


def gap(
    seeds: Seeds,
    problem: str,
    steps: int = 200,
    among: tuple[str, ...] | list[str] = RECOMMENDED,
    tune: Literal["all", "recommended"] = "all",
) -> Array:
    """log10 risk of the best rule `among` those recommended, less that of the best of the five others; one a seed.

    Negative where the recommendation wins. Which rule is best, and at which step size, is decided on the tuning seeds.
    `tune = "recommended"` gives the others the step size that is best for the recommended rule.
    """
    results = tuning(problem, steps)
    sizes = np.arange(len(STEP_SIZES))
    sides = []
    for names in (among, [name for name in RULES if name not in RECOMMENDED]):
        name = min(names, key=lambda rule: results[rule][sizes].min())
        best = sizes[results[name][sizes].argmin()]
        if tune == "recommended":
            sizes = np.array([best])
        sides.append(final(TASKS[problem](seeds), RULES[name], STEP_SIZES[[best]], steps)[0])
    value: Array = sides[0] - sides[1]
    return value


_TORCH: dict[str, tuple[str, dict[str, Any]]] = {
    "SGD": ("SGD", {}),
    "Adam": ("Adam", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "NAG": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "AdaGrad": ("Adagrad", {}),
    "RMSprop": ("RMSprop", {"alpha": 0.9}),
    "Adadelta": ("Adadelta", {"rho": 0.95}),
}


def gap_in_torch(problem: str, steps: int = 200) -> float:
    """Second route: torch.optim runs the race, tuning and all, on 32 and 32 other seeds; the mean gap."""
    import torch

    def run(name: str, task: Task, alpha: float) -> Array:
        optimizer, settings = _TORCH[name]
        theta = torch.nn.Parameter(torch.tensor(task.start))
        rule = getattr(torch.optim, optimizer)([theta], lr=alpha, **settings)
        with np.errstate(over="ignore", invalid="ignore"):
            for k in range(steps):
                theta.grad = torch.tensor(task.gradient(theta.detach().numpy(), k))
                rule.step()
            end = theta.detach().numpy()
            if name == "NAG":  # torch holds the look-ahead point theta - beta u, with u = alpha times its buffer
                end = end + 0.9 * alpha * rule.state[theta]["momentum_buffer"].numpy()
            return _log_risk(task.risk(end))

    tuning, racing = (TASKS[problem](TUNING_SEEDS - shift) for shift in (32, 64))
    best = {name: min((float(run(name, tuning, a).mean()), a) for a in STEP_SIZES.tolist()) for name in RULES}
    sides = []
    for names in (RECOMMENDED, [name for name in RULES if name not in RECOMMENDED]):
        name = min(names, key=lambda rule: best[rule][0])
        sides.append(float(run(name, racing, best[name][1]).mean()))
    return sides[0] - sides[1]

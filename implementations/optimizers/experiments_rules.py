"""What the slide MORE ADVANCED TECHNIQUES claims of momentum, NAG, AdaGrad and RMSprop, measured. The race is in `race`."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from implementations.optimizers.optimizers_numpy import (
    Adadelta,
    AdaGrad,
    GradientDescent,
    InverseSquaredNorm,
    Momentum,
    Nesterov,
    RMSprop,
    Rule,
    path,
)
from implementations.optimizers.problems import Quadratic
from implementations.optimizers.schedules import Constant
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]


# --- one printed update for momentum and NAG ------------------------------------------------------------------------------


def contraction(
    alpha: float = 0.1, beta: float = 0.9, curvature: float = 1.0, ahead: bool = True
) -> dict[str, dict[str, float]]:
    """By what factor a step shrinks (theta, u) in the long run on R = curvature theta^2 / 2, for momentum and for NAG.

    Both steps are linear maps there: the rule is applied to the two unit vectors, and the factor is the spectral radius of
    the matrix so found. `ahead = False` leaves out NAG's look-ahead, which makes it the printed update.
    """
    problem = Quadratic(np.array([curvature]))
    rules: dict[str, Rule] = {"momentum": Momentum(beta), "nag": Nesterov(beta) if ahead else Momentum(beta)}
    table = {}
    for name, rule in rules.items():
        theta, (u,) = rule.step(np.array([1.0, 0.0]), (np.array([0.0, 1.0]),), problem.gradient, alpha)
        table[name] = {"factor": float(np.abs(np.linalg.eigvals(np.stack([theta, u]))).max())}
    return table


def contraction_in_closed_form(
    alpha: float = 0.1, beta: float = 0.9, curvature: float = 1.0
) -> dict[str, dict[str, float]]:
    """Second route: both maps have a pair of complex eigenvalues here, whose modulus is the root of the determinant.

    Momentum: determinant beta. NAG: beta (1 - alpha curvature). Raises ValueError where the eigenvalues are real.
    """
    c = alpha * curvature
    table = {}
    for name, trace, determinant in (("momentum", 1 + beta - c, beta), ("nag", (1 + beta) * (1 - c), beta * (1 - c))):
        if trace**2 >= 4 * determinant:
            raise ValueError(f"{name}: real eigenvalues for alpha curvature = {c} and beta = {beta}")
        table[name] = {"factor": determinant**0.5}
    return table


# --- AdaGrad and second-order information ---------------------------------------------------------------------------------

_STARTS = {"equal distance": (1.0, 1.0), "equal gradient": (0.01, 1.0)}  # from the minimum of 1/2 (100 t1^2 + t2^2)


def diagonal_ratio(method: Literal["adagrad", "newton"] = "adagrad") -> dict[str, dict[str, float]]:
    """D_11 / D_22 of the first step on R = (100 theta_1^2 + theta_2^2) / 2; a second-order method has 1/100 everywhere.

    D_jj is read off the step, (theta - theta_new)_j / g_j, from a start as far from the minimum in both coordinates, and
    from one where both have the same slope.
    """
    problem = Quadratic(np.array([100.0, 1.0]))
    table = {}
    for name, start in _STARTS.items():
        theta = np.array(start)
        g = problem.gradient(theta)
        if method == "newton":
            moved = np.linalg.solve(problem.hessian(theta), g)
        else:
            rule = AdaGrad()
            moved = theta - rule.step(theta, rule.start(theta), problem.gradient, 0.1)[0]
        d = moved / g
        table[name] = {"ratio": float(d[0] / d[1])}
    return table


def diagonal_ratio_from_slopes() -> dict[str, dict[str, float]]:
    """Second route: D_jj = alpha / |g_j| at the first step, so the ratio is |g_2| / |g_1| with slopes by a complex step."""
    table = {}
    for name, (t1, t2) in _STARTS.items():
        slopes = [
            ((100 * a**2 + b**2) / 2).imag / 1e-30 for a, b in ((t1 + 1e-30j, complex(t2)), (complex(t1), t2 + 1e-30j))
        ]
        table[name] = {"ratio": abs(slopes[1] / slopes[0])}
    return table


# --- the size of an RMSprop step -------------------------------------------------------------------------------------------


def step_length_against_scale(rule: Literal["rmsprop", "adadelta", "printed", "sgd"] = "rmsprop") -> dict[str, Array]:
    """Length of the tenth step when the loss is multiplied by c = 0.1, 1, 10, 100, along one fixed list of gradients.

    The exponent of c is -1 for a step size that is an inverse mean squared norm, 0 where the root is taken, 1 for SGD.
    """
    gradients = streams.normal(np.array([7]), 0, (10, 3))[0]
    scales = np.array([0.1, 1.0, 10.0, 100.0])
    rules: dict[str, Rule] = {
        "rmsprop": RMSprop(),
        "adadelta": Adadelta(epsilon=1e-12),
        "printed": InverseSquaredNorm(),
        "sgd": GradientDescent(),
    }
    theta = path(rules[rule], np.zeros((4, 3)), lambda at, k: scales[:, None] * gradients[k], Constant(0.01), 10)
    return {"x": scales, "y": np.linalg.norm(theta[-1] - theta[-2], axis=1)}


def unrolled_step_length_against_scale(rho: float = 0.9) -> dict[str, Array]:
    """Second route, without the recursion: alpha g_10 / sqrt((1 - rho) sum_i rho^(10 - i) g_i^2), epsilon left out."""
    gradients = streams.normal(np.array([7]), 0, (10, 3))[0]
    scales = np.array([0.1, 1.0, 10.0, 100.0])
    weights = (1 - rho) * rho ** np.arange(9, -1, -1)
    lengths = [np.linalg.norm(0.01 * c * gradients[-1] / np.sqrt(weights @ (c * gradients) ** 2)) for c in scales]
    return {"x": scales, "y": np.array(lengths)}


def torch_step_length_against_scale() -> dict[str, Array]:
    """Third route: the same with torch.optim.RMSprop."""
    from implementations.optimizers.optimizers_torch import torch_path

    gradients = streams.normal(np.array([7]), 0, (10, 3))[0]
    scales = np.array([0.1, 1.0, 10.0, 100.0])
    lengths = []
    for c in scales:
        theta = torch_path("RMSprop", np.zeros(3), c * gradients, np.full(10, 0.01), alpha=0.9)
        lengths.append(np.linalg.norm(theta[-1] - theta[-2]))
    return {"x": scales, "y": np.array(lengths)}

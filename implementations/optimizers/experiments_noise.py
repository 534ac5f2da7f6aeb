"""What the noise of small batches does: gains for the samples seen, saddle points, sharp minima.

Slide STOCHASTIC GRADIENT DESCENT, the page on relative time and the list of arguments that it calls weak itself. The last
of them, overfitting, is in `experiments_overfitting`.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from implementations.optimizers.optimizers_numpy import GradientDescent, Newton, iterates
from implementations.optimizers.problems import Logistic, Saddle, logistic
from implementations.optimizers.schedules import Constant
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]

_TEACHER = np.array([2.0, -1.0])


# --- the same paths against relative time --------------------------------------------------------------------------------


def optimum(problem: Logistic, steps: int = 12) -> Array:
    """The minimiser of a logistic risk by Newton's method, to rounding; shape (s, d)."""
    theta = np.zeros((len(problem.x), problem.x.shape[2]))
    walk = iterates(Newton(problem.hessian), theta, lambda at, k: problem.gradient(at), lambda k: 1.0)
    for _ in range(steps):
        next(walk)
    return next(walk)


def risk_curve(seeds: Seeds, batch: int, alpha: float, steps: int, every: int = 1, n: int = 1000) -> Array:
    """Share of the excess risk that is left at steps 0, every, 2 every, ...; one row a seed, each with its own data set.

    Logistic regression in two dimensions from theta = 0; `batch` = n is the full gradient, less is drawn with replacement.
    """
    problem = logistic(seeds, n, np.ones(2), _TEACHER)
    best = problem.risk(optimum(problem))

    def gradient(theta: Array, k: int) -> Array:
        return problem.gradient(theta, None if batch == n else streams.integers(seeds, k, n, batch, stream=3))

    walk = iterates(GradientDescent(), np.zeros((len(seeds), 2)), gradient, Constant(alpha))
    risks = np.stack([problem.risk(theta) for k, theta in zip(range(steps + 1), walk, strict=False) if k % every == 0])
    share: Array = ((risks - best) / (risks[0] - best)).T
    return share


def samples_saved(seeds: Seeds, batch: int = 1, level: float = 0.05, by: str = "samples") -> Array:
    """How many times as many samples the full batch sees until a share `level` of the excess risk is left; one a seed.

    The full batch takes, for each seed, the best of five step sizes up to the stability limit; the small batch one fixed
    step size of 0.2. `by = "steps"` counts steps, which is the time axis of the slide before it is scaled. Where a run does
    not arrive, the doubt is the claim's: a full batch counts as arriving at its last step, a small one as never (ratio 0).
    """
    n, longest, every = 1000, 1500, 5
    full = np.min(
        [_first_below(risk_curve(seeds, n, alpha, 60), level, 60) for alpha in (1.0, 2.0, 4.0, 6.0, 8.0)], axis=0
    )
    small = every * _first_below(risk_curve(seeds, batch, 0.2, longest, every), level, np.inf)
    value: Array = full / small * (n / batch if by == "samples" else 1.0)
    return value


def _first_below(curve: Array, level: float, otherwise: float) -> Array:
    """The first column at which each row of the curve is at or below the level, or `otherwise`."""
    below = curve <= level
    return np.where(below.any(axis=1), below.argmax(axis=1), otherwise)


# --- saddle points ---------------------------------------------------------------------------------------------------------


def saddle_escape(seeds: Seeds, noise: float = 1.0, along: float = 1.0, steps: int = 400) -> dict[str, Array]:
    """Steps until |theta_2| > 1/2 from (1, 1e-6), near the path into the saddle, for M = 1 and for the full batch.

    L_i = R + xi_i . theta with R the two-dimensional saddle and 21 points xi_i of mean zero in each direction, so that the
    full batch descends R itself. `noise` scales xi, `along` its component in the direction that leads out.
    """
    saddle, grid = Saddle(), np.linspace(-1.0, 1.0, 21)
    drawn = streams.integers(seeds, 0, 21, (steps, 2))
    xi = noise * grid[drawn] * np.array([1.0, along])
    start = np.tile([1.0, 1e-6], (len(seeds), 1))
    times = {}
    for name, scale in (("single", 1.0), ("full", 0.0)):

        def gradient(theta: Array, k: int, scale: float = scale) -> Array:
            value: Array = saddle.gradient(theta) + scale * xi[:, k]
            return value

        walk = iterates(GradientDescent(), start, gradient, Constant(0.1))
        out = np.full(len(seeds), float(steps))
        for k, theta in zip(range(steps), walk, strict=False):
            out = np.where((out == steps) & (np.abs(theta[:, 1]) > 0.5), k, out)
        times[name] = out
    return times


def linear_network_gradient(theta: Array, x: Array) -> Array:
    """The gradient of L = 1/2 (x - v u x)^2 in theta = (u, v): -(x - v u x) x (v, u). theta (s, 2), x (s,)."""
    residual = x - theta[:, 0] * theta[:, 1] * x
    return -(residual * x)[:, None] * theta[:, ::-1]


def leaves_every_saddle(seeds: Seeds, steps: int = 1000) -> dict[str, dict[str, NDArray[np.bool_]]]:
    """Whether M = 1 leaves a saddle within `steps`, started on the line that leads into it.

    "noise everywhere": the saddle above with data noise in both directions, started at (1, 0). "noise that vanishes": the
    smallest linear network, L_i = 1/2 (y_i - v u x_i)^2 with y = x, started at u = -v = 0.5. There each sample's gradient is
    -(y_i - v u x_i) x_i (v, u): it points along the line u = -v as well, so that no sample ever leads off it, and it is
    zero at the saddle u = v = 0. "off the line by 1e-3": the same network, started beside the line.
    """
    drawn = streams.integers(seeds, 0, 21, (steps, 2))
    grid = np.linspace(-1.0, 1.0, 21)
    saddle = Saddle()

    def additive(theta: Array, k: int) -> Array:
        return saddle.gradient(theta) + grid[drawn[:, k]]

    def network(theta: Array, k: int) -> Array:
        return linear_network_gradient(theta, grid[drawn[:, k, 0]])

    table = {}
    for name, gradient, at in (
        ("noise everywhere", additive, (1.0, 0.0)),
        ("noise that vanishes", network, (0.5, -0.5)),
        ("off the line by 1e-3", network, (0.5, -0.499)),
    ):
        walk = iterates(GradientDescent(), np.tile(at, (len(seeds), 1)), gradient, Constant(0.1))
        off = np.zeros(len(seeds), dtype=np.bool_)
        for _, theta in zip(range(steps + 1), walk, strict=False):
            out = theta[:, 1] if gradient is additive else theta[:, 0] + theta[:, 1]
            off |= np.abs(out) > 0.5
        table[name] = {"leaves": off}
    return table


def leaves_by_symmetry() -> dict[str, dict[str, bool]]:
    """Second route, by invariance instead of simulation: can any of the 21 samples move theta off the line at all?

    Off a line by c, the linear network multiplies c by 1 + alpha (y - v u x) x at each step: zero stays zero, anything
    else grows while v u < 1. The additive noise moves theta_2 by alpha xi from the line.
    """
    grid = np.linspace(-1.0, 1.0, 21)
    vanishing = 0.0 * (1 + 0.1 * grid**2 * (1 + 0.25))
    beside = 1e-3 * np.mean(1 + 0.1 * grid**2) ** 1000
    return {
        "noise everywhere": {"leaves": bool(np.any(0.1 * grid != 0))},
        "noise that vanishes": {"leaves": bool(np.any(vanishing != 0))},
        "off the line by 1e-3": {"leaves": bool(beside > 0.5)},
    }


# --- sharp minima -------------------------------------------------------------------------------------------------------------

SHARP, WIDE = (-1.0, 0.1), (1.0, 0.7)  # centre and width of two wells of depth 1


def two_wells(theta: Array) -> Array:
    """R = theta^2 / 20 - sum of two Gaussian wells of depth 1: a sharp one at -1 and a wide one at 1."""
    wells = sum(np.exp(-0.5 * ((theta - centre) / width) ** 2) for centre, width in (SHARP, WIDE))
    return 0.05 * theta**2 - wells


def two_wells_slope(theta: Array) -> Array:
    """dR/dtheta."""
    slope = 0.1 * theta
    for centre, width in (SHARP, WIDE):
        slope = slope + (theta - centre) / width**2 * np.exp(-0.5 * ((theta - centre) / width) ** 2)
    return slope


def leaves_sharp_minimum(
    seeds: Seeds, batch: int = 1, alpha: float = 0.01, noise: float = 14.0, steps: int = 3000
) -> NDArray[np.bool_]:
    """Whether a run that starts in the sharp well is in the wide one at the end; one a seed.

    L_i = R + xi_i theta, 21 points xi_i from -noise to noise; a batch of all 21 (without replacement) has no noise at all.
    """
    if batch == 21:
        xi = np.zeros((len(seeds), steps))
    else:
        xi = np.linspace(-noise, noise, 21)[streams.integers(seeds, 0, 21, (steps, batch))].mean(axis=2)
    theta = np.full(len(seeds), SHARP[0])
    for k in range(steps):
        theta = theta - alpha * (two_wells_slope(theta) + xi[:, k])
    return np.abs(theta - WIDE[0]) < 2 * WIDE[1]


def leaving_share_by_density(
    batch: int = 1, alpha: float = 0.01, noise: float = 14.0, steps: int = 3000, cells: int = 6001
) -> float:
    """The expected share of `leaves_sharp_minimum`, without any random number: the law of theta is carried from step to step.

    theta lies on a grid over [-6, 6]. Each of the 21 equally likely gradients moves the mass of a cell to a point between two
    others, which share it; the spread that this adds in all, at most steps h^2 / 4, is that of a millionth of the noise.
    """
    if batch != 1:
        raise ValueError(f"the noise of one sample is meant, got a batch of {batch}")
    grid = np.linspace(-6.0, 6.0, cells)
    spacing = grid[1] - grid[0]
    xi = np.linspace(-noise, noise, 21)
    moved = grid[None, :] - alpha * (two_wells_slope(grid)[None, :] + xi[:, None])
    place = np.clip((moved - grid[0]) / spacing, 0.0, cells - 1.000001)
    left = place.astype(np.int64)
    upper = place - left
    column = np.broadcast_to(np.arange(cells), left.shape)
    shares = np.concatenate([(1.0 - upper).ravel(), upper.ravel()]) / len(xi)
    to = np.concatenate([left.ravel(), left.ravel() + 1])
    step = csr_array((shares, (to, np.concatenate([column.ravel()] * 2))), shape=(cells, cells))
    mass = np.zeros(cells)
    mass[np.argmin(np.abs(grid - SHARP[0]))] = 1.0
    for _ in range(steps):
        mass = step @ mass
    return float(mass[np.abs(grid - WIDE[0]) < 2 * WIDE[1]].sum())

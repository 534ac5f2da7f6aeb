"""Does the noise of single samples help against overfitting? For linear models never; for a diagonal linear network it does.

Source: slide STOCHASTIC GRADIENT DESCENT, the last of the arguments that it calls weak itself. Both methods make as many
steps of the same size; they differ in the noise alone.
"""

import numpy as np
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]


def _regressions(seeds: Seeds, n: int, d: int) -> tuple[Array, Array, Array]:
    """Linear regressions with noise of standard deviation 1: x (s, n, d), y (s, n), the truth (d,)."""
    truth = np.full(d, 1 / np.sqrt(d))
    x = streams.normal(seeds, 0, (n, d), stream=1)
    return x, x @ truth + streams.normal(seeds, 0, n, stream=2), truth


def linear_test_risk(seeds: Seeds, alpha: float = 0.01, steps: int = 2000, stop: int = 2000) -> dict[str, Array]:
    """Test risk |theta - truth|^2 after `steps` of M = 1 and of the full batch on the same regression; one a seed.

    `stop` < `steps` ends the single-sample run early, and only that one.
    """
    n, d = 20, 10
    x, y, truth = _regressions(seeds, n, d)
    rows = np.arange(len(seeds))[:, None]
    single = full = np.zeros((len(seeds), d))
    for k in range(steps):
        full = full - alpha * _slope(full, x, y)
        if k < stop:
            at = rows, streams.integers(seeds, k, n, 1, stream=3)
            single = single - alpha * _slope(single, x[at], y[at])
    return {"single": np.sum((single - truth) ** 2, axis=1), "full": np.sum((full - truth) ** 2, axis=1)}


def _slope(theta: Array, x: Array, y: Array) -> Array:
    """The gradient of half the mean squared error, (s, d)."""
    value: Array = np.einsum("sm,smd->sd", np.einsum("smd,sd->sm", x, theta) - y, x) / y.shape[1]
    return value


def expected_linear_test_risk(alpha: float = 0.01, steps: int = 2000, data_sets: int = 32) -> dict[str, float]:
    """Second route, without sampling: E |theta - truth|^2 over all draws, by the exact recursion of the second moments.

    A step with point i maps (theta - truth, 1) by a matrix A_i, so S = E[z z'] becomes mean_i A_i S A_i'. Averaged over
    data sets that no seed of the experiment has. The mean of SGD's theta is the full batch's theta, and the risk is convex:
    so the full batch is never behind in expectation, whatever the data.
    """
    n, d = 20, 10
    x, y, truth = _regressions(-1 - np.arange(data_sets), n, d)
    residual = y - x @ truth
    maps = np.zeros((data_sets, n, d + 1, d + 1))
    maps[..., :d, :d] = np.eye(d) - alpha * x[..., :, None] * x[..., None, :]
    maps[..., :d, d] = alpha * residual[..., None] * x
    maps[..., d, d] = 1.0
    start = np.append(-truth, 1.0)
    mean = np.tile(start, (data_sets, 1))
    # S -> mean_i A_i S A_i' is linear in S: one matrix (d+1)^2 square a data set, and its power by repeated squaring.
    moments = (
        np.einsum("snij,snkl->sikjl", maps, maps, optimize=True).reshape(data_sets, (d + 1) ** 2, (d + 1) ** 2) / n
    )
    second = (np.linalg.matrix_power(moments, steps) @ np.outer(start, start).ravel()).reshape(-1, d + 1, d + 1)
    mean = np.linalg.matrix_power(maps.mean(axis=1), steps) @ start
    return {
        "single": float(np.einsum("sii->s", second[:, :d, :d]).mean()),
        "full": float(np.sum(mean[:, :d] ** 2, axis=1).mean()),
    }


def sparse_test_risk(seeds: Seeds, alpha: float = 0.02, steps: int = 3000, linear: bool = False) -> dict[str, Array]:
    """|w - truth|^2 after M = 1 and the full batch fitted the same 40 points of 100 features without error; one a seed.

    Five of the 100 true weights are 1, the others 0, and there is no noise in y. The model is the diagonal linear network
    w = u u - v v (coordinate by coordinate), started at u = v = 0.3, whose noise prefers sparse solutions (Pesme,
    Pillaud-Vivien and Flammarion 2021). `linear` trains w itself: then both end in the solution of least norm.
    """
    n, d = 40, 100
    x = streams.normal(seeds, 0, (n, d), stream=1)
    truth = np.where(np.arange(d) < 5, 1.0, 0.0)
    y, rows = x @ truth, np.arange(len(seeds))
    drawn = streams.integers(seeds, 0, n, steps, stream=3)

    def descend(single: bool) -> Array:
        u = v = np.full((len(seeds), d), 0.3)
        w = np.zeros((len(seeds), d))
        for k in range(steps):
            at = (rows[:, None], drawn[:, k : k + 1]) if single else (slice(None), slice(None))
            slope = _slope(w, x[at], y[at])
            if linear:
                w = w - alpha / 2 * slope
            else:
                u, v = u - alpha * slope * u, v + alpha * slope * v
                w = u * u - v * v
        risk: Array = np.sum((w - truth) ** 2, axis=1)
        return risk

    return {"single": descend(True), "full": descend(False)}

"""What LEARNING v WITH TEMPORAL DIFFERENCES claims, measured: the driving-home table, and TD(0) on the gridworld.

`backend` is "numpy" or "numba"; both give the same numbers.
"""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from implementations.mdp import mdp_numpy as m
from implementations.mdp.grids import GAMMA, gridworld
from implementations.temporal_difference import driving_home
from implementations.temporal_difference.temporal_difference_numpy import harmonic

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Backend = Literal["numpy", "numba"]

# Asymptotically the error falls like n^-1/2 only if scale (1 - gamma) > 1/2.
SCALE = 20.0
UPDATES = 100_000


def learners(backend: Backend) -> Any:
    """The module with `learn` and `predict` in this backend."""
    if backend == "numba":
        from implementations.temporal_difference import temporal_difference_numba

        return temporal_difference_numba
    from implementations.temporal_difference import temporal_difference_numpy

    return temporal_difference_numpy


def predicted_totals(defect: Literal["", "previous", "to_go"] = "") -> dict[str, dict[str, float]]:
    """Predicted total time at each place of the driving-home table: elapsed + to go.

    Defects: the time to go that was predicted at the place before; the time to go alone.
    """
    to_go = np.roll(driving_home.TO_GO, 1) if defect == "previous" else driving_home.TO_GO
    elapsed = 0 * driving_home.ELAPSED if defect == "to_go" else driving_home.ELAPSED
    totals = driving_home.predicted_totals(elapsed, to_go)
    return {place: {"total": float(total)} for place, total in zip(driving_home.PLACES, totals, strict=True)}


def td_error_total(sign: int = 1) -> float:
    """The five TD errors of the drive added up: the actual time less the first prediction. `sign` = -1 subtracts V(s_{t+1})."""
    return float((np.diff(driving_home.ELAPSED) + sign * driving_home.TO_GO[1:] - driving_home.TO_GO[:-1]).sum())


def prediction_error(
    seeds: Seeds,
    steps: int = 200_000,
    alpha: float = 0.0,
    scale: float = SCALE,
    gamma: float = GAMMA,
    backend: Backend = "numba",
) -> Array:
    """Root mean square over the states of V - v_pi after TD(0), relative to v_pi's own: 1 where it began; (n,).

    Gridworld, random policy. Step sizes scale / (scale + n) for a state's n-th visit, or a constant `alpha`. `gamma` is the
    learner's; v_pi has 0.9.
    """
    curve = _errors(seeds, [steps], alpha, scale, gamma, backend)
    return curve[:, 0]


def prediction_curve(
    seeds: Seeds,
    first: int = 10_000,
    last: int = 1_000_000,
    alpha: float = 0.0,
    scale: float = SCALE,
    backend: Backend = "numba",
) -> dict[str, Array]:
    """The same error over two decades of steps: x (7,), y (n, 7)."""
    marks = np.round(np.geomspace(first, last, 7)).astype(np.int64)
    return {"x": marks.astype(np.float64), "y": _errors(seeds, marks.tolist(), alpha, scale, GAMMA, backend)}


def _errors(seeds: Seeds, marks: list[int], alpha: float, scale: float, gamma: float, backend: Backend) -> Array:
    mdp = gridworld()
    policy = m.uniform_policy(mdp)
    v = m.evaluate(mdp, policy, GAMMA)
    sizes = (alpha,) if alpha else harmonic(scale, UPDATES)
    predict: Callable[..., Array] = learners(backend).predict
    value: Array = np.sqrt(np.mean((predict(mdp, policy, seeds, gamma, sizes, marks) - v) ** 2, axis=2) / np.mean(v**2))
    return value

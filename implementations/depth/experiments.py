"""Degradation and its cure on the synthetic task: training error of plain and residual networks of 20 and 56 layers at equal steps.

A network of L layers here has one that enters, L - 2 square ones, and one that leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from implementations.depth.deep_numpy import Array, Deep, Seeds
from implementations.depth.task import WIDTH, Fit, Start, descend, teacher_task

Quantity = Literal["error", "loss"]
GRID = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)  # step sizes, three a decade's ends
TUNING_SEEDS = -1 - np.arange(8)  # no claim's seeds are negative


def fit(
    seeds: Seeds, layers: int, residual: bool, normalised: bool, steps: int, step_size: float, begin: Start = "random"
) -> Fit:
    """One network on every seed's own task and weights."""
    return descend(
        Deep(layers - 2, WIDTH, residual, normalised),
        seeds,
        teacher_task(seeds),
        steps=steps,
        step_size=step_size,
        begin=begin,
    )


def two_depths(
    seeds: Seeds,
    *,
    shallow: int = 20,
    deep: int = 56,
    residual: bool = False,
    normalised: bool = True,
    steps: int = 40,
    step_sizes: Sequence[float] = (0.01, 0.01),
    quantity: Quantity = "error",
) -> dict[str, Array]:
    """What is left on the training points after equally many steps: the share that is wrong, or the loss; one a seed."""
    depths = {"shallow": (shallow, step_sizes[0]), "deep": (deep, step_sizes[1])}
    return {
        name: _last(fit(seeds, layers, residual, normalised, steps, step), quantity)
        for name, (layers, step) in depths.items()
    }


def plain_and_residual(
    seeds: Seeds,
    *,
    layers: int = 56,
    normalised: bool = True,
    steps: int = 40,
    step_sizes: Sequence[float] = (0.01, 0.01),
    quantity: Quantity = "error",
) -> dict[str, Array]:
    """The same of two networks of one depth and with the same parameters."""
    kinds = {"plain": (False, step_sizes[0]), "residual": (True, step_sizes[1])}
    return {
        name: _last(fit(seeds, layers, residual, normalised, steps, step), quantity)
        for name, (residual, step) in kinds.items()
    }


def two_starts(
    seeds: Seeds, *, layers: int = 56, steps: int = 60, step_size: float = 0.003, exchanged: bool = False
) -> dict[str, Array]:
    """The training error of one plain family, not normalised, from two starts: layers drawn, and layers that pass everything on.

    ``exchanged`` mixes the two curves up.
    """
    starts: dict[str, Start] = {"random": "random", "identity": "identity"}
    if exchanged:
        starts = {"random": "identity", "identity": "random"}
    return {name: fit(seeds, layers, False, False, steps, step_size, begin).error[-1] for name, begin in starts.items()}


def two_depths_by_autograd(seeds: Seeds, **settings: object) -> dict[str, Array]:
    """Second route to `two_depths`: torch's gradients and its optimizer, in single precision. Needs torch."""
    from implementations.depth.deep_torch import two_depths as by_torch

    return by_torch(seeds, **settings)  # type: ignore[arg-type]


def best_step_sizes(*, steps: int = 200, seeds: Seeds = TUNING_SEEDS) -> dict[str, dict[float, float]]:
    """For each of the four networks the mean training loss at each step size of the grid, on the tuning seeds."""
    return {
        f"{'residual' if residual else 'plain'} {layers}": {
            step: float(np.mean(_last(fit(seeds, layers, residual, True, steps, step), "loss"))) for step in GRID
        }
        for residual in (False, True)
        for layers in (20, 56)
    }


def _last(found: Fit, quantity: Quantity) -> Array:
    last: Array = (found.error if quantity == "error" else found.loss)[-1]
    return last

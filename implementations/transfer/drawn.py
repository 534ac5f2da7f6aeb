"""The second route to what is found on MNIST: other images, another body, NumPy; measured afresh for each seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from implementations.transfer.runs import on_glyphs


def two_arms_on_drawn_digits(
    seeds: NDArray[np.int64], first: str = "transferred", second: str = "scratch", labels: int = 50
) -> dict[str, NDArray[np.float64]]:
    """Accuracies of two arms on drawn digits with so many labelled images a class; seeds pair them."""
    found = [on_glyphs(seed=int(seed), counts=(labels,), arms=(first, second)) for seed in seeds]
    return {name: np.array([one[arm][0] for one in found]) for name, arm in (("first", first), ("second", second))}

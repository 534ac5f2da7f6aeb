"""What is claimed of denoisers, read from recorded runs: a list with `runs.Found` of one seed each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from implementations.denoising.runs import Found

Runs = Sequence[Found]


def two_errors(
    run: Runs, first: str = "skips", second: str = "no_skips", of: str = "detail"
) -> dict[str, NDArray[np.float64]]:
    """The mean squared errors of two denoisers on the same images; seeds pair them."""
    return {
        "first": np.array([one[first][of] for one in run]),
        "second": np.array([one[second][of] for one in run]),
    }

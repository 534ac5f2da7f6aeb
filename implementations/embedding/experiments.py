"""What is claimed of embeddings, read from recorded runs: a list with the one-shot accuracies of one seed each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def two_accuracies(
    run: Sequence[dict[str, float]], first: str = "trained", second: str = "untrained"
) -> dict[str, NDArray[np.float64]]:
    """One-shot accuracies by two embeddings on the same images; seeds pair them."""
    return {"first": np.array([one[first] for one in run]), "second": np.array([one[second] for one in run])}

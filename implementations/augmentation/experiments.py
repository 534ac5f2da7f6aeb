"""What is claimed of data, read from recorded runs: a list with `runs.Found` of one seed each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from implementations.augmentation.runs import Found

Array = NDArray[np.float64]
Runs = Sequence[Found]


def accuracy(run: Runs, kind: str, images: str) -> Array:
    """Test accuracy after training on so many images of a kind, one a seed."""
    return np.array([one[kind][images] for one in run])


def two_kinds(run: Runs, first: str, second: str = "plain", images: str = "200") -> dict[str, Array]:
    """Two kinds of data, as many images of each; seeds pair them."""
    return {"first": accuracy(run, first, images), "second": accuracy(run, second, images)}


def two_numbers(run: Runs, many: str = "2000", few: str = "200") -> dict[str, Array]:
    """Plain data of two sizes; seeds pair them."""
    return {"many": accuracy(run, "plain", many), "few": accuracy(run, "plain", few)}

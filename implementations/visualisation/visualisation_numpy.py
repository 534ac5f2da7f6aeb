"""The picture that excites an output most, by gradient ascent on the pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.networks.networks_numpy import backward, forward
from implementations.networks.table import Network

Array = NDArray[Any]


def most_exciting(
    network: Network, weights: Mapping[str, Array], start: Array, *, decay: float, alpha: float = 0.1, steps: int = 500
) -> NDArray[np.float64]:
    """For each output k a picture (K, \\*input), after ascent on z_k - decay/2 \\|\\|x\\|\\|^2 from ``start`` (K, \\*input), in float64.

    Pixels are free, below black and above white too. Raises ValueError unless there is one start for each output, and
    0 < alpha decay < 2, beyond which the penalty alone makes the steps grow.
    """
    if not 0 < alpha * decay < 2:
        raise ValueError(f"alpha decay = {alpha * decay:g} must lie between 0 and 2")
    exact = {name: np.asarray(w, np.float64) for name, w in weights.items()}
    x = np.array(start, np.float64)
    for _ in range(steps):
        done = forward(network, exact, x)
        if done.output.shape != (len(x), len(x)):
            raise ValueError(f"{len(x)} starts for {done.output.shape[-1]} outputs")
        slope, _ = backward(network, exact, done, np.eye(len(x)))
        x += alpha * (slope - decay * x)
    return x

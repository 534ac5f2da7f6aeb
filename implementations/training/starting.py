"""Weights before the first step, as the slides' programs draw them.

The printed code makes every variable by `tf.get_variable(name, shape=...)` without an initializer: TensorFlow 1 then draws
from Glorot's uniform rule, biases too. Of a vector of n numbers it takes n for both fans, so biases begin in +- sqrt(3 / n). Keras, in
the slide CATALYST 4: SOFTWARE, begins biases at zero.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from implementations.networks.table import Network
from implementations.networks.weights import initial_weights
from implementations.streams import streams_numpy as streams

Biases = Literal["zero", "glorot_uniform"]
BIASES = 1 << 21  # the stream of the first row's biases, beyond those of the kernels and of the orders


def starting_weights(network: Network, seed: int, biases: Biases = "glorot_uniform") -> dict[str, NDArray[Any]]:
    """Every parameter, float64, by ``row/parameter``: kernels by Glorot's rule, biases by it or zero."""
    weights = initial_weights(network, seed)
    if biases == "zero":
        return weights
    for number, name in enumerate(name for name in weights if name.endswith("/bias")):
        uniform = streams.uniform(np.array([seed]), 0, weights[name].shape, stream=BIASES + number)[0]
        weights[name] = np.sqrt(3 / weights[name].size) * (2 * uniform - 1)
    return weights

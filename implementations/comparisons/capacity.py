"""What pooled maps can still tell apart, without training the convolution: which labels a readout of them can fit, and how soon.

With fixed maps H (n images x features) a linear readout fits every labelling of the images exactly if the rows of H are
independent. Gradient descent on the squared error towards labels Y, from zero and at the step size 1 / (largest eigenvalue of K = H H'),
has fitted (1 - (1 - K / largest)^T) Y after T steps. Source: slide "TRICKS OF THE TRADE: POOLING".
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from implementations.comparisons.pooling import pooled_cnn_cf, random_labels
from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import Images, training_tensor
from implementations.networks.networks_numpy import forward
from implementations.networks.weights import initial_weights

Array = NDArray[np.float64]
SEED = 1000  # of the weights, the digits and the labels; no recording has it


def maps(images: Images, pool: int) -> Array:
    """What the dense layer of cnn_cf reads at the start, behind a max pooling by ``pool``: (n, features). 1 pools nothing."""
    network = pooled_cnn_cf(size=pool)
    reading = replace(network, rows=network.rows[:-1])
    weights = {name: array for name, array in initial_weights(network, SEED).items() if not name.startswith("fc1/")}
    x = training_tensor(images.x).astype(np.float64)
    found: Array = np.concatenate([forward(reading, weights, x[i : i + 50]).output for i in range(0, len(x), 50)])
    return found


def labels_that_can_be_fit(pool: int = 2, images: int = 200) -> int:
    """Of so many drawn digits, how many can have any labels at once: the rank of their maps."""
    return int(np.linalg.matrix_rank(maps(load_glyphs("train", images, seed=SEED), pool)))


def random_labels_fitted(pool: int, images: int = 200, steps: int = 300) -> float:
    """The share of random labels that a readout of the fixed maps has right after so many steps of gradient descent."""
    drawn = random_labels(load_glyphs("train", images, seed=SEED), SEED)
    h = maps(drawn, pool)
    values, vectors = np.linalg.eigh(h @ h.T)
    learnt = 1 - (1 - np.clip(values / values[-1], 0, 1)) ** steps
    wanted = np.eye(10)[drawn.y] - 0.1
    return float(((vectors * learnt @ (vectors.T @ wanted)).argmax(axis=1) == drawn.y).mean())


def readout_lags(images: int = 200, steps: int = 300) -> float:
    """Second route: how many more random labels a readout fits in as many steps without pooling than behind it."""
    return random_labels_fitted(1, images, steps) - random_labels_fitted(2, images, steps)

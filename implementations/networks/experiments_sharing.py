"""Weight sharing, measured by probing: how many different sets of weights a layer applies at its places.

Source: fase-deep-rl, slide "Weight Sharing": a recurrent network shares its weights between time steps, a convolutional one between
local regions. Whoever shares answers the same small change of its own input in the same way at every place; so the layer is
taken as it runs, and its answers are compared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from implementations.layers.convolution_numpy import conv2d

Array = NDArray[np.float64]


def recurrent(x: Array, weights: Array) -> Array:
    """h_t = tanh(x_t W_x + h_{t-1} W_h) from h_0 = 0: x (steps, inputs) to (steps, units).

    ``weights`` (sets, inputs + units, units) holds W_x over W_h: one set is used at every step, else each step has its own.
    """
    state, states = np.zeros(weights.shape[-1]), []
    for t, now in enumerate(x):
        state = np.tanh(np.concatenate([now, state]) @ weights[t % len(weights)])
        states.append(state)
    return np.array(states)


def locally_connected(x: Array, kernels: Array) -> Array:
    """A map (side, side) under filters of its own at every region: ``kernels`` (side', side', k, k); a convolution that does not share."""
    k = kernels.shape[-1]
    answers: Array = (np.lib.stride_tricks.sliding_window_view(x, (k, k)) * kernels).sum(axis=(2, 3))
    return answers


def sets_over_time(*, steps: int = 8, inputs: int = 3, units: int = 4, shared: bool = True) -> int:
    """How many different (W_x, W_h) a recurrent layer shows over its steps.

    From dh_t / dx_t and dh_t / dx_{t-1} around x = 0, where tanh has slope 1: W_x and W_x W_h. Central differences, 8 digits.
    The first step has no W_h to show.
    """
    weights = np.random.default_rng(0).normal(size=(1 if shared else steps, inputs + units, units))
    slopes = np.empty((steps, inputs, steps, units))
    for t, i in np.ndindex(steps, inputs):
        x = np.zeros((steps, inputs))
        x[t, i] = 1e-5
        slopes[t, i] = (recurrent(x, weights) - recurrent(-x, weights)) / 2e-5
    shown = [(slopes[t, :, t], slopes[t - 1, :, t]) for t in range(1, steps)]
    return len({tuple(np.round(pair, 8).ravel().tolist()) for pair in shown})


def sets_over_regions(*, side: int = 7, k: int = 3, shared: bool = True) -> int:
    """How many different k x k filters a layer shows over the regions of an image, by its answers to single pixels.

    With ``shared`` the layer is `layers.convolution_numpy.conv2d`.
    """
    places = side - k + 1
    kernels = np.random.default_rng(0).normal(size=(places, places, k, k))
    pixels = np.eye(side**2).reshape(-1, side, side)
    if shared:
        answers = conv2d(pixels[..., None], kernels[0, 0][..., None, None])[..., 0]
    else:
        answers = np.stack([locally_connected(pixel, kernels) for pixel in pixels])
    response = answers.reshape(side, side, places, places)
    filters = (response[row : row + k, column : column + k, row, column] for row, column in np.ndindex(places, places))
    return len({tuple(seen.ravel().tolist()) for seen in filters})


def sharing(*, time: bool = True, regions: bool = True) -> dict[str, dict[str, int]]:
    """Sets of weights, and numbers in them, over 8 time steps (3 inputs, 4 units) and the 25 regions of 3 x 3 in a 7 x 7 image.

    ``time = False`` and ``regions = False`` are the mistakes: weights of their own for the steps, or for the regions.
    """
    over_time, over_regions = sets_over_time(shared=time), sets_over_regions(shared=regions)
    return {
        "recurrent": {"sets": over_time, "weights": over_time * (3 + 4) * 4},
        "convolutional": {"sets": over_regions, "weights": over_regions * 3 * 3},
    }

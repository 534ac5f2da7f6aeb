"""Standard normal numbers from random words by the ziggurat (Marsaglia and Tsang 2000), for the compiled loop's sake.

The half-density f(x) = exp(-x^2/2) is covered by 256 layers of equal area V: 255 rectangles [0, x_i] x [f(x_i), f(x_{i+1})] and a
base that holds the tail beyond x_1 = R. A word gives a layer i (8 bits) and a signed u in [-1, 1) (54 bits). If |u x_i| < x_{i+1}
the point lies under the curve whatever its height: 98.8 % of words end there, with one multiplication and no logarithm. The others
draw further words, each the SplitMix64 successor mix(word + G) of the last: a height in the layer's wedge, or Marsaglia's
exponential method in the tail.

So a number depends on its word alone, and `bandits_numba` computes the same one.
"""

import math

import numpy as np
from numpy.typing import NDArray

from implementations.streams import streams_numpy as streams

R = 3.6541528853610088  # where the tail begins: Marsaglia and Tsang's for 256 layers
V = R * math.exp(-R * R / 2) + math.sqrt(math.pi / 2) * math.erfc(R / math.sqrt(2.0))  # the area of a layer

Array = NDArray[np.float64]
Words = NDArray[np.uint64]


def _edges() -> Array:
    """x_0 ... x_256: the base's width as if it were a rectangle, R, and down to 0; each layer's area is V."""
    x = np.empty(257)
    x[0], x[1], x[256] = V / np.exp(-R * R / 2), R, 0.0
    for i in range(1, 255):
        x[i + 1] = np.sqrt(-2.0 * np.log(V / x[i] + np.exp(-x[i] * x[i] / 2)))
    return x


EDGES = _edges()
HEIGHTS = np.exp(-EDGES * EDGES / 2)
SCALES = EDGES[:-1] * 2.0**-53  # turns the signed 54 bits into u x_i
INNER = np.ascontiguousarray(EDGES[1:])


def normal(words: Words) -> Array:
    """One standard normal number for each word, of the same shape."""
    layer = (words & np.uint64(255)).view(np.int64)
    x: Array = np.multiply(words.view(np.int64) >> 10, SCALES.take(layer))
    outside = np.flatnonzero(np.abs(x) >= INNER.take(layer))
    if len(outside):
        x.ravel()[outside] = _unlucky(words.ravel()[outside], layer.ravel()[outside], x.ravel()[outside])
    return x


def _unlucky(words: Words, layer: NDArray[np.int64], x: Array) -> Array:
    """The numbers of the words that fell outside their layer's safe part, all vectors."""
    base = layer == 0
    height = HEIGHTS[layer] + uniform(successor(words)) * (HEIGHTS[layer + 1] - HEIGHTS[layer])
    again = ~base & (height >= np.exp(-x * x / 2))
    if again.any():
        x[again] = normal(successor(successor(words[again])))
    if base.any():
        x[base] = np.copysign(_tail(words[base]), x[base])
    return x


def _tail(words: Words) -> Array:
    """Numbers beyond R: R + a with a = -log U / R, kept if a^2 < -2 log U'."""
    first = successor(words)
    second = successor(first)
    a = -np.log1p(-uniform(first)) / R
    again = a * a >= -2.0 * np.log1p(-uniform(second))
    x: Array = R + a
    if again.any():
        x[again] = _tail(second[again])
    return x


def successor(words: Words) -> Words:
    """The next word of the chain that starts at each word."""
    return streams.mix(words + streams.GOLDEN)


def uniform(words: Words) -> Array:
    """The top 53 bits as a number in [0, 1)."""
    numbers: Array = np.multiply(words >> np.uint64(11), 2.0**-53)
    return numbers

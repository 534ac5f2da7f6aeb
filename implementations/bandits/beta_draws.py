"""Beta(a, b) numbers, a, b >= 1, from random words by Cheng's algorithm BB (Communications of the ACM 21, 1978).

The log-odds of Beta(a, b) have a density below a multiple of the logistic one with scale s = sqrt((a + b - 2) / (2ab - a - b)):

    v = s log(u / (1 - u)),   w = a e^v,   propose w / (b + w)
    accept if  (a + 1/s) v + (a + b) log((a + b) / (b + w)) - log 4  >=  log(u^2 u')

At a = b = 1 the proposal is the uniform number itself and always accepted; at worst, for a = 1 and large b, e/4 = 68 % are. A word gives u and u',
32 bits each, which leaves every probability right to 2^-32; a refused word is followed by its SplitMix64 successor.
"""

import numpy as np
from numpy.typing import NDArray

from implementations.bandits.ziggurat import successor

Array = NDArray[np.float64]
Words = NDArray[np.uint64]

LOG4 = float(np.log(4.0))


def beta(words: Words, a: Array, b: Array) -> Array:
    """One Beta(a, b) number for each word; `a` and `b` have the shape of `words` and are at least 1."""
    value, accepted = _propose(words, a, b)
    refused = np.flatnonzero(~accepted)
    if len(refused):
        a, b, again = a.ravel()[refused], b.ravel()[refused], successor(words.ravel()[refused])
        value.ravel()[refused] = beta(again, a, b)
    return value


def _propose(words: Words, a: Array, b: Array) -> tuple[Array, NDArray[np.bool_]]:
    """A proposal for each word, and whether it is accepted."""
    u, u2 = _half(words >> np.uint64(32)), _half(words & np.uint64(0xFFFFFFFF))
    both = a + b
    # Where a or b is 1 the scale is 1, and at a = b = 1 it would be 0 / 0.
    scale = np.sqrt(np.maximum(both - 2.0, 1e-300) / np.maximum(2.0 * a * b - both, 1e-300))
    v = scale * np.log(u / (1.0 - u))
    w = a * np.exp(v)
    below = b + w
    merit = (a + 1.0 / scale) * v + both * np.log(both / below) - LOG4
    return w / below, merit >= np.log(u * u * u2)


def _half(bits: Words) -> Array:
    """32 bits as a number strictly inside (0, 1)."""
    number: Array = np.multiply(bits + 0.5, 2.0**-32)
    return number

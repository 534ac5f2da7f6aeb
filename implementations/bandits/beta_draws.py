"""Beta(a, b) numbers, a, b >= 1, from random words by Cheng's algorithm BB (Communications of the ACM 21, 1978).

The log-odds of Beta(a, b) have a density below a multiple of the logistic one with scale s = sqrt((a + b - 2) / (2ab - a - b)):

    v = s log(u / (1 - u)),   w = a e^v,   propose w / (b + w)
    accept if  (a + 1/s) v + (a + b) log((a + b) / (b + w)) - log 4  >=  log(u^2 u')

At a = b = 1 the proposal is the uniform number itself and always accepted; at worst, for a = 1 and large b, e/4 = 68 % are. A word gives u and u',
32 bits each, which leaves every probability right to 2^-32; a refused word is followed by its SplitMix64 successor.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implementations.bandits.ziggurat import successor

Array = NDArray[np.float64]
Words = NDArray[np.uint64]

LOG4 = float(np.log(4.0))
TINY = 1e-300


class Shapes(NamedTuple):
    """Beta distributions, arrays of one shape: the parameters, and what the algorithm needs of them."""

    a: Array
    b: Array
    both: Array  # a + b
    scale: Array  # s
    power: Array  # a + 1/s


def shapes(a: Array, b: Array) -> Shapes:
    """Beta(a, b), a and b at least 1. The scale is 1 where one of them is; at a = b = 1 the formula would be 0 / 0."""
    both = a + b
    scale = np.sqrt(np.maximum(both - 2.0, TINY) / np.maximum(2.0 * a * b - both, TINY))
    return Shapes(a, b, both, scale, a + 1.0 / scale)


def beta(words: Words, of: Shapes) -> Array:
    """One Beta number for each word; the arrays have the shape of `words`."""
    value, accepted = _propose(words, of)
    refused = np.flatnonzero(~accepted)
    if len(refused):
        rest = Shapes(*(part.take(refused) for part in of))
        value.ravel()[refused] = beta(successor(words.take(refused)), rest)
    return value


def _propose(words: Words, of: Shapes) -> tuple[Array, NDArray[np.bool_]]:
    """A proposal for each word, and whether it is accepted."""
    u, u2 = _half(words >> np.uint64(32)), _half(words & np.uint64(0xFFFFFFFF))
    v = np.subtract(1.0, u)
    np.divide(u, v, out=v)
    np.log(v, out=v)
    v *= of.scale
    w = np.exp(v)
    w *= of.a
    below = w + of.b
    merit = np.divide(of.both, below)
    np.log(merit, out=merit)
    merit *= of.both
    v *= of.power
    merit += v
    u2 *= u
    u2 *= u
    np.log(u2, out=u2)
    u2 += LOG4
    w /= below
    return w, merit >= u2


def _half(bits: Words) -> Array:
    """32 bits as a number strictly inside (0, 1)."""
    number: Array = np.add(bits, 0.5)
    number *= 2.0**-32
    return number

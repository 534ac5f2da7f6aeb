"""Compiled: the normal and Beta numbers that `ziggurat` and `beta_draws` make of the words of `implementations.streams`."""

import math
from typing import Any

import numpy as np
from numba import njit

from implementations.bandits.beta_draws import LOG4, TINY
from implementations.bandits.ziggurat import EDGES, HEIGHTS, SCALES, R
from implementations.streams.streams_numba import mix, uniform
from implementations.streams.streams_numpy import GOLDEN


@njit(cache=True)
def unlucky_normal(word: Any, layer: Any, x: Any) -> Any:
    """A normal number whose word fell outside the safe part of its layer: wedge or tail, see `ziggurat`."""
    while True:
        if layer == 0:
            sign = x
            while True:
                word = mix(word + GOLDEN)
                a = -math.log1p(-uniform(word)) / R
                word = mix(word + GOLDEN)
                if a * a < -2.0 * math.log1p(-uniform(word)):
                    return math.copysign(R + a, sign)
        word = mix(word + GOLDEN)
        height = HEIGHTS[layer] + uniform(word) * (HEIGHTS[layer + 1] - HEIGHTS[layer])
        if height < math.exp(-x * x / 2):
            return x
        word = mix(word + GOLDEN)
        layer = np.int64(word & np.uint64(255))
        x = np.float64(np.int64(word) >> 10) * SCALES[layer]
        if abs(x) < EDGES[layer + 1]:
            return x


@njit(cache=True)
def normal(word: Any) -> Any:
    """A standard normal number: `ziggurat.normal` of the word."""
    layer = np.int64(word & np.uint64(255))
    x = np.float64(np.int64(word) >> 10) * SCALES[layer]
    return x if abs(x) < EDGES[layer + 1] else unlucky_normal(word, layer, x)


@njit(cache=True)
def beta(word: Any, a: Any, b: Any, scale: Any) -> Any:
    """A Beta(a, b) number: `beta_draws.beta` of the word."""
    both, power = a + b, a + 1.0 / scale
    while True:
        u = (np.float64(np.int64(word >> np.uint64(32))) + 0.5) * 2.0**-32
        u2 = (np.float64(np.int64(word & np.uint64(0xFFFFFFFF))) + 0.5) * 2.0**-32
        v = scale * math.log(u / (1.0 - u))
        w = a * math.exp(v)
        merit = both * math.log(both / (b + w)) + power * v
        if merit >= math.log(u2 * u * u) + LOG4:
            return w / (b + w)
        word = mix(word + GOLDEN)


@njit(cache=True)
def beta_scale(a: Any, b: Any) -> Any:
    """The scale of the logistic proposal: `beta_draws.shapes`."""
    return math.sqrt(max(a + b - 2.0, TINY) / max(2.0 * a * b - (a + b), TINY))

"""The same hash for compiled loops, word by word: `below` goes one level down, `uniform` makes a number of a word.

seed -> root(seed) -> below(., stream) -> below(., step) -> below(., j) = word_j      as in `streams_numpy.words`
"""

from typing import Any

import numpy as np
from numba import njit

from implementations.streams.streams_numpy import GOLDEN


@njit(cache=True)
def mix(word: Any) -> Any:
    """SplitMix64's output function: a bijection of 64-bit words."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@njit(cache=True)
def root(seed: Any) -> Any:
    """The state of a seed (an unsigned 64-bit integer), from which its streams are made."""
    return mix(seed + GOLDEN)


@njit(cache=True)
def below(word: Any, level: Any) -> Any:
    """One level of the hash: the stream of a seed, the step of a stream, the index in a step."""
    return mix(word + GOLDEN * np.uint64(level + 1))


@njit(cache=True)
def uniform(word: Any) -> Any:
    """The top 53 bits as a number in [0, 1)."""
    return np.float64(np.int64(word >> np.uint64(11))) * 2.0**-53

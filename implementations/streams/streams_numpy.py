"""The generator in NumPy. See the package's docstring for the equations and for how to use it."""

from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio, odd
_SHIFTS_AND_FACTORS = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
_LAST_SHIFT = np.uint64(31)

Shape = int | tuple[int, ...]


def mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's output function, in place: a bijection of 64-bit words in which every input bit moves every output bit."""
    shifted = np.empty_like(words)
    for shift, factor in _SHIFTS_AND_FACTORS:
        words ^= np.right_shift(words, shift, out=shifted)
        words *= factor
    words ^= np.right_shift(words, _LAST_SHIFT, out=shifted)
    return words


def words(seeds: ArrayLike, step: int, shape: Shape = (), *, stream: int = 0) -> NDArray[np.uint64]:
    """Random 64-bit words, shape (n, \\*shape), for seeds of shape (n,).

    ``step`` and ``stream`` are integers of at least 0; the same (seed, stream, step, index) always gives the same word.
    Raises ValueError for seeds that are not a vector of integers, or a negative step or stream.
    """
    seeds = np.asarray(seeds)
    if seeds.ndim != 1 or seeds.dtype.kind not in "iu":
        raise ValueError(f"seeds must be a vector of integers, got shape {seeds.shape} of {seeds.dtype}")
    if step < 0 or stream < 0:
        raise ValueError(f"step and stream must be at least 0, got {step} and {stream}")
    shape = (shape,) if isinstance(shape, int) else shape
    state = mix(seeds.astype(np.uint64) + GOLDEN)
    for level in (stream, step):
        state = mix(state + _multiple_of_golden(level + 1))
    offsets = np.arange(1, prod(shape) + 1, dtype=np.uint64) * GOLDEN
    return mix(state[:, None] + offsets).reshape(len(seeds), *shape)


def uniform(seeds: ArrayLike, step: int, shape: Shape = (), *, stream: int = 0) -> NDArray[np.float64]:
    """Uniform numbers in [0, 1), multiples of 2**-53; shape (n, \\*shape)."""
    value: NDArray[np.float64] = np.multiply(words(seeds, step, shape, stream=stream) >> np.uint64(11), 2.0**-53)
    return value


def integers(seeds: ArrayLike, step: int, high: int, shape: Shape = (), *, stream: int = 0) -> NDArray[np.int64]:
    """Uniform integers 0 .. high - 1; shape (n, \\*shape).

    ``floor(high u)`` never rounds up to ``high``: the largest u is 1 - 2**-53, and high (1 - 2**-53) rounds down.
    Raises ValueError unless 1 <= high <= 2**31, where the bias of a value is below 2**-22 of its probability.
    """
    if not 1 <= high <= 2**31:
        raise ValueError(f"high must be between 1 and 2**31, got {high}")
    return np.multiply(uniform(seeds, step, shape, stream=stream), high).astype(np.int64)


def normal(seeds: ArrayLike, step: int, shape: Shape = (), *, stream: int = 0) -> NDArray[np.float64]:
    """Standard normal numbers, shape (n, \\*shape): the normal quantile of a uniform number strictly inside (0, 1).

    One word a number, so that index j stays index j; and half the time of Box and Muller in NumPy. |z| < 8.21.
    """
    bits = words(seeds, step, shape, stream=stream) >> np.uint64(12)
    value: NDArray[np.float64] = ndtri((bits + 0.5) * 2.0**-52)  # 52 bits: with 53 the largest would round to 1
    return value


def permutation(seeds: ArrayLike, step: int, n: int, *, stream: int = 0) -> NDArray[np.int64]:
    """A random order of 0 .. n - 1 for each replicate, shape (len(seeds), n): the order that sorts n random words."""
    return np.argsort(words(seeds, step, n, stream=stream), axis=1, kind="stable").astype(np.int64)


def _multiple_of_golden(k: int) -> np.uint64:
    """k G modulo 2**64, by Python's integers: NumPy's scalars would warn where arrays wrap."""
    return np.uint64(k * int(GOLDEN) % 2**64)

"""The compiled hash, against the array one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.streams import streams_numpy


@given(st.integers(0, 2**62), st.integers(0, 9), st.integers(0, 10**6), st.integers(0, 40))
def test_the_compiled_words_are_those_of_the_arrays(seed: int, stream: int, step: int, index: int) -> None:
    """Seed, stream, step and index lead to the same uniform number on both roads."""
    pytest.importorskip("numba")
    from implementations.streams import streams_numba as compiled

    word = np.uint64(compiled.root(np.uint64(seed)))
    for level in (stream, step, index):
        word = np.uint64(compiled.below(word, level))  # called from Python, a word comes back as an int of any size

    expected = streams_numpy.uniform(np.array([seed]), step, 41, stream=stream)[0, index]
    assert compiled.uniform(word) == expected

"""The counter-based random streams: right numbers, order independence, uniformity, independence. Nothing here is random."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from implementations.streams import streams_numpy as streams

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
seed = st.integers(-(2**63), 2**63 - 1)


def mix_by_integers(z: int) -> int:
    """SplitMix64's output function in Python's integers."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def test_mix_is_splitmix64() -> None:
    """From state 1234567 the generator gives the five words that its published test vector lists."""
    states = np.array([(1234567 + GOLDEN * (j + 1)) & MASK for j in range(5)], dtype=np.uint64)
    assert streams.mix(states).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@given(seed, st.integers(0, 2**40), st.integers(0, 2**20), st.integers(0, 5))
def test_words_follow_the_documented_equations(seed: int, step: int, stream: int, index: int) -> None:
    """Each word is the three-level hash of the package's docstring, evaluated in exact integers."""
    key = mix_by_integers(mix_by_integers((seed + GOLDEN) & MASK) + GOLDEN * (stream + 1) & MASK)
    state = mix_by_integers(key + GOLDEN * (step + 1) & MASK)
    expected = mix_by_integers(state + GOLDEN * (index + 1) & MASK)
    assert int(streams.words(np.array([seed]), step, 6, stream=stream)[0, index]) == expected


@given(st.lists(seed, min_size=1, max_size=8), st.permutations(range(8)), st.integers(0, 100))
def test_numbers_do_not_depend_on_the_company_of_a_seed(seeds: list[int], order: list[int], step: int) -> None:
    """Alone, in any order and in any group a seed has the same numbers, from every function."""
    batch = np.array(seeds)
    order = [i for i in order if i < len(seeds)]
    functions = (
        lambda s: streams.uniform(s, step, (2, 3)),
        lambda s: streams.normal(s, step, 5),
        lambda s: streams.integers(s, step, 21, 4),
        lambda s: streams.permutation(s, step, 6),
    )
    for function in functions:
        together = function(batch)
        assert np.array_equal(function(batch[order]), together[order])
        assert np.array_equal(function(batch[:1]), together[:1])


def test_larger_shapes_begin_with_the_numbers_of_smaller_ones() -> None:
    """Asking for more numbers at a step does not change those already asked for."""
    seeds = np.arange(3)
    assert np.array_equal(streams.uniform(seeds, 5, 10)[:, :4], streams.uniform(seeds, 5, 4))
    assert np.array_equal(streams.uniform(seeds, 5, ())[:], streams.uniform(seeds, 5, 1)[:, 0])


def p_value(values: NDArray[Any], bins: int) -> float:
    """Of the chi-square test that integers 0 .. bins - 1 are equally frequent."""
    return float(stats.chisquare(np.bincount(values.ravel(), minlength=bins)).pvalue)


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param(lambda: streams.uniform(np.array([0]), 0, 200_000), id="within a seed"),
        pytest.param(lambda: streams.uniform(np.arange(200_000), 0), id="over consecutive seeds"),
        pytest.param(lambda: streams.uniform(np.arange(0, 200_000 * 1024, 1024), 0), id="over seeds 1024 apart"),
        pytest.param(lambda: np.stack([streams.uniform(np.arange(20), k) for k in range(10_000)]), id="over steps"),
        pytest.param(
            lambda: np.stack([streams.uniform(np.arange(20), 0, stream=k) for k in range(10_000)]), id="over streams"
        ),
    ],
)
def test_uniform_numbers_are_uniform(numbers: Any) -> None:
    """200,000 numbers fill 1000 bins evenly, and so do the next ten bits of each (chi-square, p above 1e-4)."""
    u = numbers()
    assert u.min() >= 0
    assert u.max() < 1
    assert p_value((u * 1000).astype(int), 1000) > 1e-4
    assert p_value((u * 2**20).astype(int) % 1024, 1024) > 1e-4


@pytest.mark.parametrize("neighbour", ["seed", "step", "index", "stream"])
def test_neighbours_are_independent(neighbour: str) -> None:
    """Pairs of numbers of neighbouring seeds, steps, indices or streams fill a 20 x 20 grid evenly and are uncorrelated."""
    seeds = np.arange(500)
    a = streams.uniform(seeds, 7, 400)
    b = {
        "seed": streams.uniform(seeds + 1, 7, 400),
        "step": streams.uniform(seeds, 8, 400),
        "index": streams.uniform(seeds, 7, 401)[:, 1:],
        "stream": streams.uniform(seeds, 7, 400, stream=1),
    }[neighbour]
    cells = (a * 20).astype(int) * 20 + (b * 20).astype(int)
    assert p_value(cells, 400) > 1e-4
    assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 4 / np.sqrt(a.size)


def test_every_bit_is_fair_and_every_seed_bit_moves_every_bit() -> None:
    """Each of the 64 bits is one half the time; flipping one bit of the seed flips each bit of the word half the time."""
    seeds = np.arange(20_000)
    ours = streams.words(seeds, 0)
    bits = np.unpackbits(ours.view(np.uint8)).reshape(len(seeds), 64)
    assert np.abs(bits.mean(axis=0) - 0.5).max() < 5 * 0.5 / np.sqrt(len(seeds))
    for flipped in (0, 1, 17, 40, 62):
        moved = np.unpackbits((ours ^ streams.words(seeds ^ (1 << flipped), 0)).view(np.uint8)).reshape(-1, 64)
        assert np.abs(moved.mean(axis=0) - 0.5).max() < 5 * 0.5 / np.sqrt(len(seeds))


def test_a_million_words_have_no_repeats() -> None:
    """Seeds, steps, streams and indices never land on one state by their arithmetic."""
    words = [streams.words(np.arange(-50, 50), k, 100, stream=s) for k in range(10) for s in range(10)]
    assert len(np.unique(np.concatenate(words))) == 1_000_000


@given(st.integers(1, 2**31), seed, st.integers(0, 1000))
def test_integers_stay_below_their_limit(high: int, seed: int, step: int) -> None:
    """0 <= integer < high, for every high that is allowed."""
    drawn = streams.integers(np.array([seed]), step, high, 20)
    assert drawn.min() >= 0
    assert drawn.max() < high


def test_the_largest_word_gives_the_last_integer_and_a_finite_normal(monkeypatch: pytest.MonkeyPatch) -> None:
    """At both ends of the words: uniform in [0, 1), integers 0 and high - 1, normal -8.21 and 8.21."""
    ends = np.array([[0, MASK]], dtype=np.uint64)
    monkeypatch.setattr(streams, "words", lambda *_, **__: ends)
    assert streams.uniform(np.array([0]), 0).tolist() == [[0.0, 1 - 2.0**-53]]
    for high in (1, 3, 21, 2**31 - 1, 2**31):
        assert streams.integers(np.array([0]), 0, high).tolist() == [[0, high - 1]]
    assert np.allclose(streams.normal(np.array([0]), 0), [[-8.2095, 8.2095]], atol=1e-4)


def test_integers_are_equally_frequent() -> None:
    """The 21 points of the counterexample are drawn evenly (chi-square over 210,000 draws)."""
    assert p_value(streams.integers(np.arange(210), 3, 21, 1000), 21) > 1e-4


def test_normal_numbers_are_normal() -> None:
    """Kolmogorov-Smirnov over 100,000 numbers, and the first four moments within five standard errors."""
    z = streams.normal(np.arange(100), 0, 1000).ravel()
    assert stats.kstest(z, "norm").pvalue > 1e-4
    for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs(np.mean(z**power) - moment) < 5 * np.sqrt(variance / len(z))


def test_permutations_are_permutations_and_equally_frequent() -> None:
    """Every row has each number once, and the six orders of three are equally frequent."""
    orders = streams.permutation(np.arange(30_000), 0, 3)
    assert np.array_equal(np.sort(orders, axis=1), np.tile(np.arange(3), (30_000, 1)))
    assert p_value(np.unique(orders @ np.array([9, 3, 1]), return_inverse=True)[1], 6) > 1e-4


@pytest.mark.parametrize(
    "call",
    [
        lambda: streams.words(np.array([0.5]), 0),
        lambda: streams.words(np.array([[1]]), 0),
        lambda: streams.words(7, 0),
        lambda: streams.words(np.array([0]), -1),
        lambda: streams.words(np.array([0]), 0, stream=-1),
        lambda: streams.integers(np.array([0]), 0, 0),
        lambda: streams.integers(np.array([0]), 0, 2**31 + 1),
    ],
)
def test_bad_arguments_are_refused(call: Any) -> None:
    """Seeds that are no vector of integers, negative steps and streams, and limits out of range raise ValueError."""
    with pytest.raises(ValueError, match="must be"):
        call()

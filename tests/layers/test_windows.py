"""Windows on a line: the printed size over thousands of settings, TensorFlow's SAME, and what does not fit."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from implementations.layers import windows

GRID = list(product(range(1, 25), range(1, 9), range(5), range(1, 6)))  # size, window, pad, stride
SAME = list(product(range(1, 25), range(1, 9), range(1, 6)))

sizes, frames, strides = st.integers(1, 40), st.integers(1, 12), st.integers(1, 8)


def starts(size: int, window: int, before: int, after: int, stride: int) -> list[int]:
    """Where windows stand, by trying every place: a multiple of the stride from which a window ends inside the zeros."""
    line = range(size + before + after)
    return [s for s in line if s % stride == 0 and s + window - 1 in line]


def test_the_printed_size_counts_the_windows() -> None:
    """Over 4800 settings: where the formula is a positive integer it is the number of windows, else its floor is."""
    integers = fractions = impossible = 0
    for size, window, pad, stride in GRID:
        printed, count = windows.printed_size(size, window, pad, stride), len(starts(size, window, pad, pad, stride))
        assert printed == Fraction(size - window + 2 * pad + stride, stride)
        if size + 2 * pad < window:
            impossible += 1
            with pytest.raises(ValueError, match="does not fit"):
                windows.output_size(size, window, stride, pad)
            continue
        assert windows.output_size(size, window, stride, pad) == count == printed // 1
        integers += printed.denominator == 1
        fractions += printed.denominator > 1
    assert integers + fractions + impossible == 4800
    assert min(integers, fractions, impossible) > 200


def test_torch_gives_the_same_sizes() -> None:
    """torch's conv2d, on tensors without data, has our size in all 4800 settings, or refuses those that do not fit."""
    torch = pytest.importorskip("torch")
    refused = 0
    for size, window, pad, stride in GRID:
        image, kernel = torch.empty(1, 1, 1, size, device="meta"), torch.empty(1, 1, 1, window, device="meta")
        try:
            theirs = torch.conv2d(image, kernel, stride=(1, stride), padding=(0, pad)).shape[3]
        except RuntimeError:
            refused += 1
            with pytest.raises(ValueError, match="does not fit"):
                windows.output_size(size, window, stride, pad)
        else:
            assert windows.output_size(size, window, stride, pad) == theirs
    assert refused == sum(size + 2 * pad < window for size, window, pad, _ in GRID)


def test_same_is_the_printed_ceiling_with_the_fewest_zeros() -> None:
    """Over 960 settings: ceil(size / stride) windows; one zero fewer would lose one; the odd zero stands at the far edge."""
    for size, window, stride in SAME:
        before, after = windows.pads(size, window, stride, "same")
        assert windows.output_size(size, window, stride, "same") == np.ceil(size / stride)
        assert len(starts(size, window, before, after, stride)) == np.ceil(size / stride)
        assert after - before in (0, 1)
        if after:
            assert len(starts(size, window, before, after - 1, stride)) < np.ceil(size / stride)


def test_half_the_filter_less_one_keeps_the_size() -> None:
    """M_pad = (M_filter - 1) / 2 keeps every size at stride 1 where it is an integer, and is what SAME then chooses."""
    for size, window in product(range(1, 20), (1, 3, 5, 7)):
        pad = (window - 1) // 2
        assert windows.output_size(size, window, 1, pad) == size
        assert windows.pads(size, window, 1, "same") == (pad, pad) == windows.pads(size, window, 1, pad)


def test_same_on_an_even_window_pads_more_at_the_far_edge() -> None:
    """2 on 4 pixels: no zero before, one after; 4 with stride 2 on 5: one and two; a stride beyond the window needs none."""
    assert windows.pads(4, 2, 1, "same") == (0, 1)
    assert windows.pads(5, 4, 2, "same") == (1, 2)
    assert windows.pads(8, 2, 4, "same") == (0, 0)


@given(size=sizes, window=frames, stride=strides, before=st.integers(0, 5), after=st.integers(0, 5))
def test_asymmetric_padding_counts_both_sides(size: int, window: int, stride: int, before: int, after: int) -> None:
    """(before, after) zeros: the number of windows by trying every place."""
    assume(size + before + after >= window)
    count = len(starts(size, window, before, after, stride))
    assert windows.output_size(size, window, stride, (before, after)) == count
    assert windows.pads(size, window, stride, (before, after)) == (before, after)


@given(
    count=st.integers(1, 12),
    window=frames,
    stride=strides,
    padding=st.sampled_from([0, 1, 2, (0, 1), (3, 1), "valid", "same"]),
)
def test_a_transposed_size_gives_the_windows_back(count: int, window: int, stride: int, padding: object) -> None:
    """Of all lines with that many windows it is the shortest, and with SAME count * stride; where there is none it says so."""
    fitting = [n for n in range(1, 12 * 8 + 13) if counts(n, window, stride, padding) == count]
    if not fitting:
        with pytest.raises(ValueError, match=f"no line of pixels gives {count} windows"):
            windows.transposed_size(count, window, stride, padding)  # type: ignore[arg-type]
        return
    length = windows.transposed_size(count, window, stride, padding)  # type: ignore[arg-type]
    assert length == (count * stride if padding == "same" else fitting[0])
    assert length in fitting


def counts(size: int, window: int, stride: int, padding: object) -> int:
    """The number of windows, 0 where none fits."""
    try:
        return windows.output_size(size, window, stride, padding)  # type: ignore[arg-type]
    except ValueError:
        return 0


@pytest.mark.parametrize("bad", [-1, (0, -1), "full", (1, 2, 3), 1.5], ids=str)
def test_padding_that_is_none_is_refused(bad: object) -> None:
    """A negative number and an unknown word raise, and the message has them."""
    with pytest.raises(ValueError, match="padding = "):
        windows.pads(5, 3, 1, bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(("window", "stride"), [(0, 1), (3, 0), (-1, 1)])
def test_windows_and_strides_are_at_least_one(window: int, stride: int) -> None:
    """Nothing of size 0 slides, and nothing slides by 0."""
    with pytest.raises(ValueError, match="at least 1"):
        windows.pads(5, window, stride, "valid")


def test_an_error_names_the_numbers() -> None:
    """A window of 5 on 3 pixels with one zero before says so."""
    with pytest.raises(ValueError, match=r"window of 5 does not fit 3 pixels with 1 \+ 0 zeros"):
        windows.output_size(3, 5, 1, (1, 0))


def test_the_two_directions_of_an_image_are_apart() -> None:
    """((top, bottom), (left, right)), sizes and strides (height, width): 5 x 9 pixels, windows 3 x 2, strides 2 x 3."""
    padding: windows.Padding = ((1, 0), (2, 3))
    assert windows.image_pads((5, 9), (3, 2), (2, 3), padding) == padding
    assert windows.image_output_size((5, 9), (3, 2), (2, 3), padding) == (2, 5)
    assert windows.image_output_size((5, 9), (3, 2), (2, 3), "same") == (3, 3)
    assert windows.pair(3) == (3, 3)
    assert windows.pair((3, 2)) == (3, 2)


@given(zeros=st.tuples(*[st.integers(0, 3)] * 4), seed=st.integers(0, 99))
def test_unpadding_is_the_transpose_of_padding(zeros: tuple[int, int, int, int], seed: int) -> None:
    """np.pad makes the same images; <pad x, y> = <x, unpad y> in integers; and unpadding undoes padding."""
    top, bottom, left, right = zeros
    rng = np.random.default_rng(seed)
    x = rng.integers(-9, 9, (2, 3, 4, 2))
    y = rng.integers(-9, 9, (2, 3 + top + bottom, 4 + left + right, 2))
    edges = ((top, bottom), (left, right))
    padded = windows.pad_image(x, edges)
    np.testing.assert_array_equal(padded, np.pad(x, ((0, 0), *edges, (0, 0))))
    assert np.sum(padded * y) == np.sum(x * windows.unpad_image(y, edges))
    np.testing.assert_array_equal(windows.unpad_image(padded, edges), x)

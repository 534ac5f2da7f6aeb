"""The order of the axes, on arrays whose entries name their places; labels from 1 to 10."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import loadmat

from implementations.datasets import files
from implementations.datasets.svhn import read_mat
from implementations.svhn_story import axes


def test_every_entry_names_its_place() -> None:
    """Entry [r, c, ch, i] is i * 3072 + (r * 32 + c) * 3 + ch, written out."""
    stored = axes.places(3)
    assert stored.shape == (32, 32, 3, 3)
    for r, c, ch, i in ((0, 0, 0, 0), (0, 0, 1, 2), (5, 7, 2, 1), (31, 31, 2, 2)):
        assert stored[r, c, ch, i] == i * 3072 + (r * 32 + c) * 3 + ch


def test_the_naive_row_is_one_line_of_many_pictures() -> None:
    """Of 100 pictures the first row holds ten pixels and a bit of each: one number in a hundred is its own, the first alone in place."""
    row = axes.rows(axes.places(100), None)[0]
    pictures, place = np.divmod(row, 3072)
    assert sorted(set(pictures)) == list(range(100))
    assert (pictures == 0).sum() == 31  # 3072 numbers, every hundredth from the first on
    assert place.max() < 32 * 3  # all from the pictures' first rows
    assert np.flatnonzero(row == np.arange(3072)).tolist() == [0]


@given(st.integers(2, 40), st.permutations([0, 1, 2, 3]))
def test_one_order_alone_mends(images: int, order: list[int]) -> None:
    """Of the 24 orders of the axes only [3, 0, 1, 2] puts every pixel in its place."""
    assert axes.is_a_picture(images, order) == (order == [3, 0, 1, 2])


def test_what_hides_the_mistake() -> None:
    """A batch of one, or pictures along the first axis, are right without the transpose; two pictures are not."""
    assert axes.is_a_picture(1)
    assert axes.is_a_picture(100, images_first=True)
    assert not axes.is_a_picture(2)


def test_the_made_file_is_in_svhn_s_layout() -> None:
    """X is (32, 32, 3, n) bytes, y a column from 1 to 10; picture i of the file is X[..., i], and the reader gives it."""
    content = axes.made_file(12)
    raw = loadmat(io.BytesIO(content))
    assert (raw["X"].shape, raw["X"].dtype, raw["y"].shape) == ((32, 32, 3, 12), np.uint8, (12, 1))
    assert raw["y"].ravel().tolist() == [*range(1, 11), 1, 2]
    images = read_mat(content, "made")
    np.testing.assert_array_equal(images.x[7], raw["X"][..., 7])
    assert images.y.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2]


def test_shapes_and_labels_as_text() -> None:
    """What the claims read: a picture is 32 x 32 x 3, X[0] is not one; a zero is 10 in the file and 0 from the reader."""
    assert axes.shape_of_a_picture() == "32 x 32 x 3"
    assert axes.shape_of_a_picture(first_index=True) == "32 x 3 x 20"
    assert axes.label_of_a_zero() == 10
    assert axes.label_of_a_zero(converted=True) == 0


@pytest.mark.parametrize("axis_count, text", [(3, "28 x 30 gray"), (4, "28 x 30 colour")])
def test_the_header_of_the_digits(monkeypatch: pytest.MonkeyPatch, axis_count: int, text: str) -> None:
    """Height is the third big-endian word and width the fourth; another axis would be the colours."""
    header = bytes((0, 0, 8, axis_count)) + b"".join(n.to_bytes(4, "big") for n in (5, 28, 30))
    monkeypatch.setattr(files, "read_content", lambda _set, _name: header)
    assert axes.digit_shape() == text
    assert axes.digit_shape("little") != text


def test_classes_are_counted_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the made file's twelve labels, two 1s and two 2s and one of each other digit, zero too."""
    monkeypatch.setattr(axes, "load_svhn", lambda _split: read_mat(axes.made_file(12), "made"))
    assert {k: v["count"] for k, v in axes.class_counts().items()} == {str(d): 1 + (d in (1, 2)) for d in range(10)}

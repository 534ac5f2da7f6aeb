"""Shifts and mirrors against SciPy, and what a recorded run trains on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import shift

from implementations.augmentation import runs
from implementations.augmentation.augmentation_numpy import randomly_mirrored, randomly_shifted, shifted
from implementations.augmentation.experiments import accuracy, two_kinds, two_numbers
from implementations.augmentation.figures import curves
from implementations.training.learner_numpy import NumpyLearner


@given(rows=st.lists(st.integers(-7, 7), min_size=1, max_size=4), seed=st.integers(0, 10**6))
def test_shifts_are_those_of_scipy(rows: list[int], seed: int) -> None:
    """Whole pixels down and to the right, zeros from outside, also beyond the image's own size."""
    rng = np.random.default_rng(seed)
    x, columns = rng.uniform(size=(len(rows), 5, 6)), rng.integers(-7, 8, len(rows))
    moved = shifted(x, np.array(rows), columns)
    for one, image, r, c in zip(moved, x, rows, columns, strict=True):
        np.testing.assert_array_equal(one, shift(image, (r, c), order=0, cval=0.0))


def test_random_shifts_are_uniform_and_the_seeds_and_steps_own() -> None:
    """Each of the 25 moves by up to two pixels within five standard errors of its share; others at another step or seed."""
    x = np.zeros((5000, 7, 7))
    x[:, 3, 3] = 1
    moved = randomly_shifted(x, 1, 0)
    _, r, c = np.nonzero(moved)
    assert len(r) == len(x)
    counts = np.bincount((r - 1) * 5 + c - 1, minlength=25)
    assert len(counts) == 25
    assert np.abs(counts - 200).max() < 5 * np.sqrt(200 * 24 / 25)
    assert (moved == randomly_shifted(x, 1, 0)).all()
    assert (moved != randomly_shifted(x, 1, 1)).any() and (moved != randomly_shifted(x, 2, 0)).any()


def test_about_half_of_the_images_are_mirrored() -> None:
    """Each is itself or its mirror image, in equal shares within five standard errors."""
    x = np.random.default_rng(0).uniform(size=(1000, 3, 4))
    turned = randomly_mirrored(x, 0, 0)
    same = (turned == x).all(axis=(1, 2))
    assert ((turned == x[:, :, ::-1]).all(axis=(1, 2)) | same).all()
    assert abs(same.sum() - 500) < 5 * np.sqrt(250)


def test_biased_images_show_the_rare_digits_at_their_share() -> None:
    """Two of 40 images show a 5 to 9, none twice; a pool that has too few is refused."""
    rng = np.random.default_rng(0)
    y, order = rng.integers(0, 10, 200), rng.permutation(200)
    chosen = runs.biased(order, y, 40)
    assert len(set(chosen)) == 40
    assert (y[chosen] >= 5).sum() == 2
    with pytest.raises(ValueError, match="do not hold 190"):
        runs.biased(order, y, 190)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The batches that the learner is given."""
    batches: list[Any] = []
    original = NumpyLearner.step

    def step(self: Any, x: Any, y: Any) -> Any:
        batches.append((x.copy(), y.copy()))
        return original(self, x, y)

    monkeypatch.setattr(NumpyLearner, "step", step)
    return batches


@pytest.mark.parametrize("kind", ["plain", "shifted", "mirrored", "biased"])
def test_each_kind_trains_on_what_it_says(kind: str, seen: list[Any]) -> None:
    """An epoch of 100 images: as they are in number and labels; moved or mirrored where the kind says so; biased by classes."""
    runs.on_glyphs(seed=3, images=(100,), kinds=("plain",), steps=2)
    plain, labels = (np.concatenate(part) for part in zip(*seen, strict=True))
    seen.clear()
    found = runs.on_glyphs(seed=3, images=(100,), kinds=(kind,), steps=2)
    x, y = (np.concatenate(part) for part in zip(*seen, strict=True))
    assert set(found[kind]) == {"100", "100 rare"}
    assert x.shape == plain.shape
    if kind == "biased":
        assert (y >= 5).sum() == 5
        return
    np.testing.assert_array_equal(y, labels)
    same = (x == plain).all(axis=(1, 2)).mean()
    mirrored = (x == plain[:, :, ::-1]).all(axis=(1, 2)).mean()
    if kind == "plain":
        assert same == 1
    elif kind == "mirrored":
        assert 0.2 < same < 0.8 and same + mirrored == 1
    else:
        assert same < 0.2 and mirrored < 0.2
        assert np.abs(x.sum(axis=(1, 2)) / plain.sum(axis=(1, 2)) - 1).max() < 0.35


def test_rare_and_all_digits_are_counted_apart() -> None:
    """The accuracy on all test digits is that on the rare ones and on the others by their shares; the same seed gives it again."""
    one, again, other = (runs.on_glyphs(seed=s, images=(100,), steps=40)["plain"] for s in (0, 0, 1))
    assert one == again != other
    share = (runs._digits("test", runs.TEST)[1] >= runs.COMMON).mean()
    rest = (one["100"] - share * one["100 rare"]) / (1 - share)
    assert 0 <= rest <= 1 and rest != one["100 rare"]


def test_measures_read_the_recorded_lists() -> None:
    """Of two invented seeds: kind and number of images."""
    lists = [
        {kind: {"200": low, "200 rare": 0.1, "2000": low + 0.2, "2000 rare": 0.2} for kind in runs.CHANGES}
        for low in (0.3, 0.5)
    ]
    lists[0]["shifted"]["200"] = 0.4
    np.testing.assert_allclose(accuracy(lists, "plain", "200 rare"), [0.1, 0.1])
    np.testing.assert_allclose(two_kinds(lists, "shifted")["first"], [0.4, 0.5])
    np.testing.assert_allclose(two_kinds(lists, "shifted")["second"], [0.3, 0.5])
    np.testing.assert_allclose(two_numbers(lists)["many"], [0.5, 0.7])
    series = curves(lists)["panels"][0]["series"]
    assert [one["y"] for one in series] == [[0.4, 0.6], [0.45, 0.6], [0.4, 0.6]]
    assert series[0]["x"] == [200, 2000]

"""The coloured digits: SVHN's shares, one set a seed, and pixels by their formula."""

from __future__ import annotations

import numpy as np

from implementations.datasets.glyphs import draw_glyphs
from implementations.datasets.samples import training_tensor
from implementations.svhn_story import stand_in
from implementations.svhn_story.class_counts import SVHN_TRAIN
from implementations.svhn_story.stand_in import load_stand_in


def test_digits_have_svhn_s_shares() -> None:
    """Of 3,000, every class within five standard deviations of its share; with equal shares, of a tenth."""
    shares = np.array(SVHN_TRAIN) / sum(SVHN_TRAIN)
    for population, flag in ((shares, True), (np.full(10, 0.1), False)):
        images = load_stand_in("train", 3000, shares=flag)
        assert images.x.shape == (3000, 32, 32, 3)
        counts = np.bincount(images.y, minlength=10)
        assert (abs(counts - 3000 * population) < 5 * np.sqrt(3000 * population * (1 - population))).all()


def test_the_same_seed_is_the_same_set() -> None:
    """Again the same bytes; another seed or split, other pictures."""
    first = load_stand_in("train", 200, seed=3)
    np.testing.assert_array_equal(first.x, load_stand_in("train", 200, seed=3).x, strict=True)
    others = [load_stand_in("train", 200, seed=4), load_stand_in("test", 200, seed=3)]
    assert len({x.tobytes() for images in (first, *others) for x in images.x}) == 600
    assert stand_in.SIZE == {"train": 4000, "test": 2500}


def test_brightness_differs_from_picture_to_picture() -> None:
    """The picture's mean has a spread of more than a tenth of the range, and dark strokes are as common as light ones."""
    x = training_tensor(load_stand_in("train", 1000).x)
    assert x.mean(axis=(1, 2, 3)).std() > 0.1
    assert x.mean(axis=(1, 2)).std(axis=1).mean() > 0.02  # a cast of colour
    grey = x.mean(axis=3)
    middle, border = grey[:, 10:22, 12:20].mean(axis=(1, 2)), grey[:, :3].mean(axis=(1, 2))
    light = (middle > border).mean()
    assert abs(light - 0.5) < 5 * np.sqrt(0.25 / 1000)


def test_a_pixel_is_light_plus_stroke() -> None:
    """One picture by hand: a plain light, slopes of 0.2 across and 0.1 down, a dark stroke of contrast 0.25 tinted on red alone."""
    ink = np.zeros((1, 32, 32), np.float32)
    ink[0, 10, 20] = 1
    zero = np.zeros(1, np.float32)
    p = dict.fromkeys(stand_in._RANGES, zero) | {
        "brightness": zero + np.float32(0.6), "slope_x": zero + np.float32(0.2), "slope_y": zero + np.float32(0.1), "polarity": zero - np.float32(0.3),
        "contrast": zero + np.float32(0.25), "tint_r": zero + np.float32(0.4), "cast_b": zero + np.float32(0.1),
    }  # fmt: skip
    x = stand_in._lit(ink, p)[0]
    light = 0.6 + 0.2 * (20 / 31 - 0.5) + 0.1 * (10 / 31 - 0.5)
    wanted = np.array([light - 0.25 * 1.4, light - 0.25, light + 0.1 - 0.25])
    np.testing.assert_array_equal(x[10, 20], (255 * wanted + 0.5).astype(np.uint8))
    np.testing.assert_array_equal(x[0, 0], (255 * np.array([0.45, 0.45, 0.55]) + 0.5).astype(np.uint8))
    np.testing.assert_array_equal(x[31, 31], (255 * np.array([0.75, 0.75, 0.85]) + 0.5).astype(np.uint8))


def test_neighbours_reach_in_from_the_sides() -> None:
    """A neighbour moved 18 pixels: to the left its right part shows at the left border, to the right its left part at the right."""
    ink = np.zeros((4, 32, 32), np.float32)
    ink[3, 5, 5] = 0.5  # the digit itself
    ink[2, 6, 25] = 1  # the candidate before it, to the left: column 25 - 18
    ink[1, 7, 3] = 1  # the one before that, to the right: column 3 + 18
    kept = np.array([3])
    both = stand_in._crowded(ink, kept, {"left": np.zeros(1, np.float32), "right": np.zeros(1, np.float32)})[0]
    assert {(int(r), int(c)): float(both[r, c]) for r, c in np.argwhere(both)} == {(5, 5): 0.5, (6, 7): 1, (7, 21): 1}
    none = stand_in._crowded(ink, kept, {"left": np.ones(1, np.float32), "right": np.ones(1, np.float32)})[0]
    np.testing.assert_array_equal(none, ink[3])


def test_labels_are_those_of_the_drawn_digits() -> None:
    """A picture without neighbours is its glyph: its strokes correlate with the ink of that label's candidate."""
    images = load_stand_in("test", 40, seed=2)
    glyphs = draw_glyphs(np.arange(400), "test", seed=2)
    grey = training_tensor(images.x).mean(axis=3)[:, 2:30, 2:30].reshape(40, -1)
    ink = glyphs.x.reshape(400, -1).astype(np.float64)
    best = abs(np.corrcoef(grey, ink)[:40, 40:]).argmax(axis=1)
    assert (glyphs.y[best] == images.y).mean() > 0.9
    assert (np.diff(best) > 0).mean() > 0.8  # in the order in which they were drawn

"""Drawn digits: the same ones for everybody, in any order and number; learnable, and not by a linear classifier alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from implementations.datasets import glyphs
from implementations.datasets.glyphs import draw_glyphs, load_glyphs
from implementations.datasets.samples import training_tensor


def test_they_look_like_mnist_s() -> None:
    """Shape and type; every digit a tenth of them; dark background, a tenth to a quarter of the ink."""
    images = load_glyphs("train", 3000)
    assert images.x.shape == (3000, 28, 28, 1)
    counts = np.bincount(images.y, minlength=10)
    assert (abs(counts - 300) < 5 * np.sqrt(300 * 0.9)).all()
    assert 0.08 < training_tensor(images.x).mean() < 0.25
    assert (len(load_glyphs("train", 0)), glyphs.SIZE) == (0, {"train": 10_000, "test": 2_000})


def test_an_image_depends_on_its_number_alone() -> None:
    """Any order, any company, any chunk gives the same image: a longer set begins with the shorter one."""
    images = load_glyphs("test", 600)
    np.testing.assert_array_equal(load_glyphs("test", 17).x, images.x[:17])
    order = np.array([599, 0, 256, 255, 257, 3])
    again = draw_glyphs(order, "test")
    np.testing.assert_array_equal(again.x, images.x[order], strict=True)
    np.testing.assert_array_equal(again.y, images.y[order], strict=True)


def test_training_testing_and_every_seed_are_other_draws() -> None:
    """No image of one is in another."""
    sets = [load_glyphs("train", 300), load_glyphs("test", 300), load_glyphs("train", 300, seed=1)]
    seen = {image.tobytes() for images in sets for image in images.x}
    assert len(seen) == 900
    for first in range(3):  # and no other noise on the same digits: labels agree by chance alone, one in ten
        assert abs(np.count_nonzero(sets[first].y == sets[first - 1].y) - 30) < 5 * np.sqrt(30 * 0.9)


def test_what_cannot_be_drawn_is_refused() -> None:
    """Negative numbers of anything."""
    with pytest.raises(ValueError, match="at least 0, got -1"):
        load_glyphs("train", -1)
    with pytest.raises(ValueError, match="numbered from 0, got -2"):
        draw_glyphs(np.array([1, -2]), "train")
    with pytest.raises(ValueError, match="at least 0"):
        load_glyphs("train", 1, seed=-1)


def test_masters_are_distances() -> None:
    """A signed distance changes by at most one unit a unit of length, is positive somewhere inside and negative all around."""
    masters = glyphs._masters()
    assert masters.shape == (10 * len(glyphs.FONTS), glyphs._GRID, glyphs._GRID)
    spacing = 2 * glyphs._REACH / (glyphs._GRID - 1)
    slack = 2 / glyphs._RENDERED  # the distance is measured between pixels
    for axis in (1, 2):
        assert np.abs(np.diff(masters, axis=axis)).max() < spacing + slack
    assert (masters.reshape(len(masters), -1).max(axis=1) > 0.015).all()
    for border in (masters[:, 0], masters[:, -1], masters[:, :, 0], masters[:, :, -1]):
        assert border.max() < -0.05


def test_without_distortion_the_master_is_drawn_as_it_is() -> None:
    """The sampling map at rest: pixel by pixel the master's own depth at that place, by an interpolation written anew."""
    from scipy.ndimage import map_coordinates

    p = {name: np.zeros((1, 1), np.float32) for name in glyphs._RANGES}
    p["scale_x"] += 1
    p["scale_y"] += 1
    u, v = glyphs._source_points(p)
    depth = glyphs._sample(np.array([3]), u, v).reshape(28, 28)
    heights = (np.arange(28) - 13.5) / glyphs.HEIGHT
    places = (heights / glyphs._REACH + 1) * (glyphs._GRID - 1) / 2
    expected = map_coordinates(glyphs._masters()[3], np.meshgrid(places, places, indexing="ij"), order=1)
    np.testing.assert_allclose(depth, expected, atol=1e-5)


@pytest.mark.parametrize(("name", "axis", "sign"), [("shift_x", 1, 1), ("shift_y", 0, 1)])
def test_a_shift_moves_the_ink(name: str, axis: int, sign: int) -> None:
    """Two pixels to the right, or down, by the number of pixels asked for."""
    p = {key: np.zeros((1, 1), np.float32) for key in glyphs._RANGES}
    p["scale_x"] += 1
    p["scale_y"] += 1
    still = glyphs._sample(np.array([8]), *glyphs._source_points(p)).reshape(28, 28)
    p[name] += 2 * sign
    moved = glyphs._sample(np.array([8]), *glyphs._source_points(p)).reshape(28, 28)
    np.testing.assert_allclose(np.roll(still, 2, axis)[4:-4, 4:-4], moved[4:-4, 4:-4], atol=1e-5)


def test_the_digest_is_that_of_fonts_that_are_there() -> None:
    """And no two masters are alike: every font has ten digits of its own."""
    assert len(glyphs.fonts_digest()) == 64
    assert len({np.round(master, 3).tobytes() for master in glyphs._masters()}) == 10 * len(glyphs.FONTS)


def accuracy(scores: NDArray[np.float64], y: NDArray[np.uint8]) -> float:
    """The share of images whose highest score is at their label."""
    return float((scores.argmax(axis=1) == y).mean())


def test_a_linear_classifier_learns_them_and_not_all() -> None:
    """Ridge regression on 4,000 pixels-and-labels: far above chance, and clearly below what a network reaches."""
    train, test = load_glyphs("train", 4000), load_glyphs("test", 1000)
    x, held = (training_tensor(s.x).reshape(len(s), -1).astype(float) for s in (train, test))
    x, held = (np.hstack([a, np.ones((len(a), 1))]) for a in (x, held))
    weights = np.linalg.solve(x.T @ x + 10 * np.eye(x.shape[1]), x.T @ np.eye(10)[train.y])
    assert 0.75 < accuracy(held @ weights, test.y) < 0.93


def test_a_small_convolutional_network_learns_nearly_all() -> None:
    """Two convolutions of torch, three passes over 4,000 images: above every linear classifier of these images."""
    torch = pytest.importorskip("torch")
    nn = torch.nn
    train, test = load_glyphs("train", 4000), load_glyphs("test", 1000)
    x, held = (torch.from_numpy(training_tensor(s.x)).permute(0, 3, 1, 2) for s in (train, test))
    y = torch.from_numpy(train.y.astype(np.int64))
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(256, 10),
    )  # fmt: skip
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    for _ in range(3):
        for batch in torch.randperm(len(x)).split(50):
            optimiser.zero_grad()
            nn.functional.cross_entropy(network(x[batch]), y[batch]).backward()
            optimiser.step()
    with torch.no_grad():
        reached = accuracy(network(held).numpy(), test.y)
    assert reached > 0.95

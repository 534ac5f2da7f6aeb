r"""Batches of several sizes after equally many images seen: logistic regression by plain SGD, in NumPy.

With the full batch of N images a step costs N gradients of one image, with a batch of M it costs M: after E passes over the images

    steps = E N / M      of      theta <- theta - alpha * (mean over the batch of the gradients)

Each batch size takes, for each seed, the step size of a grid that is best on validation images at the end: a small batch bears a
smaller one. Source: columbia-deep-learning, slide "STOCHASTIC GRADIENT DESCENT" (small batches gain against relative time).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from implementations.datasets.samples import Images, training_tensor
from implementations.networks.small import lr
from implementations.training.batches import batch_indices
from implementations.training.starting import starting_weights

Array = NDArray[np.float32]
STEP_SIZES = (0.01, 0.1, 1.0)
Counted = Literal["images", "steps"]


class Sets(NamedTuple):
    """Images to learn from, to choose by and to report."""

    fit: Images
    validation: Images
    test: Images


class Learnt(NamedTuple):
    """Accuracies (looks, seeds) on validation and test images, and after how many images seen each look was."""

    seen: list[int]
    validation: NDArray[np.float64]
    test: NDArray[np.float64]


def descend(
    sets: Sets, seeds: NDArray[np.int64], batch: int, step_size: float, steps: int, looks: Sequence[int] = ()
) -> Learnt:
    """So many steps of SGD from Glorot's start, looked at after each number of steps in ``looks`` and at the end.

    Seed s takes the batches of `training.batches`: an order of its own in each pass. Raises ValueError for a batch larger than the set.
    """
    pixels = [training_tensor(images.x).reshape(len(images), -1) for images in sets]
    told = [_descend_one(sets, pixels, int(seed), batch, step_size, steps, looks) for seed in seeds]
    seen = [step * batch for step in range(1, steps + 1) if step in looks or step == steps]
    return Learnt(seen, *np.moveaxis(np.array(told), (0, 2), (2, 0)))


def _descend_one(
    sets: Sets, pixels: list[Array], seed: int, batch: int, step_size: float, steps: int, looks: Sequence[int]
) -> list[list[float]]:
    """Accuracies on validation and test images at each look of one seed; its orders of the images are drawn once a pass."""
    start = starting_weights(lr(), seed)
    w, b = start["fc/kernel"].astype(np.float32), start["fc/bias"].astype(np.float32)
    told = []
    for step in range(1, steps + 1):
        index = batch_indices(seed, step - 1, batch, len(sets.fit))
        x = pixels[0][index]
        error = softmax(x @ w + b, axis=1)
        error[np.arange(batch), sets.fit.y[index]] -= 1
        w -= step_size / batch * (x.T @ error)
        b -= step_size / batch * error.sum(axis=0)
        if step in looks or step == steps:
            shown = zip(pixels[1:], sets[1:], strict=True)
            told.append([float(((x @ w + b).argmax(axis=1) == images.y).mean()) for x, images in shown])
    return told


def best_of(sets: Sets, seeds: NDArray[np.int64], batch: int, steps: int, looks: Sequence[int] = ()) -> Learnt:
    """The same at the step size that is best on the validation images in the end, seed by seed."""
    tried = [descend(sets, seeds, batch, size, steps, looks) for size in STEP_SIZES]
    best = np.argmax([one.validation[-1] for one in tried], axis=0)
    picked = (np.arange(len(seeds)), best)
    validation, test = (np.stack([getattr(one, name) for one in tried], axis=-1) for name in ("validation", "test"))
    return Learnt(tried[0].seen, validation[:, *picked], test[:, *picked])


def gain(
    sets: Sets, seeds: NDArray[np.int64], batch: int = 100, passes: int = 2, counted: Counted = "images"
) -> NDArray[np.float64]:
    """Test accuracy with small batches less that with full ones, after equally many images seen, or equally many steps; one a seed."""
    full = best_of(sets, seeds, len(sets.fit), passes)
    steps = passes * len(sets.fit) // batch if counted == "images" else passes
    return np.asarray(best_of(sets, seeds, batch, steps).test[-1] - full.test[-1])


def curves(sets: Sets, seeds: NDArray[np.int64], batches: Sequence[int], passes: int = 2) -> dict[str, Any]:
    """Test accuracy of each batch size against the images seen and against the steps."""
    panels: list[dict[str, Any]] = [
        {"title": title, "x_label": x, "y_label": "test accuracy", "x_scale": "log", "series": []}
        for title, x in (("Against images seen", "images"), ("Against steps", "steps"))
    ]
    for batch in batches:
        steps = passes * len(sets.fit) // batch
        looks = np.unique(np.round(np.geomspace(1, steps, 9)).astype(int))
        found = best_of(sets, seeds, batch, steps, looks.tolist())
        shown = {"y": found.test.mean(axis=1), "low": found.test.min(axis=1), "high": found.test.max(axis=1)}
        for panel, x in zip(panels, (found.seen, looks), strict=True):
            panel["series"].append({"label": f"batch {batch:,}", "x": x, **shown, "mark": "line"})
    return {
        "panels": panels,
        "alt": f"Test accuracy of logistic regression over {passes} passes with batches of {', '.join(map(str, batches))}; the mean of "
        f"{len(seeds)} seeds with a band of all, each at the best of {len(STEP_SIZES)} step sizes.",
    }

"""Networks 784 - w - 10 on drawn digits in NumPy, all seeds at once: weights, data and batches have a leading seeds axis.

Every seed has its own training images, start and batches. Adam at 0.001, softmax cross-entropy, single precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.glyphs import draw_glyphs
from implementations.datasets.samples import Split, training_tensor
from implementations.optimizers.optimizers_numpy import Adam, iterates
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float32]
Seeds = NDArray[np.int64]
PIXELS, CLASSES = 784, 10
HIDDEN, OUTPUT, BATCHES = 0, 1, 2  # streams


class Digits(NamedTuple):
    """Images ``x`` (s, n, 784) in [0, 1] and labels ``y`` (s, n), or (1, n, ...) where all seeds share them."""

    x: Array
    y: NDArray[np.int64]


def own_digits(seeds: Seeds, count: int, split: Split = "train", first: int = 0) -> Digits:
    """``count`` drawn digits for each seed, from number ``first`` of a set of its own."""
    drawn = [draw_glyphs(np.arange(first, first + count), split, seed=1 + int(seed)) for seed in seeds]
    x = training_tensor(np.stack([images.x for images in drawn])).reshape(len(drawn), count, PIXELS)
    return Digits(x, np.stack([images.y for images in drawn]).astype(np.int64))


def start(seeds: Seeds, width: int) -> Array:
    """Glorot's uniform weights and zero biases, flat: (s, 784 w + w + 10 w + 10). Raises ValueError for a width below 1."""
    if width < 1:
        raise ValueError(f"width must be at least 1, got {width}")
    theta = np.zeros((len(seeds), width * (PIXELS + 1 + CLASSES) + CLASSES), np.float32)
    hidden, _, output, _ = parts(theta, width)
    for stream, w in ((HIDDEN, hidden), (OUTPUT, output)):
        reach = np.sqrt(6 / (w.shape[1] + w.shape[2]))
        w[...] = reach * (2 * streams.uniform(seeds, 0, w.shape[1:], stream=stream) - 1)
    return theta


def parts(theta: Array, width: int) -> tuple[Array, Array, Array, Array]:
    """Views of flat parameters: W1 (s, 784, w), b1 (s, 1, w), W2 (s, w, 10), b2 (s, 1, 10)."""
    shapes = ((PIXELS, width), (1, width), (width, CLASSES), (1, CLASSES))
    ends = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
    w1, b1, w2, b2 = (
        part.reshape(len(theta), *shape) for part, shape in zip(np.split(theta, ends, axis=1), shapes, strict=True)
    )
    return w1, b1, w2, b2


def logits(theta: Array, x: Array, width: int) -> Array:
    """relu(x W1 + b1) W2 + b2, (s, n, 10)."""
    w1, b1, w2, b2 = parts(theta, width)
    value: Array = np.maximum(x @ w1 + b1, 0) @ w2 + b2
    return value


def gradient(theta: Array, x: Array, y: NDArray[np.int64], width: int) -> Array:
    """The gradient of the mean softmax cross-entropy of a batch (s, b, 784), flat as theta."""
    w1, b1, w2, b2 = parts(theta, width)
    hidden = np.maximum(x @ w1 + b1, 0)
    error = softmax(hidden @ w2 + b2)
    error[np.arange(len(y))[:, None], np.arange(y.shape[1]), y] -= 1
    error /= y.shape[1]
    into_hidden = (error @ np.swapaxes(w2, 1, 2)) * (hidden > 0)
    slopes = (
        np.swapaxes(x, 1, 2) @ into_hidden,
        into_hidden.sum(axis=1),
        np.swapaxes(hidden, 1, 2) @ error,
        error.sum(axis=1),
    )
    return np.concatenate([slope.reshape(len(theta), -1) for slope in slopes], axis=1)


def softmax(z: NDArray[Any]) -> NDArray[Any]:
    """Probabilities over the last axis, in the precision of the logits."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    value: NDArray[Any] = e / e.sum(axis=-1, keepdims=True)
    return value


def training(seeds: Seeds, data: Digits, width: int, batch: int = 32, step_size: float = 0.001) -> Iterator[Array]:
    """The parameters after 0, 1, 2, ... steps, (s, d), without end."""
    rows = np.arange(len(data.y))[:, None]

    def slope(theta: Array, step: int) -> Array:
        at = streams.integers(seeds, step, data.y.shape[1], batch, stream=BATCHES)
        return gradient(theta, data.x[rows, at], np.broadcast_to(data.y[rows, at], at.shape), width)

    walk: Iterator[Array] = iterates(Adam(), start(seeds, width), slope, lambda step: step_size)  # type: ignore[arg-type, assignment]
    return walk


def accuracy(theta: Array, data: Digits, width: int) -> NDArray[np.float64]:
    """The share of images whose largest logit is that of their label, one a seed."""
    value: NDArray[np.float64] = np.mean(logits(theta, data.x, width).argmax(axis=2) == data.y, axis=1)
    return value

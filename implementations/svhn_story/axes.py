"""The order of the axes: pictures along the last one, and what a reshape makes of them; labels from 1 to 10.

Source: columbia-deep-learning, slide "1. DATA". Everything here is shown on a made file in SVHN's layout in which every number names its own
place, and, where SVHN is present, on SVHN's own.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.samples import Split
from implementations.datasets.svhn import load_svhn, read_mat

SIDE, CHANNELS = 32, 3
LABELS = tuple(range(1, 11))  # as in SVHN's files: 10 for a zero


def places(images: int, shape: Sequence[int] = (SIDE, SIDE, CHANNELS)) -> NDArray[np.int64]:
    """An array (row, column, channel, image) whose entries are all different: the place in the *picture's* order.

    Entry [r, c, ch, i] is i * size + (r * columns + c) * channels + ch, so that picture i holds i * size ... (i + 1) * size - 1
    in the order in which its pixels are read.
    """
    size = int(np.prod(shape))
    return np.arange(images * size).reshape(images, *shape).transpose(1, 2, 3, 0)


def rows(stored: NDArray[np.int64], order: Sequence[int] | None) -> NDArray[np.int64]:
    """The slide's two lines: the array, its axes in another ``order`` first unless that is None, as one row a picture."""
    array = stored if order is None else stored.transpose(order)
    return array.reshape(stored.shape[-1], -1)


def is_a_picture(images: int = 100, order: Sequence[int] | None = None, *, images_first: bool = False) -> bool:
    """Whether every row holds the pixels of its own picture, each in its place."""
    stored = places(images)
    found = stored.transpose(3, 0, 1, 2).reshape(images, -1) if images_first else rows(stored, order)
    return bool((found == np.arange(found.size).reshape(images, -1)).all())


def made_file(images: int = 20) -> bytes:
    """A file in SVHN's layout: X (32, 32, 3, n) bytes that name their places modulo 251, y (n, 1) from 1 to 10."""
    from scipy.io import savemat

    content = io.BytesIO()
    labels = np.resize(np.array(LABELS, np.uint8), images)[:, None]
    savemat(content, {"X": (places(images) % 251).astype(np.uint8), "y": labels})
    return content.getvalue()


def shape_of_a_picture(source: str = "made", *, first_index: bool = False) -> str:
    """The shape of one picture, "height x width x channels". ``first_index`` takes X[0] of the file for a picture.

    ``source`` is "made", or "svhn" for the training file itself. Raises ``Missing`` where that is not here.
    """
    if first_index:
        shape = places(20)[0].shape
    elif source == "svhn":
        shape = load_svhn("train").x[0].shape
    else:
        shape = read_mat(made_file(), "made").x[0].shape
    return " x ".join(map(str, shape))


def label_of_a_zero(source: str = "made", *, converted: bool = False) -> int:
    """The label that stands in the file for the digit 0; ``converted``: the one that the reader gives.

    In the made file it is what the layout says. In SVHN's own it is the one label outside 0 .. 9. Raises ``Missing`` as above.
    """
    from scipy.io import loadmat

    if source == "svhn":
        from implementations.datasets.files import read_content
        from implementations.datasets.registry import dataset

        content = read_content(dataset("svhn"), "train_32x32.mat")
    else:
        content = made_file()
    raw = loadmat(io.BytesIO(content), variable_names=["y"])["y"].ravel()
    (outside,) = set(raw.tolist()) - set(range(10))
    read = read_mat(content, source).y if converted else raw
    (label,) = set(read[raw == outside].tolist())
    return int(label)


def class_counts(split: Split = "train") -> dict[str, dict[str, int]]:
    """How often each digit stands in SVHN's file, by its name. Raises ``Missing`` where it is not here."""
    images = load_svhn(split)
    counts = np.bincount(images.y, minlength=len(images.classes))
    return {name: {"count": int(count)} for name, count in zip(images.classes, counts, strict=True)}


def digit_shape(byteorder: Literal["big", "little"] = "big") -> str:
    """MNIST's digits from the header of the file of training images: "height x width gray"; "colour" if pixels had an axis of their own.

    Raises ``Missing`` where MNIST is not here.
    """
    from implementations.datasets.files import read_content
    from implementations.datasets.registry import dataset

    content = read_content(dataset("mnist"), "train-images-idx3-ubyte")
    axes = content[3]
    height, width = (int.from_bytes(content[at : at + 4], byteorder) for at in (8, 12))
    return f"{height} x {width} {'gray' if axes == 3 else 'colour'}"

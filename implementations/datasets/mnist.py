"""MNIST from its official IDX files: a header of big-endian words (magic, sizes), then the bytes in row-major order."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.files import Damaged, read_content
from implementations.datasets.registry import Dataset, dataset
from implementations.datasets.samples import Images, Split, require_split

DIGITS = tuple("0123456789")
_FILES = {"train": "train", "test": "t10k"}


def load_mnist(split: Split, *, source: Dataset | None = None) -> Images:
    """The 60,000 training or 10,000 test digits, (n, 28, 28, 1), ink 255 on 0, in the official order.

    ``source`` is another registered set of the same form. Raises ``Missing`` or ``Damaged`` (see ``files``).
    """
    require_split(split)
    origin = source or dataset("mnist")
    start = _FILES[split]
    images = read_idx(read_content(origin, f"{start}-images-idx3-ubyte"), 3, f"{start}-images-idx3-ubyte")
    labels = read_idx(read_content(origin, f"{start}-labels-idx1-ubyte"), 1, f"{start}-labels-idx1-ubyte")
    if len(images) != len(labels):
        raise Damaged(f"{origin.name}: {len(images)} images and {len(labels)} labels")
    return Images(images[..., None], labels, DIGITS)


def read_idx(content: bytes, axes: int, name: str) -> NDArray[np.uint8]:
    """The array of an IDX file of unsigned bytes with so many axes; read-only, no copy.

    The magic number is 0, 0, 8 for unsigned bytes, and the number of axes. Raises ``Damaged``, which calls the file
    ``name``, for another magic number or a length that the header does not announce.
    """
    header = 4 + 4 * axes
    magic = content[:4].hex()
    if content[:4] != bytes((0, 0, 8, axes)):
        raise Damaged(f"{name}: an IDX file of bytes with {axes} axes begins 000008{axes:02x}, this one begins {magic}")
    if len(content) < header:
        raise Damaged(f"{name}: ends inside its header")
    shape = struct.unpack(f">{axes}I", content[4:header])
    announced = int(np.prod(shape, dtype=object))
    if announced != len(content) - header:
        raise Damaged(f"{name}: its header announces {announced} bytes for {shape}, and {len(content) - header} follow")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)

"""CIFAR-10: the official binary version, the lossless subset, and the JPEG copy. No pickle anywhere.

The official Python version is pickled; the binary version holds the same bytes. A record is one label and 3072 pixels, the
red plane, the green, the blue, each 32 x 32 in row-major order.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.archives import read_members
from implementations.datasets.files import Damaged, read_content
from implementations.datasets.registry import Dataset, dataset
from implementations.datasets.samples import Images, Split, require_split

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_RECORD = 1 + 3 * 32 * 32
_BATCH = 10_000
_MEMBERS = {
    "train": tuple(f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6)),
    "test": ("cifar-10-batches-bin/test_batch.bin",),
}


def load_cifar10(split: Split) -> Images:
    """The 50,000 training or 10,000 test pictures, (n, 32, 32, 3), in the official order, from the official archive."""
    require_split(split)
    name = "cifar-10-binary.tar.gz"
    every = {member: _RECORD * _BATCH for members in _MEMBERS.values() for member in members}
    contents = read_members(io.BytesIO(read_content(dataset("cifar10"), name)), every, name=name)
    return read_records(b"".join(contents[member] for member in _MEMBERS[split]))


def read_records(content: bytes) -> Images:
    """Pictures from records of the binary version. Raises ``Damaged`` for a part of a record or a label above 9."""
    if len(content) % _RECORD:
        raise Damaged(f"CIFAR-10 records have {_RECORD} bytes; {len(content)} are no whole number of them")
    records = np.frombuffer(content, np.uint8).reshape(-1, _RECORD)
    labels = records[:, 0].copy()
    if labels.size and labels.max() >= len(CLASSES):
        raise Damaged(f"CIFAR-10 labels are 0 to 9; there is a {labels.max()}")
    planes = records[:, 1:].reshape(-1, 3, 32, 32)
    return Images(np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), labels, CLASSES)


def load_cifar10_subset(split: Split) -> Images:
    """The first 4,000 training or 1,000 test pictures, (n, 32, 32, 3), the original pixels in the official order."""
    require_split(split)
    arrays = _arrays(dataset("cifar10-subset"), ("x_train", "y_train", "x_test", "y_test"))
    return Images(arrays[f"x_{split}"], arrays[f"y_{split}"], CLASSES)


def load_cifar10_jpeg(split: Split, count: int | None = None) -> Images:
    """The first ``count`` pictures (all, for ``None``) of the JPEG copy, (n, 32, 32, 3): classes alternate, pixels are lossy.

    Only as many are decoded as are asked for. Decoders may differ by a grey level; say "JPEG copy" beside every number.
    """
    from PIL import Image

    require_split(split)
    arrays = _arrays(dataset("cifar10-jpeg"), ("jpeg", "offset", "label", "test"))
    rows = np.flatnonzero(arrays["test"] == (split == "test"))
    if count is not None:
        if not 0 <= count <= len(rows):
            raise ValueError(f"asked for {count} of {len(rows)} images")
        rows = rows[:count]
    pixels = np.empty((len(rows), 32, 32, 3), np.uint8)
    for place, row in enumerate(rows):
        start, stop = arrays["offset"][row : row + 2]
        with Image.open(io.BytesIO(arrays["jpeg"][start:stop].tobytes()), formats=("JPEG",)) as picture:
            pixels[place] = np.asarray(picture.convert("RGB"))
    return Images(pixels, arrays["label"][rows], CLASSES)


def _arrays(origin: Dataset, names: tuple[str, ...]) -> dict[str, NDArray[np.uint8]]:
    """The arrays of the set's one NumPy archive, whose content is known to be the registered one."""
    (file,) = origin.files
    with np.load(io.BytesIO(read_content(origin, file.name)), allow_pickle=False) as archive:
        lacking = sorted(set(names) - set(archive.files))
        if lacking:
            raise Damaged(f"{file.name}: has no array {', '.join(lacking)}")
        return {name: archive[name] for name in names}

"""SVHN's cropped digits from their MATLAB files.

The files keep the images along the *last* axis, (32, 32, 3, n): read as if they were along the first, every image is a mix
of thousands. And the label of a zero is 10. Both are put right here; the course's story of the first is an experiment.
"""

from __future__ import annotations

import io

import numpy as np
from scipy.io import loadmat

from implementations.datasets.files import Damaged, read_content
from implementations.datasets.registry import Dataset, dataset
from implementations.datasets.samples import Images, Split, require_split

DIGITS = tuple("0123456789")


def load_svhn(split: Split, *, source: Dataset | None = None) -> Images:
    """The 73,257 training or 26,032 test digits, (n, 32, 32, 3), in the published order.

    ``source`` is another registered set of the same form. Raises ``Missing`` or ``Damaged`` (see ``files``).
    """
    require_split(split)
    name = f"{split}_32x32.mat"
    return read_mat(read_content(source or dataset("svhn"), name), name)


def read_mat(content: bytes, name: str) -> Images:
    """Digits from one file. Raises ``Damaged``, which calls it ``name``, where its arrays are not X and y of one length."""
    try:
        arrays = loadmat(io.BytesIO(content), variable_names=["X", "y"])
        x, y = arrays["X"], arrays["y"].ravel()
    except Exception as error:  # noqa: BLE001  # loadmat raises errors of a dozen kinds, some its own
        raise Damaged(f"{name}: is no MATLAB file with the arrays X and y ({error!r:.200})") from None
    if x.dtype != np.uint8 or x.ndim != 4 or x.shape[:3] != (32, 32, 3) or x.shape[3:] != y.shape:
        raise Damaged(f"{name}: X must be (32, 32, 3, n) uint8 and y (n, 1); got {x.shape} {x.dtype} and {y.shape}")
    if not np.isin(y, np.arange(1, 11)).all():
        raise Damaged(f"{name}: labels are 1 to 10; there are others")
    return Images(np.ascontiguousarray(np.moveaxis(x, 3, 0)), (y % 10).astype(np.uint8), DIGITS)

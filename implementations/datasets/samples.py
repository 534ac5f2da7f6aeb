"""What the readers return: labelled images and text, and the one scaling that training begins with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Split = Literal["train", "test"]


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Labelled images as they were published: ``x`` (n, height, width, channels) uint8, ``y`` (n,) uint8.

    ``classes`` names the values of ``y``: label 3 is ``classes[3]``.
    """

    x: NDArray[np.uint8]
    y: NDArray[np.uint8]
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raise ValueError where images and labels do not fit together."""
        if self.x.ndim != 4 or self.y.shape != self.x.shape[:1] or self.x.dtype != np.uint8 or self.y.dtype != np.uint8:
            raise ValueError(
                f"images must be (n, height, width, channels) and labels (n,), both uint8; "
                f"got {self.x.shape} {self.x.dtype} and {self.y.shape} {self.y.dtype}"
            )
        if self.y.size and int(self.y.max()) >= len(self.classes):
            raise ValueError(f"a label is {int(self.y.max())}, and there are {len(self.classes)} classes")

    def __len__(self) -> int:
        return len(self.y)

    def first(self, count: int) -> Images:
        """The first ``count`` images, as views. Raises ValueError where there are fewer."""
        if not 0 <= count <= len(self):
            raise ValueError(f"asked for {count} of {len(self)} images")
        return Images(self.x[:count], self.y[:count], self.classes)


@dataclass(frozen=True, eq=False)
class Text:
    """A text and its characters: ``alphabet`` has each once, sorted; ``codes`` (n,) uint8 are positions in it."""

    characters: str

    @cached_property
    def alphabet(self) -> str:
        """The distinct characters in order."""
        return "".join(sorted(set(self.characters)))

    @cached_property
    def codes(self) -> NDArray[np.uint8]:
        """One number a character. Raises ValueError for more than 256 distinct characters."""
        if len(self.alphabet) > 256:
            raise ValueError(f"{len(self.alphabet)} distinct characters do not fit into a byte")
        points = np.frombuffer(self.characters.encode("utf-32-le"), dtype="<u4")
        return np.searchsorted(np.frombuffer(self.alphabet.encode("utf-32-le"), dtype="<u4"), points).astype(np.uint8)

    def __len__(self) -> int:
        return len(self.characters)


def training_tensor(x: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pixels 0 .. 255 as float32 in [0, 1], of the same shape. Raises ValueError for anything but uint8: scaled twice is dark."""
    if x.dtype != np.uint8:
        raise ValueError(f"pixels must be uint8, got {x.dtype}")
    return np.multiply(x, np.float32(1 / 255), dtype=np.float32)


def require_split(split: str) -> None:
    """Raise ValueError for anything but ``"train"`` and ``"test"``."""
    if split not in ("train", "test"):
        raise ValueError(f"split must be 'train' or 'test', got {split!r}")

"""Shakespeare in two sizes, as character models read him: plain ASCII, the whole file one string."""

from __future__ import annotations

from implementations.datasets.files import Damaged, read_content
from implementations.datasets.registry import Dataset, dataset
from implementations.datasets.samples import Text


def load_shakespeare_tiny() -> Text:
    """1,115,394 characters, 65 distinct."""
    return read_text(dataset("shakespeare-tiny"))


def load_shakespeare() -> Text:
    """4,573,338 characters, 67 distinct."""
    return read_text(dataset("shakespeare"))


def read_text(origin: Dataset) -> Text:
    """The set's one file as text. Raises ``Missing``, or ``Damaged`` where it is not ASCII."""
    (file,) = origin.files
    try:
        return Text(read_content(origin, file.name).decode("ascii"))
    except UnicodeDecodeError as error:
        raise Damaged(f"{file.name}: is not plain ASCII ({error})") from None

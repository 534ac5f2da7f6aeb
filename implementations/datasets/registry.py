"""The table of datasets, read from ``registry.toml``: names by rule, and for every file its size and its SHA-256.

The table is data and not code: a new address or a longer description makes no measurement stale, while another size or
digest is another dataset, and every record made from it says so by :meth:`Dataset.digest`.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,100}")  # of sets, folders and files: no separator, no leading dot
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")


class DataProblem(Exception):
    """Something about data that a person can act on; its text is the whole message."""


@dataclass(frozen=True, slots=True)
class File:
    """One file: ``size`` in bytes and ``sha256`` in lower-case hexadecimal are those of its uncompressed content.

    It may lie under its name or, packed by gzip, under its name and ``.gz``. ``urls`` may send either form.
    """

    name: str
    size: int
    sha256: str
    urls: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a name, size, digest or address that no file can have."""
        if not NAME.fullmatch(self.name) or ".." in self.name:
            raise ValueError(f"a file's name must match {NAME.pattern} without '..'; got {self.name!r}")
        if isinstance(self.size, bool) or not isinstance(self.size, int) or self.size < 1:
            raise ValueError(f"{self.name}: size must be a whole number of bytes, at least 1; got {self.size!r}")
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"{self.name}: sha256 must be 64 hexadecimal digits in lower case; got {self.sha256!r}")
        for url in self.urls:
            if not _ADDRESS.fullmatch(url):
                raise ValueError(f"{self.name}: an address must begin with http:// or https://; got {url!r}")


@dataclass(frozen=True, slots=True)
class Dataset:
    """One set: ``folder`` is the name of its folder below ``$REPRO_DATA`` and in the cache. Without files it is made here."""

    name: str
    what: str
    licence: str
    source: str
    folder: str
    files: tuple[File, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a name or folder against the rule, or two files of one name."""
        for text in (self.name, self.folder):
            if not NAME.fullmatch(text) or ".." in text:
                raise ValueError(f"a dataset's name and folder must match {NAME.pattern} without '..'; got {text!r}")
        if len({file.name for file in self.files}) < len(self.files):
            raise ValueError(f"{self.name}: two files have the same name")

    @property
    def size(self) -> int:
        """Bytes of all contents together."""
        return sum(file.size for file in self.files)

    @property
    def can_be_fetched(self) -> bool:
        """Whether every file has an address."""
        return all(file.urls for file in self.files)

    def digest(self) -> str:
        """SHA-256 over the names and digests of the files: what a record of a measurement keeps of its data."""
        lines = "".join(f"{file.name} {file.sha256}\n" for file in sorted(self.files, key=lambda file: file.name))
        return hashlib.sha256(lines.encode()).hexdigest()


def read_registry(text: str) -> dict[str, Dataset]:
    """The datasets that a table in TOML describes, by name. Raises ValueError, which names the set, for anything amiss."""
    return {name: _dataset(name, entry) for name, entry in tomllib.loads(text).items()}


@cache
def registry() -> dict[str, Dataset]:
    """The datasets of this project, by name."""
    return read_registry(Path(__file__).with_name("registry.toml").read_text(encoding="utf-8"))


def dataset(name: str) -> Dataset:
    """The dataset of that name. Raises :class:`DataProblem`, which names all there are, where there is none."""
    if name not in registry():
        raise DataProblem(f"there is no dataset {name!r}; there are: {', '.join(registry())}")
    return registry()[name]


def _dataset(name: str, entry: dict[str, Any]) -> Dataset:
    try:
        files = tuple(File(**{**file, "urls": tuple(file["urls"])}) for file in entry["files"])
        return Dataset(**{**entry, "name": name, "files": files})
    except (TypeError, KeyError) as error:  # an unknown key, or one that is not there
        raise ValueError(f"{name}: {error}") from None

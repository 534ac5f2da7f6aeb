"""Find a dataset's file, and read its content: the registered content or none.

A file is looked for in ``$REPRO_DATA/<folder>/`` and then in the cache, plain or packed by gzip. The first one found is
the one: a damaged file is refused and named, never passed over in silence for another copy.

:func:`find` looks at sizes only, so that "is it here?" costs nothing. :func:`read_content` hashes the very bytes that it
returns. Decompression stops one byte after the registered size: a bomb costs no more than the file itself.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from implementations.datasets.registry import DataProblem, Dataset, File

_BLOCK = 1 << 20


class Damaged(DataProblem):
    """A file is here and is not the registered one."""


class Missing(DataProblem):
    """A file is nowhere."""


def cache_folder() -> Path:
    """Where fetched data lie: ``$REPRO_CACHE``, or the platform's folder for caches of this user."""
    given = os.environ.get("REPRO_CACHE")
    if given:
        return Path(given)
    import platformdirs

    return platformdirs.user_cache_path("repro")


def folders(dataset: Dataset) -> list[Path]:
    """The folders that a dataset's files are looked for in, in this order; they need not exist."""
    own = os.environ.get("REPRO_DATA")
    return [*([Path(own) / dataset.folder] if own else []), cache_folder() / dataset.folder]


def find(dataset: Dataset, file: File) -> Path | None:
    """Where the file lies, plain or packed; ``None`` where it is nowhere.

    Raises :class:`Damaged` where the one found has another size, as a copy that was cut short has.
    """
    for folder in folders(dataset):
        path = find_in(folder, file)
        if path is not None:
            return path
    return None


def find_in(folder: Path, file: File) -> Path | None:
    """The same in one folder."""
    for path in (folder / file.name, folder / f"{file.name}.gz"):
        if path.is_file():
            size = _size_told(path, is_packed(path, file))
            if size != file.size % 2**32:
                raise Damaged(_damage(path, file, f"{size} bytes"))
            return path
    return None


def require(dataset: Dataset) -> list[Path]:
    """Where all files of the set lie. Raises :class:`Missing`, which says what to do, or :class:`Damaged`."""
    found = [(file, find(dataset, file)) for file in dataset.files]
    lacking = [file for file, path in found if path is None]
    if lacking:
        raise Missing(f"the dataset {dataset.name} is not here: {remedy(dataset, lacking)}")
    return [path for _, path in found if path is not None]


def remedy(dataset: Dataset, lacking: list[File]) -> str:
    """What a person does about files that are not here: the one command, or where to put what only they can supply."""
    if dataset.can_be_fetched:
        return f"repro data fetch {dataset.name}"
    names = ", ".join(f"{file.name} ({file.size} bytes, SHA-256 {file.sha256})" for file in lacking)
    return f"it is nowhere to be fetched; put {names} into {dataset.folder}/ below the folder that REPRO_DATA names"


def read_content(dataset: Dataset, name: str) -> bytes:
    """The whole content of one file, unpacked and verified. Raises :class:`Missing` or :class:`Damaged`."""
    file = next(file for file in dataset.files if file.name == name)
    path = find(dataset, file)
    if path is None:
        raise Missing(f"the dataset {dataset.name} is not here: {remedy(dataset, [file])}")
    return b"".join(verified(path, file))


def check(dataset: Dataset) -> Iterator[tuple[Path, str]]:
    """Each file's place and what is wrong with it, or ``""``: every byte is read. Raises :class:`Missing`, :class:`Damaged`."""
    for file, path in zip(dataset.files, require(dataset), strict=True):
        try:
            for _ in verified(path, file):
                pass
        except Damaged as error:
            yield path, str(error)
        else:
            yield path, ""


def verified(path: Path, file: File) -> Iterator[bytes]:
    """The content block by block; raises :class:`Damaged` at the end where size or digest is not the registered one.

    So only a reader that takes all blocks knows that they are right.
    """
    total, digest = 0, hashlib.sha256()
    try:
        with gzip.open(path) if is_packed(path, file) else path.open("rb") as stream:
            while block := stream.read(min(_BLOCK, file.size + 1 - total)):
                total += len(block)
                if total > file.size:
                    raise Damaged(_damage(path, file, f"more than {file.size} bytes"))
                digest.update(block)
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Damaged(_damage(path, file, f"a gzip file that cannot be unpacked ({error})")) from None
    if total < file.size:
        raise Damaged(_damage(path, file, f"{total} bytes"))
    if digest.hexdigest() != file.sha256:
        raise Damaged(_damage(path, file, f"SHA-256 {digest.hexdigest()}"))


def is_packed(path: Path, file: File) -> bool:
    """Whether the file is a gzip of the content: it begins like one, and the content itself is not named like one."""
    with path.open("rb") as stream:
        return not file.name.endswith("gz") and stream.read(2) == b"\x1f\x8b"


def _size_told(path: Path, packed: bool) -> int:
    """The size of the content by the file's own account, modulo 2**32: gzip writes it into the last four bytes."""
    size = path.stat().st_size
    if not packed:
        return size % 2**32
    with path.open("rb") as stream:
        stream.seek(max(size - 4, 0))
        return int.from_bytes(stream.read(4), "little")


def _damage(path: Path, file: File, got: str) -> str:
    return (
        f"{path} is not the published {file.name}: wanted {file.size} bytes with SHA-256 {file.sha256}, got {got}; "
        "remove it, then fetch or supply it again"
    )

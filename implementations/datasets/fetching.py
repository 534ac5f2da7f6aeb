"""Download a dataset: one process a folder, every file verified before it gets its name, whole or not at all.

pooch does the talking (its ``HTTPDownloader``: redirects, status codes, time-outs) and nothing else. Its cache would accept
``../`` in a name, its processors extract archives unguarded, and it knows digests of packed files only, which differ from
mirror to mirror. So a download goes into ``.part-NAME`` here, no longer than the file can be; its *content* must have the
registered size and digest; then it is renamed. What a killed process leaves is a part that nobody reads, and the next
fetch begins it anew; files that are already right are left alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from implementations.datasets.files import Damaged, cache_folder, find, find_in, folders, is_packed, remedy, verified
from implementations.datasets.registry import DataProblem, Dataset, File

Step = Callable[[str, int, int], None]  # file, bytes so far, bytes of the content: what a progress bar wants
SECONDS = 30.0  # without a byte before an address is given up


def fetch(dataset: Dataset, *, into: Path | None = None, step: Step = lambda name, done, size: None) -> Path:
    """Bring all files of the set into ``<into>/<folder>/`` (the cache, for ``None``) and return that folder.

    Without ``into``, a file that ``$REPRO_DATA`` has is not fetched again. Blocks while another process fetches into the
    same folder. Raises :class:`DataProblem` for a set that is nowhere to be fetched, a file that no address gave in its
    registered form (with what each gave), or a folder that cannot be written.
    """
    from filelock import FileLock

    folder = (into or cache_folder()) / dataset.folder
    if all(_here(dataset, file, folder, into) for file in dataset.files):
        return folder if into or not dataset.files else _where(dataset)
    if not dataset.can_be_fetched:
        raise DataProblem(f"{dataset.name}: {remedy(dataset, list(dataset.files))}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):  # the kernel frees it with its holder, however that ends
            for file in dataset.files:
                if not _here(dataset, file, folder, into):
                    _fetch_file(file, folder, step)
    except OSError as error:
        raise DataProblem(f"{folder}: cannot be written: {error.strerror or error}") from None
    return folder


def _where(dataset: Dataset) -> Path:
    path = find(dataset, dataset.files[0])
    assert path is not None
    return path.parent


def _here(dataset: Dataset, file: File, folder: Path, into: Path | None) -> bool:
    """Whether the right content is here; a damaged copy where fetching would put it does not count, elsewhere it is told."""
    for place in [folder] if into else folders(dataset):
        try:
            path = find_in(place, file)
            if path is not None:
                for _ in verified(path, file):
                    pass
                return True
        except Damaged:
            if place != folder:
                raise
    return False


def _fetch_file(file: File, folder: Path, step: Step) -> None:
    part, refusals = folder / f".part-{file.name}", []
    try:
        for url in file.urls:
            refusal = _download(url, part, file, step) or _refusal(part, file)
            if not refusal:
                packed = is_packed(part, file)
                for name in (file.name, f"{file.name}.gz"):  # a damaged copy would otherwise be found first
                    (folder / name).unlink(missing_ok=True)
                os.replace(part, folder / (f"{file.name}.gz" if packed else file.name))
                return
            refusals.append(f"{url}: {refusal}")
    finally:
        part.unlink(missing_ok=True)
    raise DataProblem(f"{file.name} cannot be fetched:\n  " + "\n  ".join(refusals))


def _download(url: str, part: Path, file: File, step: Step) -> str:
    """Write what the address sends into ``part``; what is wrong with the transfer, or ``""``."""
    from pooch import HTTPDownloader

    part.unlink(missing_ok=True)
    downloader = HTTPDownloader(chunk_size=1 << 16, timeout=SECONDS, headers={"Accept-Encoding": "identity"})
    with part.open("xb") as stream:
        try:
            downloader(url, _Bounded(stream, file, step), None)
        except (OSError, ValueError, _TooLong) as error:  # what requests raises; the disk's errors are _DiskError
            return str(error)
        stream.flush()
        os.fsync(stream.fileno())
    return ""


def _refusal(part: Path, file: File) -> str:
    """Why the content of ``part`` is not the registered one, or ``""``."""
    try:
        for _ in verified(part, file):
            pass
    except Damaged as error:
        return str(error).removeprefix(f"{part} ").split(";")[0]
    return ""


class _TooLong(Exception):
    """More came than the file can have."""


class _DiskError(DataProblem):
    """What came could not be written: no other address will change that."""


class _Bounded:
    """A file to write into that tells its progress and takes no more bytes than the content has, packed badly at worst."""

    def __init__(self, stream: IO[bytes], file: File, step: Step) -> None:
        self.stream, self.file, self.step, self.done = stream, file, step, 0

    def write(self, block: bytes) -> int:
        """As ``write`` of a file; raises :class:`_TooLong` beyond the limit."""
        self.done += len(block)
        if self.done > self.file.size + self.file.size // 1000 + 1024:
            raise _TooLong(f"sends more than the {self.file.size} bytes of the file")
        self.step(self.file.name, self.done, self.file.size)
        try:
            return self.stream.write(block)
        except OSError as error:
            raise _DiskError(f"{self.stream.name}: cannot be written: {error.strerror or error}") from None

    def flush(self) -> None:
        """Nothing: pooch asks for it after every block, and the file is flushed once, at its end."""

"""Finished measurements as files: one canonical JSON each, whole or not at all, never trusted without its digest."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from repro.engine.fingerprint import canonical, digest
from repro.errors import Busy, Corrupt, StoreProblem

SCHEMA = 1
MAX_BYTES = 128 * 2**20


class Store:
    """A folder of records. Reading needs nothing but the folder; writing makes it.

    Corrupt files are moved to ``quarantine/`` beside the folder (where it can be written) and reported once by
    :attr:`quarantined`; they are never part of a verdict.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.quarantined: list[str] = []

    def read(self, name: str) -> dict[str, Any] | None:
        """The record of that name, or ``None`` where there is none that can be believed."""
        path = self._path(name)
        try:
            return check_record(path, name)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except Corrupt as error:
            self._quarantine(path, error)
            return None
        except OSError as error:  # says nothing about the record: it stays where it is
            raise StoreProblem(f"{path}: cannot be read: {error.strerror or error}") from None

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Put a record in place, whole or not at all: temporary file, fsync, rename, fsync of the folder."""
        body = {"schema": SCHEMA, "name": name, **content}
        text = canonical({**body, "digest": digest(body)}) + "\n"
        path = self._path(name)
        temporary = path.with_name(f".tmp-{name}")  # one writer a name: who writes holds a lock
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                temporary.unlink(missing_ok=True)  # what a killed writer left
                with temporary.open("x", encoding="ascii") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    temporary.unlink()
                raise
            self._sync_folder()
        except OSError as error:
            raise StoreProblem(f"{path}: cannot be written: {error.strerror or error}") from None

    def put(self, record: dict[str, Any]) -> None:
        """Put a record in place that another store has given out, under its own name."""
        self.write(record["name"], {key: value for key, value in record.items() if key not in ("schema", "name")})

    def remove(self, name: str) -> None:
        """Take a record away; one that is not there is no error."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreProblem(f"{self._path(name)}: cannot be removed: {error.strerror or error}") from None

    def require_writable(self) -> None:
        """Fail before anything is measured where nothing could be kept."""
        probe = self.folder / f".tmp-probe-{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise StoreProblem(
                f"{self.folder}: cannot be written: {error.strerror or error}; [tool.repro] work names the folder"
            ) from None

    def claimed(self, name: str) -> contextlib.AbstractContextManager[bool]:
        """Whether this process may measure ``name`` now; ``False`` while another one does."""
        return locked(self.folder.parent, name)

    def names(self) -> list[str]:
        """All records that lie here."""
        return sorted(path.stem for path in self.folder.glob("*.json")) if self.folder.is_dir() else []

    def verify(self) -> list[str]:
        """One line for each record that cannot be believed; moves nothing."""
        faults = []
        for name in self.names():
            try:
                check_record(self._path(name), name)
            except (OSError, Corrupt) as error:
                faults.append(str(error))
        return faults

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _sync_folder(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _quarantine(self, path: Path, error: Exception) -> None:
        if str(error) not in self.quarantined:
            self.quarantined.append(str(error))
        with contextlib.suppress(OSError):
            target = self.folder.parent / "quarantine"
            target.mkdir(parents=True, exist_ok=True)
            os.replace(path, target / f"{path.stem}-{uuid.uuid4().hex[:8]}.json")


@contextlib.contextmanager
def locked(work: Path, name: str) -> Iterator[bool]:
    """Whether this process holds the lock of that name; the kernel frees a dead one's, so nobody ever unlocks by hand."""
    lock = FileLock(work / "locks" / f"{name}.lock")
    try:
        (work / "locks").mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        pass
    except (OSError, NotImplementedError) as error:  # the latter on file systems without locks
        raise StoreProblem(f"{lock.lock_file}: cannot be locked: {getattr(error, 'strerror', None) or error}") from None
    try:
        yield lock.is_locked
    finally:
        lock.release()


@contextlib.contextmanager
def only_one(work: Path, purpose: str) -> Iterator[None]:
    """Hold the project's lock for a purpose; raises :class:`Busy` where another process holds it."""
    with locked(work, purpose) as mine:
        if not mine:
            raise Busy(f"another process is at work on the {purpose} of this project; try again when it is done")
        yield


def check_record(path: Path, name: str) -> dict[str, Any]:
    """Read one record and believe it only if its digest, its name, its schema and its parts are what they must be."""
    try:
        content = json.loads(_read_regular_file(path), parse_constant=_refuse_constant)
        claimed = content.pop("digest")
        matches = claimed == digest(content)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise Corrupt(f"{path}: is no record: {type(error).__name__}: {str(error)[:100]}") from None
    if not matches:
        raise Corrupt(f"{path}: its digest does not match its content: it was damaged or edited by hand")
    if content.get("name") != name:
        raise Corrupt(f"{path}: holds the record of {str(content.get('name'))[:100]!r}")
    if content.get("schema") != SCHEMA:
        raise Corrupt(f"{path}: has schema {str(content.get('schema'))[:100]}; this version reads {SCHEMA}")
    lacking = [part for part, right in _parts(content, name) if not right]
    if lacking:
        raise Corrupt(f"{path}: is no whole record: {', '.join(lacking)} cannot be used")
    return dict(content)


def _read_regular_file(path: Path) -> bytes:
    """The bytes of a plain file of an ordinary size. A link could lead anywhere, and a FIFO would never end."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Corrupt(f"{path}: is a link, not a record") from None
        raise
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            raise Corrupt(f"{path}: is no regular file of at most {MAX_BYTES >> 20} MiB")
        with os.fdopen(os.dup(handle), "rb") as file:
            return file.read()
    finally:
        os.close(handle)


def _parts(content: dict[str, Any], name: str) -> Iterator[tuple[str, bool]]:
    """What every reader of a record relies on, and whether it is so: a digest can be computed by anybody."""
    error, result, seconds = content.get("error"), content.get("result"), content.get("seconds")
    provenance = content.get("provenance")
    yield "error", error is None or isinstance(error, str)
    yield "seconds", isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0
    yield "fingerprint", isinstance(content.get("fingerprint"), dict)
    yield "provenance", isinstance(provenance, dict) and all(isinstance(v, str) for v in provenance.values())
    yield "result", isinstance(result, dict)
    if error is None and isinstance(result, dict):
        if name.endswith("--exhibit") or "--seed-" in name:
            yield "result.data", "data" in result
        else:
            seeds = result.get("seeds")
            yield "result.measured", "measured" in result
            yield "result.seeds", isinstance(seeds, int) and not isinstance(seeds, bool) and seeds >= 0


def _refuse_constant(name: str) -> float:
    raise ValueError(f"holds {name}")

"""Finished measurements as files: one canonical JSON each, whole or not at all, never trusted without its digest."""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from repro.engine.fingerprint import canonical, digest
from repro.errors import Busy, Corrupt, StoreProblem

SCHEMA = 1
_STALE_TEMPORARY = 24 * 3600.0


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
        except FileNotFoundError:
            return None
        except (OSError, Corrupt) as error:
            self._quarantine(path, error)
            return None

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Put a record in place: temporary file, fsync, rename, fsync of the folder."""
        body = {"schema": SCHEMA, "name": name, **content}
        text = canonical({**body, "digest": digest(body)}) + "\n"
        path = self._path(name)
        temporary = path.with_name(f".tmp-{uuid.uuid4().hex}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                with temporary.open("w", encoding="ascii") as file:
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

    def remove(self, name: str) -> None:
        """Take a record away; one that is not there is no error."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreProblem(f"{self._path(name)}: cannot be removed: {error.strerror or error}") from None

    def require_writable(self) -> None:
        """Fail before anything is measured where nothing could be kept; sweep what a killed run left."""
        probe = self.folder / f".tmp-{uuid.uuid4().hex}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
            for leftover in self.folder.glob(".tmp-*"):
                if time.time() - leftover.stat().st_mtime > _STALE_TEMPORARY:
                    leftover.unlink()
        except OSError as error:
            raise StoreProblem(
                f"{self.folder}: cannot be written: {error.strerror or error}; [tool.repro] work names the folder"
            ) from None

    @contextlib.contextmanager
    def claimed(self, name: str) -> Iterator[bool]:
        """Whether this process may measure ``name`` now; ``False`` while another one does. The kernel frees a dead one's."""
        locks = self.folder.parent / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(locks / f"{name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

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
        self.quarantined.append(str(error))
        with contextlib.suppress(OSError):
            target = self.folder.parent / "quarantine"
            target.mkdir(parents=True, exist_ok=True)
            os.replace(path, target / f"{path.stem}-{uuid.uuid4().hex[:8]}.json")


@contextlib.contextmanager
def only_one(work: Path, purpose: str) -> Iterator[None]:
    """Hold the project's lock for a purpose; raises :class:`Busy` where another process holds it."""
    lock = FileLock(work / "locks" / f"{purpose}.lock")
    try:
        (work / "locks").mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise Busy(f"another process is at work on the {purpose} of this project; try again when it is done") from None
    except OSError as error:
        raise StoreProblem(f"{work}: cannot be written: {error.strerror or error}") from None
    try:
        yield
    finally:
        lock.release()


def check_record(path: Path, name: str) -> dict[str, Any]:
    """Read one record and believe it only if its digest, its name and its schema say what they must."""
    raw = path.read_bytes()
    try:
        content = json.loads(raw, parse_constant=_refuse_constant)
        claimed = content.pop("digest")
        matches = claimed == digest(content)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise Corrupt(f"{path}: is no record: {type(error).__name__}: {str(error)[:100]}") from None
    if not matches:
        raise Corrupt(f"{path}: its digest does not match its content: it was damaged or edited by hand")
    if content.get("name") != name:
        raise Corrupt(f"{path}: holds the record of {content.get('name')!r}")
    if content.get("schema") != SCHEMA:
        raise Corrupt(f"{path}: has schema {content.get('schema')!r}; this version reads {SCHEMA}")
    return dict(content)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"holds {name}")

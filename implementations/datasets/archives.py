"""Named members of a tar archive, read into memory within limits; nothing is ever written where an archive says.

An archive that holds anything but plain files and folders with plain relative names is refused as a whole: links, devices,
absolute names, ``..``, twice the same name, more members or more bytes than the caller allows. The standard library's own
extraction has had holes in every version that we support, and the filter that guards it is optional on Python 3.11.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import BinaryIO

from implementations.datasets.registry import DataProblem

_OVERHEAD = 1 << 20  # headers, padding and a readme beside the wanted members


class Refused(DataProblem):
    """The archive holds what no archive of ours holds."""


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than ``limit`` bytes in all, and so to hold more than that in memory."""

    def __init__(self, stream: gzip.GzipFile, limit: int, name: str) -> None:
        self.stream, self.left, self.limit, self.name = stream, limit, limit, name

    def read(self, size: int = -1) -> bytes:
        """As ``read`` of a file; raises :class:`Refused` beyond the limit. As a stream, a tar archive is read in small blocks."""
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise Refused(f"{self.name}: unpacks to more than {self.limit} bytes")
        return data


def read_members(archive: BinaryIO, wanted: Mapping[str, int], *, name: str, most: int = 100) -> dict[str, bytes]:
    """The contents of the wanted members of a gzipped tar archive, by their names.

    ``wanted`` has the exact size in bytes of each; ``name`` is what messages call the archive; ``most`` is the largest
    number of members of any kind. Raises :class:`Refused`, which says what was found, and never returns a part.
    """
    found: dict[str, bytes] = {}
    names: set[str] = set()
    limit = sum(wanted.values()) + _OVERHEAD
    try:
        with (
            gzip.open(archive) as unpacked,
            tarfile.open(fileobj=_Bounded(unpacked, limit, name), mode="r|") as members,
        ):
            for member in members:
                _require_harmless(member, names, name)
                if len(names) > most:
                    raise Refused(f"{name}: holds more than {most} members")
                if member.name in wanted:
                    found[member.name] = _content(members, member, wanted[member.name], name)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
        raise Refused(f"{name}: is no whole gzipped tar archive ({error})") from None
    lacking = sorted(set(wanted) - set(found))
    if lacking:
        raise Refused(f"{name}: does not hold {', '.join(lacking)}")
    return found


def _require_harmless(member: tarfile.TarInfo, names: set[str], archive: str) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or "\\" in member.name or not member.name.isprintable():
        raise Refused(f"{archive}: holds a member named {member.name[:200]!r}")
    if not (member.isreg() or member.isdir()) or member.issparse():
        kind = "link" if member.issym() or member.islnk() else "device or other special file"
        raise Refused(f"{archive}: holds a {kind} named {member.name[:200]!r}")
    if str(path) in names:
        raise Refused(f"{archive}: holds {member.name[:200]!r} twice")
    names.add(str(path))


def _content(members: tarfile.TarFile, member: tarfile.TarInfo, size: int, archive: str) -> bytes:
    stream = members.extractfile(member) if member.isreg() else None
    if stream is None or member.size != size:
        raise Refused(f"{archive}: {member.name} has {member.size} bytes, wanted {size}")
    content = stream.read()
    if len(content) != size:
        raise Refused(f"{archive}: {member.name} ends after {len(content)} of {size} bytes")
    return content

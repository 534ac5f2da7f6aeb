"""Members of tar archives: the wanted ones exactly, and every hostile archive refused with nothing written."""

from __future__ import annotations

import contextlib
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from implementations.datasets.archives import Refused, read_members

CONTENT = bytes(range(200))
WANTED = {"set/a.bin": 200}


def archive(*members: tuple[str, bytes] | tarfile.TarInfo) -> io.BytesIO:
    """A gzipped tar archive of files and of whatever else is given."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz", format=tarfile.PAX_FORMAT) as made:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                made.addfile(member, io.BytesIO(bytes(member.size)) if member.isreg() else None)
            else:
                entry = tarfile.TarInfo(member[0])
                entry.size = len(member[1])
                made.addfile(entry, io.BytesIO(member[1]))
    stream.seek(0)
    return stream


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member that is no plain file."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


GOOD = ("set/a.bin", CONTENT)


def test_the_wanted_members_come_back() -> None:
    """By name, whatever else of a harmless kind lies beside them."""
    folder = special("set", tarfile.DIRTYPE)
    assert read_members(archive(folder, ("set/readme", b"r"), GOOD), WANTED, name="x") == {"set/a.bin": CONTENT}


HOSTILE: dict[str, Callable[[], io.BytesIO]] = {
    "a member named '../out'": lambda: archive(GOOD, ("../out", b"x")),
    "a member named 'set/../../out'": lambda: archive(GOOD, ("set/../../out", b"x")),
    "a member named '/out'": lambda: archive(GOOD, special("/out", tarfile.REGTYPE)),
    r"a member named 'set\\\\out'": lambda: archive(GOOD, ("set\\out", b"x")),
    r"a member named 'set/\\nout'": lambda: archive(GOOD, ("set/\nout", b"x")),
    "a link named 'set/l'": lambda: archive(GOOD, special("set/l", tarfile.SYMTYPE, "../..")),
    "a link named 'set/h'": lambda: archive(GOOD, special("set/h", tarfile.LNKTYPE, "set/a.bin")),
    "a link named 'set/a.bin'": lambda: archive(special("set/a.bin", tarfile.SYMTYPE, "/etc/passwd")),
    "a device or other special file named 'set/d'": lambda: archive(GOOD, special("set/d", tarfile.CHRTYPE)),
    "a device or other special file named 'set/f'": lambda: archive(GOOD, special("set/f", tarfile.FIFOTYPE)),
    "holds 'set/a.bin' twice": lambda: archive(GOOD, GOOD),
    "holds 'set/./a.bin' twice": lambda: archive(GOOD, ("set/./a.bin", b"x")),
    "does not hold set/a.bin": lambda: archive(("set/b.bin", CONTENT)),
    "set/a.bin has 199 bytes, wanted 200": lambda: archive(("set/a.bin", CONTENT[:-1])),
    "set/a.bin has 201 bytes, wanted 200": lambda: archive(("set/a.bin", CONTENT + b"x")),
    "set/a.bin has 0 bytes, wanted 200": lambda: archive(special("set/a.bin", tarfile.DIRTYPE)),
    "more than 100 members": lambda: archive(GOOD, *((f"set/{n}", b"") for n in range(101))),
    "unpacks to more than": lambda: archive(("set/big", bytes(50_000_000)), GOOD),
    "is no whole gzipped tar archive": lambda: io.BytesIO(b"<html>not found</html>"),
    "is no whole gzipped tar archive ": lambda: io.BytesIO(archive(GOOD).getvalue()[:100]),
}


@pytest.mark.parametrize("told", HOSTILE)
def test_a_hostile_or_broken_archive_is_refused(told: str, tmp_path: Path, monkeypatch: Any) -> None:
    """As a whole, naming the archive and what it holds; nothing is written anywhere."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused, match=rf"^the\.tar: .*{told.strip()}"):
        read_members(HOSTILE[told](), WANTED, name="the.tar")
    assert os.listdir(tmp_path) == []


def test_a_header_that_announces_gigabytes_costs_nothing() -> None:
    """A pax header is read into memory whole, so its announced size is refused before anything is read."""
    import gzip
    import tracemalloc

    header = tarfile.TarInfo("set/pax")
    header.type, header.size = tarfile.XHDTYPE, 8 << 30
    stream = io.BytesIO(gzip.compress(header.tobuf(format=tarfile.GNU_FORMAT) + bytes(40_000_000)))
    tracemalloc.start()
    try:
        with pytest.raises(Refused, match="unpacks to more than"):
            read_members(stream, WANTED, name="x")
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_every_cut_of_a_good_archive_is_refused_or_whole() -> None:
    """No prefix gives a part of the wanted content."""
    whole = archive(GOOD).getvalue()
    for length in range(0, len(whole), 7):
        with contextlib.suppress(Refused):
            assert read_members(io.BytesIO(whole[:length]), WANTED, name="x") == {"set/a.bin": CONTENT}

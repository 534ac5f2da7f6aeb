"""Finding and reading files: where they are looked for, and that nothing but the registered content is ever returned."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from implementations.datasets import files
from implementations.datasets.files import Damaged, Missing


@pytest.mark.parametrize("packed", [False, True])
def test_plain_and_packed_are_the_same_file(house: Any, packed: bool) -> None:
    """Whoever packed it, and however well: the content counts."""
    house.put(house.data / "small" / ("one.bin.gz" if packed else "one.bin"), house.content, packed=packed)
    assert files.read_content(house.dataset(), "one.bin") == house.content
    assert [fault for _, fault in files.check(house.dataset())] == [""]


def test_one_s_own_folder_comes_before_the_cache(house: Any, monkeypatch: Any) -> None:
    """First REPRO_DATA, then the cache; without REPRO_DATA the cache alone."""
    house.put(house.cache / "small" / "one.bin", house.content)
    assert files.find(house.dataset(), house.dataset().files[0]) == house.cache / "small" / "one.bin"
    house.put(house.data / "small" / "one.bin", house.content)
    assert files.require(house.dataset()) == [house.data / "small" / "one.bin"]
    monkeypatch.delenv("REPRO_DATA")
    assert files.require(house.dataset()) == [house.cache / "small" / "one.bin"]


def test_the_cache_is_the_user_s_unless_told(monkeypatch: Any) -> None:
    """REPRO_CACHE decides; without it, a folder of this project in the platform's place for caches."""
    import platformdirs

    monkeypatch.delenv("REPRO_CACHE", raising=False)
    assert files.cache_folder() == platformdirs.user_cache_path("repro")
    monkeypatch.setenv("REPRO_CACHE", "/some/where")
    assert files.cache_folder() == Path("/some/where")


def test_what_is_missing_says_the_one_command_or_where_to_put_it(house: Any) -> None:
    """With an address: fetch it. Without: the name, size and digest of what to supply, and the folder."""
    fetchable = house.dataset(house.file("one.bin", house.content, "http://127.0.0.1:9/one.bin"))
    with pytest.raises(Missing, match=r"the dataset small is not here: repro data fetch small$"):
        files.read_content(fetchable, "one.bin")
    with pytest.raises(Missing) as told:
        files.require(house.dataset())
    for part in ("one.bin", str(len(house.content)), house.dataset().files[0].sha256, "small/", "REPRO_DATA"):
        assert part in str(told.value)


@pytest.mark.parametrize("packed", [False, True])
def test_every_other_content_is_refused(house: Any, packed: bool) -> None:
    """One byte changed, less, more or nothing at all: the message names the file, what was wanted and what was got."""
    right, wanted = house.content, house.dataset()
    path = house.data / "small" / ("one.bin.gz" if packed else "one.bin")
    for wrong in (b"X" + right[1:], right[:-1], right + b"x", right * 2, b""):
        house.put(path, wrong, packed=packed)
        with pytest.raises(Damaged) as told:
            files.read_content(wanted, "one.bin")
        assert str(path) in str(told.value) and f"wanted {len(right)} bytes" in str(told.value)
        assert wanted.files[0].sha256 in str(told.value) and "got" in str(told.value)


def test_a_damaged_file_is_not_passed_over_for_a_good_one(house: Any) -> None:
    """A broken copy in REPRO_DATA is told, even where the cache has the right one."""
    house.put(house.cache / "small" / "one.bin", house.content)
    house.put(house.data / "small" / "one.bin", house.content[:-1])
    with pytest.raises(Damaged, match="data/small/one.bin"):
        files.require(house.dataset())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_no_damage_to_a_packed_file_is_believed(house: Any, data: st.DataObject) -> None:
    """Any byte changed or any part cut off: refused, or (in gzip's own header) still the right content."""
    content = bytes(range(256)) * 4
    wanted = house.dataset(house.file("one.bin", content))
    packed = bytearray(gzip.compress(content, mtime=0))
    if data.draw(st.booleans()):
        packed = packed[: data.draw(st.integers(0, len(packed) - 1))]
    else:
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    house.put(house.data / "small" / "one.bin.gz", bytes(packed))
    try:
        assert files.read_content(wanted, "one.bin") == content
    except Damaged as error:
        assert "one.bin" in str(error)


def test_a_bomb_is_stopped_at_the_registered_size(house: Any, monkeypatch: Any) -> None:
    """100 MB of zeros in 100 kB, with a trailer that lies about the size: no more is unpacked than the file can have."""
    bomb = bytearray(gzip.compress(bytes(100_000_000), 1))
    bomb[-4:] = len(house.content).to_bytes(4, "little")
    path = house.put(house.data / "small" / "one.bin.gz", bytes(bomb))
    unpacked = 0
    opened = gzip.open

    def counting(place: Path) -> Any:
        stream: Any = opened(place)
        read = stream.read

        def reading(size: int) -> bytes:
            nonlocal unpacked
            block: bytes = read(size)
            unpacked += len(block)
            return block

        stream.read = reading
        return stream

    monkeypatch.setattr(gzip, "open", counting)
    with pytest.raises(Damaged, match="more than"):
        files.read_content(house.dataset(), "one.bin")
    assert path.exists() and unpacked == len(house.content) + 1


def test_looking_reads_no_content(house: Any, monkeypatch: Any) -> None:
    """`require` tells a file that was cut short by its size, and never hashes or unpacks."""
    wanted = house.dataset()
    monkeypatch.setattr(hashlib, "sha256", None)
    monkeypatch.setattr(gzip, "open", None)
    house.put(house.data / "small" / "one.bin.gz", gzip.compress(house.content))
    assert files.require(wanted)
    house.put(house.data / "small" / "one.bin.gz", gzip.compress(house.content[:-1]))
    with pytest.raises(Damaged, match=f"got {len(house.content) - 1} bytes"):
        files.require(wanted)

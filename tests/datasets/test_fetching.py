"""Downloads, from a server on this machine: right and whole, or nothing and a message that says what each address sent."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any, cast

import pytest

from implementations.datasets import fetching, files
from implementations.datasets.fetching import fetch
from implementations.datasets.registry import DataProblem, Dataset

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_fetched_verified_and_kept_as_it_was_sent(house: Any, server: Any, packed: bool) -> None:
    """Packed or plain; afterwards it is found and read, and a second fetch asks nobody."""
    body = gzip.compress(house.content) if packed else house.content
    wanted = house.dataset(house.file("one.bin", house.content, server.sends("one", body)))
    seen: list[tuple[str, int, int]] = []
    folder = fetch(wanted, step=lambda *told: seen.append(told))
    assert folder == house.cache / "small"
    assert house.files() == ["cache/small/one.bin.gz" if packed else "cache/small/one.bin"]
    assert files.read_content(wanted, "one.bin") == house.content
    assert seen[-1] == ("one.bin", len(body), len(house.content))
    fetch(wanted)
    assert server.asked == ["/one"]


def test_only_what_is_missing_or_damaged_is_fetched(house: Any, server: Any) -> None:
    """Of three files one is right, one damaged, one missing; the damaged copy is gone afterwards, packed or not."""
    contents = {name: house.content + name.encode() for name in ("a", "b", "c")}
    wanted = house.dataset(*(house.file(name, c, server.sends(name, c)) for name, c in contents.items()))
    house.put(house.cache / "small" / "a", contents["a"])
    house.put(house.cache / "small" / "b.gz", b"damaged")
    fetch(wanted)
    assert server.asked == ["/b", "/c"]
    assert house.files() == ["cache/small/a", "cache/small/b", "cache/small/c"]
    assert {name: files.read_content(wanted, name) for name in contents} == contents


def test_the_next_address_is_asked_where_one_fails(house: Any, server: Any) -> None:
    """A mirror that is gone, one with another content, then a redirect to the right one."""
    right = server.sends("right", house.content)
    urls = (
        f"{server.address}/gone",
        server.sends("other", b"X" + house.content[1:]),
        server.sends("moved", b"", status=302, Location=right),
    )
    wanted = house.dataset(house.file("one.bin", house.content, *urls))
    fetch(wanted)
    assert server.asked == ["/gone", "/other", "/moved", "/right"]
    assert files.read_content(wanted, "one.bin") == house.content


def test_what_is_not_the_file_is_refused_with_its_reason(house: Any, server: Any, monkeypatch: Any) -> None:
    """Each address with what it sent; nothing is left, not even a part, and an old right file of the set stays."""
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    content = house.content
    sent = {
        server.sends("error", b"", status=500): "500 Server Error",
        f"{server.address}/gone": "404 Client Error",
        server.sends("page", b"<html>log in first</html>"): "got 25 bytes",
        server.sends("short", content[:-1]): f"got {len(content) - 1} bytes",
        server.sends("cut", content[:50], announced=len(content)): "Connection broken",
        server.sends("wrong", content[:-1] + b"X"): "got SHA-256 ",
        server.sends("long", content * 3): f"sends more than the {len(content)} bytes",
        server.sends("bomb", gzip.compress(content * 50)): f"got more than {len(content)} bytes",
        server.sends("half", gzip.compress(content)[:-9]): "cannot be unpacked",
        server.sends("loop", b"", status=302, Location="/loop"): "redirects",
        server.sends("local", b"", status=302, Location="file:///etc/passwd"): "No connection adapters",
        "http://127.0.0.1:1/closed": "refused",
    }
    old = house.file("old.bin", b"old", server.sends("old", b"old"))
    wanted = house.dataset(old, house.file("one.bin", content, *sent))
    house.put(house.cache / "small" / "old.bin", b"old")
    with pytest.raises(DataProblem, match=r"^one\.bin cannot be fetched:\n") as told:
        fetch(wanted)
    lines = str(told.value).splitlines()[1:]
    assert len(lines) == len(sent)
    for (url, reason), line in zip(sent.items(), lines, strict=True):
        assert url in line and reason in line, line
    assert house.files() == ["cache/small/old.bin"]


def test_a_silent_server_is_given_up(house: Any, server: Any, monkeypatch: Any) -> None:
    """An address that accepts and never answers costs the time-out, not forever."""
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    ended = threading.Event()
    server.answers["/silent"] = lambda request: ended.wait(10)
    wanted = house.dataset(house.file("one.bin", house.content, f"{server.address}/silent"))
    with pytest.raises(DataProblem, match="timed out"):
        fetch(wanted)
    ended.set()
    assert house.files() == []


def test_what_a_killed_fetch_left_is_begun_anew(house: Any, server: Any) -> None:
    """A part is never read as the file, and no obstacle; nor is a link that lies where the part goes followed."""
    wanted = house.dataset(house.file("one.bin", house.content, server.sends("one", house.content)))
    victim = house.put(house.root / "victim", b"mine")
    part = house.put(house.cache / "small" / ".part-one.bin", house.content[:100])
    assert files.find(wanted, wanted.files[0]) is None
    part.unlink()
    part.symlink_to(victim)
    fetch(wanted)
    assert victim.read_bytes() == b"mine"
    assert house.files() == ["cache/small/one.bin", "victim"]


def test_a_full_disk_ends_the_fetch_at_once(house: Any, server: Any, monkeypatch: Any) -> None:
    """It is told as what it is, and no other address is asked; no part is left."""

    class Full:
        name = "the disk"

        def write(self, block: bytes) -> int:
            raise OSError(28, "No space left on device")

    urls = [server.sends("one", house.content), server.sends("two", house.content)]
    wanted = house.dataset(house.file("one.bin", house.content, *urls))
    real, full = fetching._Bounded, cast(IO[bytes], Full())
    monkeypatch.setattr(fetching, "_Bounded", lambda stream, file, step: real(full, file, step))
    with pytest.raises(DataProblem, match="the disk: cannot be written: No space left on device"):
        fetch(wanted)
    assert (server.asked, house.files()) == (["/one"], [])


def test_a_folder_that_cannot_be_made_is_told(house: Any, server: Any) -> None:
    """With its name, before anybody is asked."""
    house.put(house.cache, b"a file where the folder should be")
    wanted = house.dataset(house.file("one.bin", house.content, server.sends("one", house.content)))
    with pytest.raises(DataProblem, match="cache/small: cannot be written"):
        fetch(wanted)
    assert server.asked == []


def test_one_s_own_data_are_used_and_never_replaced(house: Any, server: Any) -> None:
    """What REPRO_DATA has right is not fetched; what it has damaged is told, for a fetch into the cache would not be found."""
    wanted = house.dataset(house.file("one.bin", house.content, server.sends("one", house.content)))
    path = house.put(house.data / "small" / "one.bin", house.content)
    assert fetch(wanted) == path.parent
    path.write_bytes(b"X" + house.content[1:])
    with pytest.raises(DataProblem, match="data/small/one.bin is not the published"):
        fetch(wanted)
    assert server.asked == [] and path.read_bytes()[:1] == b"X"


def test_into_a_folder_of_one_s_choice(house: Any, server: Any) -> None:
    """It gets the whole set, whatever lies elsewhere, and is then what REPRO_DATA may name."""
    wanted = house.dataset(house.file("one.bin", house.content, server.sends("one", house.content)))
    house.put(house.cache / "small" / "one.bin", house.content)
    assert fetch(wanted, into=house.data) == house.data / "small"
    assert files.require(wanted) == [house.data / "small" / "one.bin"]


def test_a_set_without_address_says_what_to_supply(house: Any) -> None:
    """It cannot be fetched; where it is here, fetching says so."""
    with pytest.raises(DataProblem, match=r"small: it is nowhere to be fetched; put one\.bin"):
        fetch(house.dataset())
    assert house.files() == []
    house.put(house.data / "small" / "one.bin", house.content)
    assert fetch(house.dataset()) == house.data / "small"


def test_two_processes_at_once_ask_once(house: Any, server: Any) -> None:
    """The second one waits for the first and finds everything there."""
    began, go_on = threading.Event(), threading.Event()
    url = server.sends("one", house.content)
    answer = server.answers["/one"]

    def slowly(request: Any) -> None:
        began.set()
        go_on.wait(20)
        answer(request)

    server.answers["/one"] = slowly
    wanted: Dataset = house.dataset(house.file("one.bin", house.content, url))
    program = (
        "from implementations.datasets.fetching import fetch\n"
        "from implementations.datasets.registry import Dataset, File\n"
        f"print('ready', flush=True)\nprint(fetch({wanted!r}), flush=True)"
    )
    first = threading.Thread(target=fetch, args=(wanted,))
    first.start()
    assert began.wait(20)
    second = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert second.stdout is not None and second.stdout.readline() == "ready\n"
    time.sleep(0.3)  # without a lock it would ask meanwhile
    go_on.set()
    out, _ = second.communicate(timeout=60)
    first.join(20)
    assert (second.returncode, out) == (0, f"{house.cache / 'small'}\n")
    assert (server.asked, house.files()) == (["/one"], ["cache/small/one.bin"])

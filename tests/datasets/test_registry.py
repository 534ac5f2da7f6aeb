"""The table of datasets: what it must hold, what it refuses, and that its digests are those that others publish."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.datasets.registry import DataProblem, Dataset, File, dataset, read_registry, registry

DIGEST = "0" * 64
ENTRY = f"""
[set]
what = "w"
licence = "l"
source = "s"
folder = "set"
[[set.files]]
name = "a.bin"
size = 3
sha256 = "{DIGEST}"
urls = ["https://example.org/a.bin"]
"""


def test_the_sets_that_the_project_promises() -> None:
    """Each by its name, with a description, a licence and a source; only the drawn one has no file."""
    sets = registry()
    assert list(sets) == [
        "mnist", "cifar10", "cifar10-subset", "cifar10-jpeg", "svhn", "shakespeare-tiny", "shakespeare", "glyphs",
    ]  # fmt: skip
    for name, one in sets.items():
        assert name == one.name and one.what and one.licence and one.source
        assert bool(one.files) == (name != "glyphs")


def test_sizes_follow_from_what_the_sets_hold() -> None:
    """IDX: 16 or 8 bytes of header and one byte a pixel or label. ASCII: one byte a character."""
    sizes = {file.name: file.size for each in registry().values() for file in each.files}
    assert sizes["train-images-idx3-ubyte"] == 16 + 60_000 * 28 * 28
    assert sizes["train-labels-idx1-ubyte"] == 8 + 60_000
    assert sizes["t10k-images-idx3-ubyte"] == 16 + 10_000 * 28 * 28
    assert sizes["t10k-labels-idx1-ubyte"] == 8 + 10_000
    assert (sizes["tinyshakespeare-input.txt"], sizes["shakespeare_input.txt"]) == (1_115_394, 4_573_338)


def test_no_two_files_share_a_place() -> None:
    """Sets may share a folder, never a file."""
    places = [(each.folder, file.name) for each in registry().values() for file in each.files]
    assert len(set(places)) == len(places)


def test_an_unknown_set_is_told_with_all_there_are() -> None:
    """So that a slip of the pen is seen at once."""
    with pytest.raises(DataProblem, match=r"no dataset 'mnits'; there are: mnist, cifar10,"):
        dataset("mnits")


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "/x", "a/b", "a\\b", "a..b", ".hidden", "-x", "A", "x" * 102, "a\0b", "a b", "a\n", "%2e%2e", "a\u2215b", "ä"],
)  # fmt: skip
def test_names_that_could_lead_elsewhere_are_refused(name: str) -> None:
    """As a file's name, a set's and a folder's."""
    with pytest.raises(ValueError, match="name"):
        File(name, 1, DIGEST)
    for wrong in ((name, "folder"), ("name", name)):
        with pytest.raises(ValueError, match="name"):
            Dataset(wrong[0], "w", "l", "s", wrong[1], ())


@given(st.text(alphabet=string.printable + "\0\u2215\uff0e", max_size=120))
def test_an_accepted_name_is_one_plain_component(name: str) -> None:
    """Whatever passes the rule has no separator, no leading dot, no two dots and no surprise for any file system."""
    try:
        File(name, 1, DIGEST)
    except ValueError:
        return
    assert re.fullmatch(r"[a-z0-9._-]{1,101}", name) and not name.startswith((".", "-", "_")) and ".." not in name


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"size": 0}, "size"),
        ({"size": -1}, "size"),
        ({"size": True}, "size"),
        ({"size": 1.0}, "size"),
        ({"sha256": ""}, "sha256"),
        ({"sha256": DIGEST.replace("0", "A")}, "sha256"),
        ({"sha256": DIGEST[:-1]}, "sha256"),
        ({"urls": ("file:///etc/passwd",)}, "address"),
        ({"urls": ("ftp://example.org/x",)}, "address"),
        ({"urls": ("https://a b",)}, "address"),
    ],
    ids=str,
)
def test_a_file_without_size_digest_or_web_address_is_refused(changes: dict[str, Any], told: str) -> None:
    """Size and digest are never left open, and nothing but the web is asked."""
    with pytest.raises(ValueError, match=told):
        File(**{"name": "a", "size": 1, "sha256": DIGEST, **changes})


def test_the_table_is_read_strictly() -> None:
    """Unknown and absent keys are told with the name of the set."""
    assert read_registry(ENTRY)["set"].files[0].urls == ("https://example.org/a.bin",)
    for damaged in (ENTRY.replace("size = 3", "sise = 3"), ENTRY.replace("what", "wat"), ENTRY.replace("urls", "url")):
        with pytest.raises(ValueError, match="^set: "):
            read_registry(damaged)
    with pytest.raises(ValueError, match="same name"):
        read_registry(ENTRY + ENTRY[ENTRY.index("[[") :])


def test_the_digest_of_a_set_is_that_of_its_contents() -> None:
    """Another description or address is the same set; another name, or digest of any file, is another one."""
    files = (File("a", 1, DIGEST), File("b", 1, "1" * 64))
    first = Dataset("x", "w", "l", "s", "x", files)
    assert first.digest() == Dataset("y", "v", "m", "t", "y", files[::-1]).digest()
    assert (
        first.digest() == Dataset("x", "w", "l", "s", "x", (File("a", 1, DIGEST, ("http://h/a",)), files[1])).digest()
    )
    others = [(File("a", 1, "2" * 64), files[1]), (File("c", 1, DIGEST), files[1]), files[:1]]
    assert len({first.digest(), *(Dataset("x", "w", "l", "s", "x", other).digest() for other in others)}) == 4

"""constraints.txt: what every command installs from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"([a-z0-9][a-z0-9-]*)==(\d[\w.]*)(?:; (python_version (?:<|>=) '3\.\d+'))?")


def pins() -> dict[str, list[tuple[str, str | None]]]:
    """Name -> (version, marker) of every line that is not a comment."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            match = LINE.fullmatch(line)
            assert match, f"not a plain name==version with at most a Python marker: {line}"
            found.setdefault(match[1], []).append((match[2], match[3]))
    return found


def direct_dependencies() -> list[str]:
    """The names in `dependencies`, every extra, every group and the build system, normalised."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = settings["project"]
    lists = [project["dependencies"], settings["build-system"]["requires"]]
    lists += [*project["optional-dependencies"].values(), *settings["dependency-groups"].values()]
    names = [re.split(r"[^\w.-]", entry)[0] for entries in lists for entry in entries if isinstance(entry, str)]
    return sorted({re.sub(r"[-_.]+", "-", name).lower() for name in names} - {project["name"]})


def test_every_line_is_a_plain_pin() -> None:
    """No address, hash, local build tag or file: any index can serve these lines."""
    assert len(pins()) > 50


def test_a_name_is_pinned_once_or_by_markers_that_exclude_each_other() -> None:
    """Two versions of one package carry `< X` and `>= X`; one version carries no marker."""
    for name, versions in pins().items():
        if len(versions) == 1:
            assert versions[0][1] is None, name
        else:
            older, newer = (marker or "" for _, marker in versions)
            assert len(versions) == 2 and older.replace("<", ">=") == newer, name


def test_the_names_are_sorted() -> None:
    """A sorted file merges well and shows a double entry."""
    assert list(pins()) == sorted(pins())


@pytest.mark.parametrize("name", direct_dependencies())
def test_every_direct_dependency_is_pinned(name: str) -> None:
    """What pyproject.toml asks for, in any extra or group, has its line."""
    assert name in pins()


def test_tox_is_pinned() -> None:
    """`make test` bootstraps tox from the same file."""
    assert "tox" in pins()

"""A project's datasets: is one here, what to do where it is not, and the digest that a record of a measurement keeps.

A project may name a module, ``datasets = "package.module"`` in ``[tool.repro]``, that has what :class:`Catalogue` lists. The
harness knows it by that name alone and imports it when the first claim that needs data is looked at. Without one, the
dataset NAME is the folder NAME below ``REPRO_DATA``, whatever it holds.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol, cast

from repro.config import Config
from repro.errors import UsageProblem


class Catalogue(Protocol):
    """What a project's module of datasets has. An error of the type ``DataProblem`` has a text that a person can act on."""

    DataProblem: type[Exception]

    def rows(self) -> list[dict[str, Any]]:
        """One row a dataset: name, what, bytes, state (here, missing, damaged, drawn), where, licence, source."""

    def missing(self, name: str) -> str | None:
        """What to do about a dataset that is not here, or ``None``."""

    def digest(self, name: str) -> str:
        """A digest of everything that a measurement can read of it; cheap, and the same whether it is here or not."""

    def fetch(self, name: str, into: Path | None, step: Callable[[str, int, int], None]) -> str:
        """Bring it here and say where it is; ``step`` is told the file, the bytes so far and the bytes in all."""

    def check(self, name: str) -> list[str]:
        """One line for each file that is not what it has to be, after reading every byte."""


class Datasets:
    """The datasets of one project."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def catalogue(self) -> Catalogue | None:
        """The module that the project names, imported; ``None`` where it names none."""
        name = self.config.datasets
        if name is None:
            return None
        path = str(self.config.root)
        sys.path.insert(0, path)
        try:
            module = importlib.import_module(name)
        except Exception as error:  # noqa: BLE001  # whatever importing somebody's module raises
            raise UsageProblem(f"[tool.repro] datasets: {name} cannot be imported: {error!r:.200}") from None
        finally:
            sys.path.remove(path)
        lacking = [
            part for part in ("DataProblem", "rows", "missing", "digest", "fetch", "check") if not hasattr(module, part)
        ]
        if lacking:
            raise UsageProblem(f"[tool.repro] datasets: {name} has no {', '.join(lacking)}")
        return cast(Catalogue, module)

    def missing(self, name: str) -> str | None:
        """What to do about a dataset that is not here, or ``None``."""
        if self.catalogue is not None:
            return self.catalogue.missing(name)
        return None if _folder(name) else f"set REPRO_DATA to a folder that holds {name}/"

    def digest(self, name: str) -> str:
        """The digest of the data that a measurement uses; ``missing`` where nothing of that name is known."""
        if self.catalogue is None:
            return folder_digest(name)
        try:
            return self.catalogue.digest(name)
        except self.catalogue.DataProblem:
            return "missing"

    def digests(self, needs: list[str]) -> dict[str, str]:
        """The digest for each of these needs that is a dataset."""
        return {need: self.digest(need.removeprefix("data:")) for need in needs if need.startswith("data:")}

    def unknown(self, name: str) -> str | None:
        """Why no machine could have this dataset, where the project lists all that there are; else ``None``."""
        if self.catalogue is None:
            return None
        known = [row["name"] for row in self.catalogue.rows()]
        return None if name in known else f"there is no dataset {name}; there are: {', '.join(known)}"


@cache
def folder_digest(name: str) -> str:
    """SHA-256 over the names and contents of the files in a folder below ``REPRO_DATA``."""
    folder = _folder(name)
    if folder is None:
        return "missing"
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return total.hexdigest()


def _folder(name: str) -> Path | None:
    folder = Path(os.environ.get("REPRO_DATA", "")) / name
    return folder if os.environ.get("REPRO_DATA") and folder.is_dir() else None

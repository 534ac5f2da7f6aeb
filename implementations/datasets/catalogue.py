"""What the harness asks of this project's datasets, which it knows by this module's name alone.

``[tool.repro] datasets`` in ``pyproject.toml`` names a module with these functions: :func:`rows`, :func:`missing`,
:func:`digest`, :func:`fetch`, :func:`check`, and the exception :class:`DataProblem` whose text a person can act on.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from implementations.datasets import files
from implementations.datasets.registry import DataProblem, dataset, registry

__all__ = ["DataProblem", "check", "digest", "fetch", "missing", "rows"]


def rows() -> list[dict[str, Any]]:
    """One row a dataset: name, what it is, bytes, state (``here``, ``missing``, ``damaged``, ``drawn``), where, licence, source.

    Looks at sizes only: :func:`check` reads every byte. ``where`` says what to do about a set that is not here.
    """
    return [
        {
            "name": each.name,
            "what": each.what,
            "bytes": each.size,
            **dict(zip(("state", "where"), _state(each.name), strict=True)),
            "licence": each.licence,
            "source": each.source,
        }
        for each in registry().values()
    ]


def missing(name: str) -> str | None:
    """What to do about a dataset that is not here; ``None`` where it is. A damaged one is not here, nor an unknown one."""
    try:
        files.require(dataset(name))
    except files.Missing as error:
        return str(error).partition(": ")[2]
    except DataProblem as error:
        return str(error)
    return None


def digest(name: str) -> str:
    """SHA-256 of what any reader of the set returns, whether it is here or not: other content is refused.

    For the set that is drawn, of the fonts. Raises :class:`DataProblem` for an unknown name.
    """
    wanted = dataset(name)
    if wanted.files:
        return wanted.digest()
    from implementations.datasets.glyphs import fonts_digest

    return fonts_digest()


def fetch(name: str, into: Path | None, step: Callable[[str, int, int], None]) -> str:
    """Bring a dataset here and say where it is; ``step`` is told file, bytes so far and bytes in all."""
    from implementations.datasets.fetching import fetch as fetch_files

    wanted = dataset(name)
    return str(fetch_files(wanted, into=into, step=step)) if wanted.files else _state(name)[1]


def check(name: str) -> list[str]:
    """One line for each file that is not the registered one, after reading every byte. Raises :class:`DataProblem` as ``missing`` tells."""
    wanted = dataset(name)
    try:
        return [fault for _, fault in files.check(wanted) if fault]
    except files.Damaged as error:
        return [str(error)]


def _state(name: str) -> tuple[str, str]:
    wanted = dataset(name)
    if not wanted.files:
        return "drawn", "needs no file"
    try:
        places = {str(path.parent) for path in files.require(wanted)}
    except files.Missing as error:
        return "missing", str(error).partition(": ")[2]
    except files.Damaged as error:
        return "damaged", str(error)
    return "here", ", ".join(sorted(places))

"""The state of a run on disk: named arrays in one file, written whole or not at all, read without pickle."""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

State = Mapping[str, NDArray[Any]]


def save(folder: Path, state: State, done: int, total: int) -> None:
    """Put a state in the place of the last one: temporary file, fsync, rename. ``done`` of ``total`` steps is told to who watches."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / ".state.npz"
    with temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, _done=np.array(done), **dict(state))
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, folder / "state.npz")
    tell(folder, done, total)


def tell(folder: Path, done: int, total: int) -> None:
    """Say how far the run is; losing this file loses nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        (folder / ".progress").write_text(json.dumps({"done": done, "total": total}))
        os.replace(folder / ".progress", folder / "progress.json")


def load(folder: Path) -> tuple[dict[str, NDArray[Any]], int] | None:
    """The last state and its number of steps; ``None`` where there is none that can be read: the run then begins again."""
    try:
        with np.load(folder / "state.npz", allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return arrays, int(arrays.pop("_done"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None

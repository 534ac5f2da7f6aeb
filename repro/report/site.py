"""The site: every page rendered into a sibling folder, then swapped in whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from repro.report import gallery, pages
from repro.report.model import Report

MARK = "repro-report"


def build(report: Report, folder: Path) -> Path:
    """Write the site of `report` to `folder` and return its `index.html`.

    Either the whole new site is there afterwards or the old one is as it was. The same report gives the same bytes.

    Raises
    ------
    FileExistsError
        if `folder` holds something that is not a report: it is never deleted.
    OSError
        if it cannot be written (a full or read-only disk); the old report stays.
    """
    folder = Path(os.path.realpath(folder))
    if not _replaceable(folder):
        raise FileExistsError(f"{folder} is not a report and not empty: name another folder, or empty it yourself")
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
    try:
        for name, text in _files(report):
            path = new / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        new.chmod(0o755 & ~_umask())
        _swap(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return folder / "index.html"


def _files(report: Report) -> Iterator[tuple[str, str]]:
    shown = gallery.show(report)
    for one in shown.values():
        for picture in one.pictures:
            yield picture.file, picture.svg
    yield MARK, "This folder is written by `repro report`, which replaces it whole.\n"
    yield from pages.render(report, shown)


def _replaceable(folder: Path) -> bool:
    if not os.path.lexists(folder):
        return True
    return folder.is_dir() and ((folder / MARK).is_file() or not any(folder.iterdir()))


def _swap(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; if that fails, put the old one back."""
    if not folder.exists():
        new.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old-", dir=folder.parent))
    try:
        folder.rename(old / "report")
        try:
            new.rename(folder)
        except OSError:
            (old / "report").rename(folder)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

"""The project: where its specifications and results live, as ``[tool.repro]`` in its ``pyproject.toml`` says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repro.errors import UsageProblem

_TEXTS = ("specs", "results", "work", "report", "ledger", "title")
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,79}")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one project. All paths are absolute.

    specs     folder of the documents' specifications
    results   folder of the published, tracked records and summaries
    work      folder of a user's own records, ignored by git
    report    folder that the HTML site is built into
    ledger    CSV file of the statements, or a path where none exists: then the suite has no denominator
    error     chance, over the whole suite, that any true claim is refuted
    show      kind of thing -> ``module:function`` that `repro show` calls for it
    export    form of file -> ``module:function`` that `repro export` calls to write a recording in it
    datasets  module that knows the project's datasets, or ``None``: then a dataset is a folder below ``REPRO_DATA``
    """

    root: Path
    specs: Path
    results: Path
    work: Path
    report: Path
    ledger: Path
    title: str
    error: float
    show: Mapping[str, str]
    export: Mapping[str, str]
    datasets: str | None

    @property
    def records(self) -> Path:
        """A user's own records."""
        return self.work / "records"

    @property
    def published(self) -> Path:
        """The records that the repository carries."""
        return self.results / "records"


def find_config(start: Path) -> Config:
    """The nearest ``pyproject.toml`` with a ``[tool.repro]`` table, from ``start`` upwards."""
    start = start.resolve()
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            settings = _settings(file)
            if settings is not None:
                return _config(folder, settings, file)
    raise UsageProblem(
        f"no pyproject.toml with a [tool.repro] table in {start} or above it; go to your project's folder, "
        "or start one with: repro new project FOLDER"
    )


def _settings(file: Path) -> dict[str, Any] | None:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageProblem(f"{file}: cannot be read: {error}") from None
    tool = content.get("tool")
    settings = tool.get("repro") if isinstance(tool, dict) else None
    if settings is not None and not isinstance(settings, dict):
        raise UsageProblem(f"{file}: tool.repro must be a table; got {settings!r:.80}")
    return settings


def _config(root: Path, settings: dict[str, Any], file: Path) -> Config:
    known = {*_TEXTS, "error", "show", "export", "datasets"}
    for key, value in settings.items():
        if key not in known:
            raise UsageProblem(f"{file}: [tool.repro] has the unknown key '{key}'; known: {', '.join(sorted(known))}")
        if key in _TEXTS and not (isinstance(value, str) and value.isprintable() and value.strip()):
            raise UsageProblem(f"{file}: [tool.repro] {key} must be text on one line; got {value!r:.80}")
    error = settings.get("error", 0.01)
    if not isinstance(error, float) or not 0 < error <= 0.5:
        raise UsageProblem(f"{file}: [tool.repro] error must be a number in (0, 0.5]; got {error!r}")
    datasets = settings.get("datasets")
    if datasets is not None and not (isinstance(datasets, str) and _MODULE.fullmatch(datasets)):
        raise UsageProblem(f"{file}: [tool.repro] datasets must be a module's dotted name; got {datasets!r:.80}")
    specs = settings.get("specs", "specs")
    return Config(
        root=root,
        specs=root / specs,
        results=root / settings.get("results", "results/reproduction"),
        work=root / settings.get("work", ".repro"),
        report=root / settings.get("report", "results/report"),
        ledger=root / settings.get("ledger", f"{specs}/ledger.csv"),
        title=settings.get("title", root.name),
        error=error,
        show=_functions(settings, "show", file),
        export=_functions(settings, "export", file),
        datasets=datasets,
    )


def _functions(settings: dict[str, Any], key: str, file: Path) -> dict[str, str]:
    """A table of kinds and the functions that serve them."""
    table = settings.get(key, {})
    if not isinstance(table, dict):
        raise UsageProblem(f"{file}: [tool.repro] {key} must be a table of kinds; got {table!r:.80}")
    for kind, dotted in table.items():
        if not (_KIND.fullmatch(kind) and isinstance(dotted, str) and _DOTTED.fullmatch(dotted)):
            raise UsageProblem(
                f"{file}: [tool.repro.{key}] needs kind = 'module:function'; got {kind!r:.80} = {dotted!r:.80}"
            )
    return table

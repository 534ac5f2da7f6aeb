"""``repro data``: which datasets there are and where they lie; bring them here; verify every byte of them.

====  ====================================================================
code  meaning
====  ====================================================================
0     listed; all named datasets are here; all are what they have to be
1     ``check``: a named dataset is not here
2     usage, or no dataset of that name
3     ``fetch``: a dataset could not be brought here
4     ``check``: a file is not the registered one
====  ====================================================================
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from repro.cli.showing import json_option, print_json, print_table, printable, say, warn
from repro.config import find_config
from repro.engine.data import Catalogue, Datasets
from repro.errors import BROKEN, INTEGRITY, OK, UNEXPECTED, UsageProblem

Step = Callable[[str, int, int], None]


@click.group("data", invoke_without_command=True)
@json_option
@click.pass_context
def data_command(context: click.Context, as_json: bool) -> int:
    """List the datasets: what each is, its size, where it is or how to get it, its licence.

    \b
    Exit codes: 0 all well; 1 `check`: not here; 2 no such dataset; 3 `fetch`: could not be brought here;
    4 `check`: a file is not the registered one.
    """
    if context.invoked_subcommand is not None:
        return OK
    rows = _catalogue(context.obj).rows()
    if as_json:
        print_json(rows)
    else:
        columns = ["dataset", "state", "size", "what", "licence", "where"]
        cells = [[r["name"], r["state"], _size(r["bytes"]), r["what"], r["licence"], r["where"]] for r in rows]
        print_table(columns, cells, [column == "size" for column in columns])
    return OK


@data_command.command("fetch", short_help="Bring datasets here from their publishers.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder for data, to be named by REPRO_DATA afterwards [default: the cache].",
)
@json_option
@click.pass_obj
def data_fetch(project: Path, names: tuple[str, ...], into: Path | None, as_json: bool) -> int:
    """Bring datasets here from their publishers; a file counts only with the registered size and SHA-256."""
    catalogue = _catalogue(project, names)
    rows = []
    for name in dict.fromkeys(names):
        try:
            with _bars() as step:
                rows.append({"name": name, "state": "here", "where": catalogue.fetch(name, into, step)})
        except catalogue.DataProblem as error:
            rows.append({"name": name, "state": "failed", "where": str(error)})
            warn(str(error))
    fetched = [row for row in rows if row["state"] == "here"]
    if as_json:
        print_json(rows)
    else:
        print_table(["dataset", "state", "where"], [list(row.values()) for row in fetched])
    if into is not None and fetched:
        warn(f"commands find this where REPRO_DATA is set to {into.resolve()}")
    return OK if len(fetched) == len(rows) else BROKEN


@data_command.command("check", short_help="Read and verify every byte of datasets.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
@click.pass_obj
def data_check(project: Path, names: tuple[str, ...], as_json: bool) -> int:
    """Read every byte of the named datasets (all that are here, for none) and compare size and SHA-256."""
    catalogue = _catalogue(project, names)
    chosen = list(dict.fromkeys(names)) or [row["name"] for row in catalogue.rows() if row["state"] != "missing"]
    rows = []
    for name in chosen:
        try:
            faults = catalogue.check(name)
            rows.append({"name": name, "state": "damaged" if faults else "whole", "reason": "; ".join(faults)})
        except catalogue.DataProblem as error:
            rows.append({"name": name, "state": "missing", "reason": str(error)})
    states = [row["state"] for row in rows]
    if as_json:
        print_json(rows)
    else:
        print_table(["dataset", "state", "reason"], [list(row.values()) for row in rows])
        say(f"{len(rows)} datasets: " + ", ".join(f"{states.count(s)} {s}" for s in ("whole", "damaged", "missing")))
    return INTEGRITY if "damaged" in states else UNEXPECTED if "missing" in states else OK


def _catalogue(project: Path, names: tuple[str, ...] = ()) -> Catalogue:
    """The project's datasets; raises :class:`UsageProblem` where it has none, or none of one of these names."""
    config = find_config(project)
    datasets = Datasets(config)
    if datasets.catalogue is None:
        raise UsageProblem(
            f"{config.root / 'pyproject.toml'}: [tool.repro] datasets names no module: here, data:NAME is the folder NAME "
            "below REPRO_DATA"
        )
    for name in names:
        unknown = datasets.unknown(name)
        if unknown is not None:
            raise UsageProblem(unknown)
    return datasets.catalogue


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count else ""


@contextmanager
def _bars() -> Iterator[Step]:
    """A bar for each file with bytes, speed and time left, where standard error is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda file, done, size: None
        return
    from rich.console import Console
    from rich.progress import DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def step(file: str, done: int, size: int) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(printable(file), total=size)
            bars.update(tasks[file], completed=done)

        yield step

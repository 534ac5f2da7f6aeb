"""``repro show``: one thing of a kind as a table. The project's settings say which function makes it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from repro.cli.showing import json_option, print_json, print_table, say
from repro.config import Config, find_config
from repro.errors import OK, ReproError, UsageProblem

_SECONDS, _MEBIBYTES = 300.0, 4096


@click.command("show")
@click.argument("kind", required=False)
@click.argument("name", required=False)
@json_option
@click.pass_obj
def show_command(project: Path, kind: str | None, name: str | None, as_json: bool) -> int:
    """Print the table of NAME, a thing of KIND; without NAME the names of that kind, without KIND the kinds."""
    config = find_config(project)
    if kind is None:
        kinds = [{"kind": kind, "function": dotted} for kind, dotted in config.show.items()]
        _print(kinds, {"table": _kinds(config)}, as_json)
        return OK
    if kind not in config.show:
        raise UsageProblem(f"there is no kind '{kind}' to show{_nearest(kind, config.show)}; see repro show")
    listing, data = _made(config, kind, name)
    if data is None:
        table = listing["table"]
        _print([dict(zip(table["columns"], row, strict=True)) for row in table["rows"]], listing, as_json)
    else:
        _print([data], data, as_json)
    return OK


def _kinds(config: Config) -> dict[str, Any]:
    if not config.show:
        raise UsageProblem("nothing can be shown: [tool.repro.show] in pyproject.toml names no kind")
    return {"columns": ["kind", "function"], "rows": [list(pair) for pair in config.show.items()]}


def _made(config: Config, kind: str, name: str | None) -> tuple[Any, Any]:
    """The listing of a kind and, for a name, its data; made in a worker, so that nothing it prints or breaks is ours."""
    from repro.engine.pool import Pool
    from repro.engine.process import Task

    dotted = config.show[kind]
    with Pool(config.root, 1) as pool:

        def ask(arguments: dict[str, str]) -> Any:
            pool.submit(Task(kind, dotted, arguments, None, "", _SECONDS, _MEBIBYTES))
            (reply,) = pool.wait()
            if reply.error is not None:
                raise ReproError(f"{dotted}: {reply.error}")
            _require_table(dotted, reply.value)
            return reply.value

        listing = ask({})
        names = [str(row[0]) for row in listing["table"]["rows"]]
        if name is not None and name not in names:
            raise UsageProblem(f"there is no {kind} '{name}'{_nearest(name, names)}; see repro show {kind}")
        return listing, None if name is None else ask({"name": name})


def _require_table(dotted: str, data: Any) -> None:
    """Refuse what cannot be printed, before anything is."""
    from repro.report.gallery import own_table

    try:
        table = own_table(data["table"])
        sound = all(len(row) == len(table.columns) for row in (*table.rows, *table.totals)) and table.columns
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReproError(f"{dotted}: returned no table: {type(error).__name__}: {error}") from None
    if not sound:
        raise ReproError(f"{dotted}: returned a table whose rows and columns differ in length")


def _nearest(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f"; the nearest is '{near[0]}'" if near else ""


def _print(rows: list[dict[str, Any]], data: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    from repro.report.gallery import own_table

    table = own_table(data["table"])
    levels = table.levels or (0,) * len(table.rows)
    indented = [["  " * level + row[0], *row[1:]] for row, level in zip(table.rows, levels, strict=True)]
    print_table(table.columns, indented, table.numeric, table.totals)
    if data.get("alt"):
        say(str(data["alt"]))

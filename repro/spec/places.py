"""From a claim to the lines of the files behind it, without importing the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from repro.spec.suite import Claim, Exhibit, Recording

_HEADER = re.compile(r"^\s*\[(?:claims|exhibits|recordings)\.([a-z][a-z0-9_]*)\]\s*(?:#.*)?$")


def line_of(path: Path, name: str) -> int:
    """The line of ``[claims.<name>]`` in its file; 1 where it is written in another form."""
    return _headers(path).get(name, 1)


@cache
def _headers(path: Path) -> dict[str, int]:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = ((_HEADER.match(line), number) for number, line in enumerate(lines, 1))
    return {match.group(1): number for match, number in found if match}


class Planned(NamedTuple):
    """One call that an item asks for: the key it stands under, the function, what it is given, and what it is merely offered."""

    key: str
    dotted: str
    arguments: set[str]
    offered: set[str]  # passed to functions that take them: deterministic controls and second routes exist


def calls_of(item: Claim | Exhibit | Recording) -> Iterator[Planned]:
    """Every call that an item asks for, as its specification says it."""
    if isinstance(item, Recording):
        yield Planned("make", item.spec.make, set(item.spec.args) | {"seed"}, {"checkpoint"})
        return
    read = set(item.spec.recordings)
    if isinstance(item, Exhibit):
        yield Planned("make", item.spec.make, set(item.spec.args) | read, set())
        return
    spec = item.spec
    common = set(spec.args) | ({"backend"} if spec.backends else set())
    seeds = {"seeds"} if spec.seeds else set()
    yield Planned("measure", spec.measure, common | read, seeds)
    for name, control in spec.controls.items():
        yield Planned(f"controls.{name}", control.measure or spec.measure, common | set(control.args), seeds | read)
    if spec.refuted is not None:
        yield Planned("refuted.confirm", spec.refuted.confirm, set(spec.refuted.confirm_args), seeds | read)


def misfit(function: ast.FunctionDef, planned: Planned) -> str | None:
    """Why a function cannot be called as planned, or ``None``."""
    signature = function.args
    names = [parameter.arg for parameter in (*signature.args, *signature.kwonlyargs)]
    optional = len(signature.defaults)
    required = set(names[: len(signature.args) - optional])
    required |= {
        p.arg for p, default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True) if default is None
    }
    unknown = planned.arguments - set(names)
    if unknown and signature.kwarg is None:
        return f"takes no argument {', '.join(sorted(unknown))}; it takes: {', '.join(names) or 'none'}"
    absent = required - planned.arguments - planned.offered
    if absent:
        return f"needs the argument {', '.join(sorted(absent))}"
    return None

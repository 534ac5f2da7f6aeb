"""From a claim to the lines of the files behind it, without importing the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from repro.spec.suite import Claim, Exhibit

_HEADER = re.compile(r"^\s*\[(?:claims|exhibits)\.([a-z][a-z0-9_]*)\]\s*(?:#.*)?$")


def line_of(path: Path, name: str) -> int:
    """The line of ``[claims.<name>]`` in its file; 1 where it is written in another form."""
    return _headers(path).get(name, 1)


@cache
def _headers(path: Path) -> dict[str, int]:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = ((_HEADER.match(line), number) for number, line in enumerate(lines, 1))
    return {match.group(1): number for match, number in found if match}


def calls_of(item: Claim | Exhibit) -> Iterator[tuple[str, str, set[str]]]:
    """Every call that an item asks for: the key it stands under, the dotted name, the names of its arguments."""
    if isinstance(item, Exhibit):
        yield "make", item.spec.make, set(item.spec.args)
        return
    spec = item.spec
    common = set(spec.args) | ({"backend"} if spec.backends else set())
    yield "measure", spec.measure, common | ({"seeds"} if spec.seeds else set())
    for name, control in spec.controls.items():
        arguments = common | set(control.args) | ({"seeds"} if spec.seeds else set())
        yield f"controls.{name}", control.measure or spec.measure, arguments
    if spec.refuted is not None:
        yield "refuted.confirm", spec.refuted.confirm, set(spec.refuted.confirm_args)


def misfit(function: ast.FunctionDef, arguments: set[str]) -> str | None:
    """Why a function cannot be called with these keyword arguments, or ``None``.

    ``seeds`` may be ignored by a function that does not take them: deterministic controls and second routes exist.
    """
    signature = function.args
    names = [parameter.arg for parameter in (*signature.args, *signature.kwonlyargs)]
    optional = len(signature.defaults)
    required = set(names[: len(signature.args) - optional])
    required |= {
        p.arg for p, default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True) if default is None
    }
    unknown = arguments - set(names) - {"seeds"}
    if unknown and signature.kwarg is None:
        return f"takes no argument {', '.join(sorted(unknown))}; it takes: {', '.join(names) or 'none'}"
    absent = required - arguments - {"seeds"}
    if absent:
        return f"needs the argument {', '.join(sorted(absent))}"
    return None

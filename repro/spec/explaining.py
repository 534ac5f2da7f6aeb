"""Validation errors in a person's words: the key's path, what was wanted, what was got, the nearest known key."""

from __future__ import annotations

import difflib
import types
import typing
from typing import Any

from pydantic import BaseModel, ValidationError


def explain(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """All faults of one file, one line each, in the file's own terms."""
    lines: dict[str, None] = {}  # a dict keeps the order and drops repeats of one fault from the branches of a union
    for fault in error.errors(include_url=False):
        path = [str(part) for part in fault["loc"] if not _is_branch(part)]
        where = ".".join(path) or "the file"
        if fault["type"] == "extra_forbidden":
            lines[f"{where}: unknown key{_nearest(path, model)}"] = None
        elif fault["type"] == "missing":
            lines[f"{where}: is required"] = None
        else:
            lines[f"{where}: {_message(fault)}"] = None
    return list(lines)


def _is_branch(part: int | str) -> bool:
    """pydantic puts the name of a union's branch into the path; no key of ours looks like one."""
    branches = ("function-", "constrained-", "literal[", "list[", "dict[")
    names = ("int", "bool", "str", "decimal", "Band", "is-instance")
    return isinstance(part, str) and (part.startswith(branches) or part in names)


def _message(fault: Any) -> str:
    text = str(fault["msg"]).removeprefix("Value error, ")
    got = fault.get("input")
    if isinstance(got, str | int | float | bool) and fault["type"] != "value_error":
        return f"{text[0].lower()}{text[1:]}; got {str(got)[:80]!r}"
    return text


def _nearest(path: list[str], model: type[BaseModel]) -> str:
    known = _keys_at(path[:-1], model)
    near = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
    return f"; did you mean '{near[0]}'?" if near else f"; known here: {', '.join(sorted(known))}"


def _keys_at(path: list[str], model: type[BaseModel]) -> list[str]:
    current: Any = model
    for part in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = next((f for name, f in current.model_fields.items() if (f.alias or name) == part), None)
            current = _model_in(field.annotation) if field else None
        # a part that is no field is the free name of a claim, a control or a row: the model stays
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [field.alias or name for name, field in current.model_fields.items()]
    return []


def _model_in(annotation: Any) -> Any:
    """The model inside ``dict[Name, Model]``, ``Model | None`` and the like."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    found = (_model_in(part) for part in typing.get_args(annotation))
    return next((part for part in found if part is not None), None)

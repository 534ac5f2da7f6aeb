"""Validation errors in a person's words: the key's path, what was wanted, what was got, the nearest known key."""

from __future__ import annotations

import difflib
import re
import typing
from datetime import date, time
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError

from repro.spec import fields

_BARE = re.compile(r"[A-Za-z0-9_-]{1,80}")
_MOST = 50  # faults told of one file; a hostile one can hold a hundred thousand

_WANTED = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "is_instance_of": "a number",
    "finite_number": "a number",
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "literal_error": "{expected}",
    "greater_than": "above {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "string_too_long": "text of at most {max_length} characters",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
}

_FORMS = {
    fields.NAME: "a name of small letters, digits and underscores, at most 80",
    fields.ARGUMENT: "the name of an argument",
    fields.DOTTED: "the name of a function, as in package.module:function",
    fields.ROW: "a row of the ledger, as in C-018",
    fields.NEED: "a package's import name, gpu, or data:NAME",
}


def explain(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """The faults of one file, one line each, in the file's own terms."""
    faults: dict[tuple[str, ...], list[Any]] = {}
    for fault in error.errors(include_url=False):
        path = tuple(str(part) for part in fault["loc"] if not _is_branch(part))
        faults.setdefault(path, []).append(fault)

    def place(path: tuple[str, ...]) -> str:
        return ".".join(part if _BARE.fullmatch(part) else repr(part[:80]) for part in path) or "the file"

    lines = [f"{place(path)}: {_told(path, found, model)}" for path, found in list(faults.items())[:_MOST]]
    return [*lines, f"and {len(faults) - _MOST} more"] if len(faults) > _MOST else lines


def _is_branch(part: int | str) -> bool:
    """pydantic puts the name of a union's branch into the path; no key of ours looks like one."""
    branches = ("function-", "constrained-", "literal[", "list[", "dict[")
    names = ("int", "bool", "str", "decimal", "Band", "is-instance", "is-instance[Decimal]", "[key]")
    return isinstance(part, str) and (part.startswith(branches) or part in names)


def _told(path: tuple[str, ...], faults: list[Any], model: type[BaseModel]) -> str:
    """One sentence for all faults at one place; several are the branches of a union, none of which fits."""
    for fault in faults:
        if fault["type"] == "extra_forbidden":
            return f"unknown key{_nearest(path, model)}"
        if fault["type"] == "missing":
            return "is required"
        if fault["type"] == "value_error":  # a branch that fits in type, with what is wrong in words of ours
            return str(fault["msg"]).removeprefix("Value error, ")
    wanted = list(dict.fromkeys(_wanted(fault) for fault in faults))
    if "a number" in wanted and "a whole number" in wanted:
        wanted.remove("a whole number")
    choice = f"{', '.join(wanted[:-1])} or {wanted[-1]}" if len(wanted) > 1 else wanted[0]
    return f"should be {choice}; got {_got(faults[0]['input'])}"


def _wanted(fault: Any) -> str:
    if fault["type"] == "string_pattern_mismatch":
        return _FORMS[fault["ctx"]["pattern"]]
    phrase = _WANTED.get(fault["type"])
    return phrase.format(**fault.get("ctx", {})) if phrase else str(fault["msg"])


def _got(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return repr(value[:80])
    if isinstance(value, int | Decimal):
        return f"{value}"[:80]
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, date | time):
        return "a date; write it as text"
    return "a table" if isinstance(value, dict) else f"a {type(value).__name__}"


def _nearest(path: tuple[str, ...], model: type[BaseModel]) -> str:
    known = _keys_at(path[:-1], model)
    near = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
    return f"; did you mean '{near[0]}'?" if near else f"; known here: {', '.join(sorted(known))}"


def _keys_at(path: tuple[str, ...], model: type[BaseModel]) -> list[str]:
    """The keys of the table at this path."""
    current, parts = model, list(path)
    while parts:
        name = parts.pop(0)
        annotation = next(f.annotation for key, f in current.model_fields.items() if (f.alias or key) == name)
        if typing.get_origin(annotation) is dict:
            parts.pop(0)  # the free name of a claim, a control or an exhibit
        current = _model_in(annotation)
    return [field.alias or name for name, field in current.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel]:
    """The model inside ``dict[Name, Model]``, ``Literal[...] | Model | None`` and the like; our fields hold one each."""
    candidates = [annotation]
    while candidates:
        candidate = candidates.pop()
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
        candidates += typing.get_args(candidate)
    raise TypeError(f"{annotation} holds no model")

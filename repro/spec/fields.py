"""The single values of a specification: names, texts and numbers, each taken as it is or refused; nothing is coerced."""

from __future__ import annotations

import math
import re
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

NAME = r"^[a-z][a-z0-9_]{0,79}$"
ARGUMENT = r"^[A-Za-z_][A-Za-z0-9_]{0,79}$"
DOTTED = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*$"
ROW = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"
NEED = r"^(data:[a-z][a-z0-9_.-]{0,59}|[a-z][a-z0-9_]{0,59})$"

SCHEMA = 1
_LARGEST = 2**63
_STEERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # a newline does not


def _finite(number: Any) -> Any:
    if isinstance(number, bool | str):
        return number
    if isinstance(number, int):
        if abs(number) >= _LARGEST:
            raise ValueError("does not fit in 64 bits")
        return number
    if not number.is_finite() or not math.isfinite(float(number)) or (number != 0 and float(number) == 0.0):
        raise ValueError("is not a finite 64-bit number")
    return number


def _clean(text: str) -> str:
    found = _STEERS.search(text)
    if found:
        raise ValueError(f"holds the control character U+{ord(found[0]):04X}")
    if not text.strip():
        raise ValueError("is empty")
    return text.strip()


def _clean_cell(cell: Any) -> Any:
    return _clean(cell) if isinstance(cell, str) and cell else cell


def _arguments(value: Any) -> Any:
    """Arguments as JSON holds them: finite numbers, text, truths, lists and tables of these."""
    return {key: _plain(item, _named(key)) for key, item in value.items()} if isinstance(value, dict) else value


def _named(key: str) -> str:
    """A key as a message may show it: one that is no argument's name can hold anything, ends of lines too."""
    return key[:80] if key.isprintable() else ascii(key[:80])


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, list):
        return [_plain(item, f"{where}.{index}") for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {_clean(key): _plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, date | time):
        raise ValueError(f"{where} is a date; write it as text")  # noqa: TRY004  # pydantic reports ValueErrors
    try:
        if isinstance(value, str):
            return _clean(value) if value else value
        return float(_finite(value)) if isinstance(value, Decimal) else _finite(value)
    except ValueError as error:
        raise ValueError(f"{where} {error}") from None


def _known_schema(number: int) -> int:
    if number != SCHEMA:
        raise ValueError(f"is {number}; this version reads {SCHEMA}")
    return number


Text = Annotated[str, Field(max_length=2000), AfterValidator(_clean)]
Name = Annotated[str, Field(pattern=NAME)]
Dotted = Annotated[str, Field(pattern=DOTTED, max_length=200)]
Row = Annotated[str, Field(pattern=ROW)]
Number = Annotated[int | Decimal, AfterValidator(_finite)]
Scalar = Annotated[bool | int | Decimal | Annotated[str, Field(max_length=2000)], AfterValidator(_finite)]
Cell = Annotated[Scalar, AfterValidator(_clean_cell)]
Arguments = Annotated[dict[Annotated[str, Field(pattern=ARGUMENT)], Any], BeforeValidator(_arguments)]
Need = Annotated[str, Field(pattern=NEED)]
Readings = dict[Annotated[str, Field(pattern=ARGUMENT)], Name]  # an argument, and the recording that is passed in it
Schema = Annotated[int, AfterValidator(_known_schema), Field(alias="schema")]


class Strict(BaseModel):
    """Unknown keys are errors, values are taken as they are, and nothing can be changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

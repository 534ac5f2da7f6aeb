"""What the judge says: the verdict with everything that it rests on, and its form in a record."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

Outcome: TypeAlias = Literal["reproduced", "refuted", "inconclusive"]
Ends: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Cell:
    """The verdict on one cell of a table; `interval` is the 95 % one, None without seeds or spread."""

    key: str
    column: str
    documented: str
    measured: str
    interval: Ends | None
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict. Of a table, the numbers are those of its worst cell, `power` is the least and `seeds_to_settle` the
    most of its cells.

    `interval` covers with 95 % and is for reading; `decision_interval` covers with `decision_level` and decided. Both
    are None for a deterministic measurement, for values that all seeds share, and for truths and texts. An end of
    `band` is None where there is no limit. `undecided` asks for the next look. `power` is the chance of `reproduced` at
    the most seeds that may be spent, were the printed value exactly true and the spread as observed; None for bounds,
    orders, truths, texts and without seeds.
    """

    outcome: Outcome
    documented: str
    measured: str
    reason: str
    estimate: float | None = None
    interval: Ends | None = None
    decision_interval: Ends | None = None
    decision_level: float | None = None
    band: tuple[float | None, float | None] | None = None
    seeds: int = 0
    undecided: bool = False
    cells: tuple[Cell, ...] = ()
    power: float | None = None
    seeds_to_settle: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: lists for tuples, every number finite."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: object) -> "Judgement":
        """The judgement that `to_dict` wrote; `ValueError` naming the field for anything else."""
        record = _record(data, cls, "judgement")
        record["cells"] = tuple(
            _cell(cell, position) for position, cell in enumerate(_listed(record["cells"], "cells"))
        )
        for name in ("documented", "measured", "reason"):
            _check(isinstance(record[name], str), name, "text", record[name])
        _check(record["outcome"] in get_args(Outcome), "outcome", " or ".join(get_args(Outcome)), record["outcome"])
        for name in ("estimate", "decision_level", "power"):
            record[name] = _optional_number(record[name], name)
        for name in ("interval", "decision_interval"):
            record[name] = _ends(record[name], name)
        if record["band"] is not None:
            low, high = _listed(record["band"], "band", 2)
            record["band"] = (_optional_number(low, "band"), _optional_number(high, "band"))
        _check(isinstance(record["undecided"], bool), "undecided", "true or false", record["undecided"])
        _check(_is_count(record["seeds"]), "seeds", "a count", record["seeds"])
        settle = record["seeds_to_settle"]
        _check(settle is None or _is_count(settle), "seeds_to_settle", "a count or null", settle)
        return cls(**record)


def _cell(data: object, position: int) -> Cell:
    """One cell from plain data."""
    where = f"cells[{position}]"
    record = _record(data, Cell, where)
    for name in ("key", "column", "documented", "measured"):
        _check(isinstance(record[name], str), f"{where}.{name}", "text", record[name])
    _check(
        record["outcome"] in get_args(Outcome), f"{where}.outcome", " or ".join(get_args(Outcome)), record["outcome"]
    )
    record["interval"] = _ends(record["interval"], f"{where}.interval")
    return Cell(**record)


def _plain(value: Any) -> Any:
    """Lists for tuples, all the way down."""
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return value


def _check(holds: bool, where: str, expected: str, got: object) -> None:
    """`ValueError` with what was expected and got, unless it holds."""
    if not holds:
        raise ValueError(f"{where}: expected {expected}, got {got!r:.80}")


def _record(data: object, kind: type[Any], where: str) -> dict[str, Any]:
    """A mapping with exactly the fields of `kind`, as a copy."""
    names = {field.name for field in fields(kind)}
    _check(isinstance(data, dict) and set(data) == names, where, f"exactly the fields {', '.join(sorted(names))}", data)
    assert isinstance(data, dict)
    return dict(data)


def _listed(value: object, where: str, length: int | None = None) -> list[Any]:
    """A list, of this length if one is named."""
    _check(
        isinstance(value, list) and length in (None, len(value)),
        where,
        "a list" if length is None else f"{length} entries",
        value,
    )
    assert isinstance(value, list)
    return value


def _optional_number(value: object, where: str) -> float | None:
    """A finite number, or None."""
    if value is None:
        return None
    _check(
        isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value),
        where,
        "a finite number",
        value,
    )
    assert isinstance(value, (int, float))
    return float(value)


def _ends(value: object, where: str) -> Ends | None:
    """Two finite numbers in order, or None."""
    if value is None:
        return None
    low, high = (_optional_number(end, where) for end in _listed(value, where, 2))
    _check(low is not None and high is not None and low <= high, where, "two numbers in order", value)
    assert low is not None and high is not None
    return low, high


def _is_count(value: object) -> bool:
    """Whether the value is a whole number from zero up."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0

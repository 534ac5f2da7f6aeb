"""Reading what an experiment returned, after its round trip through JSON, and refusing what cannot be judged.

Every refusal is `Impossible`: where, what was expected, what was got.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from repro.judging.printed import Scalar, Table, key_text

Series: TypeAlias = list[bool] | list[int | float]
LARGEST = 200  # powers of ten: the square of a larger deviation overflows a float
SMALLEST_SAMPLE = 16  # fewer equal values than this may be chance


class Impossible(ValueError):
    """A measured thing that cannot be judged: the text says where, what was expected and what was got."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a measurement must keep to.

    The most seeds (None: deterministic), the range outside which no value can be, and whether all seeds may agree.
    """

    max_seeds: int | None
    possible: tuple[float, float] | None
    identical: bool


def read_number(value: object, where: str, rules: Rules) -> int | float:
    """One finite number of ordinary size within the possible range."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Impossible(f"{where}: expected a number, got {short(value)}")
    if isinstance(value, float) and not math.isfinite(value):
        raise Impossible(f"{where}: expected a finite number, got {value}")
    if abs(value) > 10**LARGEST:
        raise Impossible(
            f"{where}: expected a number up to 1e{LARGEST} in size, got a larger one; measure its logarithm"
        )
    if rules.possible is not None and not rules.possible[0] <= value <= rules.possible[1]:
        low, high = rules.possible
        raise Impossible(f"{where}: expected a value between {low:g} and {high:g}, got {short(value)}, which cannot be")
    return value


def read_series(value: object, where: str, rules: Rules) -> Series:
    """One entry a seed: all numbers or all truths."""
    entries = read_entries(value, where, rules)
    if all(isinstance(entry, bool) for entry in entries):
        return [bool(entry) for entry in entries]
    return [read_number(entry, f"{where}, seed {position}", rules) for position, entry in enumerate(entries)]


def read_entries(value: object, where: str, rules: Rules) -> list[object]:
    """A list with one entry a seed, at least one and at most `max_seeds`."""
    if not isinstance(value, list):
        raise Impossible(f"{where}: expected a list with one value a seed, got {short(value)}")
    if not 1 <= len(value) <= (rules.max_seeds or 0):
        raise Impossible(f"{where}: expected 1 to {rules.max_seeds} seeds, got {len(value)}")
    return value


def refuse_deaf(series: Sequence[Series], where: str, rules: Rules) -> None:
    """Refuse series of numbers that are all the same for every seed, unless the claim says that they may be.

    Truths are left alone: sixteen successes are not rare.
    """
    if rules.identical or len(series[0]) < SMALLEST_SAMPLE:
        return
    if all(not isinstance(values[0], bool) and min(values) == max(values) for values in series):
        raise Impossible(
            f"{where}: the measure ignores its seeds: expected values that differ, got {short(series[0][0])} for all "
            f"{len(series[0])} seeds (if that is right, the claim says identical = true)"
        )


def read_cells(table: Table, measured: object) -> dict[tuple[str, str], object]:
    """The measured value of each checked cell, by row key as printed and column.

    Rows and columns must be the printed ones; what is not checked may be missing.
    """
    rows = _fields(measured, "table")
    position = table.columns.index(table.key)
    wanted = {key_text(row[position]): row for row in table.rows}
    matches = {key: _matching(key, row[position], rows) for key, row in wanted.items()}
    _same_names("table rows", list(matches.values()), rows, optional=())
    cells: dict[tuple[str, str], object] = {}
    for key, row in wanted.items():
        fields = _fields(rows[matches[key]], f"row {key}")
        printed = {column: value for column, value in zip(table.columns, row, strict=True) if column != table.key}
        unchecked = [column for column, value in printed.items() if value == ""]
        _same_names(f"columns of row {key}", list(printed), fields, optional=unchecked)
        cells.update({(key, column): fields[column] for column in printed if column not in unchecked})
    return cells


def read_pair(a: str, b: str, measured: object) -> tuple[object, object]:
    """What was measured for the two names of an order, and no others."""
    fields = _fields(measured, "order")
    _same_names("names of the order", [a, b], fields, optional=())
    return fields[a], fields[b]


def read_curve(measured: object, rules: Rules) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x (m,), increasing, and y: (m,) if deterministic, (n, m) with seeds."""
    fields = _fields(measured, "curve")
    _same_names("parts of the curve", ["x", "y"], fields, optional=())
    x = _array(fields["x"], "x", 1)
    if not (np.diff(x) > 0.0).all():
        raise Impossible("x: expected increasing numbers, got some that are not")
    if rules.max_seeds is not None:
        read_entries(fields["y"], "y", rules)
    y = _array(fields["y"], "y", 1 if rules.max_seeds is None else 2)
    if y.shape[-1] != len(x):
        raise Impossible(f"y: expected {len(x)} points as x has, got {y.shape[-1]}")
    if rules.possible is not None:
        read_number(float(y.min()), "y", rules)
        read_number(float(y.max()), "y", rules)
    return x, y


def short(value: object) -> str:
    """The value in a few characters, for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return f"a mapping of {len(value)}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _array(value: object, where: str, dimensions: int) -> NDArray[np.float64]:
    """Nested lists of finite numbers of ordinary size as float64 with this many dimensions."""
    expected = "a list of numbers" if dimensions == 1 else "a list of numbers for each seed, all of one length"
    try:
        array = np.array(value)
    except ValueError as ragged:
        raise Impossible(f"{where}: expected {expected}, got lists of different lengths") from ragged
    if array.dtype.kind not in "fiu" or array.ndim != dimensions or array.size == 0:
        raise Impossible(f"{where}: expected {expected}, got {short(value)}")
    array = array.astype(np.float64)
    if not (np.abs(array) <= 10.0**LARGEST).all():
        raise Impossible(
            f"{where}: expected finite numbers up to 1e{LARGEST}, got {array[~(np.abs(array) <= 10.0**LARGEST)][0]}"
        )
    return array


def _fields(value: object, where: str) -> Mapping[str, object]:
    """A mapping with text for keys."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise Impossible(f"{where}: expected names with values, got {short(value)}")
    return value


def _same_names(where: str, expected: Sequence[str], got: Mapping[str, object], optional: Sequence[str]) -> None:
    """Refuse missing and extra names; an optional one may be missing."""
    missing = [name for name in expected if name not in got and name not in optional]
    extra = [name for name in got if name not in expected]
    if missing or extra:
        faults = [f"missing {', '.join(missing)}"] * bool(missing) + [f"extra {', '.join(extra)}"] * bool(extra)
        raise Impossible(f"{where}: expected {', '.join(expected)}; {'; '.join(faults)}")


def _matching(text: str, key: Scalar, rows: Mapping[str, object]) -> str:
    """The measured row that a printed key means: its own text or, for a number, another spelling (1.50 and 1.5)."""
    if text in rows or isinstance(key, (bool, str)):
        return text
    return next((name for name in rows if _as_float(name) == float(key)), text)


def _as_float(text: str) -> float | None:
    """The number that the text spells, or None."""
    try:
        return float(text)
    except ValueError:
        return None

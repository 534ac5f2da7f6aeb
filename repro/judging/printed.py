"""What a document prints, as the judge takes it: six kinds of printed thing and four tolerances.

Numbers are `Decimal` (digits kept as written: `1.50` is not `1.5` under "printed") or `int`. Anything that could never
be judged (a NaN, a table that checks nothing, an order of a thing with itself) is a `ValueError` here, before any
measurement.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

DIGITS = 400  # powers of ten: more than a float holds, and few enough that exact arithmetic stays cheap

Number: TypeAlias = Decimal | int
Scalar: TypeAlias = Decimal | int | bool | str

SHAPES = ("linear", "logarithmic", "power", "exponential_decay", "never_settles", "settles")


def _number(number: Any, name: str) -> None:
    """Refuse what is not a finite number of ordinary size: `ValueError` with the name of the field."""
    numeric = isinstance(number, (Decimal, int)) and not isinstance(number, bool)
    if not numeric:
        raise ValueError(f"{name}: expected a Decimal or an int, got {number!r}")
    if isinstance(number, Decimal):
        if not number.is_finite():
            raise ValueError(f"{name}: expected a finite number, got {number}")
        if max(abs(number.adjusted()), abs(int(number.as_tuple().exponent))) > DIGITS:
            raise ValueError(f"{name}: expected a number between 1e-{DIGITS} and 1e{DIGITS} in size, got {number}")
    elif abs(number) > 10**DIGITS:
        raise ValueError(f"{name}: expected a number up to 1e{DIGITS} in size; print its logarithm instead")


def _scalar(value: object, name: str) -> None:
    """Refuse what is neither truth, text nor a finite number."""
    if not isinstance(value, (bool, str)):
        _number(value, name)


@dataclass(frozen=True, slots=True)
class Value:
    """One number, truth or text. A truth or text over seeds means *for every seed*."""

    documented: Scalar

    def __post_init__(self) -> None:
        """Refuse a number that is not finite."""
        _scalar(self.documented, "value")


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A lower bound, itself allowed."""

    limit: Number

    def __post_init__(self) -> None:
        """Refuse a limit that is not finite."""
        _number(self.limit, "at_least")


@dataclass(frozen=True, slots=True)
class AtMost:
    """An upper bound, itself allowed."""

    limit: Number

    def __post_init__(self) -> None:
        """Refuse a limit that is not finite."""
        _number(self.limit, "at_most")


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of a printed table. The column `key` names the rows; empty text marks a cell that is not checked."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]

    def __post_init__(self) -> None:
        """Refuse a table whose cells could not be told apart, or that checks nothing."""
        if len(set(self.columns)) != len(self.columns):
            raise ValueError(f"table: expected different column names, got {', '.join(self.columns)}")
        if self.key not in self.columns:
            raise ValueError(f"table: expected the key {self.key!r} among the columns {', '.join(self.columns)}")
        for position, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"table row {position}: expected {len(self.columns)} cells, got {len(row)}")
            for column, value in zip(self.columns, row, strict=True):
                _scalar(value, f"table row {position}, {column}")
        keys = [key_text(row[self.columns.index(self.key)]) for row in self.rows]
        if len(set(keys)) != len(keys):
            raise ValueError(f"table: expected different row keys, got {', '.join(keys)}")
        if not any(True for _ in self.checked()):
            raise ValueError("table: expected at least one cell to check")

    def checked(self) -> Iterator[tuple[Scalar, str, Scalar]]:
        """(row key, column, printed value) of each cell that is checked, in reading order."""
        position = self.columns.index(self.key)
        for row in self.rows:
            for column, value in zip(self.columns, row, strict=True):
                if column != self.key and value != "":
                    yield row[position], column, value


@dataclass(frozen=True, slots=True)
class Order:
    """`a` beats `b` by more than `margin`, where the `better` one is the lower or the higher."""

    a: str
    b: str
    better: Literal["lower", "higher"]
    margin: Number

    def __post_init__(self) -> None:
        """Refuse an order of a thing with itself, an unknown direction and a margin that is not finite."""
        if self.a == self.b:
            raise ValueError(f"order: expected two different names, got {self.a!r} twice")
        if self.better not in ("lower", "higher"):
            raise ValueError(f"order: expected better to be lower or higher, got {self.better!r}")
        _number(self.margin, "margin")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a curve behaves: see `repro.judging.shapes`. Only `power` has an exponent, and needs it."""

    kind: str
    exponent: Number | None = None

    def __post_init__(self) -> None:
        """Refuse an unknown kind, and an exponent that is missing or in the wrong place."""
        if self.kind not in SHAPES:
            raise ValueError(f"shape: expected one of {', '.join(SHAPES)}, got {self.kind!r}")
        if (self.kind == "power") != (self.exponent is not None):
            raise ValueError(f"shape {self.kind}: expected an exponent if and only if the kind is power")
        if self.exponent is not None:
            _number(self.exponent, "exponent")


Printed: TypeAlias = Value | AtLeast | AtMost | Table | Order | Shape


@dataclass(frozen=True, slots=True)
class Exact:
    """Equal, without rounding."""


@dataclass(frozen=True, slots=True)
class PrintedDigits:
    """Half a unit of the last printed digit: 0.005 for `1.50`, 0.05 for `1.5`, 0.5 for an integer."""


@dataclass(frozen=True, slots=True)
class Abs:
    """At most this far from the printed number."""

    size: Number

    def __post_init__(self) -> None:
        """Refuse a tolerance that is negative or not finite."""
        _number(self.size, "tolerance")
        if self.size < 0:
            raise ValueError(f"tolerance: expected zero or more, got {self.size}")


@dataclass(frozen=True, slots=True)
class Rel:
    """At most this fraction of the printed number away from it."""

    size: Number

    def __post_init__(self) -> None:
        """Refuse a tolerance that is negative or not finite."""
        _number(self.size, "tolerance")
        if self.size < 0:
            raise ValueError(f"tolerance: expected zero or more, got {self.size}")


Tolerance: TypeAlias = Exact | PrintedDigits | Abs | Rel


def comparisons(printed: Printed) -> int:
    """How many comparisons a printed thing needs: one, or one for each checked cell of a table."""
    return sum(1 for _ in printed.checked()) if isinstance(printed, Table) else 1


def key_text(key: Scalar) -> str:
    """A row key as JSON writes it: `true`, `3`, `0.5`, or the text itself."""
    return str(key).lower() if isinstance(key, bool) else str(key)

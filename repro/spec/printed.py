"""What a document prints, as a specification states it: a value, a bound, a table, an order or a shape, and its tolerance."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from repro.judging import printed as p
from repro.spec.fields import Cell, Number, Strict, Text

PRINTED = ("value", "at_least", "at_most", "table", "order", "shape")


class Band(Strict):
    """A tolerance in the unit of the value (``abs``) or as a share of it (``rel``)."""

    abs: Number | None = None
    rel: Number | None = None

    @model_validator(mode="after")
    def _one_positive(self) -> Self:
        given = [width for width in (self.abs, self.rel) if width is not None]
        if len(given) != 1:
            raise ValueError("takes exactly one of abs and rel")
        if given[0] <= 0:
            raise ValueError('must be positive; for none at all say "exact"')
        if self.rel is not None and self.rel >= 1:
            raise ValueError("rel must be below 1: a check that accepts zero accepts anything")
        return self


class Table(Strict):
    """A printed table: one column is the key of its rows."""

    key: Text
    columns: Annotated[list[Text], Field(min_length=2, max_length=40)]
    rows: Annotated[list[list[Cell]], Field(min_length=1, max_length=400)]

    @model_validator(mode="after")
    def _rectangular(self) -> Self:
        if self.key not in self.columns:
            raise ValueError(f"key {self.key!r} is none of the columns {', '.join(self.columns)}")
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("two columns have one name")
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number} has {len(row)} cells; there are {len(self.columns)} columns")
        keys = [str(row[self.columns.index(self.key)]) for row in self.rows]
        if len(set(keys)) < len(keys):
            raise ValueError(f"two rows have one {self.key}")
        if all(
            cell == "" for row in self.rows for name, cell in zip(self.columns, row, strict=True) if name != self.key
        ):
            raise ValueError("every cell is empty: nothing would be checked")
        return self


class Order(Strict):
    """``a`` beats ``b`` by more than the margin."""

    a: Text
    b: Text
    better: Literal["lower", "higher"]
    margin: Number

    @model_validator(mode="after")
    def _two_and_a_margin(self) -> Self:
        if self.a == self.b:
            raise ValueError("compares a thing with itself")
        if self.margin < 0:
            raise ValueError("margin is negative: being beaten would count as beating")
        return self


class Shape(Strict):
    """How a curve behaves."""

    kind: Literal["linear", "logarithmic", "power", "exponential_decay", "never_settles", "settles"]
    exponent: Number | None = None

    @model_validator(mode="after")
    def _exponent_for_powers(self) -> Self:
        if (self.kind == "power") != (self.exponent is not None):
            raise ValueError("exponent belongs to kind 'power', and only to it")
        return self


class Printed(Strict):
    """One printed thing and how near to it counts."""

    value: Cell | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    table: Table | None = None
    order: Order | None = None
    shape: Shape | None = None
    tolerance: Literal["exact", "printed"] | Band | None = None

    @property
    def printed_key(self) -> str:
        """Which of the printed keys is given."""
        return next(key for key in PRINTED if getattr(self, key) is not None)

    def as_printed(self) -> p.Printed:
        """The printed thing as the judge takes it."""
        if self.value is not None:
            return p.Value(self.value)
        if self.at_least is not None:
            return p.AtLeast(self.at_least)
        if self.at_most is not None:
            return p.AtMost(self.at_most)
        if self.table is not None:
            return p.Table(self.table.key, tuple(self.table.columns), tuple(tuple(row) for row in self.table.rows))
        if self.order is not None:
            return p.Order(self.order.a, self.order.b, self.order.better, self.order.margin)
        assert self.shape is not None
        return p.Shape(self.shape.kind, self.shape.exponent)

    @property
    def needs_tolerance(self) -> bool:
        """Whether a tolerance decides, and not a margin or a limit."""
        return self.printed_key in ("value", "table", "shape")

    def as_tolerance(self) -> p.Tolerance:
        """The tolerance as the judge takes it."""
        if isinstance(self.tolerance, Band):
            if self.tolerance.abs is not None:
                return p.Abs(Decimal(self.tolerance.abs))
            assert self.tolerance.rel is not None
            return p.Rel(Decimal(self.tolerance.rel))
        return p.PrintedDigits() if self.tolerance == "printed" else p.Exact()


def exactly_one(spec: Printed) -> str:
    """The one printed key that is given; raises ``ValueError`` for none, several, or what the judge could not judge."""
    given = [key for key in PRINTED if getattr(spec, key) is not None]
    if len(given) != 1:
        raise ValueError(f"takes exactly one of {', '.join(PRINTED)}; got {', '.join(given) or 'none'}")
    if spec.value == "":
        raise ValueError("value is empty")
    spec.as_printed()  # the judge refuses what it could not judge
    spec.as_tolerance()
    return given[0]

"""The shape of a specification file. Unknown keys, wrong types and non-finite numbers are errors; nothing is coerced."""

from __future__ import annotations

import math
import re
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from repro.judging import printed as p

COSTS = ("fast", "standard", "full")
KINDS = ("wrong", "inconsistent", "loose", "conditional", "extraction")
PRINTED = ("value", "at_least", "at_most", "table", "order", "shape")

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
    return {key: _plain(item, key) for key, item in value.items()} if isinstance(value, dict) else value


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
Schema = Annotated[int, AfterValidator(_known_schema), Field(alias="schema")]


class Strict(BaseModel):
    """Unknown keys are errors, values are taken as they are, and nothing can be changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


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


class Control(Strict):
    """A deliberately broken variant that the claim's check must reject."""

    models: Text
    args: Arguments = {}
    measure: Dotted | None = None

    @model_validator(mode="after")
    def _differs(self) -> Self:
        if not self.args and self.measure is None:
            raise ValueError("changes nothing; override args or measure")
        return self


class Refuted(Printed):
    """The printed thing is expected to fail; this is the right one, and a second route to it."""

    kind: Literal["wrong", "inconsistent", "loose", "conditional", "extraction"]
    because: Text
    confirm: Dotted
    confirm_args: Arguments = {}

    @model_validator(mode="after")
    def _one_correction(self) -> Self:
        _exactly_one(self)
        if not self.needs_tolerance and self.tolerance is not None:
            raise ValueError(f"takes no tolerance with {self.printed_key}: the margin or the limit itself decides")
        return self


class Limits(Strict):
    """What one claim may use before it is stopped."""

    seconds: Annotated[int, Field(gt=0, le=7 * 24 * 3600)] | None = None
    mebibytes: Annotated[int, Field(ge=64, le=1024 * 1024)] | None = None


class ClaimSpec(Printed):
    """One statement of a document and how it is checked."""

    slide: Text
    says: Text
    measure: Dotted
    controls: Annotated[dict[Name, Control], Field(min_length=1)]
    args: Arguments = {}
    ledger: list[Row] = []
    backends: Annotated[list[Literal["numpy", "numba", "torch", "tensorflow"]], Field(min_length=1)] | None = None
    seeds: Annotated[int, Field(ge=2, le=2**20)] | None = None
    identical: bool = False
    cost: Literal["fast", "standard", "full"] = "fast"
    needs: list[Need] = []
    possible: Annotated[list[Number], Field(min_length=2, max_length=2)] | None = None
    limits: Limits = Limits()
    note: Text | None = None
    refuted: Refuted | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        key = _exactly_one(self)
        if self.needs_tolerance and self.tolerance is None:
            raise ValueError(
                f'needs a tolerance: "exact", "printed", {{ abs = x }} or {{ rel = x }} ({key} is printed)'
            )
        if not self.needs_tolerance and self.tolerance is not None:
            raise ValueError(f"takes no tolerance with {key}: the margin or the limit itself decides")
        if self.refuted is not None and self.refuted.needs_tolerance and not (self.refuted.tolerance or self.tolerance):
            raise ValueError(f"refuted needs a tolerance of its own ({self.refuted.printed_key} is corrected)")
        if self.possible is not None:
            self._possible_can_fail()
        self._controls_can_differ()
        for name, items in (("backends", self.backends or []), ("ledger", self.ledger), ("needs", self.needs)):
            if len(set(items)) < len(items):
                raise ValueError(f"{name} names one thing twice")
        return self

    def _controls_can_differ(self) -> None:
        """What the harness passes itself may not be given as well, and a control must change something."""
        for passed, given in (("seeds", self.seeds), ("backend", self.backends)):
            if given is not None and passed in self.args:
                raise ValueError(f"args.{passed} is given, but {passed} is passed by the harness here")
        for name, control in self.controls.items():
            if control.measure in (None, self.measure) and {**self.args, **control.args} == self.args:
                raise ValueError(f"controls.{name} changes nothing: it would be the claim itself")

    def _possible_can_fail(self) -> None:
        low, high = self.possible or (0, 0)
        if low >= high:
            raise ValueError(f"possible = [{low}, {high}] is empty")
        width = self.tolerance.abs if isinstance(self.tolerance, Band) else None
        value = self.value
        if width is None or isinstance(value, bool) or not isinstance(value, int | Decimal):
            return
        if value - width <= low and high <= value + width:
            raise ValueError("tolerance accepts every possible value: a check that cannot fail")

    @property
    def expected(self) -> str:
        """The outcome that the suite expects: ``reproduced`` or ``refuted:<kind>``."""
        return f"refuted:{self.refuted.kind}" if self.refuted else "reproduced"


def _exactly_one(spec: Printed) -> str:
    given = [key for key in PRINTED if getattr(spec, key) is not None]
    if len(given) != 1:
        raise ValueError(f"takes exactly one of {', '.join(PRINTED)}; got {', '.join(given) or 'none'}")
    if spec.value == "":
        raise ValueError("value is empty")
    spec.as_printed()  # the judge refuses what it could not judge
    spec.as_tolerance()
    return given[0]


class ExhibitSpec(Strict):
    """A picture or a table that is shown and not judged."""

    slide: Text
    says: Text
    make: Dotted
    args: Arguments = {}
    needs: list[Need] = []
    cost: Literal["fast", "standard", "full"] = "fast"
    ledger: list[Row] = []


class SectionFile(Strict):
    """``specs/<document>/<section>.toml``."""

    schema_: Schema
    section: Text
    position: Annotated[int, Field(ge=0, le=10**6)]
    claims: dict[Name, ClaimSpec] = {}
    exhibits: dict[Name, ExhibitSpec] = {}


class DocumentFile(Strict):
    """``specs/<document>/document.toml``."""

    schema_: Schema
    title: Text
    authors: list[Text] = []
    year: Annotated[int, Field(ge=1000, le=3000)] | None = None
    kind: Text
    note: Text | None = None
    unchecked: dict[Row, Text] = {}

"""The shape of a specification file: documents, sections, claims with their controls and corrections, exhibits, recordings."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from repro.spec.fields import Arguments, Dotted, Name, Need, Number, Readings, Row, Schema, Strict, Text
from repro.spec.printed import Band, Printed, exactly_one

COSTS = ("fast", "standard", "full")


class Control(Strict):
    """A deliberately broken variant that the claim's check must reject."""

    models: Text
    args: Arguments = Field(default_factory=dict)
    measure: Dotted | None = None
    recordings: Readings = Field(default_factory=dict)

    @model_validator(mode="after")
    def _differs(self) -> Self:
        if not self.args and not self.recordings and self.measure is None:
            raise ValueError("changes nothing; override args, recordings or measure")
        return self


class Refuted(Printed):
    """The printed thing is expected to fail; this is the right one, and a second route to it."""

    kind: Literal["wrong", "inconsistent", "loose", "conditional", "extraction"]
    because: Text
    confirm: Dotted
    confirm_args: Arguments = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_correction(self) -> Self:
        exactly_one(self)
        if not self.needs_tolerance and self.tolerance is not None:
            raise ValueError(f"takes no tolerance with {self.printed_key}: the margin or the limit itself decides")
        return self


class Limits(Strict):
    """What one claim may use before it is stopped."""

    seconds: Annotated[int, Field(gt=0, le=7 * 24 * 3600)] | None = None
    mebibytes: Annotated[int, Field(ge=64, le=1024 * 1024)] | None = None


class RecordingSpec(Strict):
    """What takes long and serves several claims: one call a seed, recorded for itself.

    ``times`` names the entries that hold how long something took: no two runs agree on them, and no claim or exhibit gets to see them.
    """

    says: Text
    make: Dotted
    seeds: Annotated[int, Field(ge=1, le=2**12)]
    args: Arguments = Field(default_factory=dict)
    needs: list[Need] = Field(default_factory=list)
    cost: Literal["fast", "standard", "full"] = "fast"
    limits: Limits = Limits()
    times: list[Name] = Field(default_factory=list)

    def untimed(self, data: Any) -> Any:
        """What was recorded without its times."""
        return {key: value for key, value in data.items() if key not in self.times} if self.times else data

    @model_validator(mode="after")
    def _passed_by_the_harness(self) -> Self:
        for name in ("seed", "checkpoint"):
            if name in self.args:
                raise ValueError(f"args.{name} is given, but {name} is passed by the harness here")
        return self


class ClaimSpec(Printed):
    """One statement of a document and how it is checked."""

    slide: Text
    says: Text
    measure: Dotted
    controls: Annotated[dict[Name, Control], Field(min_length=1)]
    args: Arguments = Field(default_factory=dict)
    ledger: list[Row] = Field(default_factory=list)
    backends: Annotated[list[Literal["numpy", "numba", "torch", "tensorflow"]], Field(min_length=1)] | None = None
    seeds: Annotated[int, Field(ge=2, le=2**20)] | None = None
    recordings: Readings = Field(default_factory=dict)
    identical: bool = False
    cost: Literal["fast", "standard", "full"] = "fast"
    needs: list[Need] = Field(default_factory=list)
    possible: Annotated[list[Number], Field(min_length=2, max_length=2)] | None = None
    limits: Limits = Limits()
    note: Text | None = None
    refuted: Refuted | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        key = exactly_one(self)
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
        for passed, given in (("seeds", self.seeds), ("backend", self.backends), *self.recordings.items()):
            if given is not None and passed in self.args:
                raise ValueError(f"args.{passed} is given, but {passed} is passed by the harness here")
        if self.recordings and self.seeds is None:
            raise ValueError("reads recordings and needs seeds: how many of theirs it may spend")
        for name, control in self.controls.items():
            same = {**self.args, **control.args} == self.args
            if (
                same
                and control.measure in (None, self.measure)
                and {**self.recordings, **control.recordings} == self.recordings
            ):
                raise ValueError(f"controls.{name} changes nothing: it would be the claim itself")
            if unknown := control.recordings.keys() - self.recordings.keys():
                raise ValueError(f"controls.{name}.recordings overrides {min(unknown)}, which the claim does not read")

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


class ExhibitSpec(Strict):
    """A picture or a table that is shown and not judged."""

    slide: Text
    says: Text
    make: Dotted
    args: Arguments = Field(default_factory=dict)
    needs: list[Need] = Field(default_factory=list)
    cost: Literal["fast", "standard", "full"] = "fast"
    ledger: list[Row] = Field(default_factory=list)
    recordings: Readings = Field(default_factory=dict)


class SectionFile(Strict):
    """``specs/<document>/<section>.toml``."""

    schema_: Schema
    section: Text
    position: Annotated[int, Field(ge=0, le=10**6)]
    claims: dict[Name, ClaimSpec] = Field(default_factory=dict)
    exhibits: dict[Name, ExhibitSpec] = Field(default_factory=dict)
    recordings: dict[Name, RecordingSpec] = Field(default_factory=dict)


class DocumentFile(Strict):
    """``specs/<document>/document.toml``."""

    schema_: Schema
    title: Text
    authors: list[Text] = Field(default_factory=list)
    year: Annotated[int, Field(ge=1000, le=3000)] | None = None
    kind: Text
    note: Text | None = None
    unchecked: dict[Row, Text] = Field(default_factory=dict)

"""From a printed thing and a measurement to comparisons: each is one number and a band, or one truth or text.

A comparison answers `look(n, ...)`: what the first n seeds say (n = 0: a deterministic measurement).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TypeAlias

from repro.judging.bands import Band, around, exact
from repro.judging.evidence import Certain, Evidence, Mean, PairedRates, Rate
from repro.judging.intervals import mean_and_deviation
from repro.judging.printed import AtLeast, AtMost, Order, Printed, Scalar, Shape, Table, Tolerance, Value, key_text
from repro.judging.samples import (
    Impossible,
    Rules,
    Series,
    read_cells,
    read_curve,
    read_entries,
    read_number,
    read_pair,
    read_series,
    refuse_deaf,
    short,
)
from repro.judging.shapes import shape_evidence, statistic_of
from repro.judging.wording import allowed_text, printed_text, told_apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number and the band that it should lie in.

    `documented` and `expected` are its texts without and with what is accepted; `printed` is the number that power
    assumes; `given` is how many seeds there are (0: deterministic); `evidence(n)` is what the first n of them say;
    `noun` introduces the number over seeds; `describe(n)`, if any, tells what was measured in more than one number.
    """

    documented: str
    expected: str
    band: Band
    printed: Fraction
    given: int
    evidence: Callable[[int], Evidence]
    noun: str = ""
    describe: Callable[[int], str] | None = None
    key: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sameness:
    """A truth or a text that must be equal, once or for every seed: `values` are one a seed, or a single one."""

    documented: str
    expected: Scalar
    given: int
    values: list[object]
    key: str = ""
    column: str = ""


Comparison: TypeAlias = Quantity | Sameness


def compare(printed: Printed, tolerance: Tolerance | None, measured: object, rules: Rules) -> list[Comparison]:
    """All comparisons that the printed thing asks for; `Impossible` where the measurement does not answer them."""
    if (tolerance is None) != isinstance(printed, (AtLeast, AtMost, Order)):
        raise ValueError(
            f"tolerance: expected one for a value, a table or a shape, and none otherwise, got {tolerance}"
        )
    if isinstance(printed, Table):
        assert tolerance is not None  # checked above; the type checker cannot see it
        comparisons = list(_cells(printed, tolerance, measured, rules))
    elif isinstance(printed, Order):
        comparisons = [_order(printed, measured, rules)]
    elif isinstance(printed, Shape):
        assert tolerance is not None
        comparisons = [_shape(printed, tolerance, measured, rules)]
    elif isinstance(printed, Value):
        assert tolerance is not None
        comparisons = [_value(printed.documented, tolerance, measured, "value", rules)]
    else:
        comparisons = [_bound(printed, measured, rules)]
    counts = sorted({comparison.given for comparison in comparisons})
    if len(counts) > 1:
        raise Impossible(f"seeds: expected as many in each cell, got {counts[0]} to {counts[-1]}")
    return comparisons


def _cells(table: Table, tolerance: Tolerance, measured: object, rules: Rules) -> Iterator[Comparison]:
    """One comparison for each checked cell."""
    cells = read_cells(table, measured)
    for key, column, printed in table.checked():
        name = key_text(key)
        comparison = _value(printed, tolerance, cells[name, column], f"row {name}, column {column}", rules)
        yield replace(comparison, key=name, column=column)


def _value(printed: Scalar, tolerance: Tolerance, measured: object, where: str, rules: Rules) -> Comparison:
    """A number within its tolerance; a truth or text that is the same."""
    text = printed_text(printed)
    if not isinstance(printed, (bool, str)):
        band, expected = around(printed, tolerance), allowed_text(printed, tolerance)
        return _number(text, expected, band, exact(printed), measured, where, rules)
    values = [measured] if rules.max_seeds is None else read_entries(measured, where, rules)
    kind, wanted = (bool, "true or false") if isinstance(printed, bool) else (str, "text")
    wrong = [value for value in values if not isinstance(value, kind)]
    if wrong:
        raise Impossible(f"{where}: expected {wanted}, got {short(wrong[0])}")
    given = 0 if rules.max_seeds is None else len(values)
    return Sameness(documented=text, expected=printed, given=given, values=values)


def _bound(printed: AtLeast | AtMost, measured: object, rules: Rules) -> Comparison:
    """A number on the right side of its limit."""
    limit = exact(printed.limit)
    least = isinstance(printed, AtLeast)
    text = f"at {'least' if least else 'most'} {printed.limit}"
    band = Band(limit, None) if least else Band(None, limit)
    return _number(text, text, band, limit, measured, "value", rules)


def _number(
    text: str, expected: str, band: Band, printed: Fraction, measured: object, where: str, rules: Rules
) -> Quantity:
    """A number, a mean over seeds or a success rate."""
    make = partial(Quantity, documented=text, expected=expected, band=band, printed=printed)
    if rules.max_seeds is None:
        certain = Certain(exact(read_number(measured, where, rules)))
        return make(given=0, evidence=lambda n: certain)
    series = read_series(measured, where, rules)
    refuse_deaf([series], where, rules)
    noun = "a success rate of " if isinstance(series[0], bool) else "a mean of "
    return make(given=len(series), evidence=partial(_sample, series, rules.identical), noun=noun)


def _sample(series: Series, identical: bool, n: int) -> Evidence:
    """What the first n entries say about their mean."""
    seen = series[:n]
    if isinstance(seen[0], bool):
        return Rate(sum(map(bool, seen)), n)
    if min(seen) == max(seen):
        return Certain(exact(seen[0]), n) if identical else Mean(float(seen[0]), 0.0, n)
    mean, deviation = mean_and_deviation([float(value) for value in seen])
    return Mean(mean, deviation, n)


def _order(printed: Order, measured: object, rules: Rules) -> Quantity:
    """The advantage of a over b: above the margin."""
    values = read_pair(printed.a, printed.b, measured)
    relation = f"{printed.a} {printed.better} than {printed.b}"
    margin = exact(printed.margin)
    expected = relation if margin == 0 else f"{relation} by more than {printed.margin}"
    sign = 1 if printed.better == "higher" else -1
    make = partial(
        Quantity,
        documented=expected,
        expected=expected,
        band=Band(margin, None, strict=True),
        printed=margin,
        noun="an advantage of ",
    )
    names = (printed.a, printed.b)

    def describe(first: float, second: float) -> str:
        return ", ".join(f"{name} {text}" for name, text in zip(names, told_apart(first, second), strict=True))

    if rules.max_seeds is None:
        first, second = (read_number(value, name, rules) for value, name in zip(values, names, strict=True))
        certain = Certain(sign * (exact(first) - exact(second)))
        told = describe(first, second)
        return make(given=0, evidence=lambda n: certain, describe=lambda n: told)
    a, b = (read_series(value, name, rules) for value, name in zip(values, names, strict=True))
    if len(a) != len(b):
        raise Impossible(f"seeds: expected as many for both, got {len(a)} for {printed.a} and {len(b)} for {printed.b}")
    if isinstance(a[0], bool) != isinstance(b[0], bool):
        raise Impossible(f"order: expected both numbers or both truths, got {short(a[0])} and {short(b[0])}")
    refuse_deaf([a, b], "order", rules)
    return make(
        given=len(a),
        evidence=partial(_advantage, a, b, sign, rules.identical),
        describe=lambda n: describe(sum(a[:n]) / n, sum(b[:n]) / n),
    )


def _advantage(a: Series, b: Series, sign: int, identical: bool, n: int) -> Evidence:
    """What the first n pairs say about the advantage of a."""
    pairs = list(zip(a[:n], b[:n], strict=True))
    if isinstance(a[0], bool):
        more, less = sum(first > second for first, second in pairs), sum(first < second for first, second in pairs)
        return PairedRates(more, less, n) if sign > 0 else PairedRates(less, more, n)
    return _sample([sign * (float(first) - float(second)) for first, second in pairs], identical, n)


def _shape(shape: Shape, tolerance: Tolerance, measured: object, rules: Rules) -> Quantity:
    """The shape's statistic within the tolerance of what it should be."""
    x, y = read_curve(measured, rules)
    statistic = statistic_of(shape, x)
    make = partial(
        Quantity,
        documented=shape.kind.replace("_", " ")
        + ("" if shape.exponent is None else f" with exponent {shape.exponent}"),
        expected=f"{_article(statistic.name)} {statistic.name} of {allowed_text(statistic.target, tolerance)}",
        band=around(statistic.target, tolerance),
        printed=exact(statistic.target),
    )
    if rules.max_seeds is None:
        certain = Certain(exact(shape_evidence(statistic, x, y[None]).estimate))
        return make(given=0, evidence=lambda n: certain)
    if (y == y[0]).all():
        refuse_deaf([y[:, 0].tolist()], "curve", rules)

    def evidence(n: int) -> Evidence:
        if (y[:n] == y[0]).all():
            value = shape_evidence(statistic, x, y[:1]).estimate
            return Certain(exact(value), n) if rules.identical else Mean(value, 0.0, n)
        return shape_evidence(statistic, x, y[:n])

    return make(given=len(y), evidence=evidence)


def _article(noun: str) -> str:
    """The indefinite article before a noun."""
    return "an" if noun[0] in "aeiou" else "a"

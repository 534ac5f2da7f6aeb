"""The evaluation trace printed as the slide's two tables, forward primal trace and forward tangent trace.

Source: columbia-deep-learning, slide FORWARD MODE AUTOMATIC DIFFERENTIATION.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from implementations.autodiff import elementary
from implementations.autodiff.dual import Dual
from implementations.autodiff.elementary import Number
from implementations.autodiff.trace import RULES, Rule, Step, Trace


class TableRow(NamedTuple):
    """A row of a printed trace: what it defines, by which rule, the rule in numbers, and the number that results."""

    label: str
    rule: str
    numbers: str
    value: str


def primal_table(trace: Trace) -> list[TableRow]:
    """The forward primal trace, row by row."""
    return _table(trace, lambda rule: rule.primal, elementary.value_of, "v", "x", "y")


def tangent_table(trace: Trace) -> list[TableRow]:
    """The forward tangent trace along the direction that was seeded; ValueError where none was."""
    return _table(trace, lambda rule: rule.tangent, _tangent_of, "v̇", "ẋ", "ẏ")


def _table(
    trace: Trace, template: Callable[[Rule], str], part: Callable[[Number], Number], v: str, x: str, y: str
) -> list[TableRow]:
    rows = []
    for row, number in enumerate(trace.values):
        shown = printed(part(number))
        if row < trace.n_inputs:
            rows.append(TableRow(trace.name(row, v), f"{x}{row + 1}", shown, shown))
            continue
        step = trace.steps[row - trace.n_inputs]
        text = template(RULES[step.op])
        symbols = _filled(step, row, trace.name, lambda r: trace.name(r, "v̇"))
        numbers = _filled(step, row, lambda r: _printed_value(trace, r), lambda r: _printed_tangent(trace, r))
        rule, in_numbers = (as_on_the_slide(text.format(**operands)) for operands in (symbols, numbers))
        rows.append(TableRow(trace.name(row, v), rule, in_numbers, shown))
    shown = printed(part(trace.values[trace.output]))
    rows.append(TableRow(y, trace.name(trace.output, v), shown, shown))
    return rows


def _printed_value(trace: Trace, row: int) -> str:
    return printed(elementary.value_of(trace.values[row]))


def _printed_tangent(trace: Trace, row: int) -> str:
    number = trace.values[row]
    return printed(number.tangent) if isinstance(number, Dual) else "0"  # only a tangent table shows it


def _filled(step: Step, row: int, value: Callable[[int], str], tangent: Callable[[int], str]) -> dict[str, str]:
    filled = {"v": value(row)}
    for letter, operand in zip("ab", step.operands, strict=False):
        filled[letter] = value(operand) if isinstance(operand, int) else printed(operand)
        filled[f"d{letter}"] = tangent(operand) if isinstance(operand, int) else "0"
    return filled


def _tangent_of(number: Number) -> Number:
    tangent = getattr(number, "tangent", None)
    if tangent is None:
        raise ValueError("this trace has no tangents: record it with a direction")
    return tangent


def printed(number: float, digits: int = 3) -> str:
    """A number as the slide prints it: at most `digits` decimals, no trailing zeros."""
    text = f"{number:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def as_on_the_slide(expression: str) -> str:
    """A Python expression over single numbers or names in the notation of the slide: `log(2)` is ln 2, `1 - -3` is 1 + 3."""
    expression = re.sub(r"(\w+)\((-?[^()\s]*)\)", r"\1 \2", expression).replace("log", "ln")
    return expression.replace("- -", "+ ").replace(" * ", " × ").replace(" / ", "/")

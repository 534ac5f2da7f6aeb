"""What is printed, in the few words that a table has room for."""

from __future__ import annotations

from typing import Any

from repro.spec.models import ClaimSpec
from repro.spec.printed import Band, Printed

_CONTRASTED = 6


def contrast(spec: ClaimSpec) -> tuple[str, str]:
    """What is printed and, where it is refuted, what is right; of two tables of one form only the cells that differ."""
    wrong, right = spec, spec.refuted
    if right is None:
        return printed_text(wrong), ""
    if wrong.table is None or right.table is None or wrong.table.columns != right.table.columns:
        return printed_text(wrong), printed_text(right)
    corrected = {row[0]: row for row in right.table.rows}
    told: list[tuple[str, str]] = []
    for row in wrong.table.rows:
        other = corrected.get(row[0], row)
        cells = zip(wrong.table.columns, row, other, strict=True)
        told += [(_cell(row, name, a), _cell(row, name, b)) for name, a, b in cells if a != b and "" not in (a, b)]
    if not told or len(told) > _CONTRASTED or wrong.table.columns[0] != wrong.table.key:
        return printed_text(wrong), printed_text(right)
    return "; ".join(a for a, _ in told), "; ".join(b for _, b in told)


def _cell(row: list[Any], column: str, value: Any) -> str:
    return f"{row[0]}, {column}: {_plain(value)}"


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def printed_text(printed: Printed) -> str:
    """What is printed, in a few words."""
    key = printed.printed_key
    if key == "value":
        return _plain(printed.value)
    if key in ("at_least", "at_most"):
        return f"{key.replace('_', ' ')} {getattr(printed, key)}"
    if printed.table is not None:
        rows = printed.table.rows
        cells = "; ".join(", ".join(_plain(cell) for cell in row) for row in rows[:6])
        return f"{cells}; ... ({len(rows)} rows)" if len(rows) > 6 else cells
    if printed.order is not None:
        margin = f" by more than {printed.order.margin}" if printed.order.margin else ""
        return f"{printed.order.a} is {printed.order.better} than {printed.order.b}{margin}"
    assert printed.shape is not None
    exponent = f" with exponent {printed.shape.exponent}" if printed.shape.exponent is not None else ""
    return printed.shape.kind.replace("_", " ") + exponent


def tolerance_text(printed: Printed) -> str:
    """How near counts, in a few words."""
    if isinstance(printed.tolerance, Band):
        if printed.tolerance.abs is not None:
            return f"within {str(printed.tolerance.abs).lower()}"
        return f"within {100 * float(printed.tolerance.rel or 0):g} %"
    if printed.tolerance == "printed":
        return "to the printed digits"
    return "exactly" if printed.tolerance == "exact" else "the limit decides"

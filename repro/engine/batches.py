"""Batches of seeds: each holds one value a seed, and together they are one measurement."""

from __future__ import annotations

from typing import Any


class UnevenSeeds(Exception):
    """What was returned does not hold one value for each seed, or differs in more than that between batches."""


def require_seeds(value: Any, count: int, common: frozenset[str], where: str = "the result") -> None:
    """Refuse a batch with a list, outside the ``common`` entries, that has not one value for each of ``count`` seeds."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in common:
                require_seeds(item, count, frozenset(), f"{where}[{key!r}]")
    elif isinstance(value, list) and len(value) != count:
        raise UnevenSeeds(f"{where} has {len(value)} values for {count} seeds; it must have one for each")


def join(first: Any, second: Any, common: frozenset[str], where: str = "the result") -> Any:
    """Two looks of one measurement as one: lists grow along the seeds; scalars and ``common`` entries must be the same."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        return {
            key: _same(first[key], second[key], f"{where}[{key!r}]")
            if key in common
            else join(first[key], second[key], frozenset(), f"{where}[{key!r}]")
            for key in first
        }
    if isinstance(first, list) and isinstance(second, list):
        return [*first, *second]
    return _same(first, second, where)


def _same(first: Any, second: Any, where: str) -> Any:
    if first == second and type(first) is type(second):
        return first
    raise UnevenSeeds(f"{where} differs between two batches of seeds; only what is listed seed by seed may")

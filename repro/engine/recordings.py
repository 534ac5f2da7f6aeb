"""What is asked of recordings: which seeds are wanted, in which order, and how far those in flight are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from repro.engine.session import Session
from repro.engine.work import Work

Positions = dict[str, tuple[int, int] | None]  # of what is measured: steps done and to do, where it says so


def most_wanted(readers: list[Work], wanted: dict[str, int]) -> dict[str, int]:
    """Of each recording the most seeds that one of its readers wants."""
    most: dict[str, int] = {}
    for work in readers:
        for name in work.reads:
            most[name] = max(most.get(name, 0), wanted[work.name])
    return most


def in_turns(session: Session, most: dict[str, int]) -> Iterable[Work]:
    """So many seeds of each recording, seed by seed: an interruption leaves what is compared equally many."""
    works = {name: session.recording_works(name, seeds) for name, seeds in sorted(most.items())}
    for seed in range(max(most.values())):
        yield from (of_one[seed] for of_one in works.values() if seed < len(of_one))


def position(folder: Path) -> tuple[int, int] | None:
    """What a recording says of its own way in ``progress.json`` of its folder: ``{"done": 1200, "total": 10000}``."""
    try:
        told = json.loads((folder / "progress.json").read_text())
        return int(told["done"]), int(told["total"])
    except (OSError, ValueError, KeyError, TypeError):
        return None

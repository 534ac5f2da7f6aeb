"""The contract of every stochastic experiment in specs/: entry i depends on seeds[i] alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repro.config import find_config
from repro.engine.batches import join
from repro.engine.jobs import ABSCISSA
from repro.engine.measuring import plain, resolve
from repro.engine.session import Session
from repro.spec import load_suite

ROOT = Path(__file__).parents[2]
CONFIG = find_config(ROOT)
SESSION = Session(CONFIG, load_suite(CONFIG))
RUNS = [
    pytest.param(
        claim, backend, id=f"{claim.id}-{backend}", marks=() if backend == claim.backends[0] else pytest.mark.deep
    )
    for claim in SESSION.suite.claims
    for backend in claim.backends
    if claim.spec.seeds is not None and claim.spec.cost == "fast" and not claim.spec.recordings
]
RECORDINGS = [pytest.param(one, id=name) for name, one in SESSION.suite.recordings.items() if one.spec.cost == "fast"]


def same(first: Any, second: Any) -> bool:
    """Equal, up to the rounding of sums that are taken in another order for another size of batch."""
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    if isinstance(first, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, float):
        return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)
    return bool(first == second)


def backwards(value: Any, common: frozenset[str]) -> Any:
    """The measurement with its seeds in the opposite order."""
    if isinstance(value, dict):
        return {key: item if key in common else backwards(item, frozenset()) for key, item in value.items()}
    return value[::-1] if isinstance(value, list) else value


@pytest.mark.parametrize("count", [4, pytest.param(32, marks=pytest.mark.deep)])
@pytest.mark.parametrize(("claim", "backend"), RUNS)
def test_grouping_and_order_of_the_seeds_change_nothing(claim: Any, backend: str, count: int) -> None:
    """All seeds in one batch, and in two uneven ones backwards, give the same values."""
    lacking = SESSION.missing(claim.spec, backend)
    if lacking is not None:
        pytest.skip(str(lacking))
    function = resolve(ROOT, claim.spec.measure)
    arguments = dict(claim.spec.args) | ({"backend": backend} if claim.spec.backends is not None else {})
    common = ABSCISSA if claim.spec.shape is not None else frozenset[str]()
    seeds = np.arange(min(count, claim.spec.seeds), dtype=np.int64)

    def measure(batch: Any) -> Any:
        return plain(function(seeds=batch, **arguments), "the result")

    turned = seeds[::-1].copy()
    assert same(backwards(join(measure(turned[:3]), measure(turned[3:]), common), common), measure(seeds))


def without_clocks(value: Any) -> Any:
    """The data without what a clock told."""
    return {key: item for key, item in value.items() if key != "seconds"} if isinstance(value, dict) else value


@pytest.mark.parametrize("recording", RECORDINGS)
def test_a_seed_of_a_recording_repeats(recording: Any) -> None:
    """Made twice, the same seed holds the same; only clocks may differ."""
    lacking = SESSION.missing(recording.spec, None)
    if lacking is not None:
        pytest.skip(str(lacking))
    make = resolve(ROOT, recording.spec.make)
    first, second = (plain(make(seed=1, **recording.spec.args), "the result") for _ in range(2))
    assert without_clocks(first) == without_clocks(second)

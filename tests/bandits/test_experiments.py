"""The experiments themselves: an entry depends on its own seed, the second routes share nothing with the first, figures are data."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from implementations.bandits import experiments, experiments_bayes, experiments_definitions, experiments_growth, figures

EXPLORES = {"kind": "epsilon_greedy", "epsilon": 0.1}
SEEDED: dict[str, Callable[[Any], Any]] = {
    "fixed_means": lambda seeds: experiments.fixed_means(seeds, wander=0.1)["drift"]["value"],
    "random_shortfall": lambda seeds: experiments.random_shortfall(seeds, steps=20),
    "compare": lambda seeds: experiments.compare(seeds, {"it": EXPLORES}, steps=20)["it"],
    "one_by_one": lambda seeds: experiments.first_steps_one_by_one(seeds, {"it": EXPLORES}, steps=2)["it"],
    "enumeration": lambda seeds: experiments_definitions.regret_against_enumeration(seeds)["Thompson"]["difference"],
    "locked": lambda seeds: experiments_definitions.greedy_against_locked_arm(seeds)["30"]["ratio"],
    "mixture": lambda seeds: experiments_definitions.mixture(seeds, steps=50)["other"]["share"],
    "incremental": lambda seeds: experiments_definitions.incremental_error(seeds, "one_late", draws=50),
    "error_by_plays": lambda seeds: experiments_definitions.error_by_plays(seeds)["y"],
    "growth": lambda seeds: experiments_growth.growth(seeds, EXPLORES, first=1, last=100, games=4)["y"],
    "rivals": lambda seeds: experiments_bayes.rivals_beaten(seeds, {"kind": "thompson"}, steps=30),
}


@pytest.mark.parametrize("measure", SEEDED.values(), ids=SEEDED)
def test_an_entry_depends_on_its_own_seed(measure: Callable[[Any], Any]) -> None:
    """Three seeds measured together, in another order and one at a time give the same entries, bit for bit."""
    seeds = np.array([5, 12, 3])
    together = np.asarray(measure(seeds))

    assert np.array_equal(np.asarray(measure(seeds[::-1]))[::-1], together)
    assert np.array_equal(np.concatenate([np.asarray(measure(seeds[i : i + 1])) for i in range(3)]), together)


def test_updated_arm_by_two_routes() -> None:
    """Bayes' rule and the least regret name the same arm: the one that was played, not its neighbour."""
    assert experiments_bayes.arm_that_learns() == 0
    assert experiments_bayes.arm_that_learns(seen_by=1) == 1
    assert experiments_bayes.offset_of_least_regret(games=2, steps=200) == 0


def test_figures_are_plain_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each picture survives JSON without NaN, its series have as many y as x, and bands enclose their curves."""
    monkeypatch.setattr(figures, "PROBLEMS", 20)
    for make in (
        figures.four_strategies,
        figures.all_strategies,
        figures.bernoulli_strategies,
        figures.posterior_updates,
    ):
        data = json.loads(json.dumps(make(), allow_nan=False))
        assert data["alt"]
        for panel in data["panels"]:
            for line in panel["series"]:
                assert len(line["x"]) == len(line["y"])
                low, high = line.get("low", line["y"]), line.get("high", line["y"])
                assert all(a <= b <= c for a, b, c in zip(low, line["y"], high, strict=True))

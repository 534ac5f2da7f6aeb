"""What a step costs: networks in turns, medians, and the claims' pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from implementations.training import costs


class Slow:
    """A learner that is said to take so many seconds a step, and writes down when it is asked."""

    def __init__(self, name: str, seconds: list[float], told: list[str], clock: list[float]) -> None:
        self.name, self.seconds, self.told, self.clock = name, seconds, told, clock

    def step(self, x: Any, y: Any) -> tuple[float, Any]:
        """No training: the clock goes on."""
        assert x.shape == (100, 4, 4, 1)
        assert x.dtype == np.float32
        self.told.append(self.name)
        self.clock[0] += self.seconds[len([one for one in self.told if one == self.name]) - 1]
        return 0.0, y


def test_networks_take_turns_and_the_median_of_the_counted_rounds_is_told() -> None:
    """A first round, as slow as it likes, does not count; nor does one slow round of three."""
    told: list[str] = []
    clock = [0.0]
    a = Slow("a", [9.0, 9.0, 0.001, 0.003, 5.0, 5.0, 0.004, 0.002], told, clock)
    b = Slow("b", [0.010] * 8, told, clock)
    found = costs.in_turns({"a": a, "b": b}, (4, 4, 1), 0, rounds=3, steps=2, clock=lambda: clock[0])  # type: ignore[dict-item]
    assert told == ["a", "a", "b", "b"] * 4
    assert found == pytest.approx({"a": 3.0, "b": 10.0})


def test_pairs_are_of_one_seed() -> None:
    """By the names of the networks; a name that was not measured is an error."""
    run = [{"a": 1.0, "b": 2.0}, {"a": 3.0, "b": 4.0}]
    pair = costs.two_costs(run, "b", "a")
    assert (pair["first"].tolist(), pair["second"].tolist()) == ([2.0, 4.0], [1.0, 3.0])
    with pytest.raises(KeyError, match="c"):
        costs.two_costs(run, "a", "c")


def test_the_small_networks_are_measured_by_their_names() -> None:
    """Logistic regression takes less than a network with a convolution, here and anywhere; the story's networks likewise."""
    pytest.importorskip("torch")
    from implementations.svhn_story.costs import step_costs

    found = costs.step_costs(seed=0, networks=["lr", "cnn_cf"], rounds=1, steps=1)
    assert 0 < found["lr"] < found["cnn_cf"]
    found = step_costs(seed=0, networks=["lr", "cnn_cpncpnff"], rounds=1, steps=1)
    assert 0 < found["lr"] < found["cnn_cpncpnff"]

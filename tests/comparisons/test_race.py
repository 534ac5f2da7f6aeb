"""The race: every rule at every step size, choices by validation images alone, interruptions that lose one run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from implementations.comparisons import race as race_module
from implementations.comparisons.experiments import best, chosen, lead
from implementations.comparisons.figures import race_curves
from implementations.comparisons.race import DECADES, LOOKS, RULES, Race, race
from implementations.comparisons.race_numpy import Score, flat, gradient, lead_in, scores
from implementations.datasets.glyphs import draw_glyphs, load_glyphs
from implementations.training.loop import Diverged, train

IMAGES = {"fit": load_glyphs("train", 200), "test": load_glyphs("test", 100)}
VALIDATION = draw_glyphs(np.arange(200, 300), "train")


def small_race(checkpoint: Path | None = None, **changes: Any) -> Race:
    """Twenty-five steps of logistic regression on 200 drawn digits."""
    pytest.importorskip("torch")
    settings = {"network": "lr", "seed": 3, "steps": 25, "batch": 20, **changes}
    folder = None if checkpoint is None else str(checkpoint)
    return race(IMAGES["fit"], VALIDATION, IMAGES["test"], checkpoint=folder, **settings)


def made(**tests: list[float]) -> Race:
    """A race of two step sizes, 0.01 the default, with these test accuracies; validation tells the larger one."""
    return {
        rule: {
            "step_sizes": [0.01, 0.1],
            "default": 0.01,
            "validation": [[0.0, tests.get(rule, [0.1, 0.2])[2 if rule in tests else 0]], [0.0, 0.5]],
            "test": tests.get(rule, [0.1, 0.2])[:2],
        }
        for rule in RULES
    }


def test_a_race_has_all_rules_and_step_sizes() -> None:
    """A curve of five looks and a test accuracy for each of fifteen runs; defaults are those of the learner."""
    found = small_race()
    assert tuple(found) == RULES
    assert {rule: one["default"] for rule, one in found.items()} == {
        "sgd": 0.01, "momentum": 0.01, "adagrad": 0.01, "rmsprop": 0.001, "adam": 0.001
    }  # fmt: skip
    for one in found.values():
        assert np.shape(one["validation"]) == (len(DECADES), LOOKS)
        assert np.shape(one["test"]) == (len(DECADES),)
        assert 0 < max(one["test"]) <= 1


def test_small_steps_learn_less_than_large_ones() -> None:
    """Plain SGD at 0.1 is ahead of SGD at 0.001 after as many steps: the step sizes reach the rules."""
    sgd = small_race(steps=100)["sgd"]
    assert sgd["test"][2] > sgd["test"][0] + 0.2


def test_an_interrupted_race_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an interruption in the seventh run the race ends as it would have, and the first six are not run again."""
    whole, runs, real = small_race(), [], train

    def interrupted(*arguments: Any, **options: Any) -> Any:
        runs.append(1)
        if len(runs) == 7:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(race_module, "train", interrupted)
    with pytest.raises(KeyboardInterrupt):
        small_race(tmp_path)
    assert small_race(tmp_path) == whole
    assert len(runs) == 6 + 1 + 9


def test_a_run_that_diverges_has_no_accuracy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its curve and its test accuracy are zero, and the race goes on."""

    def diverging(*arguments: Any, **options: Any) -> Any:
        raise Diverged

    monkeypatch.setattr(race_module, "train", diverging)
    assert all(not np.any(one["test"]) and not np.any(one["validation"]) for one in small_race().values())


def test_impossible_races_are_refused() -> None:
    """Looks must be evenly spaced, and every default must run."""
    with pytest.raises(ValueError, match="evenly"):
        small_race(steps=24)
    with pytest.raises(ValueError, match="default"):
        small_race(step_sizes=(0.1,))


def test_validation_images_choose_and_test_images_report() -> None:
    """The step size that validation prefers is reported even where the test images prefer the other."""
    one = made(adam=[0.9, 0.3, 0.2])
    assert chosen(one, "adam", "default") == 0
    assert chosen(one, "adam") == 1
    assert best(one, ["adam"]) == 0.3
    assert lead([one]) == pytest.approx(0.3 - 0.2)
    assert lead([one], "default") == pytest.approx(0.9 - 0.1)


def test_the_best_rival_is_chosen_by_validation_too() -> None:
    """Of two rivals the one ahead on validation counts, not the one ahead on the test images."""
    one = made(adam=[0.6, 0.6, 0.1], sgd=[0.95, 0.1, 0.3], rmsprop=[0.7, 0.1, 0.4])
    assert lead([one], "default", ["sgd", "rmsprop"]) == pytest.approx(0.6 - 0.7)


def test_leads_are_antisymmetric() -> None:
    """Adam's lead over SGD is SGD's arrears."""
    run = [small_race()]
    np.testing.assert_array_equal(lead(run, rivals=["sgd"]), -lead(run, rivals=["adam"], of="sgd"))


def test_the_figure_tells_each_rule_s_test_accuracy() -> None:
    """One line a rule in both panels, and the mean of the seeds at the default and at the chosen step size."""
    run = [made(adam=[0.9, 0.3, 0.2]), made(adam=[0.7, 0.5, 0.2])]
    shown = race_curves(run, 100)
    assert [len(panel["series"]) for panel in shown["panels"]] == [5, 5]
    assert shown["panels"][0]["series"][0]["x"] == [20, 40, 60, 80, 100]
    assert shown["table"]["rows"][-1] == ["adam", 0.01, 0.8, 0.4, "0.1"]


def test_the_second_route_s_gradient_is_that_of_the_loss() -> None:
    """The complex step along random directions agrees with the NumPy race's gradient to twelve digits."""
    generator = np.random.default_rng(0)
    x, y = flat(IMAGES["fit"].first(30))[None], IMAGES["fit"].y[None, :30]
    theta = 0.1 * generator.normal(size=(1, 7850))
    found = gradient(theta, x, y)
    for _ in range(5):
        way = generator.normal(size=7850)
        z = x[0] @ (theta[0] + 1e-20j * way).reshape(785, 10)
        loss = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(30), y[0]])
        assert loss.imag / 1e-20 == pytest.approx(found[0] @ way, rel=1e-12)


def test_the_second_route_learns() -> None:
    """A hundred steps of each rule get at least twice as many right as chance; Adam is ahead of SGD, and SGD of smaller steps."""
    found = scores(IMAGES["fit"], VALIDATION, IMAGES["test"], 100)
    assert min(score.test for (score,) in found.values()) > 0.2
    assert found["adam"][0].test > found["sgd"][0].test
    slow, fast = scores(IMAGES["fit"], VALIDATION, IMAGES["test"], 100, (0.001, 0.1))["sgd"]
    assert slow.validation < fast.validation


def test_the_second_route_chooses_by_validation() -> None:
    """Step sizes and the rival are those that validation prefers, and the test accuracies are reported."""
    found = {
        "sgd": [Score(0.5, 0.99), Score(0.7, 0.6)],
        "rmsprop": [Score(0.8, 0.65), Score(0.1, 0.98)],
        "adam": [Score(0.9, 0.75), Score(0.2, 0.97)],
    }
    assert lead_in(found) == pytest.approx(0.75 - 0.65)

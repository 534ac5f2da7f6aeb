"""What is read from recorded runs, on curves made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from implementations.training import experiments, figures


def run(end: float) -> dict[str, Any]:
    """One seed's curves: training accuracy climbs to 0.8, test accuracy to ``end``."""
    return {
        "train_step": list(range(0, 10_000, 10)),
        "train_accuracy": [0.2] * 500 + [0.8] * 500,
        "train_loss": [1.0] * 1000,
        "test_step": [500, 9_900, 10_000],
        "test_accuracy": [0.1, end - 0.01, end],
        "test_loss": [1.0, 0.5, 0.4],
        "test_logits": [[0.0]] * 3,
    }


RUNS = [run(0.9), run(0.92)]
OTHERS = [run(0.95), run(0.91)]


def test_accuracies_are_read_at_their_steps() -> None:
    """At the legends' step, at the end, and at the start; a step that was not looked at is an error."""
    np.testing.assert_allclose(experiments.accuracy(RUNS), [0.89, 0.91])
    np.testing.assert_allclose(experiments.accuracy(RUNS, step=10_000), [0.9, 0.92])
    with pytest.raises(ValueError, match="not in list"):
        experiments.accuracy(RUNS, step=9_999)


def test_training_accuracy_is_smoothed_up_to_the_step() -> None:
    """Long after the jump it has arrived; right after it, 0.4 of the way (a weight of 0.6)."""
    np.testing.assert_allclose(experiments.train_accuracy(RUNS), 0.8, rtol=1e-9)
    np.testing.assert_allclose(experiments.train_accuracy(RUNS, step=5_000), 0.2 + 0.4 * 0.6, rtol=1e-9)
    np.testing.assert_allclose(experiments.late_train_accuracy(RUNS, points=1000), 0.5)


def test_differences_are_paired_by_seed() -> None:
    """The gap of each run, and the gain of one network over the other, seed by seed."""
    np.testing.assert_allclose(experiments.gap(RUNS), [0.8 - 0.89, 0.8 - 0.91])
    np.testing.assert_allclose(experiments.gain(OTHERS, RUNS), [0.05, -0.01], atol=1e-12)
    assert experiments.two_accuracies(OTHERS, RUNS)["second"].tolist() == [0.9, 0.92]


def test_two_proportions() -> None:
    """z by the formula and by the table's chi-squared; about 5 % of equal pairs lie beyond 1.96."""
    assert experiments.z_of_two_proportions(0.9916, 0.9894) == pytest.approx(
        experiments.z_by_counts(9916, 9894, 10_000)
    )
    rng = np.random.default_rng(0)
    first, second = rng.binomial(10_000, 0.99, (2, 4000)) / 10_000
    beyond = [abs(experiments.z_of_two_proportions(a, b)) > 1.96 for a, b in zip(first, second, strict=True)]
    assert np.mean(beyond) == pytest.approx(2 * norm.sf(1.96), abs=0.012)


def test_figures_show_medians_bands_and_what_is_printed() -> None:
    """Series of every network in both panels; the printed value stands at its step."""
    shown = figures.two_networks(RUNS, OTHERS, ["lr", "other"])
    train, test = shown["panels"]
    assert [series["label"] for series in test["series"]] == ["lr, 2 seeds", "lr, printed", "other, 2 seeds"]
    assert test["series"][1]["x"] == [9_900]
    np.testing.assert_allclose(test["series"][0]["y"], [0.1, 0.9, 0.91])
    np.testing.assert_allclose(test["series"][0]["low"], [0.1, 0.89, 0.9])
    assert len(train["series"][0]["x"]) == len(train["series"][0]["y"]) == 100
    assert "lr 0.9100" in shown["alt"]
    assert len(figures.one_network(RUNS, "lr")["panels"]) == 2

"""Printed values beside ours: every number of the tables and pictures follows from made runs whose numbers are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from implementations.training import distributions
from implementations.training.distributions import beside_printed, costs, dropout_power


def run(accuracies: list[float]) -> list[dict[str, Any]]:
    """Runs that end at these accuracies, and are worse before."""
    return [
        {
            "test_step": [9_900, 10_000], "test_accuracy": [end - 0.01, end],
            "train_step": [9_970, 9_980], "train_accuracy": [end, end],
        }
        for end in accuracies
    ]  # fmt: skip


def test_each_seed_stands_in_one_bar_and_the_printed_value_in_its_place() -> None:
    """Counts, places, mean, spread, ends, and how many seeds are at most the printed value to its last digit."""
    found = beside_printed("cnn_cpcpff", run([0.9900, 0.9902, 0.9910, 0.98942]))

    (panel,) = found["panels"]
    bars, printed, errors = panel["series"]
    assert bars["y"].sum() == 4
    assert dict(zip(np.round(bars["x"], 4), bars["y"], strict=True))[0.99] == 2
    assert printed["x"] == [0.9894, 0.9894]
    half = 2 * np.sqrt(0.9894 * 0.0106 / 10_000)
    assert errors["x"][0] == pytest.approx(0.9894 - half)
    assert errors["x"][-1] == pytest.approx(0.9894 + half)
    (row,) = found["table"]["rows"]
    assert row == ["cnn_cpcpff", "test", 10_000, 0.9894, 0.001, 0.9902, 0.0007, 0.9894, 0.991, 4, 1]


def test_readings_are_those_of_the_step_that_the_slide_names() -> None:
    """cnn_cf is read at step 9,900 on the test images, and smoothed at 9,980 on its batches."""
    rows = beside_printed("cnn_cf", run([0.99, 0.99]))["table"]["rows"]
    assert [row[1:3] + row[5:6] for row in rows] == [["test", 9_900, 0.98], ["train, smoothed", 9_980, 0.99]]


def test_ratios_of_costs() -> None:
    """Against the slides' clock, our milliseconds and the counted multiply-adds."""
    run = [{"cnn_cf": 10.0, "cnn_cpcpff": 40.0}, {"cnn_cf": 12.0, "cnn_cpcpff": 48.0}]
    first, second = costs(run)["table"]["rows"]
    assert first == ["cnn_cf", "21 min 41 s", 1.0, 11.0, 1.0, 1_756_160, 1.0, 2]
    assert second[:5] == ["cnn_cpcpff", "61 min 21 s", 2.83, 44.0, 4.0]
    assert second[5] == 28 * 28 * 25 * 32 + 14 * 14 * 25 * 32 * 64 + 3136 * 1024 + 1024 * 10


def test_the_question_of_dropout() -> None:
    """Pairs by seed; the effect and the spread are theirs; where the printed difference is larger, fewer pairs show it."""
    found = dropout_power(run([0.992, 0.991, 0.993, 0.991, 0.5]), run([0.991, 0.991, 0.991, 0.990]))

    ours, printed = found["table"]["rows"]
    assert ours[1:3] == [0.1, 0.082]
    assert printed[1:3] == [0.22, 0.082]
    assert ours[-1] > printed[-1]
    assert found["panels"][1]["series"][0]["y"] == pytest.approx([0.1, 0.0, 0.2, 0.1])
    assert "ahead in 75 % of the pairs" in found["alt"]


def test_printed_values_are_those_of_the_claims() -> None:
    """Figures and specification cannot drift apart."""
    import tomllib
    from pathlib import Path

    text = (Path(__file__).parents[2] / "specs/columbia-deep-learning/training-on-digits.toml").read_text()
    claimed = {
        claim["value"] for claim in tomllib.loads(text)["claims"].values() if "recordings" in claim and "value" in claim
    }
    assert {reading.printed for readings in distributions.READINGS.values() for reading in readings} == claimed


def test_a_quarter_of_the_network() -> None:
    """8 and 16 maps and 256 units, and ten outputs as before; dropout is the one difference."""
    from implementations.networks.counting import summary
    from implementations.networks.table import Dropout
    from implementations.training.runs_quarter import quarter

    plain, dropped = quarter(dropout=False), quarter(dropout=True)
    outputs = {line.name: line.output for line in summary(plain) if line.name}
    assert outputs == {
        "conv1": (28, 28, 8), "pool1": (14, 14, 8), "conv2": (14, 14, 16), "pool2": (7, 7, 16), "fc1": (256,), "fc2": (10,)
    }  # fmt: skip
    assert [row for row in dropped.rows if not isinstance(row, Dropout)] == list(plain.rows)
    assert sum(isinstance(row, Dropout) for row in dropped.rows) == 1

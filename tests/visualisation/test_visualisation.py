"""The ascent against the closed form and a general optimiser, and what the exhibits show."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from implementations.networks.networks_numpy import forward
from implementations.networks.table import Activation, Dense, Network
from implementations.networks.weights import random_weights
from implementations.visualisation import figures
from implementations.visualisation.visualisation_numpy import most_exciting

LINEAR = Network("linear", "", "", (6,), (Dense("fc", 3),))
DEEP = Network("deep", "", "", (6,), (Dense("fc1", 5), Activation("tanh"), Dense("fc2", 3)))


def test_a_linear_output_is_excited_most_by_its_filter() -> None:
    """w_k / lambda, from any start."""
    weights = random_weights(LINEAR, 0)
    start = np.random.default_rng(0).normal(size=(3, 6))
    found = most_exciting(LINEAR, weights, start, decay=0.4, alpha=0.5, steps=200)
    np.testing.assert_allclose(found, weights["fc/kernel"].T / 0.4, atol=1e-12)


def test_a_deeper_output_is_excited_most_where_a_general_optimiser_ends() -> None:
    """BFGS with numerical slopes on the penalised output, from the same start."""
    weights = random_weights(DEEP, 1)
    start = 0.1 * np.random.default_rng(0).normal(size=(3, 6))
    found = most_exciting(DEEP, weights, start, decay=0.5, alpha=0.1, steps=4000)
    for k in range(3):
        best = minimize(
            lambda x, k=k: -forward(DEEP, weights, x[None]).output[0, k] + 0.25 * (x**2).sum(), start[k], tol=1e-9
        )
        np.testing.assert_allclose(found[k], best.x, atol=1e-4)


def test_steps_that_would_grow_and_wrong_starts_are_refused() -> None:
    """alpha lambda of 2 or more, of 0, and one start too few."""
    weights = random_weights(LINEAR, 0)
    for decay in (0.0, 20.0):
        with pytest.raises(ValueError, match="between 0 and 2"):
            most_exciting(LINEAR, weights, np.zeros((3, 6)), decay=decay)
    with pytest.raises(ValueError, match="2 starts for 3 outputs"):
        most_exciting(LINEAR, weights, np.zeros((2, 6)), decay=0.1)


def test_a_picture_has_its_first_row_on_top() -> None:
    """The field's last row, drawn highest, is the picture's first."""
    pixels = np.arange(784.0)
    z = figures.picture("t", pixels)["field"]["z"]
    assert z[-1] == list(range(28)) and z[0][-1] == 783


def test_what_excites_an_output_is_taken_for_its_digit() -> None:
    """Every title of the exhibit says a probability above 0.9; filters have a panel for each digit and unit."""
    shown = figures.exciting()["panels"]
    assert [panel["title"].split(":")[0] for panel in shown] == [str(digit) for digit in range(10)]
    assert all(float(panel["title"].split()[-1]) > 0.9 for panel in shown)
    assert len(figures.filters(units=3)["panels"]) == 13

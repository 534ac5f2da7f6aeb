"""No free lunch: shares by enumeration against a loop that is written as the theorem is said."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from implementations.generalisation.no_free_lunch import (
    INPUTS,
    LEARNERS,
    TARGETS,
    mean_error,
    nearest,
    smooth,
    worst_and_best_prediction,
)


def test_the_targets_are_all_boolean_functions() -> None:
    """256 different labellings of eight different points."""
    assert len(np.unique(TARGETS, axis=0)) == 256
    assert len(np.unique(INPUTS, axis=0)) == 8


@pytest.mark.parametrize("name", LEARNERS)
@pytest.mark.parametrize("size", [1, 4, 7])
def test_every_learner_is_wrong_half_of_the_time(name: str, size: int) -> None:
    """Exactly: over all functions and training sets, at points that were not shown."""
    assert mean_error(LEARNERS[name], size) == 0.5


@pytest.mark.parametrize("size", [2, 5])
def test_nearest_neighbour_s_error_on_smooth_functions_by_a_loop(size: int) -> None:
    """The same share, point by point and function by function."""
    wrong = []
    for target in smooth():
        for shown in combinations(range(8), size):
            for point in set(range(8)) - set(shown):
                distances = [(point ^ other).bit_count() for other in shown]
                wrong.append(target[shown[distances.index(min(distances))]] != target[point])
    assert mean_error(nearest, size, smooth()) == pytest.approx(np.mean(wrong), abs=1e-14)


def test_smooth_functions_change_seldom_and_are_closed_under_negation() -> None:
    """At most four of twelve neighbouring pairs differ; the negation of each is smooth too."""
    found = {tuple(row) for row in smooth().tolist()}
    assert all(sum(f[i] != f[i ^ 1 << bit] for i in range(8) for bit in range(3)) // 2 <= 4 for f in found)
    assert {tuple(1 - value for value in f) for f in found} == found
    assert 0 < len(found) < 256


def test_a_learner_that_remembers_is_better_only_where_it_was_shown() -> None:
    """Counting the shown points, nearest neighbour is wrong in a quarter: half of the other half."""
    assert mean_error(nearest, 4, everywhere=True) == 0.25


@pytest.mark.parametrize("size", [1, 4, 7])
def test_no_prediction_is_better_than_another(size: int) -> None:
    """The least and the greatest mean error over all predictions are both one half."""
    assert worst_and_best_prediction(size) == (0.5, 0.5)


def test_training_sets_have_a_size() -> None:
    """None of the points, or all, leave nothing to learn from or to ask."""
    for size in (0, 8):
        with pytest.raises(ValueError, match="1 to 7"):
            mean_error(nearest, size)

"""The worked convolution and pooling: answers by hand, what else would give them, and what the text version damaged."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d

from implementations.layers import experiments_worked, figures, worked

ANSWER = np.array(worked.ANSWER)


def test_scipy_correlates_to_the_answer() -> None:
    """scipy's correlation of the padded image, every second value, is the printed answer; its convolution is not."""
    padded, weights = np.pad(worked.IMAGE, 1), worked.filter_weights()
    np.testing.assert_array_equal(correlate2d(padded, weights, "valid")[::2, ::2], ANSWER)
    assert np.count_nonzero(convolve2d(padded, weights, "valid")[::2, ::2] == ANSWER) == 1


def test_the_filter_equals_its_mirror_image_upside_down() -> None:
    """So the answer cannot tell these two apart; all other orientations differ from the filter."""
    weights = worked.filter_weights()
    same = [name for name, turn in experiments_worked.ORIENTATIONS.items() if np.array_equal(turn(weights), weights)]
    assert same == ["as printed", "upside down"]
    assert len({turn(weights).tobytes() for turn in experiments_worked.ORIENTATIONS.values()}) == 4


def test_orientations_are_the_eight_of_the_square() -> None:
    """On a filter without symmetry the eight are all different, and closed under turning by 90 degrees."""
    square = np.arange(9.0).reshape(3, 3)
    all_eight = {turn(square).tobytes() for turn in experiments_worked.ORIENTATIONS.values()}
    assert len(all_eight) == 8
    assert {np.rot90(turn(square)).tobytes() for turn in experiments_worked.ORIENTATIONS.values()} == all_eight


def test_settings_that_give_the_answer() -> None:
    """Evenly: one zero, stride 2, alone. Unevenly also two at the bottom or right, whose second is never seen. Turned: nothing."""
    even = experiments_worked.settings_of_the_answer()
    assert even == [(((1, 1), (1, 1)), (2, 2))]
    uneven = experiments_worked.settings_of_the_answer(uneven=True)
    assert sorted(uneven) == [(((1, b), (1, r)), (2, 2)) for b in (1, 2) for r in (1, 2)]
    for name in ("left to right", "turned by 180 degrees", "transposed"):
        assert experiments_worked.settings_of_the_answer(orientation=name, uneven=True) == []


def test_the_texts_grid_gives_another_last_cell() -> None:
    """Eight columns give eight of the nine cells and 2 for the last, 4."""
    cells = experiments_worked.worked_convolution(text_grid=True)
    found = np.array([[row[c] for c in "abc"] for row in cells.values()])
    assert np.argwhere(found != ANSWER).tolist() == [[2, 2]]
    assert found[2, 2] == 2


def test_one_grid_is_left() -> None:
    """Among all grids with one cell fewer in each row, within zeros, only the pooling slide's image gives the answer."""
    (grid,) = experiments_worked.grids_that_fit()
    np.testing.assert_array_equal(grid, np.pad(worked.IMAGE, 1))
    assert len(experiments_worked.grids_that_fit(border=False)) == 2
    assert experiments_worked.grid_of_the_answer() == experiments_worked.grid_of_the_pooling_image()
    assert experiments_worked.grid_of_the_pooling_image(zeros=2)["rows"]["count"] == 0


def test_frames_as_the_text_has_them() -> None:
    """Three grids of 7 x 8, all alike; the filter lies two columns further in frame 2; frame 3 scatters ten weights."""
    assert all(worked.grid(n).shape == (7, 8) for n in (1, 2, 3))
    assert experiments_worked.frame_differences() == {"2": {"cells": 0}, "3": {"cells": 0}}
    first, second, third = (worked.subscripts(n) for n in (1, 2, 3))
    assert [(r, c + 2, w) for r, c, w in first] == second
    assert [w for _, _, w in third].count(3) == 1
    with pytest.raises(ValueError, match="frame 3 shows 10"):
        worked.filter_weights(3)
    assert experiments_worked.frame_weights() == experiments_worked.frame_weights_by_text()


@pytest.mark.parametrize("kind", ["max", "average"])
def test_pooling_by_hand(kind: str) -> None:
    """Each window in plain Python; no printed average lies half-way, so every way of rounding gives the printed digit."""
    found = experiments_worked.worked_pooling(kind=kind)
    for r, row in enumerate(found.values()):
        for c, value in enumerate(row.values()):
            window = [worked.IMAGE[r + i, c + j] for i in range(3) for j in range(3)]
            assert value == pytest.approx(max(window) if kind == "max" else sum(window) / 9, abs=1e-15)
            assert round(value, 1) == np.floor(10 * value + 0.5) / 10 == worked.POOLED[kind][1][r][c]


def test_the_first_frame_of_the_maximum_lost_a_row() -> None:
    """It prints two rows where the pool has three, by the pool and by the formula; what it prints is right."""
    assert len(worked.POOLED["max"][0]) == 2
    assert experiments_worked.size_of_the_pool() == experiments_worked.size_of_the_pool_by_formula()
    assert experiments_worked.frames_of_pooling() == {"max": {"cells": 0}, "average": {"cells": 0}}
    assert experiments_worked.frames_of_pooling(against="average")["max"]["cells"] > 0


def test_the_figures_steps_add_up() -> None:
    """Each row of the worked convolution's table: the products add up to the sum beside them, which is the printed cell."""
    rows = figures.worked_convolution()["table"]["rows"]
    assert len(rows) == 9
    for _, _, written, printed in rows:
        products, total = written.split(" = ")
        terms = [term.split("·") for term in products.split(" + ")]
        assert sum(int(w) * int(x) for w, x in terms) == int(total) == printed


def test_pictures_stand_upright() -> None:
    """The first row of an image has the largest y, so that it is drawn on top."""
    field = figures.worked_pooling()["panels"][0]["field"]
    assert field["z"][0] == worked.IMAGE[0].tolist()
    assert field["y"] == [5, 4, 3, 2, 1]


def test_figures_say_what_they_show() -> None:
    """A 2 x 2 kernel at stride 2 writes each pixel once, 3 x 3 writes 1, 2 or 4 times; SAME pads 0 + 1 as the text says."""
    even, chequered, _ = (np.array(p["field"]["z"]) for p in figures.overlaps_of_transposed()["panels"])
    assert np.unique(even).tolist() == [1]
    assert np.unique(chequered).tolist() == [1, 2, 4]
    row = next(r for r in figures.zeros_of_same()["table"]["rows"] if r[:2] == [3, 2])
    assert row[3:] == ["1 + 1, out 3", "0 + 1, out 3", "1 + 1, out 4", "0 + 1, out 4"]
    fits = {name: settings != "none" for name, _, settings in figures.worked_conventions()["table"]["rows"]}
    assert [name for name, fit in fits.items() if fit] == ["as printed", "upside down"]

"""Arithmetic on printed numbers, against sums, enumeration, least common denominators and drawn samples."""

from __future__ import annotations

from fractions import Fraction
from math import comb, lcm

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.svhn_story import names, printed
from implementations.svhn_story.class_counts import SVHN_TRAIN


def test_the_class_counts_are_all_training_digits() -> None:
    """They add up to the 73,257 that SVHN's publishers state, and 1 is the commonest digit, as house numbers begin with it."""
    assert sum(SVHN_TRAIN) == 73_257
    assert len(SVHN_TRAIN) == 10
    assert max(SVHN_TRAIN) == SVHN_TRAIN[1]


@given(st.integers(0, 60), st.integers(1, 9))
def test_the_exact_p_value_is_a_sum_over_outcomes(right: int, share: int) -> None:
    """Two-sided: all outcomes of 60 digits that are no likelier than the observed one, summed as fractions."""
    p = Fraction(share, 10)
    chance = [comb(60, k) * p**k * (1 - p) ** (60 - k) for k in range(61)]
    total = float(sum(each for each in chance if each <= chance[right]))
    assert printed.least_p({"0": right}, 60, (share, 10 - share)) == pytest.approx(total, abs=1e-9)


def test_the_least_p_is_of_the_worst_class_and_shifts() -> None:
    """Classes that fit do not rescue one that does not; a shift asks the next class, round the end."""
    counts = (1, 1, 2)
    fits = printed.least_p({"0": 25, "2": 50}, 100, counts)
    assert fits > 0.9
    assert printed.least_p({"0": 25, "2": 25}, 100, counts) < 1e-5
    assert printed.least_p({"1": 50, "2": 25}, 100, counts, shift=1) == pytest.approx(fits)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_the_smallest_set_of_hundredths_is_their_common_denominator(hundredths: list[int]) -> None:
    """Exact hundredths, printed with four digits: no smaller set rounds to them."""
    fractions = [Fraction(n, 100) for n in hundredths]
    assert printed.smallest_set([float(f) for f in fractions]) == lcm(*(f.denominator for f in fractions))


@given(st.integers(2, 60), st.data())
def test_the_smallest_set_has_the_shares(n: int, data: st.DataObject) -> None:
    """Shares of n digits are found to be of at most n, and of no smaller number than fits."""
    shares = [round(data.draw(st.integers(0, n)) / n, 4) for _ in range(3)]
    found = printed.smallest_set(shares)
    assert found <= n
    for smaller in range(1, found):
        assert any(all(round(k / smaller, 4) != share for k in range(smaller + 1)) for share in shares)


def test_shares_of_no_set_are_refused() -> None:
    """One third and one half to fourteen digits, of at most 100,000: six; an irrational share: an error."""
    assert printed.smallest_set([0.33333333333333, 0.5], digits=14) == 6
    with pytest.raises(ValueError, match="no set"):
        printed.smallest_set([0.5**0.5], digits=14)


def test_accuracy_is_right_over_all() -> None:
    """The sum of the counts by class over the number of images."""
    assert printed.accuracies({"a": [3, 4], "b": []}, 10) == {"a": {"accuracy": 0.7}, "b": {"accuracy": 0.0}}


def test_a_program_prints_vectors_of_its_own_lengths() -> None:
    """As many counts as classes, a guess a label: by counting, and by writing the vectors out and reading them."""
    wanted = {"correct by class": 7, "sample pred": 13, "sample true": 13}
    assert {k: v["entries"] for k, v in printed.lengths(7, 13).items()} == wanted
    written = printed.lengths_from_a_program(7, [k % 7 for k in range(13)], 2)
    assert {k: v["entries"] for k, v in written.items()} == wanted
    assert printed.lengths(10, 20, slots=21)["correct by class"]["entries"] == 21


def test_runs_in_two_legends() -> None:
    """Alike in name, step and time: counted where the smoothed value differs, not where only one of the three is shared."""
    first = ["a", 0.5, 0.4, "20k", "10:00"]
    legends = [first, ["a", 0.6, 0.4, "20k", "10:00"], ["b", 0.7, 0.4, "20k", "10:01"], ["b", 0.7, 0.3, "20k", "10:01"]]
    assert printed.runs_that_differ(legends) == 1
    assert printed.runs_that_differ(legends, column=2) == 1  # b's raw value
    assert printed.runs_that_differ([first, ["a", 0.6, 0.4, "10k", "10:00"], ["a", 0.6, 0.4, "20k", "10:09"]]) == 0
    assert printed.times_that_differ(legends) == 1
    assert printed.times_that_differ(legends[2:]) == 0


def test_standard_errors_are_those_of_drawn_samples() -> None:
    """The z of a gap divides by the spread that 200,000 drawn pairs of accuracies have, within 1 %."""
    random = np.random.default_rng(7)
    train = random.binomial(100, 0.9, 200_000) / 100
    held = random.binomial(2500, 0.8, 200_000) / 2500
    assert 0.1 / printed.z_of_a_gap(0.9, 0.8, halved=False) == pytest.approx((train - held).std(), rel=0.01)
    halved = 0.8 + (train - 0.9) / 2 - held  # an error of the training value half as large
    assert 0.1 / printed.z_of_a_gap(0.9, 0.8) == pytest.approx(halved.std(), rel=0.01)
    other = random.binomial(2500, 0.8, 200_000) / 2500
    again = random.binomial(100, 0.95, 200_000) / 100
    spread = ((train - held) - (again - other)).std()
    z = printed.z_of_two_gaps((0.9, 0.8), (0.95, 0.8), halved=False)
    assert -0.05 / z == pytest.approx(spread, rel=0.01)
    slower = ((train - 0.9) / 2 - held - (again - 0.95) / 2 + other).std()
    assert -0.05 / printed.z_of_two_gaps((0.9, 0.8), (0.95, 0.8)) == pytest.approx(slower, rel=0.01)


@given(st.integers(1, 2499), st.integers(1, 2499))
def test_two_shares_by_z_and_by_table(a: int, b: int) -> None:
    """The pooled z and the root of Pearson's chi-squared are the same number."""
    z = printed.z_of_two_shares(a / 2500, b / 2500)
    assert abs(z) == pytest.approx(printed.z_by_table(a / 2500, b / 2500), abs=1e-9)
    assert (z > 0) == (a > b)


def test_names_are_spelled_by_lists_and_tables() -> None:
    """Letter by letter; every network for SVHN of the catalogue is called what its table spells."""
    assert names.of_list("conv→pool→norm→dropout→fc") == "cnn_cpndf"
    assert names.of_list("conv, fc", separator=",") == "cnn_cf"
    for name in ("cnn_cf", "cnn_cnf", "cnn_cpcpff", "cnn_cpcpfdf", "cnn_cpncpnff", "cnn_cpncpnfdf"):
        assert names.of_catalogue(name) == name
    with pytest.raises(KeyError):
        names.of_list("conv→relu→fc")

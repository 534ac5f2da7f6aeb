"""When the judge looks, and that the parts of the error add up to the suite's one per cent."""

import pytest

from repro.judging import capacity, looks
from repro.judging.budget import SUITE_ERROR, tail_of


@pytest.mark.parametrize(
    ("max_seeds", "expected"),
    [
        (1, [1]),
        (15, [15]),
        (16, [16]),
        (17, [16, 17]),
        (64, [16, 32, 64]),
        (100, [16, 32, 64, 100]),
        (1024, [16, 32, 64, 128, 256, 512, 1024]),
    ],
)
def test_looks_double_up_to_the_most_seeds(max_seeds: int, expected: list[int]) -> None:
    """Looks are 16, 32, ... and end at the most seeds that may be spent."""
    assert looks(max_seeds) == expected


def test_no_seeds_is_refused() -> None:
    """Zero seeds cannot be looked at."""
    with pytest.raises(ValueError, match="max_seeds: expected at least one seed, got 0"):
        looks(0)


@pytest.mark.parametrize(
    ("n", "expected"), [(0, 1000), (1, 1000), (1000, 1000), (1001, 2000), (2000, 2000), (2001, 4000), (9000, 16000)]
)
def test_capacity_is_1000_or_the_next_doubling(n: int, expected: int) -> None:
    """The capacity holds n and changes only at doublings of 1000."""
    assert capacity(n) == expected


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("max_seeds", [8, 16, 100, 4096])
def test_the_parts_add_up_to_the_error_of_the_suite(max_seeds: int, sides: int) -> None:
    """All ends of all looks of all comparisons that a suite can hold spend one per cent together."""
    error = SUITE_ERROR / capacity(1500)
    assert tail_of(error, max_seeds, sides) * sides * len(looks(max_seeds)) * capacity(1500) == pytest.approx(0.01)

"""When the judge looks, and how much error each look may spend.

Seeds are added in doubling looks, 16, 32, 64, ... up to the most that may be spent; easy claims stop at the first. The
suite may refute a true claim by chance with probability 1 % in all. It is divided three times, each time by the union
bound, which holds however the claims depend on each other:

    one comparison     0.01 / capacity(comparisons of the suite)
    one look at it     that / number of looks
    one end of a band  that / number of ends (two for a value, one for a bound or an order): the `tail` of the interval
"""

from dataclasses import dataclass

FIRST_LOOK = 16
SUITE_ERROR = 0.01
SMALLEST_CAPACITY = 1000


def looks(max_seeds: int) -> list[int]:
    """Numbers of seeds at which a claim is judged: 16, 32, ... below `max_seeds`, then `max_seeds` (>= 1) itself."""
    if max_seeds < 1:
        raise ValueError(f"max_seeds: expected at least one seed, got {max_seeds}")
    steps = []
    step = FIRST_LOOK
    while step < max_seeds:
        steps.append(step)
        step *= 2
    return [*steps, max_seeds]


def capacity(n: int) -> int:
    """Comparisons over which the suite's error is divided: 1000, or the first doubling of it that holds `n`.

    In steps, so that a claim's verdict does not move when another claim is added.
    """
    holds = SMALLEST_CAPACITY
    while holds < n:
        holds *= 2
    return holds


def tail_of(error: float, max_seeds: int, sides: int) -> float:
    """Error of one end of the interval at one look, for a comparison with this `error` and a band with `sides` ends."""
    return error / len(looks(max_seeds)) / sides


@dataclass(frozen=True, slots=True)
class Budget:
    """The error of one comparison, and the most seeds that may be spent (None: deterministic)."""

    error: float
    max_seeds: int | None

    def tail(self, sides: int) -> float:
        """Error of one end of the interval at one look."""
        return self.error / sides if self.max_seeds is None else tail_of(self.error, self.max_seeds, sides)

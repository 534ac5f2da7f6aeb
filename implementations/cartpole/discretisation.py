"""From four continuous numbers to one cell of a table: the slide's `obs_index`."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cells = NDArray[np.int64]

NEVER = 1e20  # the slides' edge for a variable that is not looked at: no state gets there


@dataclass(frozen=True, slots=True)
class Bins:
    """Rising edges for position, velocity, angle and angular velocity; k edges make k + 1 bins, an edge belongs to the bin above it."""

    edges: tuple[tuple[float, ...], ...]
    _looked_at: tuple[tuple[int, Array, int], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.edges) != 4 or any(list(e) != sorted(set(e)) for e in self.edges):
            raise ValueError(f"bins need rising edges for each of four variables, got {self.edges}")
        variables = zip(range(4), self.reachable, self.strides, strict=True)
        looked_at = tuple((variable, np.array(edges), stride) for variable, edges, stride in variables if edges)
        object.__setattr__(self, "_looked_at", looked_at)

    @property
    def shape(self) -> tuple[int, ...]:
        """Bins that a state can fall into, by variable: edges of 1e20 are out of reach and make none."""
        return tuple(len(e) + 1 for e in self.reachable)

    @property
    def reachable(self) -> tuple[tuple[float, ...], ...]:
        """The edges that a state can pass."""
        return tuple(tuple(edge for edge in e if edge < NEVER) for e in self.edges)

    @property
    def strides(self) -> tuple[int, ...]:
        """By how many cells the flat index moves from one bin of a variable to the next."""
        return tuple(math.prod(self.shape[k + 1 :]) for k in range(4))

    @property
    def cells(self) -> int:
        """How many cells the table has."""
        return math.prod(self.shape)

    def index(self, state: Array) -> Cells:
        """The cell of each state, (n,), for `state` (4, n): the flat index into `shape`, the last variable fastest."""
        flat: Cells = np.zeros(state.shape[1], np.int64)
        for variable, edges, stride in self._looked_at:
            place = edges.searchsorted(state[variable], "right")
            flat += place if stride == 1 else stride * place
        return flat


def printed_bins(velocity_edge: float, angle_edge: float = 0.2) -> Bins:
    """The slides' bins: angle at -0.2, 0, 0.2 rad; angular velocity at +- `velocity_edge` rad/s, 3 on one slide, 0.3 on another."""
    return Bins(((NEVER,), (NEVER,), (-angle_edge, 0.0, angle_edge), (-velocity_edge, velocity_edge)))


WIDE, NARROW = printed_bins(3.0), printed_bins(0.3)

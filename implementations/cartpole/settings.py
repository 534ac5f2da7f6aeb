"""The settings of the Q learner, with what the printed code does as the default."""

from dataclasses import dataclass
from typing import Literal

from implementations.cartpole.discretisation import WIDE, Bins
from implementations.cartpole.dynamics import RIGHT, V0

Terminal = Literal["bootstrap", "zero", "zero_done"]


@dataclass(frozen=True, slots=True)
class Settings:
    """A discretised Q learner.

    `terminal` is the value of what follows a last step: "bootstrap" takes the table's value of the last observation, as the printed
    code does; "zero" is the pseudo-code's Q(terminal, .) = 0 for a fall, and lets a step that only the clock ended go on; "zero_done"
    is zero for both, what adding `if done` to the printed code gives. `tie` is the action where both values are equal.
    """

    alpha: float = 1.0
    gamma: float = 0.99
    epsilon: float = 0.2
    bins: Bins = WIDE
    episodes: int = 1001
    limit: int = V0
    terminal: Terminal = "bootstrap"
    tie: int = RIGHT

    def __post_init__(self) -> None:
        if not (0.0 <= self.alpha <= 1.0 and 0.0 <= self.gamma <= 1.0 and 0.0 <= self.epsilon <= 1.0):
            raise ValueError(
                f"alpha, gamma and epsilon must be in [0, 1], got {self.alpha}, {self.gamma}, {self.epsilon}"
            )
        if self.terminal not in ("bootstrap", "zero", "zero_done"):
            raise ValueError(f"terminal must be bootstrap, zero or zero_done, got {self.terminal!r}")
        if self.episodes < 1 or self.limit < 1:
            raise ValueError(f"episodes and limit must be at least 1, got {self.episodes} and {self.limit}")

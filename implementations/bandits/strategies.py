"""The strategies as plain settings; `bandits_numpy` and `bandits_numba` play them.

Sources: SIGGRAPH's Strategies 1 to 4; Columbia's SIMPLE BALANCE OF EXPLORATION AND EXPLOITATION, UPPER CONFIDENCE BOUND, THOMPSON
SAMPLING. Optimistic start and the gradient bandit are those of Sutton and Barto, chapter 2.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class EpsilonGreedy:
    """With probability eps_t any arm, otherwise the arm with the highest Q.

    eps_t = `epsilon`, or min(1, `decay` / t) where `decay` is given. `step` is a constant step size (None: the mean, 1/n_k),
    `initial` the start of Q. `spared` last arms are never explored (0, or the mistake of an exclusive upper end).
    epsilon = 1 is random, epsilon = 0 greedy.
    """

    epsilon: float = 0.1
    decay: float | None = None
    initial: float = 0.0
    step: float | None = None
    spared: int = 0

    def __post_init__(self) -> None:
        if not 0.0 <= self.epsilon <= 1.0:
            raise ValueError(f"epsilon is a probability, got {self.epsilon}")

    def schedule(self, steps: int) -> NDArray[np.float64]:
        """eps_t for t = 1 ... steps."""
        if self.decay is None:
            return np.full(steps, self.epsilon)
        return np.minimum(1.0, self.decay / np.arange(1, steps + 1))


@dataclass(frozen=True, slots=True)
class UCB:
    """The highest Q_k + c sqrt(log t / n_k); untried arms come first, lowest index first.

    bonus = "variance" adds c log t / n_k, the slide's other word for the interval; "no_time" forgets the log t.
    """

    c: float = 2.0
    bonus: Literal["deviation", "variance", "no_time"] = "deviation"

    def __post_init__(self) -> None:
        if not self.c >= 0.0:
            raise ValueError(f"c must be at least 0, got {self.c}")

    def tables(self, steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The bonus is by_time[t] * by_count[n]; entries 0 ... steps, by_count[0] unused."""
        log_t = np.log(np.maximum(np.arange(steps + 1), 1.0))
        count = np.maximum(np.arange(steps + 1), 1.0)
        if self.bonus == "variance":
            return self.c * log_t, 1.0 / count
        return self.c * (np.sqrt(log_t) if self.bonus == "deviation" else np.ones(steps + 1)), 1.0 / np.sqrt(count)


@dataclass(frozen=True, slots=True)
class Thompson:
    """The highest draw from the posterior: Beta from a uniform prior for rewards 0 and 1, normal from N(0, 1) for Gaussian ones.

    `offset` updates the counts of arm k + offset instead of k (the slide prints k + 1), round the corner at the last arm.
    """

    offset: int = 0


@dataclass(frozen=True, slots=True)
class Gradient:
    """Softmax over preferences H, which climb the expected reward; `baseline` subtracts the mean of the rewards so far."""

    alpha: float = 0.1
    baseline: bool = True


Strategy: TypeAlias = EpsilonGreedy | UCB | Thompson | Gradient

RANDOM = EpsilonGreedy(epsilon=1.0)
GREEDY = EpsilonGreedy(epsilon=0.0)
OPTIMISTIC = EpsilonGreedy(epsilon=0.0, initial=5.0, step=0.1)

_KINDS: dict[str, Any] = {"epsilon_greedy": EpsilonGreedy, "ucb": UCB, "thompson": Thompson, "gradient": Gradient}
_NAMED: dict[str, Strategy] = {"random": RANDOM, "greedy": GREEDY, "optimistic": OPTIMISTIC}


def strategy(name: str, **settings: Any) -> Strategy:
    """The strategy of that name with these settings; "random", "greedy" and "optimistic" are settings of eps-greedy.

    Raises ValueError for a name that is none, TypeError for a setting that the strategy has not.
    """
    if name in _NAMED and not settings:
        return _NAMED[name]
    if name not in _KINDS:
        raise ValueError(f"no strategy is called {name!r}; there are {', '.join([*_NAMED, *_KINDS])}")
    made: Strategy = _KINDS[name](**settings)
    return made

"""How regret grows with T: the documents' "linear" and "log(T)", over two decades and more."""

import numpy as np
from numpy.typing import NDArray

from implementations.bandits import theory
from implementations.bandits.experiments import Settings, made
from implementations.bandits.problems import Problem, testbed

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]

EVEN = tuple(np.linspace(-1.5, 1.5, 10).tolist())  # ten arms, each a third better than the one before
THREE = (0.3, 0.5, 0.7)
TEN = tuple(np.linspace(0.05, 0.95, 10).tolist())
ARMS: dict[str, Problem] = {
    "testbed": Problem(),
    "even": Problem(means=EVEN),
    "three coins": Problem("bernoulli", means=THREE),
    "ten coins": Problem("bernoulli", means=TEN),
}


def growth(
    seeds: Seeds,
    strategy: Settings,
    arms: str = "even",
    first: float = 1e3,
    last: float = 1e5,
    games: int = 64,
    backend: str = "numpy",
) -> dict[str, Array]:
    """Regret of `games` games a seed after `first` ... `last` steps, two points a decade; `arms` names one of `ARMS`."""
    marks = [round(first * 10 ** (i / 2)) for i in range(round(2 * np.log10(last / first)) + 1)]
    if backend == "numba":
        from implementations.bandits.bandits_numba import play
    else:
        from implementations.bandits.bandits_numpy import play
    game = play(made(strategy), ARMS[arms], testbed(seeds, games), marks[-1], marks)
    return {"x": np.array(marks, float), "y": game.regret.reshape(len(seeds), games, len(marks)).mean(axis=1)}


def slope_ratio(
    seeds: Seeds, strategy: Settings, epsilon: float = 0.1, backend: str = "numpy", games: int = 64, steps: int = 20_000
) -> Array:
    """Regret per step over the second half of the steps, over eps (max mu - mean mu), on ten evenly spaced arms."""
    curve = growth(seeds, strategy, "even", steps / 2, steps, games, backend)
    per_step: Array = (curve["y"][:, -1] - curve["y"][:, 0]) / (curve["x"][-1] - curve["x"][0])
    return per_step / theory.epsilon_greedy_slope(np.array(EVEN), epsilon)


def abandoned_best_arm(seeds: Seeds, c: float, gap: float = 1.0) -> dict[str, Array]:
    """The lower bound of `theory.abandoned_best_arm` from a thousand to a hundred thousand steps, in closed form; alike for all seeds."""
    times = np.array([round(10 ** (3 + i / 2)) for i in range(5)], float)
    return {"x": times, "y": np.tile(theory.abandoned_best_arm(times, gap, c), (len(seeds), 1))}

"""Pictures of bandits: learning curves, the growth of regret beside its bound, and how much each open number matters.

Bands are 95 % intervals of the mean over problems. Columbia's figures (eps-greedy, UCB, Thompson sampling) are lost in the text
version; they were taken from Sutton and Barto's chapter 2, whose testbed and settings these pictures use.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from implementations.bandits import theory
from implementations.bandits.bandits_numpy import Curve, Play, play
from implementations.bandits.drawing import band, mean_and_half_width, panel, smooth
from implementations.bandits.experiments_growth import ARMS
from implementations.bandits.problems import Problem
from implementations.bandits.strategies import (
    GREEDY,
    OPTIMISTIC,
    RANDOM,
    UCB,
    EpsilonGreedy,
    Gradient,
    Strategy,
    Thompson,
)

Array = NDArray[np.float64]

PROBLEMS, STEPS = 2000, 1000
MARKS = sorted({round(10 ** (i / 8)) for i in range(25)})  # steps 1 to 1000, evenly on a logarithmic axis
EARNED = "average reward of 1000 steps"
FOUR: dict[str, Strategy] = {
    "random": RANDOM,
    "greedy": GREEDY,
    "eps = 0.1": EpsilonGreedy(0.1),
    "eps = min(1, 10/t)": EpsilonGreedy(decay=10.0),
}
ALL: dict[str, Strategy] = {
    **FOUR,
    "eps = 0.01": EpsilonGreedy(0.01),
    "optimistic, Q = 5": OPTIMISTIC,
    "UCB, c = 2": UCB(2.0),
    "gradient, 0.1": Gradient(0.1),
    "Thompson": Thompson(),
}


def four_strategies() -> dict[str, Any]:
    """SIGGRAPH's four strategies: average reward and share of optimal actions against the step."""
    games = _games(FOUR, Problem())
    return {
        "panels": [_reward_panel(games), _optimal_panel(games)],
        "alt": "Average reward and share of optimal actions over 1000 steps. Random stays at 0 and 10 %. Greedy rises first and "
        "stops at about 1.05 and 37 %. Exploring one step in ten overtakes it, and exploring less and less is best after 100 steps.",
    }


def all_strategies() -> dict[str, Any]:
    """The strategies on the ten-armed Gaussian testbed: reward, optimal actions and regret of seven, all nine in the table."""
    games = _games(ALL, Problem())
    shown = {name: game for name, game in games.items() if name not in ("random", "eps = 0.01")}
    rows = [
        [name, *mean_and_half_width(game.total / STEPS), *mean_and_half_width(game.optimal), *_regret(game)]
        for name, game in games.items()
    ]
    return {
        "panels": [_reward_panel(shown), _optimal_panel(shown), _regret_panel(shown)],
        "table": {
            "columns": ["strategy", "reward a step", "+-", "optimal", "+-", "regret", "+-"],
            "rows": sorted(rows, key=lambda row: row[5]),
        },
        "alt": "Learning curves over 1000 steps of 2000 ten-armed problems. Thompson sampling, which knows the prior, has the least "
        "regret; then a decaying eps and UCB; greedy and random have the most.",
    }


def bernoulli_strategies() -> dict[str, Any]:
    """The strategies on ten Bernoulli arms with means U(0, 1), as on the slide about Thompson sampling; all ten in the table."""
    strategies = {name: chosen for name, chosen in ALL.items() if name != "UCB, c = 2"}
    strategies |= {"UCB, c = sqrt 2": UCB(2.0**0.5), "UCB, c = 1/2": UCB(0.5)}
    games = _games(strategies, Problem("bernoulli"))
    shown = {name: game for name, game in games.items() if name not in ("random", "eps = 0.01", "gradient, 0.1")}
    return {
        "panels": [_optimal_panel(shown), _regret_panel(shown)],
        "table": {
            "columns": ["strategy", "regret", "+-"],
            "rows": sorted(([name, *_regret(game)] for name, game in games.items()), key=lambda row: row[1]),
        },
        "alt": "Share of optimal actions and regret over 1000 steps of 2000 problems with ten coins. Thompson sampling has the "
        "least regret, a narrow UCB is near; greedy, which never leaves the first coin, has the most.",
    }


def regret_growth(games: int = 200) -> dict[str, Any]:
    """Regret from 10 to 100,000 steps beside the bound of Lai and Robbins: the strategies, and UCB for several c."""
    from implementations.bandits.bandits_numba import play as compiled

    problem, seeds = ARMS["even"], np.arange(games)
    marks = [round(10 ** (1 + i / 4)) for i in range(17)]
    constant = theory.lai_robbins(problem.draw(seeds[:1])[0])
    bound = {"label": "Lai-Robbins, large T", "x": marks, "y": (constant * np.log(marks)).tolist(), "mark": "line"}

    def line(label: str, strategy: Strategy) -> dict[str, Any]:
        return band(label, marks, compiled(strategy, problem, seeds, marks[-1], marks).regret)

    constants = {"0": 0.0, "1/4": 0.25, "1/2": 0.5, "1": 1.0, "sqrt 2": 2.0**0.5, "2": 2.0, "4": 4.0}
    by_c = {name: line(f"c = {name}", UCB(c)) for name, c in constants.items()}
    several = [line(name, ALL[name]) for name in (*FOUR, "optimistic, Q = 5", "UCB, c = 2")]
    at = [marks.index(1000), marks.index(10_000), marks.index(100_000)]
    return {
        "panels": [
            panel("Ten arms, a third apart", "step", "regret", [*several, bound], "log", "log"),
            panel(
                "UCB, by c", "step", "regret", [*(by_c[name] for name in constants if name != "0"), bound], "log", "log"
            ),
        ],
        "table": {
            "columns": ["c", "regret at 1,000", "10,000", "100,000", "exponent 1 - c^2/2 of the lower bound"],
            "rows": [
                [name, *(round(by_c[name]["y"][i], 1) for i in at), round(max(0.0, 1 - c * c / 2), 3)]
                for name, c in constants.items()
            ],
        },
        "alt": "Regret against steps on logarithmic axes. Random, greedy and constant eps rise as straight lines of slope one. UCB "
        "with c of sqrt 2, 2 or 4 bends like a logarithm, as the bound does; with c of 1/4 or 1/2 it starts lower and rises like a power.",
    }


def thompson_growth(games: int = 128) -> dict[str, Any]:
    """Thompson sampling on three coins, to 10,000 steps, beside the bound and beside the update with index k + 1."""
    problem, seeds = ARMS["three coins"], np.arange(games)
    marks = [round(10 ** (1 + i / 4)) for i in range(13)]
    constant = theory.lai_robbins(problem.draw(seeds[:1])[0], "bernoulli")
    strategies: dict[str, Strategy] = {
        "Thompson": Thompson(),
        "counts of arm k + 1": Thompson(1),
        "UCB, c = sqrt 2": UCB(2.0**0.5),
        "eps = 0.1": EpsilonGreedy(),
    }
    lines = [
        band(name, marks, play(chosen, problem, seeds, marks[-1], marks).regret) for name, chosen in strategies.items()
    ]
    lines.append(
        {"label": "Lai-Robbins, large T", "x": marks, "y": (constant * np.log(marks)).tolist(), "mark": "line"}
    )
    return {
        "panels": [panel("Coins with 0.3, 0.5 and 0.7", "step", "regret", lines, "log", "log")],
        "alt": "Regret against steps on logarithmic axes: Thompson sampling rises as slowly as the bound of Lai and Robbins, UCB lies above; "
        "constant exploration, and Thompson sampling that updates the next arm's counts, rise in straight lines.",
    }


def exploration_study() -> dict[str, Any]:
    """Average reward over the first 1000 steps of eps-greedy against eps, and against d of a decaying eps = min(1, d/t)."""
    constant = [(2.0**k, EpsilonGreedy(2.0**k)) for k in range(-9, 1)]
    decaying = [(d, EpsilonGreedy(decay=d)) for d in (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)]
    return {
        "panels": [
            panel("How much to explore", "eps", EARNED, [_study("constant eps", constant)], "log"),
            panel("How fast to stop exploring", "d", EARNED, [_study("eps = min(1, d/t)", decaying)], "log"),
        ],
        "alt": "Average reward of 1000 steps. A constant eps is best near 0.06 and loses on both sides; a decaying eps = min(1, d/t) is "
        "best near d = 10, where it beats every constant one, and falls below it at d = 1 and d = 100.",
    }


def parameter_study() -> dict[str, Any]:
    """Average reward over the first 1000 steps against the one number that each strategy leaves open."""
    powers = [2.0**k for k in range(-7, 4)]
    families: dict[str, list[tuple[float, Strategy]]] = {
        "eps-greedy: eps": [(x, EpsilonGreedy(x)) for x in powers if x <= 1],
        "UCB: c": [(x, UCB(x)) for x in powers if x >= 1 / 16],
        "gradient: step size": [(x, Gradient(x)) for x in powers if 1 / 32 <= x <= 4],
        "greedy, step 0.1: start Q": [(x, EpsilonGreedy(0.0, initial=x, step=0.1)) for x in powers if x >= 1 / 4],
    }
    lines = [_study(label, family) for label, family in families.items()]
    return {
        "panels": [panel("How much to explore", "the strategy's number", EARNED, lines, "log")],
        "alt": "Average reward of 1000 steps against eps, c, step size and initial value: each strategy has a best setting and loses on "
        "both sides of it. UCB is highest, near c = 1.",
    }


def posterior_updates() -> dict[str, Any]:
    """The Beta posterior of a coin with mean 0.7 after 0, 1, 10, 100 of its rewards."""
    grid = np.linspace(0.0, 1.0, 201)
    seen = ((0, 0), (1, 0), (7, 3), (70, 30))
    lines = [
        {
            "label": f"{ones} ones, {zeros} zeros",
            "x": grid.tolist(),
            "y": stats.beta(1 + ones, 1 + zeros).pdf(grid).tolist(),
            "mark": "line",
        }
        for ones, zeros in seen
    ]
    return {
        "panels": [panel("What Thompson sampling draws from", "mean of the arm", "density", lines)],
        "alt": "The density is flat before any reward, a ramp after a one, and an ever narrower hill about 0.7 as rewards come in.",
    }


# --- the parts of a picture ---------------------------------------------------------------------------------------------------------


def _games(strategies: Mapping[str, Strategy], problem: Problem) -> dict[str, Play]:
    """A testbed of 2000 problems for each strategy, with learning curves and the regret at the marks."""
    seeds = np.arange(PROBLEMS)
    return {name: play(chosen, problem, seeds, STEPS, MARKS, curve=True) for name, chosen in strategies.items()}


def _curve(game: Play) -> Curve:
    assert game.curve is not None  # _games asks for curves
    return game.curve


def _regret(game: Play) -> tuple[float, float]:
    return mean_and_half_width(game.regret[:, -1])


def _reward_panel(games: Mapping[str, Play]) -> dict[str, Any]:
    def spread(curve: Curve) -> Array:
        deviation: Array = np.sqrt(np.maximum(curve.reward_square - curve.reward**2, 0.0))
        return deviation

    lines = [smooth(name, _curve(game).reward, spread(_curve(game)), PROBLEMS) for name, game in games.items()]
    return panel("Average reward", "step", "reward", lines)


def _optimal_panel(games: Mapping[str, Play]) -> dict[str, Any]:
    def spread(share: Array) -> Array:
        deviation: Array = np.sqrt(share * (1.0 - share))
        return deviation

    lines = [smooth(name, _curve(game).optimal, spread(_curve(game).optimal), PROBLEMS) for name, game in games.items()]
    return panel("Optimal actions", "step", "share of problems", lines)


def _regret_panel(games: Mapping[str, Play]) -> dict[str, Any]:
    lines = [band(name, MARKS, game.regret) for name, game in games.items()]
    return panel("Regret", "step", "regret", lines, "log", "log")


def _study(label: str, family: Sequence[tuple[float, Strategy]], problems: int = 1000) -> dict[str, Any]:
    """Average reward of 1000 steps for each setting of a strategy, all on the same problems."""
    rewards = [play(chosen, Problem(), np.arange(problems), STEPS).total / STEPS for _, chosen in family]
    return band(label, [x for x, _ in family], np.stack(rewards, axis=1))

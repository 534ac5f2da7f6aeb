"""Pictures of bandits: learning curves, the growth of regret beside its bound, and how much each open number matters.

Bands are 95 % intervals of the mean over problems. Columbia's figures (eps-greedy, UCB, Thompson sampling) are lost in the text
version; they were taken from Sutton and Barto's chapter 2, whose testbed and settings these pictures use.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from implementations.bandits import theory
from implementations.bandits.bandits_numpy import Curve, Play, play
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
    """Every strategy on the ten-armed Gaussian testbed: reward, optimal actions, regret, and the totals as a table."""
    games = _games(ALL, Problem())
    rows = [
        [name, *_mean(game.total / STEPS), *_mean(game.optimal), *_mean(game.regret[:, -1])]
        for name, game in games.items()
    ]
    return {
        "panels": [_reward_panel(games), _optimal_panel(games), _regret_panel(games, "log")],
        "table": {
            "columns": ["strategy", "reward a step", "+-", "optimal", "+-", "regret", "+-"],
            "rows": sorted(rows, key=lambda row: row[5]),
        },
        "alt": "Learning curves of nine strategies over 1000 steps of 2000 ten-armed problems. Thompson sampling, which knows the "
        "prior, has the least regret; then a decaying eps and UCB; greedy and random have the most.",
    }


def bernoulli_strategies() -> dict[str, Any]:
    """Every strategy on ten Bernoulli arms with means U(0, 1), as on the slide about Thompson sampling."""
    strategies = ALL | {"UCB, c = sqrt 2": UCB(2.0**0.5), "UCB, c = 1/2": UCB(0.5)}
    del strategies["UCB, c = 2"]
    games = _games(strategies, Problem("bernoulli"))
    return {
        "panels": [_optimal_panel(games), _regret_panel(games, "log")],
        "table": {
            "columns": ["strategy", "regret", "+-"],
            "rows": sorted(
                ([name, *_mean(game.regret[:, -1])] for name, game in games.items()), key=lambda row: row[1]
            ),
        },
        "alt": "Share of optimal actions and regret over 1000 steps of 2000 problems with ten coins. Thompson sampling has the "
        "least regret, a narrow UCB is near, random has the most.",
    }


def regret_growth(games: int = 400) -> dict[str, Any]:
    """Regret from 10 to 100,000 steps beside the bound of Lai and Robbins: the strategies, and UCB for several c."""
    from implementations.bandits.bandits_numba import play as compiled

    problem, seeds = ARMS["even"], np.arange(games)
    marks = [round(10 ** (1 + i / 4)) for i in range(17)]
    constant = theory.lai_robbins(problem.draw(seeds[:1])[0])
    bound = {"label": "Lai-Robbins bound", "x": marks, "y": (constant * np.log(marks)).tolist(), "mark": "line"}

    def line(label: str, strategy: Strategy) -> dict[str, Any]:
        return _band(label, marks, compiled(strategy, problem, seeds, marks[-1], marks).regret)

    constants = {"0": 0.0, "1/4": 0.25, "1/2": 0.5, "1": 1.0, "sqrt 2": 2.0**0.5, "2": 2.0, "4": 4.0}
    by_c = {name: line(f"c = {name}", UCB(c)) for name, c in constants.items()}
    several = [line(name, strategy) for name, strategy in ALL.items() if not isinstance(strategy, Thompson | Gradient)]
    at = [marks.index(1000), marks.index(10_000), marks.index(100_000)]
    return {
        "panels": [
            _panel("Ten arms, a third apart", "step", "regret", [*several, bound], "log", "log"),
            _panel("UCB, by c", "step", "regret", [*by_c.values(), bound], "log", "log"),
        ],
        "table": {
            "columns": ["c", "regret at 1,000", "10,000", "100,000", "exponent 1 - c^2/2 of the lower bound"],
            "rows": [
                [name, *(round(by_c[name]["y"][i], 1) for i in at), round(max(0.0, 1 - c * c / 2), 3)]
                for name, c in constants.items()
            ],
        },
        "alt": "Regret against steps on logarithmic axes. Random, greedy and constant eps rise as straight lines of slope one. UCB "
        "with c of sqrt 2, 2 or 4 bends like a logarithm above the bound; with c of 1/4 or 1/2 it starts lower and rises like a power.",
    }


def thompson_growth(games: int = 256) -> dict[str, Any]:
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
        _band(name, marks, play(chosen, problem, seeds, marks[-1], marks).regret) for name, chosen in strategies.items()
    ]
    lines.append({"label": "Lai-Robbins bound", "x": marks, "y": (constant * np.log(marks)).tolist(), "mark": "line"})
    return {
        "panels": [_panel("Coins with 0.3, 0.5 and 0.7", "step", "regret", lines, "log", "log")],
        "alt": "Regret against steps on logarithmic axes: Thompson sampling follows the bound of Lai and Robbins, UCB lies above both; "
        "constant exploration, and Thompson sampling that updates the next arm's counts, rise in straight lines.",
    }


def parameter_study(problems: int = 1000) -> dict[str, Any]:
    """Average reward over the first 1000 steps against the one number that each strategy leaves open."""
    seeds = np.arange(problems)
    powers = [2.0**k for k in range(-7, 4)]
    families: dict[str, list[tuple[float, Strategy]]] = {
        "eps-greedy: eps": [(x, EpsilonGreedy(x)) for x in powers if x <= 1],
        "UCB: c": [(x, UCB(x)) for x in powers if x >= 1 / 16],
        "gradient: step size": [(x, Gradient(x)) for x in powers if 1 / 32 <= x <= 4],
        "greedy, step 0.1: start Q": [(x, EpsilonGreedy(0.0, initial=x, step=0.1)) for x in powers if x >= 1 / 4],
    }
    decays: list[tuple[float, Strategy]] = [
        (d, EpsilonGreedy(decay=d)) for d in (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
    ]

    def line(label: str, family: list[tuple[float, Strategy]]) -> dict[str, Any]:
        rewards = [play(strategy, Problem(), seeds, STEPS).total / STEPS for _, strategy in family]
        return _band(label, [x for x, _ in family], np.stack(rewards, axis=1))

    lines = [line(label, family) for label, family in families.items()]
    decaying = [line("eps = min(1, d/t)", decays)]
    y_label = "average reward of 1000 steps"
    return {
        "panels": [
            _panel("How much to explore", "the strategy's number", y_label, lines, "log"),
            _panel("How fast to stop exploring", "d", y_label, decaying, "log"),
        ],
        "alt": "Average reward against eps, c, step size and initial value: each strategy has a best setting and loses on both sides. "
        "UCB is highest near c = 1. A decaying eps = min(1, d/t) is best near d = 10.",
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
        "panels": [_panel("What Thompson sampling draws from", "mean of the arm", "density", lines)],
        "alt": "The density is flat before any reward, a ramp after a one, and an ever narrower hill about 0.7 as rewards come in.",
    }


# --- the parts of a picture ---------------------------------------------------------------------------------------------------------


def _games(strategies: Mapping[str, Strategy], problem: Problem) -> dict[str, Play]:
    marks = sorted({round(10 ** (i / 8)) for i in range(25)})
    return {
        name: play(chosen, problem, np.arange(PROBLEMS), STEPS, marks, curve=True)
        for name, chosen in strategies.items()
    }


def _curve(game: Play) -> Curve:
    assert game.curve is not None  # _games asks for curves
    return game.curve


def _reward_panel(games: Mapping[str, Play]) -> dict[str, Any]:
    def spread(curve: Curve) -> Array:
        deviation: Array = np.sqrt(np.maximum(curve.reward_square - curve.reward**2, 0.0))
        return deviation

    lines = [_smooth(name, _curve(game).reward, spread(_curve(game))) for name, game in games.items()]
    return _panel("Average reward", "step", "reward", lines)


def _optimal_panel(games: Mapping[str, Play]) -> dict[str, Any]:
    def spread(share: Array) -> Array:
        deviation: Array = np.sqrt(share * (1.0 - share))
        return deviation

    lines = [_smooth(name, _curve(game).optimal, spread(_curve(game).optimal)) for name, game in games.items()]
    return _panel("Optimal actions", "step", "share of problems", lines)


def _regret_panel(games: Mapping[str, Play], scale: str) -> dict[str, Any]:
    marks = sorted({round(10 ** (i / 8)) for i in range(25)})
    return _panel(
        "Regret", "step", "regret", [_band(name, marks, game.regret) for name, game in games.items()], scale, scale
    )


def _smooth(label: str, means: Array, deviations: Array, width: int = 10) -> dict[str, Any]:
    """A curve averaged over windows of `width` steps. The band does not count on the steps of a window being independent."""
    y, half = (values.reshape(-1, width).mean(axis=1) for values in (means, 1.96 * deviations / np.sqrt(PROBLEMS)))
    x = np.arange(len(y)) * width + (width + 1) / 2
    return {
        "label": label,
        "x": x.tolist(),
        "y": y.tolist(),
        "low": (y - half).tolist(),
        "high": (y + half).tolist(),
        "mark": "line",
    }


def _band(label: str, x: list[int] | list[float], values: Array) -> dict[str, Any]:
    """The mean of values (n, m) over n games, and its 95 % interval."""
    y, half = values.mean(axis=0), 1.96 * values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return {
        "label": label,
        "x": list(x),
        "y": y.tolist(),
        "low": (y - half).tolist(),
        "high": (y + half).tolist(),
        "mark": "line",
    }


def _mean(values: Array) -> tuple[float, float]:
    """Mean and half-width of its 95 % interval, to four places."""
    return round(float(values.mean()), 4), round(float(1.96 * values.std(ddof=1) / np.sqrt(len(values))), 4)


def _panel(
    title: str, x_label: str, y_label: str, series: list[Any], x_scale: str = "linear", y_scale: str = "linear"
) -> dict[str, Any]:
    return {
        "title": title,
        "x_label": x_label,
        "y_label": y_label,
        "x_scale": x_scale,
        "y_scale": y_scale,
        "series": series,
    }

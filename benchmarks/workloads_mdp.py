"""Policy evaluation and value iteration on the gridworld, and the control methods on cliff walking.

"loops" is the program that most readers of the slide write: sweeps over rows, columns and moves in Python, on NumPy arrays, until no
value changes by 1e-4. "list loops" is the same with lists and numbers, and in place: the best that plain Python does. "dense", "sparse" and "iterative" solve the linear equations, to 1e-10 and better, and include setting
them up; "numba" is the same loops, compiled. Value iteration stops by the same rule in all its backends. One thread.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from benchmarks.workload import Goal, Run, Workload
from implementations.mdp import large, mdp_numpy, stencil
from implementations.mdp.cliff import cliff_walking
from implementations.mdp.grids import GAMMA, MOVES, PLACES, gridworld

CHANGE = 1e-4
EPISODES = 10
SEEDS = np.arange(1024)


def _outcome(size: int, row: int, column: int, down: int, right: int) -> tuple[int, int, float]:
    for name, pays in (("A", 10.0), ("B", 5.0)):
        if (row, column) == PLACES[name]:
            return *PLACES[name + "'"], pays
    if 0 <= row + down < size and 0 <= column + right < size:
        return row + down, column + right, 0.0
    return row, column, -1.0


def _array_loops(size: int) -> Run:
    places = {name: np.array(place) for name, place in PLACES.items()}
    moves = [np.array(move) for move in MOVES]

    def step(state: Any, move: Any) -> tuple[Any, float]:
        for name, pays in (("A", 10.0), ("B", 5.0)):
            if (state == places[name]).all():
                return places[name + "'"], pays
        to = state + move
        return (to, 0.0) if (to >= 0).all() and (to < size).all() else (state, -1.0)

    def run() -> Any:
        v = np.zeros((size, size))
        while True:
            new = np.zeros_like(v)
            for row in range(size):
                for column in range(size):
                    for move in moves:
                        to, reward = step(np.array([row, column]), move)
                        new[row, column] += 0.25 * (reward + GAMMA * v[to[0], to[1]])
            if np.abs(new - v).max() < CHANGE:
                return new.ravel()
            v = new

    return run


def _list_loops(size: int) -> Run:
    def run() -> list[float]:
        v = [[0.0] * size for _ in range(size)]
        while True:
            change = 0.0
            for row in range(size):
                for column in range(size):
                    value = 0.0
                    for down, right in MOVES:
                        to_row, to_column, reward = _outcome(size, row, column, down, right)
                        value += 0.25 * (reward + GAMMA * v[to_row][to_column])
                    change = max(change, abs(value - v[row][column]))
                    v[row][column] = value
            if change < CHANGE:
                return [x for row_values in v for x in row_values]

    return run


def _iteration_loops(size: int) -> Run:
    def run() -> list[float]:
        v = [[0.0] * size for _ in range(size)]
        while True:
            new = [
                [
                    max(
                        reward + GAMMA * v[to_row][to_column]
                        for to_row, to_column, reward in (_outcome(size, row, column, *move) for move in MOVES)
                    )
                    for column in range(size)
                ]
                for row in range(size)
            ]
            change = max(abs(x - y) for a, b in zip(new, v, strict=True) for x, y in zip(a, b, strict=True))
            v = new
            if GAMMA * change <= CHANGE * (1 - GAMMA):
                return [x for row_values in v for x in row_values]

    return run


def _evaluation(method: str, size: int) -> Run:
    mdp = gridworld(size)
    policy = mdp_numpy.uniform_policy(mdp)
    if method == "dense":
        return lambda: mdp_numpy.evaluate(mdp, policy, GAMMA)
    if method == "numba":
        from implementations.mdp.mdp_numba import evaluate_in_place

        return lambda: evaluate_in_place(mdp, policy, GAMMA, CHANGE * GAMMA / (1 - GAMMA))
    how: Any = {"sparse": "direct", "iterative": "iterative"}[method]
    return lambda: large.evaluate(mdp, policy, GAMMA, how)


def _iteration(method: str, size: int) -> Run:
    if method == "numba":
        from implementations.mdp import mdp_numba

        return lambda: mdp_numba.value_iteration(size, GAMMA, CHANGE).ravel()
    return lambda: stencil.value_iteration(size, GAMMA, CHANGE).ravel()


def _cliff_loops() -> Run:
    """Q-learning of each seed in turn: plain lists, as in the pseudo-code; its own random numbers."""
    import random

    mdp = cliff_walking()
    successor, reward = mdp.successor[..., 0].tolist(), mdp.reward[..., 0].tolist()
    goal, start = int(np.flatnonzero(mdp.terminal)[0]), int(mdp.starts[0])

    def run() -> list[list[float]]:
        q: list[list[float]] = []
        for seed in range(len(SEEDS)):
            draw = random.Random(seed)
            q = [[0.0] * 4 for _ in successor]
            for _ in range(EPISODES):
                s = start
                while s != goal:
                    a = draw.randrange(4) if draw.random() < 0.1 else q[s].index(max(q[s]))
                    s2 = successor[s][a]
                    q[s][a] += 0.5 * (reward[s][a] + max(q[s2]) - q[s][a])
                    s = s2
        return q

    return run


def _cliff(backend: str) -> Run:
    from implementations.temporal_difference import temporal_difference_numpy as numpy_form

    settings = numpy_form.Settings("q_learning", 1.0, (0.5,), 0.1)
    learners: Any = numpy_form
    if backend == "numba":
        from implementations.temporal_difference import temporal_difference_numba as learners
    return lambda: learners.learn(cliff_walking(), SEEDS, settings, episodes=EPISODES).q


WORKLOADS = [
    Workload(
        name="evaluation 25",
        says="values of the random policy on the 5 x 5 gridworld",
        backends={name: partial(_evaluation, name, 5) for name in ("dense", "sparse", "iterative", "numba")}
        | {"loops": partial(_array_loops, 5), "list loops": partial(_list_loops, 5)},
        goals=[Goal("dense", "loops", must=500)],
        tolerance=1e-3,
    ),
    Workload(
        name="evaluation 2500",
        says="values of the random policy on a 50 x 50 gridworld; must 10 ms, aim 5 ms",
        backends={name: partial(_evaluation, name, 50) for name in ("sparse", "iterative", "numba")},
        goals=[],
        tolerance=1e-3,
    ),
    Workload(
        name="evaluation 250000",
        says="values of the random policy on a 500 x 500 gridworld; must 3 s, aim 1.5 s",
        backends={name: partial(_evaluation, name, 500) for name in ("iterative", "numba")},
        goals=[],
        tolerance=1e-3,
    ),
    Workload(
        name="value iteration 25",
        says="v* of the 5 x 5 gridworld",
        backends={
            "stencil": partial(_iteration, "stencil", 5),
            "numba": partial(_iteration, "numba", 5),
            "loops": partial(_iteration_loops, 5),
        },
        goals=[],
        tolerance=1e-9,
    ),
    Workload(
        name="value iteration 250000",
        says="v* of a 500 x 500 gridworld",
        backends={"stencil": partial(_iteration, "stencil", 500), "numba": partial(_iteration, "numba", 500)},
        goals=[],
        tolerance=1e-9,
    ),
    Workload(
        name="cliff walking",
        says=f"Q-learning on cliff walking, {len(SEEDS)} seeds, {EPISODES} episodes",
        backends={"numpy": partial(_cliff, "numpy"), "numba": partial(_cliff, "numba"), "loops": _cliff_loops},
        goals=[],
        tolerance=0.0,
        other_results=["loops"],
    ),
]

"""Cliff walking (Sutton and Barto, example 6.6), and exactly what its policies earn an episode.

Four rows of twelve cells; start at the lower left, goal at the lower right, the cliff between them. Each step costs 1; a step into
the cliff costs 100 and leads back to the start. The slides name no environment on which SARSA and Q-learning part; this is the usual one.

With epsilon = 0.1 for ever, an agent whose greedy policy is the optimal one (along the edge, 13 steps) earns between -51.8 and
-45.8 an episode on average, which is what Q-learning earns in the limit: off the path two actions are equally good in many cells,
and which of them it prefers matters once it stumbles. The best policy among those that explore as much earns -20.7, on a path of
15 steps along the second row: the fixed point of expected SARSA's rule there.
"""

import numpy as np
from numpy.typing import NDArray

from implementations.mdp.grids import MOVES
from implementations.mdp.mdp_numpy import MDP, deterministic, deterministic_policy, evaluate, q_values

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

ROWS, COLUMNS = 4, 12
START, GOAL = 36, 47
STATES = np.arange(ROWS * COLUMNS)


def cliff_walking(fall: float = -100.0) -> MDP:
    """The 48 cells; those of the cliff are never occupied. `fall` is the reward of a step into the cliff."""
    row, column = (STATES // COLUMNS)[:, None], (STATES % COLUMNS)[:, None]
    down, right = np.array(MOVES).T
    successor = np.clip(row + down, 0, ROWS - 1) * COLUMNS + np.clip(column + right, 0, COLUMNS - 1)
    over = (successor > START) & (successor < GOAL)
    reward = np.where(over, fall, -1.0)
    successor = np.where(over, START, successor)
    successor[GOAL], reward[GOAL] = GOAL, 0.0
    return deterministic(successor, reward, terminal=STATES == GOAL, starts=[START])


def soft(actions: Indices, epsilon: float) -> Array:
    """The policy that takes `actions[s]`, or with probability epsilon any of the four; (48, 4)."""
    return epsilon / 4 + (1 - epsilon) * deterministic_policy(actions, 4)


def best_soft_policy(mdp: MDP, epsilon: float, gamma: float = 1.0) -> tuple[Indices, Array]:
    """The best of the epsilon-soft policies: its preferred actions and its values, by policy iteration among them.

    It is the ordinary optimum of the process in which the environment, not the agent, replaces the chosen action by a random
    one with probability epsilon. For epsilon = 0 the first policy must end: it walks up, right, and down to the goal.
    """
    actions = np.where(STATES // COLUMNS == 0, 1, 2)
    actions[STATES % COLUMNS == COLUMNS - 1] = 3
    while True:
        v = evaluate(mdp, soft(actions, epsilon), gamma)
        q = q_values(mdp, v, gamma)
        better = q.max(axis=1) > q[STATES, actions] + 1e-9
        if not better.any():
            return actions, v
        actions = np.where(better, q.argmax(axis=1), actions)


def online_return(mdp: MDP, actions: Indices, epsilon: float) -> float:
    """What an episode earns on average with the epsilon-soft version of these greedy actions; by linear solve.

    Raises numpy.linalg.LinAlgError where an episode may never end.
    """
    return float(evaluate(mdp, soft(actions, epsilon), 1.0)[START])


def path(mdp: MDP, actions: Indices, limit: int = 100) -> list[int]:
    """The states that the actions lead through from the start to the goal, or to the `limit`."""
    states = [START]
    while states[-1] != GOAL and len(states) <= limit:
        states.append(int(mdp.successor[states[-1], actions[states[-1]], 0]))
    return states


def online_range(mdp: MDP, epsilon: float) -> tuple[float, float]:
    """The least and the most that an optimal greedy policy earns while it explores: `online_return`, over all ways to break ties.

    In the upper two rows right and down are equally good without exploration, and not with it. An agent driven there that
    prefers down is back on the edge sooner: -51.8 for epsilon = 0.1; one that prefers right earns -45.8.
    """
    _, v = best_soft_policy(mdp, 0.0)
    q = q_values(mdp, v, 1.0)
    optimal = q >= q.max(axis=1, keepdims=True) - 1e-9
    ends = []
    for sign in (-1.0, 1.0):
        actions = optimal.argmax(axis=1)
        while True:
            merit = sign * q_values(mdp, evaluate(mdp, soft(actions, epsilon), 1.0), 1.0)
            allowed = np.where(optimal, merit, -np.inf)
            better = allowed.max(axis=1) > allowed[STATES, actions] + 1e-9
            if not better.any():
                ends.append(online_return(mdp, actions, epsilon))
                break
            actions = np.where(better, allowed.argmax(axis=1), actions)
    return ends[0], ends[1]

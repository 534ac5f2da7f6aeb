"""Which index belongs to which action: the documents' conventions, each against its own order of experience."""

from itertools import product

import numpy as np

from implementations.mdp import mdp_numpy as m
from implementations.mdp.conventions import (
    DQN_PUBLISHED,
    DQN_YEARS,
    EXPERIENCE,
    FIRST_REWARD,
    answer_index,
    walk,
)
from implementations.mdp.grids import GAMMA, gridworld

Lags = dict[str, dict[str, int]]


def gridworld_lags(steps: int = 2000, lead: int = 0) -> Lags:
    """How many steps before t lie the state and the action that decide S_t and R_t, in a walk with the MDP slide's indices.

    Of the lags 0 and 1 it is the pair with which the gridworld's cases give every S_t and R_t of the walk. `lead` = 1 calls
    the action that leads to S_t by its index, as the gridworld's slide does.
    """
    mdp = gridworld()
    s, a, r = walk(mdp, 0, steps)
    a, r = np.roll(a, lead), np.roll(r, lead)
    t = np.arange(2, steps)
    found = {}
    for name, table, result, states in (("S_t", mdp.successor, s, (1,)), ("R_t", mdp.reward, r, (0, 1))):
        for i, j in product(states, (0, 1)):
            if (table[s[t - i], a[t - j], 0] == result[t]).all():
                found[name] = {"state": i, "action": j}
    return found


def gridworld_lags_by_function() -> Lags:
    """Second route: of which pair is S_1, and R_1, a function? Every S_0, A_0, A_1 is enumerated, and S_2 for R_1's own time."""
    mdp = gridworld()
    rows = []
    for s0, a0, a1 in product(range(25), range(4), range(4)):
        s1 = int(mdp.successor[s0, a0, 0])
        rows.append({"s": (s1, s0), "a": (a1, a0), "S_t": s1, "R_t": mdp.reward[s1, a1, 0]})
    found = {}
    for name, states in (("S_t", (1,)), ("R_t", (0, 1))):
        for i, j in product(states, (0, 1)):
            seen: dict[tuple[int, int], set[float]] = {}
            for row in rows:
                seen.setdefault((row["s"][i], row["a"][j]), set()).add(row[name])
            if all(len(values) == 1 for values in seen.values()):
                found[name] = {"state": i, "action": j}
    return found


def answering_reward(swap: bool = False) -> dict[str, dict[str, int]]:
    """k such that r_{t+k} is the first reward of Q(s_t, a_t): the one that follows a_t in each document's order of experience.

    `swap` reads each order backwards, which finds the reward before the action.
    """
    return {name: {"k": answer_index(tuple(reversed(order)) if swap else order)} for name, order in EXPERIENCE.items()}


def answering_reward_by_values() -> dict[str, dict[str, int]]:
    """Second route: the k with which sum_i gamma^i r_{t+k+i}, over rewards named as the document names them, is Q of the equations.

    The rewards are those of the optimal walk through the gridworld from its lower left corner, whose Q(s_t, a_t) is known.
    """
    mdp = gridworld()
    best = m.policy_iteration(mdp, GAMMA)
    s, answers = 20, []
    for _ in range(400):
        answers.append(float(mdp.reward[s, best.actions[s], 0]))
        s = int(mdp.successor[s, best.actions[s], 0])
    table = {}
    for name in EXPERIENCE:
        named = [0.0] * FIRST_REWARD[name] + answers  # named[i] is r_i, when the first action is a_0
        gaps = [abs(sum(GAMMA**i * r for i, r in enumerate(named[k:])) - best.v[20]) for k in (0, 1)]
        table[name] = {"k": int(np.argmin(gaps))}
    return table


def interaction(steps: int = 3, emits: int = 1) -> str:
    """The order of experience when the agent receives o_t and r_t at step t and the environment then emits o_{t+1} and r_{t+1}.

    `emits` = 0 has the environment emit under the action's own index.
    """
    tokens = []
    observed = 1
    for t in range(1, steps + 1):
        tokens += [f"o{observed}", f"r{observed}"] + ([f"a{t}"] if t < steps else [])
        observed = t + emits
    return " ".join(tokens)


def dqn_years_apart(same: bool = False) -> int:
    """How many years lie between the two years that the slides give the DQN paper; `same` reads the first slide twice."""
    listed, text = DQN_YEARS.values()
    return listed - listed if same else text - listed


def dqn_publications_apart() -> int:
    """Second route: the preprint's number begins with its year and month, the journal's reference ends with its year."""
    preprint, journal = DQN_PUBLISHED
    return int(journal.split("(")[1][:4]) - (2000 + int(preprint.split(":")[1][:2]))

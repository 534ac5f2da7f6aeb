"""Where the documents put the time index: which reward answers the action a_t? And one year that is printed twice.

columbia-deep-learning (FROM BANDITS TO MARKOV DECISION PROCESS) and cpen400d-generative-rl (Markov Decision Process) print the order
of experience as s, a, r with one index; fase-deep-rl (State) prints observation and reward before the action. uts-rl-gans prints no
order; its V sums from r_0 at s_0, as the first two do.
"""

import numpy as np
from numpy.typing import NDArray

from implementations.mdp.examples import random_policy
from implementations.mdp.mdp_numpy import MDP
from implementations.streams import streams_numpy as streams

Indices = NDArray[np.int64]

EXPERIENCE = {
    "columbia-deep-learning": ("S0", "A0", "R0", "S1", "A1", "R1", "S2", "A2", "R2"),
    "cpen400d-generative-rl": ("S0", "A0", "R0", "S1", "A1", "R1", "S2", "A2", "R2"),
    "fase-deep-rl": ("S1", "R1", "A1", "S2", "R2", "A2", "S3", "R3"),
}
FIRST_REWARD = {
    "columbia-deep-learning": 0,
    "cpen400d-generative-rl": 0,
    "fase-deep-rl": 1,
}  # k of r_{t+k} in the printed return

DQN_YEARS = {"RL: MANY METHODS TO SOLVE": 2013, "RL: MODEL-FREE EXAMPLE: Q-LEARNING": 2015}
DQN_PUBLISHED = ("arXiv:1312.5602", "Nature 518, 529-533 (2015)")


def answer_index(order: tuple[str, ...]) -> int:
    """k such that r_{t+k} is the first reward after a_t in an order of experience."""
    at = next(i for i, token in enumerate(order) if token[0] == "A")
    reward = next(token for token in order[at:] if token[0] == "R")
    return int(reward[1:]) - int(order[at][1:])


def walk(mdp: MDP, seed: int, steps: int) -> tuple[Indices, Indices, NDArray[np.float64]]:
    """States S_0 .. S_steps, actions A_t and rewards R_t, t = 0 .. steps - 1, of a deterministic process under a random policy.

    The indices are those of MARKOV DECISION PROCESSES: A_t is taken in S_t, pays R_t, and leads to S_{t+1}.
    """
    acts = random_policy(seed, mdp.states, mdp.actions).cumsum(axis=1)
    u = streams.uniform(np.array([seed]), 0, steps, stream=2)[0]
    s, a, r = np.zeros(steps + 1, np.int64), np.empty(steps, np.int64), np.empty(steps)
    for t in range(steps):
        a[t] = int((u[t] >= acts[s[t], :-1]).sum())
        r[t], s[t + 1] = mdp.reward[s[t], a[t], 0], mdp.successor[s[t], a[t], 0]
    return s, a, r

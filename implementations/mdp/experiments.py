"""What the documents claim of processes and of the values of a policy, measured.

Slides MARKOV DECISION PROCESSES and EXAMPLE: GRIDWORLD of columbia-deep-learning, RL: VALUE FUNCTIONS & BELLMAN of uts-rl-gans, Value
Function of fase-deep-rl. The optimum is in `experiments_optimality`, returns in `experiments_returns`, time indices in
`experiments_indices`.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from implementations.mdp import mdp_numpy as m
from implementations.mdp.examples import random_joint, random_mdp, random_policy
from implementations.mdp.grids import GAMMA, PLACES, Order, cell, gridworld
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Cells = dict[str, dict[str, float]]

A, A2, B = (cell(*PLACES[name]) for name in ("A", "A'", "B"))


# --- MARKOV DECISION PROCESSES: marginals ------------------------------------------------------------------------------------


def marginals(defect: Literal["", "unweighted", "over_states"] = "") -> Cells:
    """Largest error of p(s' | s, a) and of r(s, a) over 20 random tensors p(s', r | s, a); the truth is added up outcome by outcome.

    Defects: r(s, a) as the plain mean of the possible rewards; r(s, a) divided by the number of destinations.
    """
    worst = np.zeros(2)
    for seed in range(20):
        joint, rewards = random_joint(seed)
        mdp = m.from_joint(joint, rewards)
        p, r = np.zeros(joint.shape[:3]), np.zeros(joint.shape[:2])
        for s, a, s2, k in np.ndindex(joint.shape):
            p[s, a, s2] += joint[s, a, s2, k]
            r[s, a] += rewards[k] * joint[s, a, s2, k]
        measured = m.expected_reward(mdp)
        if defect == "unweighted":
            measured = np.full_like(measured, rewards.mean())
        elif defect == "over_states":
            measured = measured / mdp.states
        errors = np.abs(m.transition(mdp) - p).max(), np.abs(measured - r).max()
        worst = np.maximum(worst, errors)
    return {"p(s'|s,a)": {"error": float(worst[0])}, "r(s,a)": {"error": float(worst[1])}}


# --- EXAMPLE: GRIDWORLD -------------------------------------------------------------------------------------------------------


def expansion_at_a(order: Order = "special first", gamma: float = GAMMA, diagonal: bool = False) -> Cells:
    """The numbers of the slide's expansion of v_pi(A): first the reward at A, then from A' the four moves' rewards.

    `diagonal` adds four diagonal moves to the random policy, which makes each probability 1/8.
    """
    mdp = gridworld(order=order)
    moves = 8 if diagonal else mdp.actions
    rewards = sorted(mdp.reward[A2, :, 0].tolist())
    numbers = {"first reward": mdp.reward[A, :, 0].mean(), "discount": gamma, "probability of a move": 1 / moves}
    return {name: {"value": float(x)} for name, x in numbers.items()} | {
        "lowest reward from A'": {"value": rewards[0]},
        "next reward from A'": {"value": rewards[1]},
    }


def expansion_residual(depth: int = 2, defect: Literal["", "no_discount", "three_moves"] = "") -> float:
    """v_pi(A) of the linear equations minus the slide's expansion, `depth` steps deep, with v_pi where the slide has dots."""
    mdp = gridworld()
    v = m.evaluate(mdp, m.uniform_policy(mdp), GAMMA)
    moves = range(3 if defect == "three_moves" else 4)
    gamma = 1.0 if defect == "no_discount" else GAMMA

    def expand(state: int, left: int) -> float:
        if left == 0:
            return float(v[state])
        branches = [mdp.reward[state, a, 0] + gamma * expand(int(mdp.successor[state, a, 0]), left - 1) for a in moves]
        return float(np.mean(branches))

    return float(v[A]) - expand(A, depth)


def case_order(order: Order = "as printed", pays: tuple[float, float] = (10.0, 5.0)) -> Cells:
    """The mean of the four rewards at A and at B, with the cases taken in this order; `pays` is what A and B pay."""
    mdp = gridworld(order=order)
    scale = {A: pays[0] / 10, B: pays[1] / 5}
    rewards = {s: np.where(mdp.reward[s, :, 0] > 0, scale[s] * mdp.reward[s, :, 0], mdp.reward[s, :, 0]) for s in scale}
    return {name: {"reward": float(rewards[s].mean())} for name, s in (("A", A), ("B", B))}


def case_order_by_reading() -> Cells:
    """Second route: the slide's cases as an if-chain over coordinates, move by move."""

    def reward(row: int, column: int, down: int, right: int) -> float:
        if not (0 <= row + down <= 4 and 0 <= column + right <= 4):
            return -1.0
        if (row, column) == (0, 1):
            return 10.0
        return 5.0 if (row, column) == (0, 3) else 0.0

    moves = ((0, 1), (1, 0), (0, -1), (-1, 0))
    return {
        name: {"reward": sum(reward(0, column, *move) for move in moves) / 4} for name, column in (("A", 1), ("B", 3))
    }


def linear_equations_error(
    route: Literal["sweeps", "sparse"] = "sweeps", defect: Literal["", "transposed"] = ""
) -> float:
    """Largest |v_pi by iterating the Bellman equation (or by sparse equations) - v_pi by linear solve|, gridworld and random processes."""
    from implementations.mdp.large import evaluate

    worst = 0.0
    for mdp in (gridworld(), gridworld(order="as printed"), *(random_mdp(seed) for seed in range(10))):
        policy = m.uniform_policy(mdp) if mdp.states == 25 else random_policy(1, mdp.states, mdp.actions)
        matrix, reward = m.equations(mdp, policy, GAMMA)
        v = np.linalg.solve(matrix.T if defect == "transposed" else matrix, reward)
        other = m.evaluate_by_sweeps(mdp, policy, GAMMA) if route == "sweeps" else evaluate(mdp, policy, GAMMA)
        worst = max(worst, float(np.abs(other - v).max()))
    return worst


# --- RL: VALUE FUNCTIONS & BELLMAN: values as expected sums ---------------------------------------------------------------------


def simulated_values(
    seeds: Seeds,
    gamma: float = 0.8,
    episodes: int = 512,
    steps: int = 80,
    defect: Literal["", "no_discount_first", "greedy"] = "",
) -> dict[str, dict[str, Array]]:
    """Mean discounted sum of `episodes` simulated walks a seed minus V(s), and minus Q(s, a), at state 0 and action 0; arrays (n,).

    One random process and policy. Of 0.8^80 = 2e-8 of the sum nothing is seen. Defects: r_0 discounted too; walks that
    take the best immediate action instead of the policy's.
    """
    mdp, policy = random_mdp(7), random_policy(7, 5, 3)
    v = m.evaluate(mdp, policy, gamma)
    exact = {"V": float(v[0]), "Q": float(m.q_values(mdp, v, gamma)[0, 0])}
    acts, outcomes = policy.cumsum(axis=1), mdp.probability.cumsum(axis=2)
    best = m.expected_reward(mdp).argmax(axis=1)
    table = {}
    for number, name in enumerate(exact):
        s, total = np.zeros((len(seeds), episodes), np.int64), np.zeros((len(seeds), episodes))
        for t in range(steps):
            u = streams.uniform(seeds, t, (2, episodes), stream=number)
            a = (u[:, 0, :, None] >= acts[s, :-1]).sum(axis=2) if defect != "greedy" else best[s]
            if t == 0 and name == "Q":
                a[:] = 0
            k = (u[:, 1, :, None] >= outcomes[s, a, :-1]).sum(axis=2)
            total += gamma ** (t + (defect == "no_discount_first")) * mdp.reward[s, a, k]
            s = mdp.successor[s, a, k]
        table[name] = {"difference": total.mean(axis=1) - exact[name]}
    return table


def expected_bellman_residual(defect: Literal["", "greedy", "no_discount"] = "") -> float:
    """Largest |Q_pi(s, a) - E(r + gamma Q_pi(s', a'))|, Q_pi from its definition as the expected discounted sum of rewards.

    The sum is taken over 500 steps of the chain of pairs (s, a), without the Bellman equation. Defects: the maximum over a'
    instead of the policy's mean; no gamma.
    """
    worst = 0.0
    for seed in range(10):
        mdp, policy = random_mdp(seed), random_policy(seed, 5, 3)
        t, r = m.transition(mdp), m.expected_reward(mdp)
        pairs = (t[..., None] * policy).reshape(15, 15)
        q, ahead = np.zeros(15), r.ravel()
        for k in range(500):
            q, ahead = q + GAMMA**k * ahead, pairs @ ahead
        table = q.reshape(5, 3)
        following = table.max(axis=1) if defect == "greedy" else (policy * table).sum(axis=1)
        right = r + (1.0 if defect == "no_discount" else GAMMA) * t @ following
        worst = max(worst, float(np.abs(table - right).max()))
    return worst

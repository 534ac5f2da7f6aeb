"""What the documents claim of better policies and of the best one, measured.

Slides POLICY ITERATION and OPTIMALITY of columbia-deep-learning, RL: VALUE FUNCTIONS & BELLMAN and RL: MODEL BASED APPROACHES of
uts-rl-gans, Optimal Value Functions of fase-deep-rl, Core Problem of MDPs of cpen400d-generative-rl.
"""

from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from implementations.mdp import mdp_numpy as m
from implementations.mdp.examples import random_joint, random_mdp
from implementations.mdp.grids import GAMMA, gridworld
from implementations.mdp.mdp_numpy import MDP
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Cells = dict[str, dict[str, float]]


# --- POLICY ITERATION ---------------------------------------------------------------------------------------------------------


def worst_gain(choice: Literal["any better", "greedy", "any worse"] = "any better", processes: int = 300) -> float:
    """The smallest v_pi'(s) - v_pi(s) over all states of 300 random processes.

    pi is a random deterministic policy; pi' takes in each state a random one of the actions with q_pi(s, a) >= v_pi(s), or the best
    one, or (the condition turned round) a random one of those with q_pi(s, a) <= v_pi(s).
    """
    worst = np.inf
    for seed in range(processes):
        mdp = random_mdp(seed)
        actions = streams.integers(np.array([seed]), 0, mdp.actions, mdp.states, stream=3)[0]
        v = m.evaluate(mdp, np.eye(mdp.actions)[actions], GAMMA)
        q = m.q_values(mdp, v, GAMMA)
        allowed = q >= v[:, None] - 1e-12 if choice != "any worse" else q <= v[:, None] + 1e-12
        merit = q if choice == "greedy" else streams.uniform(np.array([seed]), 1, q.shape, stream=3)[0]
        improved = np.where(allowed, merit, -np.inf).argmax(axis=1)
        worst = min(worst, float((m.evaluate(mdp, np.eye(mdp.actions)[improved], GAMMA) - v).min()))
    return worst


def improvement_by_choice(epsilon: float = 0.1, processes: int = 300, sign: int = 1) -> dict[str, dict[str, bool]]:
    """Whether no state loses when a policy is replaced by the (epsilon-)greedy one for its values; 300 random processes.

    The policy so far is deterministic, or epsilon-soft (epsilon-greedy for random values). `sign` = -1 takes the worst action.
    """
    kept = {"greedy after any": True, "soft after soft": True, "soft after deterministic": True}
    for seed in range(processes):
        mdp = random_mdp(seed)
        noise = streams.uniform(np.array([seed]), 2, (mdp.states, mdp.actions), stream=3)[0]
        plain, soft = m.epsilon_greedy_policy(noise, 0.0), m.epsilon_greedy_policy(noise, epsilon)
        for name, policy, new in (
            ("greedy after any", soft, 0.0),
            ("greedy after any", plain, 0.0),
            ("soft after soft", soft, epsilon),
            ("soft after deterministic", plain, epsilon),
        ):
            v = m.evaluate(mdp, policy, GAMMA)
            improved = m.epsilon_greedy_policy(sign * m.q_values(mdp, v, GAMMA), new)
            kept[name] &= bool((m.evaluate(mdp, improved, GAMMA) >= v - 1e-10).all())
    return {name: {"improves": flag} for name, flag in kept.items()}


def improvement_with_one_state(epsilon: float = 0.1) -> dict[str, dict[str, bool]]:
    """Second route, in closed form: one state, two actions, v = sum pi(a) r(a) / (1 - gamma); every policy on a grid of tenths.

    The deterministic policies are both of them, the soft ones all with at least epsilon/2 for each action.
    """
    soft_greedy = 1 - epsilon / 2
    kept = {"greedy after any": True, "soft after soft": True, "soft after deterministic": True}
    for better in np.linspace(0, 1, 101):  # the probability of the better action, r = 1 against 0
        kept["greedy after any"] &= bool(better <= 1)
        if epsilon / 2 <= better <= 1 - epsilon / 2 + 1e-12:
            kept["soft after soft"] &= bool(soft_greedy >= better - 1e-12)
        if better in (0.0, 1.0):
            kept["soft after deterministic"] &= bool(soft_greedy >= better)
    return {name: {"improves": flag} for name, flag in kept.items()}


# --- OPTIMALITY ---------------------------------------------------------------------------------------------------------------


def optimal_values(
    route: Literal["policy iteration", "value iteration"] = "policy iteration", gamma: float = GAMMA, sweeps: int = 0
) -> Cells:
    """v* of the gridworld, row by row; `sweeps` stops value iteration that early."""
    mdp = gridworld()
    if route == "policy iteration":
        v = m.policy_iteration(mdp, gamma).v
    else:
        rounds = m.value_iteration(mdp, gamma).rounds
        v = rounds[min(sweeps, len(rounds) - 1) if sweeps else -1]
    return {
        f"row {i}": {f"column {j}": float(x) for j, x in enumerate(row, 1)} for i, row in enumerate(v.reshape(5, 5), 1)
    }


def policy_iteration_gap(starts: int = 20, rounds: int = 0) -> float:
    """Largest |v* - values at the end of policy iteration|, from 20 random policies on the gridworld and on 20 random processes.

    v* is value iteration's. `rounds` stops after so many evaluations.
    """
    grid = gridworld()
    processes = [(grid, m.value_iteration(grid, GAMMA).v)] * starts
    processes += [(mdp, m.value_iteration(mdp, GAMMA).v) for mdp in map(random_mdp, range(starts))]
    worst = 0.0
    for seed, (mdp, best) in enumerate(processes):
        first = streams.integers(np.array([seed]), 3, mdp.actions, mdp.states, stream=3)[0]
        trail = m.policy_iteration(mdp, GAMMA, first).rounds
        worst = max(worst, float(np.abs(trail[min(rounds, len(trail)) - 1 if rounds else -1] - best).max()))
    return worst


def value_iteration_loss(starts: int = 20, sweeps: int = 0, scale: float = 30.0) -> float:
    """How far the policy read off after value iteration falls short of v*, in its worst state; 20 random starts on the gridworld.

    v* is policy iteration's. `sweeps` stops after so many; the start is normal with standard deviation `scale`.
    """
    mdp = gridworld()
    best, worst = m.policy_iteration(mdp, GAMMA).v, 0.0
    for seed in range(starts):
        v = scale * streams.normal(np.array([seed]), 0, mdp.states, stream=4)[0]
        if sweeps:
            for _ in range(sweeps):
                v = m.optimality_operator(mdp, v, GAMMA)
        else:
            v = m.value_iteration(mdp, GAMMA, start=v).v
        actions = m.q_values(mdp, v, GAMMA).argmax(axis=1)
        worst = max(worst, float((best - m.evaluate(mdp, np.eye(4)[actions], GAMMA)).max()))
    return worst


def optimality_residual(defect: Literal["", "mean", "no_transition"] = "") -> Cells:
    """Largest residual of the Bellman optimality equations for V* and Q*, in T(s, a, s') and R(s, a, s'), over 20 random processes.

    R(s, a, s') is the mean reward of that transition, computed from p(s', r | s, a). Defects: the mean over actions instead of
    the maximum; the plain sum over s' without T.
    """
    residual = np.zeros(2)
    for seed in range(20):
        joint, rewards = random_joint(seed)
        mdp = m.from_joint(joint, rewards)
        best = m.policy_iteration(mdp, GAMMA)
        q_best = m.q_values(mdp, best.v, GAMMA)
        t = joint.sum(axis=3)
        r = np.divide(joint @ rewards, t, out=np.zeros_like(t), where=t > 0)
        weight = np.where(t > 0, 1.0, 0.0) if defect == "no_transition" else t
        top = np.mean if defect == "mean" else np.max
        for i, (left, ahead) in enumerate(((best.v, best.v), (q_best, top(q_best, axis=1)))):
            right = (weight * (r + GAMMA * ahead)).sum(axis=2)
            residual[i] = max(residual[i], np.abs(left - (top(right, axis=1) if i == 0 else right)).max())
    return {"V*": {"residual": float(residual[0])}, "Q*": {"residual": float(residual[1])}}


def best_by_enumeration(choice: Literal["optimal", "myopic", "first"] = "optimal", processes: int = 20) -> float:
    """How much the best of all 243 deterministic policies exceeds argmax_a Q*(s, a), in the worst state of 20 random processes.

    `myopic` takes the action with the best immediate reward, `first` always the first action.
    """
    worst = 0.0
    for seed in range(processes):
        mdp = random_mdp(seed)
        values = np.stack([_value(mdp, np.array(policy)) for policy in product(range(3), repeat=5)])
        q = m.expected_reward(mdp) if choice == "myopic" else m.q_values(mdp, m.value_iteration(mdp, GAMMA).v, GAMMA)
        actions = np.zeros(5, np.int64) if choice == "first" else q.argmax(axis=1)
        worst = max(worst, float((values.max(axis=0) - _value(mdp, actions)).max()))
    return worst


def _value(mdp: MDP, actions: NDArray[np.int64]) -> Array:
    return m.evaluate(mdp, np.eye(mdp.actions)[actions], GAMMA)

"""Values, improvement, policy iteration and value iteration, as the slides have them. Equations: the package's docstring."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

TIE = 1e-10  # relative to the largest value: closer action values count as equal, for a solver's last digits must not choose


@dataclass(frozen=True)
class MDP:
    """p(s', r | s, a) as K outcomes for each state and action; K = 1 is a deterministic process.

    `probability`, `successor` and `reward` have shape (S, A, K); `terminal` (S,) marks states that pay nothing and are never
    left; `starts` are the states in which an episode may begin, equally likely. Raises ValueError where the outcomes of a state
    and action are not a distribution, a successor is no state, or a terminal state pays or leads elsewhere.
    """

    probability: Array
    successor: Indices
    reward: Array
    terminal: NDArray[np.bool_]
    starts: Indices

    def __post_init__(self) -> None:
        if not self.probability.shape == self.successor.shape == self.reward.shape or self.probability.ndim != 3:
            raise ValueError("probability, successor and reward need one shape (S, A, K)")
        if self.probability.min() < 0 or not np.allclose(self.probability.sum(axis=2), 1, rtol=0, atol=1e-12):
            raise ValueError("the outcomes of each state and action must be a distribution")
        if self.successor.min() < 0 or self.successor.max() >= self.states or self.terminal.shape != (self.states,):
            raise ValueError("successors and terminal marks must be those of the S states")
        ends = np.flatnonzero(self.terminal)
        if self.reward[ends].any() or (self.successor[ends] != ends[:, None, None]).any():
            raise ValueError("a terminal state must return to itself and pay nothing")

    @property
    def states(self) -> int:
        """S."""
        return int(self.probability.shape[0])

    @property
    def actions(self) -> int:
        """A."""
        return int(self.probability.shape[1])


def deterministic(
    successor: ArrayLike, reward: ArrayLike, terminal: ArrayLike | None = None, starts: ArrayLike | None = None
) -> MDP:
    """The process in which action a leads from s to `successor[s, a]` and pays `reward[s, a]`; both of shape (S, A)."""
    successor, reward = np.asarray(successor, np.int64)[..., None], np.asarray(reward, np.float64)[..., None]
    states = len(successor)
    ends = np.zeros(states, bool) if terminal is None else np.asarray(terminal, bool)
    begin = np.flatnonzero(~ends) if starts is None else np.asarray(starts, np.int64)
    return MDP(np.ones(reward.shape), successor, reward, ends, begin)


def from_joint(joint: Array, rewards: Array) -> MDP:
    """The process of a tensor p(s', r | s, a), shape (S, A, S, R), with the reward values `rewards` (R,)."""
    states, actions, _, levels = joint.shape
    shape = (states, actions, states * levels)
    successor = np.broadcast_to(np.repeat(np.arange(states), levels), shape)
    return MDP(
        joint.reshape(shape),
        successor,
        np.broadcast_to(np.tile(rewards, states), shape),
        np.zeros(states, bool),
        np.arange(states),
    )


def transition(mdp: MDP) -> Array:
    """p(s' | s, a), shape (S, A, S): the outcomes' probabilities added up by successor. MARKOV DECISION PROCESSES."""
    pairs = np.arange(mdp.states * mdp.actions).reshape(mdp.states, mdp.actions, 1)
    flat = np.bincount(
        (pairs * mdp.states + mdp.successor).ravel(), mdp.probability.ravel(), mdp.states**2 * mdp.actions
    )
    return flat.reshape(mdp.states, mdp.actions, mdp.states).astype(np.float64, copy=False)


def expected_reward(mdp: MDP) -> Array:
    """r(s, a), shape (S, A). MARKOV DECISION PROCESSES."""
    value: Array = (mdp.probability * mdp.reward).sum(axis=2)
    return value


def uniform_policy(mdp: MDP) -> Array:
    """pi(a | s) = 1/A, shape (S, A)."""
    return np.full((mdp.states, mdp.actions), 1 / mdp.actions)


def deterministic_policy(actions: Indices, count: int) -> Array:
    """The policy that takes `actions[s]` in state s, as probabilities (S, `count`)."""
    value: Array = np.eye(count)[actions]
    return value


def epsilon_greedy_policy(q: Array, epsilon: float) -> Array:
    """With probability epsilon any action, else the one with the largest q, the first of equals; (..., A) -> (..., A)."""
    best: Array = epsilon / q.shape[-1] + (1 - epsilon) * np.eye(q.shape[-1])[q.argmax(axis=-1)]
    return best


def q_values(mdp: MDP, v: Array, gamma: float) -> Array:
    """sum over s' and r of p(s', r | s, a) (r + gamma v(s')), shape (S, A)."""
    value: Array = (mdp.probability * (mdp.reward + gamma * v[mdp.successor])).sum(axis=2)
    return value


def expectation_operator(mdp: MDP, policy: Array, v: Array, gamma: float) -> Array:
    """One sweep of policy evaluation: sum_a pi(a | s) q(s, a) with q from v; (S,)."""
    value: Array = (policy * q_values(mdp, v, gamma)).sum(axis=1)
    return value


def optimality_operator(mdp: MDP, v: Array, gamma: float) -> Array:
    """One sweep of value iteration: max_a q(s, a) with q from v; (S,)."""
    value: Array = q_values(mdp, v, gamma).max(axis=1)
    return value


def equations(mdp: MDP, policy: Array, gamma: float) -> tuple[Array, Array]:
    """I - gamma P_pi, (S, S), and r_pi, (S,). A terminal state's row says v = 0, so that gamma = 1 has a solution too."""
    states = mdp.states
    weight = policy[:, :, None] * mdp.probability
    rows = states * np.arange(states)[:, None, None]
    p = np.bincount((rows + mdp.successor).ravel(), weight.ravel(), states**2).reshape(states, states)
    p[mdp.terminal] = 0.0
    matrix = (-gamma * p).astype(np.float64, copy=False)
    matrix.flat[:: states + 1] += 1.0
    return matrix, np.einsum("sak,sak->s", weight, mdp.reward)


def evaluate(mdp: MDP, policy: Array, gamma: float) -> Array:
    """v_pi, (S,), by one dense solve; `large.evaluate` is for more than some hundred states.

    Raises numpy.linalg.LinAlgError where the equations have no single solution: gamma = 1 and a policy that never ends.
    """
    matrix, reward = equations(mdp, policy, gamma)
    return np.linalg.solve(matrix, reward).astype(np.float64, copy=False)


def evaluate_by_sweeps(
    mdp: MDP, policy: Array, gamma: float, error: float = 1e-12, start: Array | None = None
) -> Array:
    """v_pi, (S,), by sweeps until they are within `error` of it, by the contraction: change gamma / (1 - gamma) <= error.

    Raises ValueError for gamma = 1 or more, where the contraction promises nothing.
    """
    _needs_contraction(gamma)
    v = np.zeros(mdp.states) if start is None else start
    while True:
        v, before = expectation_operator(mdp, policy, v, gamma), v
        if gamma * np.abs(v - before).max() <= error * (1 - gamma):
            return v


def improve(mdp: MDP, v: Array, gamma: float, actions: Indices) -> Indices:
    """The greedy policy for v, (S,): argmax_a q(s, a), but `actions[s]` where no other is better."""
    q = q_values(mdp, v, gamma)
    best: Indices = q.argmax(axis=1)
    states = np.arange(mdp.states)
    better = q[states, best] > q[states, actions] + TIE * max(1.0, float(np.abs(q).max()))
    return np.where(better, best, actions)


class Optimum(NamedTuple):
    """Optimal values (S,), actions (S,), and the values after each round, from the first policy (or start) on."""

    v: Array
    actions: Indices
    rounds: list[Array]


def policy_iteration(mdp: MDP, gamma: float, actions: Indices | None = None) -> Optimum:
    """Evaluate, improve, until no action changes: POLICY ITERATION. `actions` (S,) is the first policy, all 0 unless given.

    Values never fall and there are finitely many policies, so it ends.
    """
    actions = np.zeros(mdp.states, np.int64) if actions is None else actions
    rounds: list[Array] = []
    while True:
        rounds.append(evaluate(mdp, deterministic_policy(actions, mdp.actions), gamma))
        improved = improve(mdp, rounds[-1], gamma, actions)
        if (improved == actions).all():
            return Optimum(rounds[-1], actions, rounds)
        actions = improved


def value_iteration(mdp: MDP, gamma: float, error: float = 1e-12, start: Array | None = None) -> Optimum:
    """v <- max_a q until it is within `error` of v*, then the greedy policy. Raises ValueError for gamma = 1 or more."""
    _needs_contraction(gamma)
    rounds = [np.zeros(mdp.states) if start is None else start]
    while True:
        rounds.append(optimality_operator(mdp, rounds[-1], gamma))
        if gamma * np.abs(rounds[-1] - rounds[-2]).max() <= error * (1 - gamma):
            return Optimum(rounds[-1], q_values(mdp, rounds[-1], gamma).argmax(axis=1), rounds)


def _needs_contraction(gamma: float) -> None:
    if not 0 <= gamma < 1:
        raise ValueError(f"sweeps contract only for 0 <= gamma < 1, got {gamma}")

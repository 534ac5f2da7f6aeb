"""TD(0), SARSA, expected SARSA and Q-learning, all replicates at once: replicate i depends on `seeds[i]` alone.

Step t of a replicate uses four random words: whether it explores, which action it then takes, which outcome follows, and where
the next episode begins (`implementations.streams`, blocks of `BLOCK` steps). Its very first state and action come from block 0 of
another stream.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implementations.mdp.mdp_numpy import MDP
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Rule = Literal["q_learning", "sarsa", "expected_sarsa"]

BLOCK = 256
RULES: tuple[Rule, ...] = ("q_learning", "sarsa", "expected_sarsa")


@dataclass(frozen=True)
class Settings:
    """How to learn. `alpha` is the step size of an entry's first, second, ... update; beyond its end the last one stays.

    `epsilon` is the rate of random actions. `restart` begins a new episode when one has ended; without it the agent stays in the
    terminal state, as in a program that never asks whether the episode is over.
    """

    rule: Rule = "q_learning"
    gamma: float = 0.9
    alpha: tuple[float, ...] = (0.1,)
    epsilon: float = 0.1
    restart: bool = True

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"rule must be one of {', '.join(RULES)}, got {self.rule!r}")
        if not (self.alpha and 0 <= self.epsilon <= 1 and 0 <= self.gamma <= 1):
            raise ValueError("needs a step size, and epsilon and gamma between 0 and 1")


def harmonic(scale: float, updates: int, power: float = 1.0) -> tuple[float, ...]:
    """Step sizes (scale / (scale + n))^power of the n-th update, n from 0. For 1/2 < power <= 1 Robbins and Monro's conditions hold."""
    return tuple(((scale / (scale + np.arange(updates))) ** power).tolist())


class Learned(NamedTuple):
    """The tables (n, S, A), how often each entry was updated, and what each finished episode earned (n, E), undiscounted."""

    q: Array
    updates: NDArray[np.int64]
    returns: Array


def learn(
    mdp: MDP, seeds: Seeds, settings: Settings, *, steps: int = 0, episodes: int = 0, q: ArrayLike = 0.0
) -> Learned:
    """Learn for this many `steps`, or this many `episodes`, one of which must be given; `q` is the table at the start.

    Raises ValueError unless exactly one of the two is positive, and for episodes of a process that has no end.
    """
    check_length(mdp, settings, steps, episodes)
    states, actions, outcomes = mdp.probability.shape
    n, on_policy = len(seeds), settings.rule != "q_learning"
    q_all = np.array(np.broadcast_to(q, (n, states, actions)), np.float64, order="C")  # the views below need it
    updates_all = np.zeros(q_all.shape, np.int64)
    rows, entries, updates = q_all.reshape(n * states, actions), q_all.reshape(-1), updates_all.reshape(-1)
    cumulative = mdp.probability.cumsum(axis=2).reshape(states * actions, outcomes)[:, :-1]
    reward, successor = mdp.reward.ravel(), mdp.successor.ravel()
    returns, finished, earned = np.zeros((n, episodes)), np.zeros(n, np.int64), np.zeros(n)
    alphas, last = np.array(settings.alpha), len(settings.alpha) - 1
    first = streams.uniform(seeds, 0, 4, stream=1)
    live, step = np.arange(n), 0  # the replicates that have not had their episodes yet, and where their tables begin
    base = live * states
    s = _start(mdp, first)
    a = _choose(rows[base + s], settings.epsilon, first)
    while len(live) and (episodes or step < steps):
        if step % BLOCK == 0:
            block, lane = streams.uniform(seeds[live], step // BLOCK, (BLOCK, 4)), np.arange(len(live))
        u = block[lane, step % BLOCK]
        pair = s * actions + a
        outcome = pair * outcomes + (u[:, 2, None] >= cumulative[pair]).sum(axis=1)
        r, s2 = reward[outcome], successor[outcome]
        ended = mdp.terminal[s2] & settings.restart
        nearby = np.where(ended, _start(mdp, u), s2)
        following = rows[base + s2]
        if on_policy:
            a2 = _choose(rows[base + nearby], settings.epsilon, u)
        if settings.rule == "sarsa":
            ahead = following[np.arange(len(live)), a2]
        else:
            ahead = following.max(axis=1) if not on_policy else _expected(following, settings.epsilon)
        entry = base * actions + pair
        old = entries[entry]
        entries[entry] = old + alphas[np.minimum(updates[entry], last)] * (r + settings.gamma * ahead - old)
        updates[entry] += 1
        if not on_policy:  # its next action looks at the new table; SARSA's was part of the update
            a2 = _choose(rows[base + nearby], settings.epsilon, u)
        s, a, step = nearby, a2, step + 1
        if episodes:
            earned[live] += r
            done = live[ended]
            returns[done, finished[done]] = earned[done]
            finished[done] += 1
            earned[done] = 0.0
            go_on = finished[live] < episodes
            if not go_on.all():
                live, base, lane, s, a = live[go_on], base[go_on], lane[go_on], s[go_on], a[go_on]
    return Learned(q_all, updates_all, returns)


def check_length(mdp: MDP, settings: Settings, steps: int, episodes: int) -> None:
    """ValueError unless either steps or episodes are asked for, and episodes only of a process that can end and begin again."""
    if (steps > 0) == (episodes > 0):
        raise ValueError(f"give either steps or episodes, got {steps} and {episodes}")
    if episodes > 0 and not (mdp.terminal.any() and settings.restart):
        raise ValueError("episodes need a terminal state, and a restart")


def _choose(q: Array, epsilon: float, u: Array) -> NDArray[np.int64]:
    """epsilon-greedy actions (n,) for action values (n, A) and words u (n, 4)."""
    actions: NDArray[np.int64] = q.argmax(axis=1)
    return np.where(u[:, 0] < epsilon, (u[:, 1] * q.shape[1]).astype(np.int64), actions)


def _start(mdp: MDP, u: Array) -> NDArray[np.int64]:
    """The states (n,) in which episodes begin, for words u (n, 4)."""
    states: NDArray[np.int64] = mdp.starts[(u[:, 3] * len(mdp.starts)).astype(np.int64)]
    return states


def _expected(q: Array, epsilon: float) -> Array:
    """The epsilon-greedy average of action values (n, A), added up action by action as the compiled loop does."""
    total = np.zeros(len(q))
    for a in range(q.shape[1]):
        total += q[:, a]
    value: Array = epsilon / q.shape[1] * total + (1 - epsilon) * q.max(axis=1)
    return value


def predict(
    mdp: MDP, policy: Array, seeds: Seeds, gamma: float, alpha: tuple[float, ...], marks: ArrayLike, v: ArrayLike = 0.0
) -> Array:
    """TD(0) under `policy` (S, A): V after each number of steps in the increasing `marks` (M,); shape (n, M, S).

    Raises ValueError for marks that do not increase from at least 1.
    """
    marks = check_marks(marks)
    each = np.arange(len(seeds))
    value = np.array(np.broadcast_to(v, (len(seeds), mdp.states)), np.float64)
    visits = np.zeros(value.shape, np.int64)
    seen = np.empty((len(seeds), len(marks), mdp.states))
    alphas, last = np.array(alpha), len(alpha) - 1
    outcomes, acts = mdp.probability.cumsum(axis=2), policy.cumsum(axis=1)
    s = _start(mdp, streams.uniform(seeds, 0, 4, stream=1))
    for step in range(marks[-1]):
        if step % BLOCK == 0:
            block = streams.uniform(seeds, step // BLOCK, (BLOCK, 4))
        u = block[:, step % BLOCK]
        a = (u[:, 1, None] >= acts[s, :-1]).sum(axis=1)
        k = (u[:, 2, None] >= outcomes[s, a, :-1]).sum(axis=1)
        r, s2 = mdp.reward[s, a, k], mdp.successor[s, a, k]
        delta = r + gamma * value[each, s2] - value[each, s]
        value[each, s] += alphas[np.minimum(visits[each, s], last)] * delta
        visits[each, s] += 1
        seen[:, marks == step + 1] = value[:, None]
        s = np.where(mdp.terminal[s2], _start(mdp, u), s2)
    return seen


def check_marks(marks: ArrayLike) -> NDArray[np.int64]:
    """The marks as an array; ValueError unless they increase from at least 1."""
    checked = np.asarray(marks, np.int64)
    if checked.ndim != 1 or not len(checked) or (np.diff(checked, prepend=0) <= 0).any():
        raise ValueError("marks must increase from at least 1")
    return checked

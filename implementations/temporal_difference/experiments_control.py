"""What the documents claim of SARSA and Q-learning, measured on the gridworld, on cliff walking, and on small processes.

Slides LEARNING q WITH TEMPORAL DIFFERENCES and Q-LEARNING of columbia-deep-learning, RL: MODEL-FREE EXAMPLE: Q-LEARNING of
uts-rl-gans, Q-Learning of fase-deep-rl and of cpen400d-generative-rl.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from implementations.mdp import cliff
from implementations.mdp import mdp_numpy as m
from implementations.mdp.examples import chain, random_mdp
from implementations.mdp.grids import GAMMA, gridworld
from implementations.mdp.mdp_numpy import MDP
from implementations.streams import streams_numpy as streams
from implementations.temporal_difference.experiments import SCALE, UPDATES, Backend, learners
from implementations.temporal_difference.temporal_difference_numpy import Learned, Rule, Settings, harmonic

Array = NDArray[np.float64]
Seeds = NDArray[np.int64]
Flags = NDArray[np.bool_]

CLIFF_ALPHA = 0.5
CLIFF_EPSILON = 0.1


# --- cliff walking -------------------------------------------------------------------------------------------------------------


def _on_the_cliff(
    seeds: Seeds,
    rule: Rule,
    episodes: int,
    epsilon: float,
    backend: Backend,
    fall: float = -100.0,
    alpha: float = CLIFF_ALPHA,
) -> Learned:
    settings = Settings(rule, gamma=1.0, alpha=(alpha,), epsilon=epsilon)
    learned: Learned = learners(backend).learn(cliff.cliff_walking(fall), seeds, settings, episodes=episodes)
    return learned


def online_returns(
    seeds: Seeds,
    episodes: int = 500,
    epsilon: float = CLIFF_EPSILON,
    fall: float = -100.0,
    rules: tuple[Rule, Rule] = ("sarsa", "q_learning"),
    backend: Backend = "numpy",
) -> dict[str, Array]:
    """Mean reward of an episode while learning, over the last fifth of the episodes, of SARSA and of Q-learning; arrays (n,).

    `rules` says what runs under the two names, `fall` what a fall costs.
    """
    return {
        name: _on_the_cliff(seeds, rule, episodes, epsilon, backend, fall).returns[:, -episodes // 5 :].mean(axis=1)
        for name, rule in zip(("sarsa", "q_learning"), rules, strict=True)
    }


def q_learning_online(
    seeds: Seeds,
    episodes: int = 3000,
    epsilon: float = CLIFF_EPSILON,
    rule: Rule = "q_learning",
    backend: Backend = "numba",
) -> Array:
    """Mean reward of an episode over the last third of a long run; (n,)."""
    returns = _on_the_cliff(seeds, rule, episodes, epsilon, backend).returns
    value: Array = returns[:, -episodes // 3 :].mean(axis=1)
    return value


def walks_the_shortest_path(
    seeds: Seeds,
    episodes: int = 500,
    rule: Rule = "q_learning",
    epsilon: float = CLIFF_EPSILON,
    backend: Backend = "numpy",
) -> Flags:
    """Whether the greedy actions, learned while exploring, take the 13 steps along the edge of the cliff; (n,)."""
    mdp = cliff.cliff_walking()
    greedy = _on_the_cliff(seeds, rule, episodes, epsilon, backend).q.argmax(axis=2)
    return np.array([len(cliff.path(mdp, actions)) == 14 for actions in greedy])


# --- tables on the gridworld and on random processes -----------------------------------------------------------------------------


def _optimal_q(mdp: MDP, gamma: float = GAMMA) -> Array:
    return m.q_values(mdp, m.policy_iteration(mdp, gamma).v, gamma)


def gridworld_error(
    seeds: Seeds,
    steps: int = 100_000,
    rule: Rule = "q_learning",
    gamma: float = GAMMA,
    alpha: float = 0.5,
    backend: Backend = "numba",
) -> Array:
    """Largest |Q(s, a) - Q*(s, a)| after `steps` under uniformly random behaviour; (n,). `gamma` is the learner's."""
    settings = Settings(rule, gamma, (alpha,), epsilon=1.0)
    q = learners(backend).learn(gridworld(), seeds, settings, steps=steps).q
    value: Array = np.abs(q - _optimal_q(gridworld())).max(axis=(1, 2))
    return value


def gridworld_loss(
    seeds: Seeds, steps: int = 100_000, rule: Rule = "q_learning", gamma: float = GAMMA, backend: Backend = "numba"
) -> Array:
    """How far the greedy policy learned under uniformly random behaviour falls short of v*, in its worst state; (n,)."""
    mdp = gridworld()
    best = m.policy_iteration(mdp, GAMMA).v
    q = learners(backend).learn(mdp, seeds, Settings(rule, gamma, (0.5,), epsilon=1.0), steps=steps).q
    greedy = [m.evaluate(mdp, m.deterministic_policy(actions, 4), GAMMA) for actions in q.argmax(axis=2)]
    value: Array = (best - np.array(greedy)).max(axis=1)
    return value


def table_reaches_optimum(
    seeds: Seeds, steps: int = 100_000, gamma: float = GAMMA, backend: Backend = "numba"
) -> Flags:
    """Whether the update rule with a plain table, and no function approximator, ends within 1e-6 of Q*; (n,)."""
    return gridworld_error(seeds, steps, gamma=gamma, backend=backend) < 1e-6


def table_is_a_fixed_point() -> bool:
    """Second route: at Q* of value iteration every TD error of the rule is zero, whatever is visited."""
    mdp = gridworld()
    v = m.value_iteration(mdp, GAMMA).v
    q = m.q_values(mdp, v, GAMMA)
    errors = mdp.reward[..., 0] + GAMMA * q.max(axis=1)[mdp.successor[..., 0]] - q
    return bool(np.abs(errors).max() < 1e-9)


def random_process_error(
    seeds: Seeds, rule: Rule = "q_learning", alpha: float = 0.0, steps: int = 300_000, backend: Backend = "numba"
) -> Array:
    """Root mean square of Q - Q* relative to Q*'s own, on a random process with random rewards, under random behaviour; (n,).

    Step sizes 20 / (20 + n), or a constant `alpha`.
    """
    mdp = random_mdp(3)
    best = _optimal_q(mdp)
    settings = Settings(rule, GAMMA, (alpha,) if alpha else harmonic(SCALE, UPDATES), epsilon=1.0)
    q = learners(backend).learn(mdp, seeds, settings, steps=steps).q
    value: Array = np.sqrt(((q - best) ** 2).mean(axis=(1, 2)) / (best**2).mean())
    return value


# --- the pseudo-code of cpen400d-generative-rl ------------------------------------------------------------------------------------


def pseudo_code(
    seeds: Seeds,
    steps: int = 4000,
    q_scale: float = 10.0,
    defect: Literal["", "no_max", "no_discount"] = "",
    backend: Backend = "numpy",
) -> dict[str, dict[str, Flags]]:
    """Whether the printed program ends within 0.01 of Q* on the five-state chain, by how the chain ends; arrays (n,).

    The program fills Q with random numbers (normal, `q_scale`) and acts at random for ever. Settings: the chain begins again at
    the left by itself, no state is terminal; it ends and the program stays in the end, as printed; it ends and someone restarts
    it; it is restarted and Q(end, .) is zero, as columbia-deep-learning prints. Defects: the target of SARSA; gamma = 1.
    """
    table = {}
    for name, (ends, restart, zeroed) in _SETTINGS.items():
        mdp = chain(ends=ends)
        q = q_scale * streams.normal(seeds, 0, (mdp.states, mdp.actions), stream=5)
        if zeroed:
            q[:, mdp.terminal] = 0.0
        settings = Settings(
            "sarsa" if defect == "no_max" else "q_learning",
            1.0 if defect == "no_discount" else GAMMA,
            (0.5,),
            1.0,
            restart,
        )
        learned = learners(backend).learn(mdp, seeds, settings, steps=steps, q=q).q
        error = np.abs(learned - _optimal_q(mdp))[:, ~mdp.terminal].max(axis=(1, 2))
        table[name] = {"reaches Q*": error < 0.01}
    return table


def pseudo_code_by_equations() -> dict[str, dict[str, bool]]:
    """Second route: what the program's table must tend to, without running it.

    Where all states are visited for ever it is the fixed point of its own targets, with Q(end, .) frozen where it began: here
    at 10, far from 0. Where the program stays in the end, it makes the step into the end once, with half of the random number
    that it began with left in that entry.
    """
    table = {}
    for name, (ends, restart, zeroed) in _SETTINGS.items():
        mdp = chain(ends=ends)
        frozen = 0.0 if zeroed or not ends else 10.0
        v = np.where(mdp.terminal, frozen, 0.0)
        for _ in range(2000):
            v = np.where(mdp.terminal, frozen, m.q_values(mdp, v, GAMMA).max(axis=1))
        exact = np.abs(m.q_values(mdp, v, GAMMA) - _optimal_q(mdp))[~mdp.terminal].max() < 0.01
        forever = restart or not ends
        table[name] = {"reaches Q*": bool(exact and forever)}
    return table


_SETTINGS = {
    "begins again by itself": (False, True, False),
    "ends, stays there": (True, False, False),
    "ends, restarted, random Q(end)": (True, True, False),
    "ends, restarted, Q(end) = 0": (True, True, True),
}

"""Temporal differences: learning values and policies from single transitions, without a model.

Source: columbia-deep-learning, LEARNING v WITH TEMPORAL DIFFERENCES, LEARNING q WITH TEMPORAL DIFFERENCES, Q-LEARNING;
uts-rl-gans, RL: MODEL-FREE EXAMPLE: Q-LEARNING; fase-deep-rl and cpen400d-generative-rl, Q-Learning. Processes are those of
`implementations.mdp`; step sizes alpha may depend on how often an entry has been updated.

==============  ===========================================================================================
TD error        delta_t = r_t + gamma V(s_{t+1}) - V(s_t)
TD(0)           V(s_t) <- V(s_t) + alpha delta_t                                         learns v_pi
SARSA           Q(s, a) <- Q(s, a) + alpha (r + gamma Q(s', a') - Q(s, a))               a' is what is done next
expected SARSA  Q(s, a) <- Q(s, a) + alpha (r + gamma sum_a' pi(a' | s') Q(s', a') - Q(s, a))
Q-learning      Q(s, a) <- Q(s, a) + alpha (r + gamma max_a' Q(s', a') - Q(s, a))        learns q*
==============  ===========================================================================================

Behaviour is epsilon-greedy in Q, the first of equal actions; epsilon = 1 is the uniformly random behaviour of
cpen400d-generative-rl's pseudo-code. Q(terminal, .) is whatever the table holds at the start: zero, as columbia-deep-learning
prints, or not (cpen400d-generative-rl fills the whole table with random numbers).

With a table and a suitable schedule these converge with probability one (SARSA to the values of its own policy). With function
approximation V = features @ w the same rule can diverge: Baird's star (`baird`), where even the exact expected update

    w <- w + alpha features' D (r + gamma P features w - features w)

grows without bound if D weighs the states otherwise than the policy visits them.

Modules: ``temporal_difference_numpy`` (replicates along an axis), ``temporal_difference_numba`` (one after another, compiled; the
same numbers), ``driving_home``, ``baird``, ``networks`` (Q-learning with a small network); ``experiments``,
``experiments_control`` and ``experiments_approximation`` measure what the documents claim, and ``figures`` draws.
"""

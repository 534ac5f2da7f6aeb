"""Finite Markov decision processes: what a policy is worth, how to improve it, and the best that can be done.

Source: columbia-deep-learning, MARKOV DECISION PROCESSES to OPTIMALITY; uts-rl-gans, RL: FORMALISING THE PROCESS to RL: MODEL BASED
APPROACHES; fase-deep-rl, Value Function and Optimal Value Functions; cpen400d-generative-rl, Core Problem of MDPs to The Bellman
Equation. States s = 0 .. S-1, actions a = 0 .. A-1, discount gamma; R_t is the reward that answers action A_t in state S_t (as in
columbia-deep-learning, whose sequence is S_0, A_0, R_0, S_1, A_1, R_1, ...; `conventions` compares the documents).

=======================  =================================================================================================
the process              p(s', r | s, a),   sum over s' and r: 1
its marginals            p(s' | s, a) = sum_r p(s', r | s, a),      r(s, a) = sum_r r sum_s' p(s', r | s, a)
return                   G_t = R_t + gamma R_{t+1} + ... + gamma^{T-t} R_T = R_t + gamma G_{t+1}
value of a policy pi     v_pi(s) = E(G_t | S_t = s),   q_pi(s, a) = E(G_t | S_t = s, A_t = a)
Bellman                  q_pi(s, a) = sum_{s', r} p(s', r | s, a) (r + gamma v_pi(s')),   v_pi(s) = sum_a pi(a | s) q_pi(s, a)
 ... as linear equations (I - gamma P_pi) v_pi = r_pi,   P_pi = sum_a pi(a | s) p(s' | s, a),   r_pi = sum_a pi(a | s) r(s, a)
Bellman optimality       v*(s) = max_a q*(s, a),   q*(s, a) = sum_{s', r} p(s', r | s, a) (r + gamma max_a' q*(s', a'))
policy improvement       q_pi(s, pi'(s)) >= v_pi(s) in all s implies v_pi' >= v_pi in all s
contraction              max |T v - T w| <= gamma max |v - w|, for both Bellman operators T
=======================  =================================================================================================

A process is held as a list of K outcomes for each state and action (`MDP`), so that the same arrays serve the dense equations,
the sparse ones, and sampling. A terminal state returns to itself, pays nothing, and is worth nothing; with it gamma = 1 makes sense.

Modules: ``mdp_numpy`` (evaluation, improvement, policy and value iteration), ``large`` (sparse equations), ``stencil`` and
``mdp_numba`` (value iteration on large grids), ``grids`` (the slide's gridworld under both readings of its cases), ``cliff``
(cliff walking, and exactly what its policies earn), ``examples`` (random processes, small counterexamples), ``returns``
(discounted sums), ``conventions`` (the documents' indices), ``mdp_gymnasium`` (the grids for gymnasium); ``experiments``,
``experiments_optimality``, ``experiments_returns`` and ``experiments_indices`` measure what the documents claim, ``figures`` draws.
"""

r"""Multi-armed bandits: one state, K actions, unknown means; explore or exploit.

Sources: Columbia's slides THE MULTI-ARMED BANDIT PROBLEM, DEFINITIONS, SIMPLE BALANCE OF EXPLORATION AND EXPLOITATION, PERFORMANCE
OF eps-GREEDY, UPPER CONFIDENCE BOUND and THOMPSON SAMPLING; SIGGRAPH's Strategies 1 to 4.

A problem has means mu_1 ... mu_K. At times t = 1 ... T a strategy plays an arm a_t and receives r_t, which is N(mu_a, 1) or
Bernoulli(mu_a). With n_k the number of plays of arm k and Q_k the mean of its rewards (both of the past):

    incremental mean    Q_a <- Q_a + (r - Q_a) / n_a
    greedy              argmax_k Q_k
    eps-greedy          argmax_k Q_k with probability 1 - eps, any of the K arms with probability eps
    decaying eps        the same with eps_t = min(1, d / t)
    optimistic start    greedy from a high Q_k, with a constant step size so that the optimism outlasts the first reward
    UCB                 argmax_k Q_k + c sqrt(log t / n_k); an arm never played comes first
    Thompson            argmax_k s_k, s_k ~ Beta(1 + ones_k, 1 + zeros_k), or s_k ~ N(sum_k / (1 + n_k), 1 / (1 + n_k))
    gradient            a ~ pi = softmax(H);  H_k <- H_k + alpha (r - mean of r) (1[k = a] - pi_k)

Equal values go to the lowest index, as NumPy's argmax has it. Regret is the documents':

    L(T) = sum_t max_k mu_k - E sum_t mu_{a_t} = sum_k (max mu - mu_k) E n_k(T)

in which the noise of the rewards has no part. Lai and Robbins (1985): a strategy that does well on every problem has
L(T) / log T >= sum over the worse arms of gap_k / KL(arm k, best arm) in the limit; for N(mu, 1) that is sum_k 2 / gap_k.

============================  ====================================================================================
``problems``                  the testbeds: what a problem is, and the rewards it pays
``strategies``                the strategies as plain settings
``learners``                  how each strategy chooses and learns, as array operations over the replicates
``bandits_numpy``             the reference: the game, all replicates at once
``bandits_numba``             the same numbers from compiled loops that read like the pseudo-code
``per_step``                  one Python loop a strategy, as one would write it in class, on NumPy's own generator
``ziggurat``, ``beta_draws``  normal and Beta numbers from the counter-based words of `implementations.streams`;
                              ``draws_numba`` has them compiled
``theory``                    closed forms and bounds
``enumeration``               exact expectations of short games by following every history
``experiments``               what the documents claim, measured: the strategies on testbeds; ``experiments_definitions``,
                              ``experiments_growth`` and ``experiments_bayes`` have the rest
``figures``, ``drawing``      the pictures
============================  ====================================================================================
"""

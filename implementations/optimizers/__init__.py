"""Stochastic optimisation: update rules, step-size schedules, and the problem on which a constant step never settles.

Source: columbia-deep-learning, from STOCHASTIC GRADIENT DESCENT to HOW TO PROCEED; fase-deep-rl, Training Neural
Networks by Stochastic Gradient Descent. Notation of the slides: parameters theta (one vector, or one a replicate along
axis 0), empirical risk R(theta) = 1/n sum_i L_i(theta), step sizes alpha_k, k = 0, 1, ...; g is the gradient of R or its
estimate from a batch of M data points, g = 1/M sum_m grad L_{i_m}(theta). All squares, roots and quotients of vectors
are taken coordinate by coordinate.

=================  ==========================================================================================
gradient descent   theta <- theta - alpha g                       (SGD: M = 1; mini-batches: 1 < M < n)
momentum           u <- beta u + alpha g(theta),                  theta <- theta - u
Nesterov (NAG)     u <- beta u + alpha g(theta - beta u),         theta <- theta - u
AdaGrad            G <- G + g^2,                                  theta <- theta - alpha g / (sqrt(G) + eps)
RMSprop            v <- rho v + (1 - rho) g^2,                    theta <- theta - alpha g / (sqrt(v) + eps)
 ... centred       m <- rho m + (1 - rho) g,                      theta <- theta - alpha g / (sqrt(v - m^2) + eps)
Adadelta           v <- rho v + (1 - rho) g^2,
                   d = g sqrt(s + eps) / sqrt(v + eps),
                   s <- rho s + (1 - rho) d^2,                    theta <- theta - alpha d
Adam               m <- b1 m + (1 - b1) g,
                   v <- b2 v + (1 - b2) g^2,                      theta <- theta - alpha m^ / (sqrt(v^) + eps),
                   m^ = m / (1 - b1^t),  v^ = v / (1 - b2^t),     t = 1, 2, ...
Newton             theta <- theta - alpha H^-1 g
=================  ==========================================================================================

The momentum row is the slide's; the slide prints it for NAG too, whose gradient is taken ahead of theta. The rest are
the forms of the papers (Duchi 2011, Hinton's lecture 6 of 2012, Zeiler 2012, Kingma and Ba 2015): the slide gives AdaGrad
as "some diagonal D_k" and RMSprop as "a step size from earlier gradients, such as an inverse average squared norm".

Robbins-Monro: SGD converges if sum alpha_k diverges and sum alpha_k^2 converges. ``schedules`` decides both exactly.

The counterexample (``counterexample``): 21 points -10 ... 10, L = (x - theta)^2, one point a step. With alpha = 1/2 the
new theta *is* the sampled point. For any constant 0 < alpha < 1 the iterates' law has, in the limit,

    mean 0,   variance alpha / (1 - alpha) * sigma^2,   sigma^2 = 110/3,

and with alpha_k = 1/2 / (1 + k), k from 0, theta_k is the mean of the points seen so far: variance sigma^2 / k.

Modules: ``optimizers_numpy`` (the rules), ``schedules``, ``problems`` (risks with gradients), ``counterexample``;
``optimizers_torch`` and ``optimizers_tensorflow`` drive the frameworks' own optimizers along given gradients, and
``concordance`` lists where they differ from the forms above; ``experiments`` (gradients, schedules, the counterexample),
``experiments_noise`` and ``experiments_overfitting`` (what the noise of small batches does), ``experiments_rules`` (the
advanced rules) and ``race`` (Adam or SGD?) measure what the documents claim; ``figures``, ``figures_schedules`` and
``figures_rules`` draw.
"""

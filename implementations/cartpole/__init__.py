r"""Cart pole: a pole hinged on a cart, balanced by pushing the cart left or right; and a tabular Q learner for it.

Sources: Columbia's slides EXAMPLE: CART POLE, CARTPOLE AND OPENAI GYM to INTERROGATE Q_theta(s, a); CPEN400D's Example: Cart Pole Problem.
The system is that of Barto, Sutton and Anderson (1983) as gym and gymnasium have it (CartPole-v0: 200 steps, v1: 500).

State (x, x', theta, theta'): position (m) and velocity of the cart, angle (rad, 0 upright, positive to the right) and angular velocity of
the pole. With cart mass 1, pole mass m = 0.1, together M = 1.1, half length l = 0.5, g = 9.8 and force F = -10 N (action 0) or 10 N (1):

    s       = (F + m l theta'^2 sin theta) / M
    theta'' = (g sin theta - s cos theta) / (l (4/3 - m cos^2 theta / M))
    x''     = s - m l theta'' cos theta / M

and one Euler step of 0.02 s in which positions move with the old velocities. An episode starts uniformly within 0.05 in all four numbers
and ends where |x| > 2.4 m or |theta| > 12 degrees = 0.2094 rad, or by the clock. Every step pays 1, the falling one included.

The learner reads the state through bins (one for x and x', four for theta, three for theta': 12 cells) into a table Q, explores with
probability epsilon = 0.2, and after each step sets, with gamma = 0.99,

    Q(s, a) <- Q(s, a) + alpha (1 + gamma max_a' Q(s', a') - Q(s, a))

where the printed code takes s' even if the pole has fallen, and the pseudo-code beside it Q(terminal, .) = 0.

===========================  ====================================================================================
``dynamics``                 the step, the fall, the starts, the energy; (4, n): one column a system
``discretisation``           bins and the cell of a state
``policies``                 policies that do not learn, tables as policies, and how long they last
``settings``                 the learner's settings; the defaults are what is printed
``cartpole_numpy``           the learner, replicates as a batch axis
``cartpole_numba``           the same numbers from a compiled loop that reads like the pseudo-code
``gymnasium_loop``           the slides' Agent class and loop in gymnasium, a step at a time: the second route
``printed``                  the numbers that the slides print of their own runs
``experiments*``             what the documents claim, measured
``figures*``                 the pictures
===========================  ====================================================================================
"""

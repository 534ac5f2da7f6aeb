"""Automatic differentiation: exact derivatives of programs, from the chain rule and a list of elementary operations.

A program that computes y = f(x_1 .. x_n) runs through elementary operations v_i = op_i(v_j, v_k), j, k < i. That list is
its evaluation trace; each operation comes with its local partial derivatives, and the chain rule does the rest.

    forward mode   v̇_i = (dv_i/dv_j) v̇_j + (dv_i/dv_k) v̇_k      along with v_i; one pass for each direction of x
    reverse mode   v̄_j += v̄_i (dv_i/dv_j)                        after all v_i, backwards; one pass for each output y

With Jacobians J_k of shape (d_k, d_{k-1}), forward mode multiplies J_K (... (J_2 J_1)) and reverse mode (J_K J_{K-1}) ... J_1:
the same product, in the order that suits few inputs or few outputs.

The topic is too long for one reference file. Read it in the order of the slides:

    numerical        difference quotients and the complex step, to compare with, and to check gradients by
    symbolic         expressions and how they grow (sympy)
    elementary       the functions, and what nests derivatives safely
    trace            the evaluation trace; trace_tables prints it as the slide's two tables
    dual             forward mode
    tape             reverse mode on floats
    higher_order     gradients of gradients
    compiled         a trace written out as Python once, run many times
    jacobian_chain   what each mode costs
    array_tape       reverse mode on NumPy arrays; array_functions and rnn have the operations of networks
    experiments      what the documents claim, measured; figures shows it

Source: columbia-deep-learning, TOOLS: AUTOMATIC DIFFERENTIATION; fase-deep-rl, Deep Representations.
After Baydin, Pearlmutter, Radul and Siskind, "Automatic differentiation in machine learning: a survey".
"""

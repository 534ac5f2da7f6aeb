r"""Activation functions: what a unit does with its weighted sum.

Source: columbia-deep-learning, slide "...DEEP LEARNING IS HARD", which prints five formulas,

    sigmoid(x)    = 1 / (1 + e^-x)
    tanh(x)       = (e^x - e^-x) / (e^x + e^-x)
    relu(x)       = max(0, x)
    softplus(x)   = log(1 + e^x)
    softmax(x)_i  = e^{x_i} / sum_k e^{x_k}

and slides "LSTM FORGET GATE" and "LSTM INPUT GATE", which ask of a gate that it lies in [0, 1].

The first four act on each element of an array of any shape. Softmax does not: it takes the last axis, of length K, and
returns probabilities on it. What ties the five together:

    tanh(x) = 2 sigmoid(2x) - 1        sigmoid'(x) = sigmoid(x) (1 - sigmoid(x))      softplus'(x) = sigmoid(x)
    softplus(x) - softplus(-x) = x     tanh'(x) = 1 - tanh(x)^2                       softmax(x + c) = softmax(x)

As mathematics the printed formulas hold for every x. As programs they overflow: ``as_printed`` evaluates them literally,
``activations_numpy`` rearranges them so that every exponential has an argument of at most zero.
"""

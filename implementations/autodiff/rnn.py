"""A tanh recurrent layer as one operation, with backpropagation through time written out.

    h_t = tanh(x_t W_x + h_{t-1} W_h + b)                            t = 1 .. T

    a_t' = (h_t' + a_{t+1}' W_h^T) * (1 - h_t^2)                     adjoint before the tanh, from t = T down to 1
    W_x' = sum_t x_t^T a_t',   W_h' = sum_t h_{t-1}^T a_t',   b' = sum_t a_t',   x_t' = a_t' W_x^T

Only the recurrence needs the loop over time: the products with x, and all sums over t, are single matrix products
over all steps at once. As T separate operations on a tape the same gradient takes two to three times as long.

Source: columbia-deep-learning, slide REVERSE MODE AND NEURAL NETWORKS (the recurrence is that of its RNN slides).
"""

from collections.abc import Callable

import numpy as np

from implementations.autodiff.array_functions import sum_of_rows
from implementations.autodiff.array_tape import Array, Operand, Tensor, record_jointly, value_of


def tanh_rnn(x: Operand, w_input: Operand, w_hidden: Operand, bias: Operand) -> Tensor:
    """Hidden states (T, n, H) of a tanh RNN that starts from 0, for inputs x (T, n, D).

    w_input (D, H), w_hidden (H, H), bias (H,). ValueError where the shapes do not fit.
    """
    inputs, w_x, w_h, b = (value_of(operand) for operand in (x, w_input, w_hidden, bias))
    steps, batch, features = inputs.shape
    hidden = w_h.shape[0]
    if w_x.shape != (features, hidden) or w_h.shape != (hidden, hidden) or b.shape != (hidden,):
        raise ValueError(f"shapes do not fit: x {inputs.shape}, W_x {w_x.shape}, W_h {w_h.shape}, b {b.shape}")
    flat_inputs = inputs.reshape(steps * batch, features)
    states = (flat_inputs @ w_x).reshape(steps, batch, hidden)
    states += b
    recurrent = np.empty((batch, hidden), dtype=states.dtype)
    earlier = np.zeros_like(recurrent)
    for state in states:
        state += np.dot(earlier, w_h, out=recurrent)
        np.tanh(state, out=state)
        earlier = state

    def pullback(g: Array) -> list[Array]:
        a = states * states
        np.subtract(1, a, out=a)  # the slopes of tanh, then in place the adjoints
        carried = np.zeros((batch, hidden), dtype=states.dtype)
        for adjoint, a_t in zip(g[::-1], a[::-1], strict=True):
            carried += adjoint
            a_t *= carried
            np.dot(a_t, w_h.T, out=carried)
        flat = a.reshape(steps * batch, hidden)
        flat_earlier = states[:-1].reshape((steps - 1) * batch, hidden)
        contributions: tuple[tuple[Operand, Callable[[], Array]], ...] = (
            (x, lambda: (flat @ w_x.T).reshape(inputs.shape)),
            (w_input, lambda: flat_inputs.T @ flat),
            (w_hidden, lambda: flat_earlier.T @ flat[batch:]),
            (bias, lambda: sum_of_rows(flat)),
        )
        return [contribution() for operand, contribution in contributions if isinstance(operand, Tensor)]

    return record_jointly(states, [o for o in (x, w_input, w_hidden, bias) if isinstance(o, Tensor)], pullback)

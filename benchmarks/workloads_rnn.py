"""Gradient of a recurrent network, 50 steps, 64 inputs and 64 tanh units, batch 32, in float32.

The loss is the mean square of all hidden states.

"array tape" is ours; "torch" is eager, "tensorflow" is a `tf.function`, "jax" is jitted, "autograd" is that of HIPS. Data and
parameters are converted to each library's form beforehand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.workload import Goal, Run, Workload, one_threaded_tensorflow
from implementations.autodiff import array_functions, array_tape, rnn


def rnn_arrays() -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
    """Inputs (50, 32, 64) and the parameters W_x (64, 64), W_h (64, 64), b (64,), in float32."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 32, 64)).astype(np.float32)
    return x, [(rng.standard_normal(s) / 8).astype(np.float32) for s in [(64, 64), (64, 64), (64,)]]


def _rnn_array_tape() -> Run:
    x, parameters = rnn_arrays()

    def loss(w_x: Any, w_h: Any, b: Any) -> Any:
        return array_functions.mean_squared_error(rnn.tanh_rnn(x, w_x, w_h, b), 0)

    return lambda: array_tape.gradient(loss, *parameters)


def _rnn_operations() -> Run:
    x, parameters = rnn_arrays()

    def loss(w_x: Any, w_h: Any, b: Any) -> Any:
        total, h = 0.0, np.zeros((32, 64), dtype=np.float32)
        for x_t in x:
            h = array_functions.tanh(x_t @ w_x + h @ w_h + b)
            total = array_functions.mean_squared_error(h, 0) + total
        return total * np.float32(1 / len(x))

    return lambda: array_tape.gradient(loss, *parameters)


def _rnn_torch() -> Run:
    """The loop as one writes it in torch."""
    import torch

    torch.set_num_threads(1)
    inputs, parameters = rnn_arrays()
    x = torch.from_numpy(inputs)
    w_x, w_h, b = arrays = [torch.from_numpy(p).requires_grad_() for p in parameters]

    def gradient() -> Any:
        h, states = torch.zeros(32, 64), []
        for projected in (x @ w_x + b).unbind():
            h = torch.tanh(torch.addmm(projected, h, w_h))
            states.append(h)
        return torch.autograd.grad(torch.stack(states).square().mean(), arrays)

    return gradient


def _rnn_torch_layer() -> Run:
    """torch.nn.RNN, which has the whole loop in C++; its second bias is 0."""
    import torch

    torch.set_num_threads(1)
    inputs, (w_x, w_h, b) = rnn_arrays()
    x, layer = torch.from_numpy(inputs), torch.nn.RNN(64, 64)
    with torch.no_grad():
        for parameter, array in zip(layer.parameters(), (w_x.T, w_h.T, b, np.zeros_like(b)), strict=True):
            parameter.copy_(torch.from_numpy(array))
    parameters = list(layer.parameters())[:3]

    def gradient() -> Any:
        d_x, d_h, d_b = torch.autograd.grad(layer(x)[0].square().mean(), parameters)
        return d_x.T, d_h.T, d_b

    return gradient


def _rnn_tensorflow() -> Run:
    tf = one_threaded_tensorflow()
    inputs, parameters = rnn_arrays()
    x = tf.constant(inputs)
    w_x, w_h, b = arrays = [tf.constant(p) for p in parameters]

    @tf.function
    def gradient() -> Any:
        with tf.GradientTape() as recorded:
            recorded.watch(arrays)
            projected = tf.unstack(tf.tensordot(x, w_x, 1) + b)
            h, states = tf.zeros((32, 64)), []
            for row in projected:
                h = tf.tanh(row + h @ w_h)
                states.append(h)
            loss = tf.reduce_mean(tf.square(tf.stack(states)))
        return recorded.gradient(loss, arrays)

    return gradient  # type: ignore[no-any-return]


def _rnn_autograd() -> Run:
    import autograd
    import autograd.numpy as anp

    x, parameters = rnn_arrays()

    def loss(parameters: Any) -> Any:
        w_x, w_h, b = parameters
        total, h = 0.0, np.zeros((32, 64), dtype=np.float32)
        for row in anp.dot(x, w_x) + b:
            h = anp.tanh(row + anp.dot(h, w_h))
            total = total + anp.mean(h * h)
        return total / len(x)

    gradient = autograd.grad(loss)
    return lambda: gradient(parameters)


def _rnn_jax() -> Run:
    import jax
    import jax.numpy as jnp

    inputs, parameters = rnn_arrays()

    def loss(parameters: Any, x: Any) -> Any:
        w_x, w_h, b = parameters

        def step(h: Any, row: Any) -> Any:
            h = jnp.tanh(row + h @ w_h)
            return h, h

        return jnp.mean(jnp.square(jax.lax.scan(step, jnp.zeros((32, 64), jnp.float32), x @ w_x + b)[1]))

    arrays, x = [jnp.asarray(p) for p in parameters], jnp.asarray(inputs)
    gradient = jax.jit(jax.grad(loss))
    return lambda: jax.block_until_ready(gradient(arrays, x))


WORKLOADS = [
    Workload(
        name="RNN 50 x 64",
        says="gradient of a tanh RNN, 50 steps, 64 units, batch 32, float32",
        backends={
            "array tape": _rnn_array_tape,
            "array tape, no fusing": _rnn_operations,
            "torch": _rnn_torch,
            "torch nn.RNN": _rnn_torch_layer,
            "tensorflow": _rnn_tensorflow,
            "autograd": _rnn_autograd,
            "jax": _rnn_jax,
        },
        goals=[
            Goal("array tape", "torch", must=1.5),
            Goal("array tape", "torch nn.RNN", must=1.5),
            Goal("array tape", "jax", aim=1.5),
        ],
        tolerance=1e-4,
    ),
]

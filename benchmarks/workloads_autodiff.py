"""Four gradients, each by the same mathematics and in the same precision in every library.

"tape", "compiled" and "array tape" are ours; "torch" is eager, "tensorflow" is a `tf.function`, "jax" is jitted, "autograd" is
that of HIPS. "forward" is the function without its gradient, in plain Python or NumPy. Inputs that a library wants in
a form of its own are converted beforehand; results are left in that form, computed to the end.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.workload import Goal, Run, Workload
from implementations.autodiff import array_functions, array_tape, compiled, elementary, rnn, tape
from implementations.autodiff.trace import slide_function

STEPS = 500


def chain(x: Any, y: Any, sin: Any = elementary.sin) -> Any:
    """1000 scalar operations, alternately a sine and a sum, so that values stay bounded.

    Sines are what takes the time here. A chain of products and sums alone is fused by jax into next to nothing.
    """
    v = x
    for _ in range(STEPS):
        v = sin(v)
        v = v + y
    return v


def slide(x1: Any, x2: Any, library: Any = elementary) -> Any:
    """The slide's function in the words of `library`."""
    return library.log(x1) + x1 * x2 - library.sin(x2)


SLIDE_POINT = (2.0, 5.0)
CHAIN_POINT = (0.9, 0.1)


def _tape(f: Any, point: tuple[float, ...]) -> Run:
    return lambda: tape.value_and_gradient(f, *point)[1]


def _compiled(f: Any, point: tuple[float, ...]) -> Run:
    run = compiled.compile_gradient(f, len(point))
    return lambda: run(*point)[1]


def _torch(f: Any, point: tuple[float, ...]) -> Run:
    import torch

    torch.set_num_threads(1)
    inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    return lambda: torch.autograd.grad(f(torch, *inputs), inputs)


def _tensorflow(f: Any, point: tuple[float, ...]) -> Run:
    tf = _one_threaded_tensorflow()
    inputs = [tf.constant(x, dtype=tf.float64) for x in point]

    @tf.function
    def gradient() -> Any:
        with tf.GradientTape() as recorded:
            recorded.watch(inputs)
            y = f(tf.math, *inputs)
        return recorded.gradient(y, inputs)

    return gradient  # type: ignore[no-any-return]


def _autograd(f: Any, point: tuple[float, ...]) -> Run:
    import autograd
    import autograd.numpy

    gradient = autograd.grad(lambda *x: f(autograd.numpy, *x), tuple(range(len(point))))
    return lambda: gradient(*point)


def _jax(f: Any, point: tuple[float, ...]) -> Run:
    import jax

    jax.config.update("jax_enable_x64", True)
    gradient = jax.jit(jax.grad(lambda *x: f(jax.numpy, *x), tuple(range(len(point)))))
    return lambda: jax.block_until_ready(gradient(*point))


def _one_threaded_tensorflow() -> Any:
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:
        pass  # already running, from an earlier workload: it was set then
    return tf


# The multilayer perceptron: 784-128-10, ReLU, softmax cross-entropy, 100 images.


def mlp_arrays() -> tuple[NDArray[np.float32], NDArray[np.int64], list[NDArray[np.float32]]]:
    """Images (100, 784), labels (100,) and the parameters W1, b1, W2, b2, in float32."""
    rng = np.random.default_rng(0)
    images = rng.standard_normal((100, 784)).astype(np.float32)
    labels = rng.integers(0, 10, 100)
    shapes = [(784, 128), (128,), (128, 10), (10,)]
    return images, labels, [(rng.standard_normal(s) / np.sqrt(s[0])).astype(np.float32) for s in shapes]


def mlp_array_tape() -> Run:
    images, labels, parameters = mlp_arrays()

    def loss(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        hidden = array_functions.relu(array_functions.affine(images, w1, b1))
        return array_functions.softmax_cross_entropy(array_functions.affine(hidden, w2, b2), labels)

    return lambda: array_tape.gradient(loss, *parameters)


def mlp_forward() -> Run:
    images, labels, (w1, b1, w2, b2) = mlp_arrays()
    rows = np.arange(len(labels))

    def loss() -> Any:
        hidden = images @ w1
        hidden += b1
        np.maximum(hidden, 0, out=hidden)
        logits = hidden @ w2
        logits += b2
        logits -= logits.max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[rows, labels])

    return loss


def mlp_torch() -> Run:
    import torch

    torch.set_num_threads(1)
    images, labels, parameters = mlp_arrays()
    x, target = torch.from_numpy(images), torch.from_numpy(labels)
    w1, b1, w2, b2 = inputs = [torch.from_numpy(p).requires_grad_() for p in parameters]

    def gradient() -> Any:
        hidden = torch.relu(torch.addmm(b1, x, w1))
        loss = torch.nn.functional.cross_entropy(torch.addmm(b2, hidden, w2), target)
        return torch.autograd.grad(loss, inputs)

    return gradient


def mlp_tensorflow() -> Run:
    tf = _one_threaded_tensorflow()
    images, labels, parameters = mlp_arrays()
    x = tf.constant(images)
    w1, b1, w2, b2 = inputs = [tf.constant(p) for p in parameters]

    @tf.function
    def gradient() -> Any:
        with tf.GradientTape() as recorded:
            recorded.watch(inputs)
            logits = tf.nn.relu(x @ w1 + b1) @ w2 + b2
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
        return recorded.gradient(loss, inputs)

    return gradient  # type: ignore[no-any-return]


def _cross_entropy(xp: Any, logits: Any, labels: Any) -> Any:
    z = logits - xp.max(logits, axis=1, keepdims=True)
    return xp.mean(xp.log(xp.sum(xp.exp(z), axis=1)) - z[np.arange(len(labels)), labels])


def _mlp_loss(xp: Any, parameters: Any, images: Any, labels: Any) -> Any:
    w1, b1, w2, b2 = parameters
    hidden = xp.maximum(xp.dot(images, w1) + b1, 0)
    return _cross_entropy(xp, xp.dot(hidden, w2) + b2, labels)


def mlp_autograd() -> Run:
    import autograd
    import autograd.numpy

    images, labels, parameters = mlp_arrays()
    gradient = autograd.grad(lambda p: _mlp_loss(autograd.numpy, p, images, labels))
    return lambda: gradient(parameters)


def mlp_jax() -> Run:
    import jax

    images, labels, parameters = mlp_arrays()
    arrays = [jax.numpy.asarray(p) for p in parameters]
    x, target = jax.numpy.asarray(images), jax.numpy.asarray(labels)
    gradient = jax.jit(jax.grad(lambda p, x, target: _mlp_loss(jax.numpy, p, x, target)))
    return lambda: jax.block_until_ready(gradient(arrays, x, target))


# The recurrent network: 50 steps, 64 inputs and 64 units, tanh, batch 32; the loss is the mean square of all states.


def rnn_arrays() -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
    """Inputs (50, 32, 64) and the parameters W_x (64, 64), W_h (64, 64), b (64,), in float32."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 32, 64)).astype(np.float32)
    return x, [(rng.standard_normal(s) / 8).astype(np.float32) for s in [(64, 64), (64, 64), (64,)]]


def rnn_array_tape() -> Run:
    x, parameters = rnn_arrays()

    def loss(w_x: Any, w_h: Any, b: Any) -> Any:
        return array_functions.mean_squared_error(rnn.tanh_rnn(x, w_x, w_h, b), 0)

    return lambda: array_tape.gradient(loss, *parameters)


def rnn_operations() -> Run:
    x, parameters = rnn_arrays()

    def loss(w_x: Any, w_h: Any, b: Any) -> Any:
        total, h = 0.0, np.zeros((32, 64), dtype=np.float32)
        for x_t in x:
            h = array_functions.tanh(x_t @ w_x + h @ w_h + b)
            total = array_functions.mean_squared_error(h, 0) + total
        return total * np.float32(1 / len(x))

    return lambda: array_tape.gradient(loss, *parameters)


def rnn_torch() -> Run:
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


def rnn_torch_layer() -> Run:
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


def rnn_tensorflow() -> Run:
    tf = _one_threaded_tensorflow()
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


def rnn_autograd() -> Run:
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


def rnn_jax() -> Run:
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


def _python(f: Any, point: tuple[float, ...]) -> Run:
    return lambda: f(*point)


def _chain_of(library: Any, x: Any, y: Any) -> Any:
    return chain(x, y, library.sin)


def _slide_of(library: Any, x1: Any, x2: Any) -> Any:
    return slide(x1, x2, library)


def _plain_chain(x: float, y: float) -> float:
    import math

    return chain(x, y, math.sin)  # type: ignore[no-any-return]


WORKLOADS = [
    Workload(
        name="slide function",
        says="gradient of ln x1 + x1 x2 - sin x2 at (2, 5), float64",
        backends={
            "tape": lambda: _tape(slide_function, SLIDE_POINT),
            "compiled": lambda: _compiled(slide_function, SLIDE_POINT),
            "torch": lambda: _torch(_slide_of, SLIDE_POINT),
            "tensorflow": lambda: _tensorflow(_slide_of, SLIDE_POINT),
            "autograd": lambda: _autograd(_slide_of, SLIDE_POINT),
            "jax": lambda: _jax(_slide_of, SLIDE_POINT),
        },
        goals=[
            Goal("tape", "torch", must=12),
            Goal("tape", "autograd", must=30),
            Goal("compiled", "jax", aim=25),
        ],
        tolerance=1e-14,
    ),
    Workload(
        name="chain of 1000",
        says="gradient of a chain of 1000 scalar operations, float64",
        backends={
            "tape": lambda: _tape(chain, CHAIN_POINT),
            "compiled": lambda: _compiled(chain, CHAIN_POINT),
            "forward": lambda: _python(_plain_chain, CHAIN_POINT),
            "torch": lambda: _torch(_chain_of, CHAIN_POINT),
            "tensorflow": lambda: _tensorflow(_chain_of, CHAIN_POINT),
            "autograd": lambda: _autograd(_chain_of, CHAIN_POINT),
            "jax": lambda: _jax(_chain_of, CHAIN_POINT),
        },
        goals=[
            Goal("tape", "torch", must=15),
            Goal("compiled", "jax", aim=1.2),
            Goal("forward", "compiled", aim=4, at_most=True),
        ],
        tolerance=1e-12,
        other_results=["forward"],
    ),
    Workload(
        name="MLP 784-128-10",
        says="gradient of a multilayer perceptron, batch 100, float32",
        backends={
            "array tape": mlp_array_tape,
            "forward": mlp_forward,
            "torch": mlp_torch,
            "tensorflow": mlp_tensorflow,
            "autograd": mlp_autograd,
            "jax": mlp_jax,
        },
        goals=[
            Goal("array tape", "torch", must=1.0, aim=1.2),
            Goal("forward", "array tape", aim=2.2, at_most=True),
        ],
        tolerance=1e-5,
        other_results=["forward"],
    ),
    Workload(
        name="RNN 50 x 64",
        says="gradient of a tanh RNN, 50 steps, 64 units, batch 32, float32",
        backends={
            "array tape": rnn_array_tape,
            "array tape, no fusing": rnn_operations,
            "torch": rnn_torch,
            "torch nn.RNN": rnn_torch_layer,
            "tensorflow": rnn_tensorflow,
            "autograd": rnn_autograd,
            "jax": rnn_jax,
        },
        goals=[
            Goal("array tape", "torch", must=1.5),
            Goal("array tape", "torch nn.RNN", must=1.5),
            Goal("array tape", "jax", aim=1.5),
        ],
        tolerance=1e-4,
    ),
]

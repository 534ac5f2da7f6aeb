"""Gradient of a multilayer perceptron, 784-128-10, ReLU and softmax cross-entropy, 100 images, in float32.

"array tape" is ours; "torch" is eager, "tensorflow" is a `tf.function`, "jax" is jitted, "autograd" is that of HIPS. "forward"
is the loss without its gradient, in NumPy. Data and
parameters are converted to each library's form beforehand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.workload import Goal, Run, Workload, one_threaded_tensorflow
from implementations.autodiff import array_functions, array_tape


def mlp_arrays() -> tuple[NDArray[np.float32], NDArray[np.int64], list[NDArray[np.float32]]]:
    """Images (100, 784), labels (100,) and the parameters W1, b1, W2, b2, in float32."""
    rng = np.random.default_rng(0)
    images = rng.standard_normal((100, 784)).astype(np.float32)
    labels = rng.integers(0, 10, 100)
    shapes = [(784, 128), (128,), (128, 10), (10,)]
    return images, labels, [(rng.standard_normal(s) / np.sqrt(s[0])).astype(np.float32) for s in shapes]


def _mlp_array_tape() -> Run:
    images, labels, parameters = mlp_arrays()

    def loss(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        hidden = array_functions.relu(array_functions.affine(images, w1, b1))
        return array_functions.softmax_cross_entropy(array_functions.affine(hidden, w2, b2), labels)

    return lambda: array_tape.gradient(loss, *parameters)


def _mlp_forward() -> Run:
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


def _mlp_torch() -> Run:
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


def _mlp_tensorflow() -> Run:
    tf = one_threaded_tensorflow()
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


def _mlp_autograd() -> Run:
    import autograd
    import autograd.numpy

    images, labels, parameters = mlp_arrays()
    gradient = autograd.grad(lambda p: _mlp_loss(autograd.numpy, p, images, labels))
    return lambda: gradient(parameters)


def _mlp_jax() -> Run:
    import jax

    images, labels, parameters = mlp_arrays()
    arrays = [jax.numpy.asarray(p) for p in parameters]
    x, target = jax.numpy.asarray(images), jax.numpy.asarray(labels)
    gradient = jax.jit(jax.grad(lambda p, x, target: _mlp_loss(jax.numpy, p, x, target)))
    return lambda: jax.block_until_ready(gradient(arrays, x, target))


WORKLOADS = [
    Workload(
        name="MLP 784-128-10",
        says="gradient of a multilayer perceptron, batch 100, float32",
        backends={
            "array tape": _mlp_array_tape,
            "forward": _mlp_forward,
            "torch": _mlp_torch,
            "tensorflow": _mlp_tensorflow,
            "autograd": _mlp_autograd,
            "jax": _mlp_jax,
        },
        goals=[
            Goal("array tape", "torch", must=1.0, aim=1.2),
            Goal("forward", "array tape", aim=2.2, at_most=True),
        ],
        tolerance=1e-5,
        other_results=["forward"],
    ),
]

"""The synthetic task, on which degradation shows in seconds: label random points as a shallow random network does; and descent on it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implementations.depth.deep_numpy import Array, Deep, Parameters, Seeds, backward, forward, start
from implementations.streams import streams_numpy as streams

INPUTS, CLASSES, EXAMPLES = 8, 4, 64
WIDTH = 32  # of the networks that learn it
TEACHER = Deep(2, 16, normalised=False)
Start = Literal["random", "identity"]
_POINTS, _TEACHER = 10, 11  # streams


class Task(NamedTuple):
    """Points x (s, n, inputs) and their classes y (s, n), of each seed its own."""

    x: Array
    y: NDArray[np.int64]


def teacher_task(seeds: Seeds, examples: int = EXAMPLES) -> Task:
    """Normal points, and the largest of the teacher's four outputs, each less its mean over the points.

    The teacher has two square layers of 16 units: every network that learns here is deeper and wider.
    """
    x = streams.normal(seeds, 0, (examples, INPUTS), stream=_POINTS)
    outputs = forward(TEACHER, start(TEACHER, seeds, INPUTS, CLASSES, stream=_TEACHER), x).outputs
    return Task(x, np.argmax(outputs - outputs.mean(axis=1, keepdims=True), axis=2))


class Fit(NamedTuple):
    """The loss and the share of wrong examples on the training points before every step and after the last, (steps + 1, s)."""

    loss: Array
    error: Array


def softmax_loss(z: Array, y: NDArray[np.int64]) -> tuple[Array, Array]:
    """Mean cross-entropy (s,) of logits z (s, n, k) against y (s, n), and its gradient by z."""
    z = z - z.max(axis=2, keepdims=True)
    hot = np.eye(z.shape[2])[y]
    exponentials = np.exp(z)
    total = exponentials.sum(axis=2, keepdims=True)
    loss = np.mean(np.log(total[..., 0]) - np.sum(z * hot, axis=2), axis=1)
    return loss, (exponentials / total - hot) / y.shape[1]


def descend(
    net: Deep, seeds: Seeds, task: Task, *, steps: int, step_size: float, momentum: float = 0.9, begin: Start = "random"
) -> Fit:
    """Gradient descent with momentum on all training points at once, as many runs side by side as there are seeds.

    Error and loss are of the function that is trained: normalised by the moments of the training points.
    A run whose outputs are no longer finite guesses nothing: its loss counts as infinite, all its examples as wrong.
    """
    p = start(net, seeds, INPUTS, CLASSES)
    if begin == "identity":
        p["square"] = np.eye(net.width) + np.zeros_like(p["square"])
    velocity = {name: np.zeros_like(array) for name, array in p.items()}
    losses, errors = np.empty((steps + 1, len(seeds))), np.empty((steps + 1, len(seeds)))
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps + 1):
            run = forward(net, p, task.x)
            loss, d_outputs = softmax_loss(run.outputs, task.y)
            lost = ~np.isfinite(loss)
            losses[k] = np.where(lost, np.inf, loss)
            errors[k] = np.where(lost, 1.0, np.mean(run.outputs.argmax(axis=2) != task.y, axis=1))
            if k < steps:
                _momentum_step(p, velocity, backward(net, p, run, d_outputs)[0], step_size, momentum)
    return Fit(losses, errors)


def _momentum_step(p: Parameters, velocity: Parameters, d: Parameters, step_size: float, momentum: float) -> None:
    for name, array in p.items():
        velocity[name] *= momentum
        velocity[name] -= step_size * d[name]
        array += velocity[name]

"""A network in training, in NumPy: every step written out. For small networks, and the other learners' oracle."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.losses.losses_numpy import (
    cross_entropy_from_logits_gradient,
    one_hot,
    sparse_cross_entropy_from_logits,
)
from implementations.networks.counting import summary
from implementations.networks.networks_numpy import backward, forward, moments_after
from implementations.networks.rewriting import logits
from implementations.networks.table import Network
from implementations.optimizers.optimizers_numpy import Adam, Gradient, GradientDescent, Momentum, Rule
from implementations.streams import streams_numpy as streams
from implementations.training.starting import Biases, starting_weights

Array = NDArray[Any]
DROPOUT = 1 << 22  # the stream of the first dropout's uniform numbers
OPTIMIZERS: dict[str, tuple[Rule, float]] = {
    "sgd": (GradientDescent(), 0.01),
    "momentum": (Momentum(), 0.01),
    "adam": (Adam(), 0.001),
}


class NumpyLearner:
    """A :class:`~implementations.training.loop.Learner`."""

    def __init__(
        self,
        network: Network,
        seed: int,
        optimizer: str = "adam",
        biases: Biases = "glorot_uniform",
        dtype: type[np.floating[Any]] = np.float32,
    ) -> None:
        self.network = logits(network)
        self.dropouts = {line.name: line.input for line in summary(self.network) if line.kind == "Dropout"}
        self.seed, self.dtype, self.steps = seed, dtype, 0
        self.rule, self.alpha = OPTIMIZERS[optimizer]
        self.weights = {name: w.astype(dtype) for name, w in starting_weights(self.network, seed, biases).items()}
        self.memory = {name: self.rule.start(w) for name, w in self.weights.items()}

    def step(self, x: Array, y: Array) -> tuple[float, Array]:
        """One step; the batch's loss and its logits before it."""
        x = self._enter(x)
        done = forward(self.network, self.weights, x, training=True, uniforms=self._uniforms(x))
        z = done.output
        d_logits = cross_entropy_from_logits_gradient(one_hot(y, z.shape[1]), z) / len(y)
        _, gradients = backward(self.network, self.weights, done, d_logits.astype(self.dtype))
        kept = moments_after(self.network, self.weights, done)
        for name, gradient in gradients.items():
            weights, memory = self.weights[name], self.memory[name]
            new, self.memory[name] = self.rule.step(weights, memory, _given(gradient), self.alpha)
            self.weights[name] = new.astype(self.dtype)
        self.weights |= {name: moments.astype(self.dtype) for name, moments in kept.items()}
        self.steps += 1
        return float(sparse_cross_entropy_from_logits(y, z).mean()), z

    def logits(self, x: Array) -> Array:
        """The outputs without dropout."""
        return forward(self.network, self.weights, self._enter(x)).output

    def state(self) -> dict[str, Array]:
        """Parameters, the rule's memory and the number of steps, on which the masks depend."""
        memory = {f"memory.{n}.{i}": np.asarray(m) for n, each in self.memory.items() for i, m in enumerate(each)}
        return {**{f"weights.{name}": w for name, w in self.weights.items()}, **memory, "steps": np.array(self.steps)}

    def restore(self, state: dict[str, Array]) -> None:
        """Go on from a state."""
        self.steps = int(state["steps"])
        for name in self.weights:
            self.weights[name] = state[f"weights.{name}"]
            found = (state[f"memory.{name}.{number}"] for number in range(len(self.memory[name])))
            self.memory[name] = tuple(array if array.ndim else array.item() for array in found)

    def _uniforms(self, x: Array) -> dict[str, Array]:
        """The numbers of this step for each dropout, in the shape of its input."""
        seeds = np.array([self.seed])
        return {
            name: streams.uniform(seeds, self.steps, (len(x), *shape), stream=DROPOUT + number)[0]
            for number, (name, shape) in enumerate(self.dropouts.items())
        }

    def _enter(self, x: Array) -> Array:
        return x.reshape(len(x), *self.network.input).astype(self.dtype)


def _given(gradient: Array) -> Gradient:
    """A rule asks for a gradient at a point; here it is already known."""
    return lambda theta: gradient

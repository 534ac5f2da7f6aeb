"""A network in training, in Keras: one traced graph a step. Needs the `tensorflow` extra."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.networks.importing_tensorflow import keras, tf
from implementations.networks.networks_tensorflow import build
from implementations.networks.rewriting import logits, relu_after_max_pooling
from implementations.networks.table import Network
from implementations.networks.training_tensorflow import loss_of
from implementations.training.starting import Biases, starting_weights

Array = NDArray[Any]
OPTIMIZERS: dict[str, Any] = {
    "sgd": lambda: keras.optimizers.SGD(0.01),
    "momentum": lambda: keras.optimizers.SGD(0.01, 0.9),
    "adam": lambda: keras.optimizers.Adam(0.001, epsilon=1e-8),
}


class KerasLearner:
    """A :class:`~implementations.training.loop.Learner`. The same seed and number of threads give the same steps."""

    def __init__(self, network: Network, seed: int, optimizer: str = "adam", biases: Biases = "glorot_uniform") -> None:
        keras.utils.set_random_seed(seed)  # dropout's own generators are made from it
        table = logits(network)
        self.network = table
        self.model = build(relu_after_max_pooling(table), starting_weights(table, seed, biases), "float32")
        self.optimizer = OPTIMIZERS[optimizer]()
        self.optimizer.build(self.model.trainable_variables)
        self._step = tf.function(self._traced)
        self._look = tf.function(lambda x: _output(self.model(x, training=False)))

    def step(self, x: Array, y: Array) -> tuple[float, Array]:
        """One step; the batch's loss and its logits before it."""
        loss, found = self._step(self._enter(x), tf.constant(y))
        return float(loss), found.numpy()

    def logits(self, x: Array) -> Array:
        """The outputs without dropout, with the kept moments."""
        found: Array = self._look(self._enter(x)).numpy()
        return found

    def state(self) -> dict[str, Array]:
        """Parameters, moments, the optimizer's memory and the dropouts' generators."""
        return {f"{place}": np.asarray(variable) for place, variable in enumerate(self._variables)}

    def restore(self, state: dict[str, Array]) -> None:
        """Go on from a state."""
        for place, variable in enumerate(self._variables):
            variable.assign(state[f"{place}"])

    @property
    def _variables(self) -> list[Any]:
        return [*self.model.variables, *self.optimizer.variables]

    def _traced(self, x: Any, y: Any) -> tuple[Any, Any]:
        variables = self.model.trainable_variables
        with tf.GradientTape() as tape:
            outputs = self.model(x, training=True)
            loss = loss_of(outputs, y)
        self.optimizer.apply(tape.gradient(loss, [variable.value for variable in variables]), variables)
        return loss, _output(outputs)

    def _enter(self, x: Array) -> Any:
        return tf.constant(x.reshape(len(x), *self.network.input))


def _output(outputs: Any) -> Any:
    return outputs["output"] if isinstance(outputs, dict) else outputs

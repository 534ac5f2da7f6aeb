"""A training step of a table in TensorFlow, and its fast path. Needs the `tensorflow` extra.

    trainer = Trainer(network, weights)                  x (batch, height, width, channels), labels (batch,) class numbers
    loss = trainer.step(x, labels)                       a tensor: read it with float(), which waits for a device

The step is one `tf.function`. The fast path moves ReLU behind the max pooling that follows it (`rewriting`); TensorFlow's images are
in the tables' layout already. Keras's Adam and SGD run inside the same graph. The L2 decay is added to the gradient here, because
Keras's own ``weight_decay`` is another rule: it shrinks the parameters beside the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from implementations.networks.importing_tensorflow import keras, tf
from implementations.networks.networks_tensorflow import build
from implementations.networks.rewriting import logits, relu_after_max_pooling
from implementations.networks.table import Network
from implementations.networks.training import HEAD_WEIGHT, Adam, Momentum, Rule


class Trainer:
    """A model, its optimizer, and the step. ``compiled`` is XLA's compiler, of no use for convolutions on a CPU."""

    def __init__(
        self,
        network: Network,
        weights: Mapping[str, NDArray[Any]],
        rule: Rule | None = None,
        *,
        fast: bool = True,
        compiled: bool = False,
        dtype: str = "float32",
    ) -> None:
        table = logits(network)
        self.rule = rule or Adam()
        self.model = build(relu_after_max_pooling(table) if fast else table, weights, dtype)
        self.optimizer = optimizer(self.rule)
        self.optimizer.build(self.model.trainable_variables)
        self.step = tf.function(self._step, jit_compile=compiled)

    def _step(self, x: Any, labels: Any) -> Any:
        """One step on a batch; the loss before it."""
        variables = self.model.trainable_variables
        with tf.GradientTape() as tape:
            loss = loss_of(self.model(x, training=True), labels)
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        if isinstance(self.rule, Momentum) and self.rule.decay:
            gradients = [g + self.rule.decay * v.value for g, v in zip(gradients, variables, strict=True)]
        self.optimizer.apply(gradients, variables)
        return loss


def loss_of(outputs: Any, labels: Any) -> Any:
    """The cross-entropy of the output's logits, and of the heads' by their weight."""

    def one(logits: Any) -> Any:
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))

    if not isinstance(outputs, Mapping):
        return one(outputs)
    heads = [one(y) for name, y in outputs.items() if name != "output"]
    return one(outputs["output"]) + HEAD_WEIGHT * tf.add_n(heads)


def optimizer(rule: Rule) -> Any:
    """Keras's optimizer of a rule, without decay."""
    match rule:
        case Momentum(rate=rate, momentum=momentum):
            return keras.optimizers.SGD(rate, momentum)
        case Adam(rate=rate, epsilon=epsilon):
            return keras.optimizers.Adam(rate, epsilon=epsilon)

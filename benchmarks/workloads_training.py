"""One training step, float32: cnn_cpcpff with Adam on 100 digits, ResNet-20 with momentum on 128 images of 32 x 32.

"torch fast", "torch bfloat16" and "tensorflow fast" are ours; "torch eager" and "tf.function" are the programs of `plain_training`,
"numpy" is `networks_numpy` with the course's own Adam. The result that must agree is the loss before the second step, which the
first step's gradients decide: to 1e-3, because Adam's first step is the rate times the sign of the gradient, and where
a float32 gradient is all rounding the libraries' signs differ. "matrix product" is one product of as many multiply-adds
as the step has, by the fastest routine at hand (oneDNN's): the machine's measured rate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import plain_training
from benchmarks.workload import Goal, Run, Workload, one_threaded_tensorflow
from implementations.networks.catalogue import network
from implementations.networks.counting import summary
from implementations.networks.table import Network
from implementations.networks.training import Adam, Momentum, Rule
from implementations.networks.weights import initial_weights

Array = NDArray[Any]
BATCH = {"cnn_cpcpff": 100, "resnet20": 128}
RULES: dict[str, Rule] = {"cnn_cpcpff": Adam(1e-3), "resnet20": Momentum(0.1, 0.9, 1e-4)}


def data(name: str) -> tuple[Network, dict[str, Array], Array, Array]:
    """The table, its weights, images (batch, height, width, channels) and labels, in float32."""
    table = network(name)
    rng = np.random.default_rng(0)
    images = rng.standard_normal((BATCH[name], *table.input)).astype(np.float32)
    weights = {key: array.astype(np.float32) for key, array in initial_weights(table, 0, "he_normal").items()}
    return table, weights, images, rng.integers(0, 10, BATCH[name])


def torch_ours(name: str, device: str = "cpu", **how: Any) -> Run:
    """Our step; ``how`` as `training_torch.Trainer` takes it."""
    import torch

    from implementations.networks.training_torch import Trainer

    torch.set_num_threads(1)
    table, weights, images, labels = data(name)
    trainer = Trainer(table, weights, RULES[name], device=device, **how)
    x, target = torch.from_numpy(images).to(device), torch.from_numpy(labels).to(device)
    return lambda: [trainer.step(x, target)]


def torch_eager(name: str, device: str = "cpu") -> Run:
    """The plain program."""
    import torch

    _, weights, images, labels = data(name)
    if name == "cnn_cpcpff":
        model = plain_training.torch_model(name, weights).to(device)
        optimizer: Any = torch.optim.Adam(model.parameters(), lr=1e-3)
    else:
        model = plain_training.torch_resnet20(weights).to(device)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    images = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    step = plain_training.torch_step(model, optimizer, images, labels, device)
    return lambda: [step()]


def tensorflow_ours(name: str) -> Run:
    """Our step in TensorFlow."""
    tf = one_threaded_tensorflow()
    from implementations.networks.training_tensorflow import Trainer

    table, weights, images, labels = data(name)
    trainer = Trainer(table, weights, RULES[name])
    x, target = tf.constant(images), tf.constant(labels)
    return lambda: [np.asarray(trainer.step(x, target))]


def tensorflow_plain(name: str) -> Run:
    """The plain `tf.function`, of cnn_cpcpff."""
    _, weights, images, labels = data(name)
    step = plain_training.tensorflow_cnn(weights, images, labels)
    return lambda: [step()]


def numpy_ours(name: str) -> Run:
    """Forward and backward by `networks_numpy`, Adam by `optimizers_numpy`."""
    from implementations.networks import networks_numpy
    from implementations.optimizers.optimizers_numpy import Adam as Rule

    table, weights, images, labels = data(name)
    rule, mean = Rule(), np.arange(len(labels))
    states = {key: rule.start(array) for key, array in weights.items()}

    def step() -> Any:
        pass_ = networks_numpy.forward(table, weights, images, training=True)
        p = np.exp(pass_.output - pass_.output.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log(p[mean, labels]).mean()
        p[mean, labels] -= 1
        p /= len(labels)
        _, gradients = networks_numpy.backward(table, weights, pass_, p)
        for key, gradient in gradients.items():
            weights[key], states[key] = rule.step(weights[key], states[key], lambda _, g=gradient: g, 1e-3)
        return [loss]

    return step


def matrix_product(name: str) -> Run:
    """A product (rows, 1024) x (1024, 1024) of as many multiply-adds: forward once, backward twice, but no gradient of the images.

    It is oneDNN's, the fastest at hand: on AMD's processors twice as fast as `torch.mm`, which is MKL's there.
    """
    import torch

    torch.set_num_threads(1)
    lines = [line for line in summary(network(name)) if line.multiply_adds]
    operations = BATCH[name] * (3 * sum(line.multiply_adds for line in lines) - lines[0].multiply_adds)
    a, b = torch.randn(round(operations / 1024**2), 1024), torch.randn(1024, 1024)
    return lambda: torch.ops.mkldnn._linear_pointwise(a, b, None, "none", [], "")


WORKLOADS = [
    Workload(
        name="cnn_cpcpff step",
        says="a training step of cnn_cpcpff with Adam, batch 100, float32",
        backends={
            "torch fast": lambda: torch_ours("cnn_cpcpff"),
            "torch eager": lambda: torch_eager("cnn_cpcpff"),
            "torch bfloat16": lambda: torch_ours("cnn_cpcpff", bfloat16=True),
            "tensorflow fast": lambda: tensorflow_ours("cnn_cpcpff"),
            "tf.function": lambda: tensorflow_plain("cnn_cpcpff"),
            "numpy": lambda: numpy_ours("cnn_cpcpff"),
            "matrix product": lambda: matrix_product("cnn_cpcpff"),
        },
        goals=[
            Goal("torch fast", "torch eager", must=1.5),
            Goal("torch fast", "tf.function", aim=1.25),
            Goal("torch fast", "matrix product", aim=0.7),
        ],
        tolerance=1e-3,
        other_results=["torch bfloat16", "matrix product"],
    ),
    Workload(
        name="ResNet-20 step",
        says="a training step of ResNet-20 with momentum, batch 128, float32 and bfloat16",
        backends={
            "torch fast": lambda: torch_ours("resnet20"),
            "torch eager": lambda: torch_eager("resnet20"),
            "torch bfloat16": lambda: torch_ours("resnet20", bfloat16=True),
            "tensorflow fast": lambda: tensorflow_ours("resnet20"),
        },
        goals=[
            Goal("torch fast", "torch eager", must=1.25, aim=1.6),
            Goal("torch bfloat16", "torch eager", must=2.3, aim=3.5),
        ],
        tolerance=1e-3,
        other_results=["torch bfloat16"],
    ),
]

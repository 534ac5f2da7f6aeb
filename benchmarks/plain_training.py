"""Training programs as one writes them at first: torch eager in its default layout with a default optimizer, and a `tf.function`.

They know nothing of tables; only the starting weights are those of ours, rearranged. ResNet-20 has the slide's shortcut without parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.workload import Run, one_threaded_tensorflow

Array = NDArray[Any]


def torch_step(model: Any, optimizer: Any, images: Array, labels: Array, device: str = "cpu") -> Run:
    """The step of a torch module on images (batch, channels, height, width); it returns the loss before it."""
    import torch

    torch.set_num_threads(1)
    model.to(device).train()
    x, target = torch.from_numpy(images).to(device), torch.from_numpy(labels).to(device)

    def step() -> Any:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), target)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def torch_model(name: str, weights: Mapping[str, Array]) -> Any:
    """lr, cnn_cf or cnn_cpcpff in `torch.nn`. Its flattening runs over channels first, so inputs of the dense layer behind are reordered."""
    from torch import nn

    match name:
        case "lr":
            model = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 10))
        case "cnn_cf":
            model = nn.Sequential(
                nn.Conv2d(1, 64, 5, padding=2), nn.ReLU(), nn.Flatten(), nn.Linear(28 * 28 * 64, 10)
            )  # fmt: skip
        case "cnn_cpcpff":
            model = nn.Sequential(
                nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
                nn.Flatten(), nn.Linear(7 * 7 * 64, 1024), nn.ReLU(), nn.Linear(1024, 10),
            )  # fmt: skip
        case _:
            raise ValueError(f"no plain program of {name!r}")
    if name != "lr":
        side, kernel = {"cnn_cf": 28, "cnn_cpcpff": 7}[name], weights["fc1/kernel"]
        reordered = kernel.reshape(side, side, 64, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)
        weights = {**weights, "fc1/kernel": reordered}
    _copy(model, weights)
    return model


def torch_resnet20(weights: Mapping[str, Array]) -> Any:
    """ResNet-20 in `torch.nn`."""
    from torch import nn
    from torch.nn import functional as F

    class Block(nn.Module):
        def __init__(self, maps: int, filters: int, stride: int) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(maps, filters, 3, stride, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(filters)
            self.conv2 = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(filters)
            self.stride, self.more = stride, filters - maps

        def forward(self, x: Any) -> Any:
            y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
            if self.stride > 1:
                x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.more))
            return F.relu(y + x)

    sizes = [(16, 16, 1)] * 3 + [(16, 32, 2)] + [(32, 32, 1)] * 2 + [(32, 64, 2)] + [(64, 64, 1)] * 2
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        *(Block(*size) for size in sizes),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )  # fmt: skip
    _copy(model, weights)
    return model


def tensorflow_cnn(weights: Mapping[str, Array], images: Array, labels: Array) -> Run:
    """cnn_cpcpff as a `keras.Sequential`, its step with Adam as a `tf.function`; images (batch, height, width, 1)."""
    tf = one_threaded_tensorflow()
    keras = tf.keras
    model = keras.Sequential(
        [
            keras.Input(images.shape[1:]),
            keras.layers.Conv2D(32, 5, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(64, 5, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(1024, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    model.set_weights(list(weights.values()))
    optimizer = keras.optimizers.Adam(1e-3, epsilon=1e-8)
    x, target = tf.constant(images), tf.constant(labels)

    @tf.function
    def step(x: Any, target: Any) -> Any:
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=model(x, training=True))
            loss = tf.reduce_mean(losses)
        optimizer.apply_gradients(
            zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables, strict=True)
        )
        return loss

    return lambda: np.asarray(step(x, target))


def _copy(model: Any, weights: Mapping[str, Array]) -> None:
    """Set a module's parameters, which come in the table's order, from the table's arrays."""
    import torch

    trained = [array for name, array in weights.items() if not name.endswith(("/mean", "/variance"))]
    with torch.no_grad():
        for parameter, array in zip(model.parameters(), trained, strict=True):
            order = (3, 2, 0, 1) if array.ndim == 4 else None
            parameter.copy_(torch.tensor(array.transpose(order)))

"""The family of 20 layers lies inside that of 56: the weights that make the deeper network compute the shallower one's function.

Source: columbia-deep-learning, slide "PROBLEMS WTH DEPTH"; He et al 2015 name the construction. The networks are the catalogue's: three
stages of three blocks become three stages of nine. A plain block passes on what it gets (which is not negative, after a ReLU) when
both of its convolutions pick their own map's middle pixel, and both normalisations undo themselves:

    gamma (x - m) / sqrt(v + eps) + beta = x        for   gamma = sqrt(v + eps),  beta = m

In inference m and v are kept numbers, and that can be had for all x. In training they are the batch's: then for one batch only.
A residual block passes on what it gets when its last gamma and beta are zero, always.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.networks.counting import parameter_shapes
from implementations.networks.networks_numpy import forward
from implementations.networks.resnet import plain20, plain56, resnet20, resnet56
from implementations.networks.table import Network
from implementations.networks.weights import random_weights
from implementations.streams import streams_numpy as streams

Array = NDArray[Any]
Weights = dict[str, Array]
EPSILON = 1e-5
_PICTURES = 1 << 22  # stream


def deeper(weights: Weights, *, residual: bool, size: int, batch: Array | None = None, defect: str = "") -> Weights:
    """Weights of the network of 56 layers that compute what ``weights`` make the one of 20 compute, on images of ``size`` pixels.

    ``batch`` (n, size, size, 3) is the one batch for which a plain network does so in training; without one, in inference.
    Defects: "random" leaves the added blocks as drawn, "corner" picks the upper left pixel, "shifted" adds 0.01 to every beta.
    """
    found = random_weights(plain56(size=size), 1)  # resnet56 has the same parameters
    for name in found:
        if name in weights:
            found[name] = weights[name]
        elif defect != "random":
            found[name] = _passing(name, found[name].shape, residual, defect)
    if batch is not None and not residual:
        for stage in (1, 2, 3):
            x = _after(plain20(size=size), f"stage{stage}_block3_conv2_bn", weights, batch)
            for label in (f"stage{stage}_block{block}_conv{i}_bn" for block in range(4, 10) for i in (1, 2)):
                found[f"{label}/gamma"] = np.sqrt(x.var(axis=(0, 1, 2)) + EPSILON)
                found[f"{label}/beta"] = x.mean(axis=(0, 1, 2))
    return found


def _passing(name: str, shape: tuple[int, ...], residual: bool, defect: str) -> Array:
    """One parameter of a block that passes on what it gets."""
    label, parameter = name.split("/")
    match parameter:
        case "kernel":
            kernel = np.zeros(shape)
            at = 0 if defect == "corner" else 1
            kernel[at, at] = np.eye(shape[2])
            return kernel
        case "gamma" if residual and label.endswith("conv2_bn") and not defect:
            return np.zeros(shape)
        case "gamma":
            return np.full(shape, np.sqrt(1 + EPSILON))
        case "variance":
            return np.ones(shape)
        case "beta" if defect == "shifted":
            return np.full(shape, 0.01)
        case _:
            return np.zeros(shape)


def _after(network: Network, label: str, weights: Weights, batch: Array) -> Array:
    """What leaves the activation after a normalisation, in training."""
    stop = next(i for i, row in enumerate(network.rows) if row.name == label) + 2
    part = replace(network, rows=network.rows[:stop])
    return forward(part, {name: weights[name] for name in parameter_shapes(part)}, batch, training=True).output


def difference(
    *,
    backend: str = "numpy",
    residual: bool = False,
    training: bool = False,
    other_batch: bool = False,
    defect: str = "",
    size: int = 8,
) -> float:
    """The largest difference of the two networks' outputs, over the deviation of the outputs; 20 layers with every parameter drawn.

    ``other_batch`` looks at another batch of eight pictures than that for which the deeper network was made.
    """
    shallow, deep = (resnet20, resnet56) if residual else (plain20, plain56)
    weights = random_weights(shallow(size=size), 0)
    first, second = streams.normal([0, 1], 0, (8, size, size, 3), stream=_PICTURES)
    made = deeper(weights, residual=residual, size=size, batch=first if training else None, defect=defect)
    x = second if other_batch else first
    a, b = (
        _outputs(net, w, x, training, backend) for net, w in ((shallow(size=size), weights), (deep(size=size), made))
    )
    return float(np.abs(a - b).max() / a.std())


def _outputs(network: Network, weights: Weights, x: Array, training: bool, backend: str) -> Array:
    if backend == "numpy":
        return forward(network, weights, x, training=training).output
    if backend == "torch":
        import torch

        from implementations.networks.networks_torch import build

        with torch.no_grad():
            outputs: Array = build(network, weights).train(training)(torch.tensor(x)).numpy()
        return outputs
    raise ValueError(f"backend {backend!r}: numpy and torch are implemented")

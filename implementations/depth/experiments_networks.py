"""The gradient through the slides' own networks at the start: plain-20 and -56, ResNet-20 and -56. PyTorch, and NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from implementations.depth.deep_numpy import Seeds
from implementations.depth.runs_cifar import NETWORKS
from implementations.networks import networks_numpy
from implementations.networks.counting import parameter_shapes
from implementations.networks.table import Network
from implementations.networks.weights import initial_weights
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]
_PICTURES = 1 << 22  # stream


def decades(seeds: Seeds, *, network: str, size: int = 16, batch: int = 16, training: bool = True) -> Array:
    """Powers of ten by which the gradient's norm grows from the output of the last unit back to that of the first, one a seed.

    He's start; pictures of noise, and labels in turn; needs torch. ``training`` normalises by the batch, else by kept moments of 0 and 1.
    """
    import torch
    from torch.nn import functional as F

    from implementations.networks.networks_torch import build

    found = []
    table = NETWORKS[network](size=size)
    for seed in seeds:
        module = build(table, initial_weights(table, int(seed), "he_normal"), torch.float32).train(training)
        units: list[Any] = []

        def keep(_module: Any, _inputs: Any, y: Any, units: list[Any] = units) -> None:
            units.append(y)

        for row in module.labelled.values():
            if isinstance(row, torch.nn.ReLU):
                row.register_forward_hook(keep)
        x = streams.normal(np.array([seed]), 0, (batch, size, size, 3), stream=_PICTURES)[0].astype(np.float32)
        loss = F.cross_entropy(module(torch.from_numpy(x)), torch.arange(batch) % 10)
        first, last = torch.autograd.grad(loss, [units[0], units[-1]])
        found.append(float(torch.log10(first.norm() / last.norm())))
    return np.array(found)


def by_numpy(seeds: Seeds, *, network: str, size: int = 16, batch: int = 16) -> Array:
    """Second route to `decades` in training: the rows after the first unit, and those after the last, as networks of their own."""
    found = []
    table = NETWORKS[network](size=size)
    after_first, after_last = 3, len(table.rows) - 2  # convolution, normalisation, unit; and pooling, dense
    for seed in seeds:
        weights = initial_weights(table, int(seed), "he_normal")
        x = streams.normal(np.array([seed]), 0, (batch, size, size, 3), stream=_PICTURES)[0]
        z = networks_numpy.forward(table, weights, x, training=True).output
        d_output = (softmax(z, axis=1) - np.eye(10)[np.arange(batch) % 10]) / batch
        norms = []
        for cut in (after_first, after_last):
            before = _own(replace(table, rows=table.rows[:cut]), weights)
            y = networks_numpy.forward(*before, x, training=True).output
            rest = _own(replace(table, rows=table.rows[cut:], input=y.shape[1:]), weights)
            norms.append(np.linalg.norm(networks_numpy.outputs_and_gradients(*rest, y, d_output, training=True)[1]))
        found.append(np.log10(norms[0] / norms[1]))
    return np.array(found)


def _own(part: Network, weights: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
    """A part of a network with its own weights."""
    return part, {name: weights[name] for name in parameter_shapes(part)}


def plain_and_residual(seeds: Seeds, *, layers: int = 56, training: bool = True) -> dict[str, Array]:
    """`decades` of the two networks of so many layers, which have the same parameters."""
    networks = {"plain": f"plain{layers}", "residual": f"resnet{layers}"}
    return {kind: decades(seeds, network=name, training=training) for kind, name in networks.items()}

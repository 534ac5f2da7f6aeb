"""The networks of `deep_numpy` in PyTorch, by autograd and torch's own optimizer: a second route. Needs the `torch` extra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from implementations.depth.deep_numpy import EPSILON, Deep, Parameters, Seeds, start
from implementations.depth.task import CLASSES, INPUTS, WIDTH, teacher_task

Array = NDArray[np.float64]
UNITS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "linear": torch.clone}


def tensors(p: Parameters, dtype: torch.dtype = torch.float64) -> dict[str, Tensor]:
    """Parameters as leaves of a graph."""
    return {name: torch.tensor(array, dtype=dtype, requires_grad=True) for name, array in p.items()}


def layers_of(net: Deep, p: dict[str, Tensor], x: Tensor) -> list[Tensor]:
    """What leaves every layer but the last, (s, n, width); torch normalises, with the seeds' units side by side as channels."""
    found: list[Tensor] = []
    for i in range(net.layers + 1):
        h = torch.bmm(x, p["square"][:, i - 1] if i else p["enter"])
        scale, shift = p["scale"][:, i], p["shift"][:, i]
        if net.normalised:
            s, n, width = h.shape
            channels = h.transpose(0, 1).reshape(n, s * width)
            channels = F.batch_norm(
                channels, None, None, scale.reshape(-1), shift.reshape(-1), training=True, eps=EPSILON
            )
            h = channels.reshape(n, s, width).transpose(0, 1)
        else:
            h = h + shift[:, None]
        if net.residual and i and i % 2 == 0:
            h = h + found[i - 2]
        x = UNITS[net.phi](h)
        found.append(x)
    return found


def outputs(p: dict[str, Tensor], last: Tensor) -> Tensor:
    """The layer that leaves, (s, n, k)."""
    return torch.baddbmm(p["bias"][:, None], last, p["leave"])


def two_depths(
    seeds: Seeds,
    *,
    shallow: int = 20,
    deep: int = 56,
    residual: bool = False,
    normalised: bool = True,
    steps: int = 40,
    step_sizes: Sequence[float] = (0.01, 0.01),
    quantity: Literal["error", "loss"] = "error",
) -> dict[str, Array]:
    """As `experiments.two_depths`, in single precision."""
    task = teacher_task(seeds)
    x, y = torch.tensor(task.x, dtype=torch.float32), torch.tensor(task.y)
    found = {}
    for name, layers, step_size in (("shallow", shallow, step_sizes[0]), ("deep", deep, step_sizes[1])):
        net = Deep(layers - 2, WIDTH, residual, normalised)
        p = tensors(start(net, seeds, INPUTS, CLASSES), torch.float32)
        rule = torch.optim.SGD(p.values(), lr=step_size, momentum=0.9)
        for k in range(steps + 1):
            z = outputs(p, layers_of(net, p, x)[-1])
            losses = F.cross_entropy(z.transpose(1, 2), y, reduction="none").mean(dim=1)
            if k < steps:
                rule.zero_grad()
                losses.sum().backward()  # type: ignore[no-untyped-call]
                rule.step()
        errors = (z.argmax(dim=2) != y).double().mean(dim=1).where(losses.isfinite(), 1.0)
        found[name] = (errors if quantity == "error" else losses.detach().double()).numpy()
    return found

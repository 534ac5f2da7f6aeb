"""A training step of a table in PyTorch, and its fast path. Needs the `torch` extra.

    trainer = Trainer(network, weights)                  x (batch, height, width, channels), labels (batch,) class numbers
    loss = trainer.step(x, labels)                       a tensor: read it with float(), which waits for a device

What the fast path changes, none of it the mathematics:

- images stay in channels_last (`networks_torch` always does), which oneDNN and cuDNN need not reorder;
- ReLU behind the max pooling that follows it (`rewriting`), and in place where nothing else reads what it overwrites;
- the fused optimizer: one pass over the parameters instead of one an operation;
- on a CPU in float32, layers that compute the same in less time (`fast_layers_torch`, `fast_normalization_torch`);
- on a CPU, denormal numbers are taken for zeros (`denormals_torch`).

Opt-in, because it is other arithmetic: ``bfloat16``, autocast with float32 parameters. ``compiled``: `torch.compile`, whose minute pays
on long runs only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from implementations.networks.denormals_torch import flushed_denormals
from implementations.networks.fast_layers_torch import OverwritingReLU, replace_layers
from implementations.networks.fast_normalization_torch import BandedLocalResponseNorm
from implementations.networks.modules_torch import Pixels
from implementations.networks.networks_torch import build
from implementations.networks.rewriting import logits, relu_after_max_pooling
from implementations.networks.rows_torch import Rows, Sum, Together
from implementations.networks.table import Network
from implementations.networks.training import HEAD_WEIGHT, Adam, Momentum, Rule

# What makes its own output and does not need it again for its gradient.
OVERWRITABLE = (nn.Conv2d, nn.Linear, nn.BatchNorm1d, nn.BatchNorm2d, nn.MaxPool2d, nn.AvgPool2d, Sum)
# What makes the gradient of what enters it anew, instead of passing on one that others may read as well.
OWN_GRADIENT = (
    nn.Conv2d,
    nn.Linear,
    nn.BatchNorm1d,
    nn.BatchNorm2d,
    nn.MaxPool2d,
    nn.AvgPool2d,
    BandedLocalResponseNorm,
)


class Trainer:
    """A module, its optimizer, and the step. ``fast=False`` is the plain eager step with torch's default optimizer."""

    def __init__(
        self,
        network: Network,
        weights: Mapping[str, NDArray[Any]],
        rule: Rule | None = None,
        *,
        fast: bool = True,
        bfloat16: bool = False,
        compiled: bool = False,
        dtype: torch.dtype = torch.float32,
        device: str = "cpu",
    ) -> None:
        self.fast = fast
        table = logits(network)
        self.module = build(relu_after_max_pooling(table) if fast else table, weights, dtype, device)
        if fast:
            overwrite(self.module.rows)
            if device == "cpu" and dtype == torch.float32 and not bfloat16 and not compiled:
                replace_layers(self.module)
                overwrite_gradients(self.module.rows)
        self.optimizer = optimizer(self.module, rule or Adam(), fused=fast)
        self.autocast = torch.autocast(torch.device(device).type, torch.bfloat16, enabled=bfloat16)
        self._forward: Any = torch.compile(self.module) if compiled else self.module

    def step(self, x: Tensor, labels: Tensor) -> Tensor:
        """One step on a batch; the loss before it, as a tensor on the device, not waited for."""
        self.optimizer.zero_grad()
        with flushed_denormals() if self.fast else nullcontext():
            with self.autocast:
                loss = loss_of(self._forward(x), labels)
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
        return loss.detach()


def loss_of(outputs: Tensor | Mapping[str, Tensor], labels: Tensor) -> Tensor:
    """The cross-entropy of the output's logits, and of the heads' by their weight."""
    if isinstance(outputs, Tensor):
        return F.cross_entropy(outputs, labels)
    losses = {name: F.cross_entropy(one, labels) for name, one in outputs.items()}
    return losses["output"] + HEAD_WEIGHT * sum(loss for name, loss in losses.items() if name != "output")


def optimizer(module: nn.Module, rule: Rule, *, fused: bool) -> torch.optim.Optimizer:
    """torch's optimizer of a rule. Not fused is torch's default, which is not its fastest on a CPU."""
    how = True if fused else None
    match rule:
        case Momentum(rate=rate, momentum=momentum, decay=decay):
            return torch.optim.SGD(module.parameters(), rate, momentum, weight_decay=decay, fused=how)
        case Adam(rate=rate, epsilon=epsilon):
            return torch.optim.Adam(module.parameters(), rate, eps=epsilon, fused=how)


def overwrite(rows: Rows) -> None:
    """Let every ReLU overwrite what the row before it made, where that row allows it."""
    for before, row, _ in _neighbours(rows):
        if isinstance(row, nn.ReLU):
            row.inplace = isinstance(before, OVERWRITABLE)


def overwrite_gradients(rows: Rows) -> None:
    """Let those that do overwrite the gradient too, where the row behind made it for them alone."""
    for _, row, after in _neighbours(rows):
        if type(row) is nn.ReLU and row.inplace and isinstance(after, OWN_GRADIENT):
            row.__class__ = OverwritingReLU


def _neighbours(rows: Rows) -> Iterator[tuple[nn.Module | None, nn.Module, nn.Module | None]]:
    """Every row between the one before it and the one behind it, inside those that hold rows too.

    A flattening behind it is passed over: it shows the same numbers in another shape.
    """
    inside = list(rows.children())
    for place, row in enumerate(inside):
        behind = (one for one in inside[place + 1 :] if not isinstance(one, Pixels))
        yield inside[place - 1] if place else None, row, next(behind, None)
        if isinstance(row, Together):
            for part in row.parts:
                yield from _neighbours(part)  # type: ignore[arg-type]

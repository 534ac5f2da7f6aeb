"""The losses in PyTorch: the slide's formulas written out, and the library's own, one number for each example.

Every function takes (y, f) or (y, logits) of shape (n, K) and returns (n,), or elementwise for the binary ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

Loss = Callable[[Tensor, Tensor], Tensor]

LABEL_ERRORS = (IndexError,)
"""What the sparse loss raises for a label that no class has."""


def tensor(values: NDArray[Any]) -> Tensor:
    """An array as a tensor of the same dtype, sharing no memory with it."""
    return torch.tensor(values)


def array(values: Tensor) -> NDArray[Any]:
    """A tensor, off the tape, as an array."""
    return np.asarray(values.detach().numpy())


def cross_entropy_as_printed(y: Tensor, z: Tensor) -> Tensor:
    """The slide's code: softmax, then log, then the sum over the classes."""
    return -(y * torch.log(torch.softmax(z, dim=-1))).sum(dim=-1)


def cross_entropy_from_logits(y: Tensor, z: Tensor) -> Tensor:
    """lse(z) - sum_k y_k z_k for a label on the simplex."""
    return torch.logsumexp(z, dim=-1) - (y * z).sum(dim=-1)


WRITTEN_OUT: dict[str, Loss] = {
    "binary_cross_entropy": lambda y, f: -y * torch.log(f) - (1 - y) * torch.log(1 - f),
    "cross_entropy": lambda y, f: -(y * torch.log(f)).sum(dim=-1),
    "squared_error": lambda y, f: ((y - f) ** 2).sum(dim=-1),
    "mean_squared_error": lambda y, f: ((y - f) ** 2).mean(dim=-1),
    "absolute_error": lambda y, f: (y - f).abs().sum(dim=-1),
    "huber": lambda y, f: torch.where((y - f).abs() <= 1, (y - f) ** 2 / 2, (y - f).abs() - 0.5).sum(dim=-1),
    "binary_cross_entropy_from_logits": lambda y, z: torch.logaddexp(z, torch.zeros_like(z)) - y * z,
    "cross_entropy_from_logits": cross_entropy_from_logits,
}
"""The formulas of the package docstring, operation by operation. Huber has delta = 1."""

NATIVE: dict[str, Loss] = {
    "binary_cross_entropy": lambda y, f: F.binary_cross_entropy(f, y, reduction="none"),
    "cross_entropy": lambda y, f: F.cross_entropy(torch.log(f), y, reduction="none"),
    "squared_error": lambda y, f: F.mse_loss(f, y, reduction="none").sum(dim=-1),
    "mean_squared_error": lambda y, f: F.mse_loss(f, y, reduction="none").mean(dim=-1),
    "absolute_error": lambda y, f: F.l1_loss(f, y, reduction="none").sum(dim=-1),
    "huber": lambda y, f: F.huber_loss(f, y, reduction="none", delta=1.0).sum(dim=-1),
    "binary_cross_entropy_from_logits": lambda y, z: F.binary_cross_entropy_with_logits(z, y, reduction="none"),
    "cross_entropy_from_logits": lambda y, z: F.cross_entropy(z, y, reduction="none"),
}
"""The library's functions under our names. It has no K-class loss from probabilities: log f are logits that sum to one."""


def sparse_cross_entropy_from_logits(labels: Tensor, z: Tensor) -> Tensor:
    """The library's loss for class labels (n,) and logits (n, K); raises ``IndexError`` for a label outside 0..K-1."""
    return F.cross_entropy(z, labels, reduction="none")


def gradient(loss: Loss, y: Tensor, prediction: Tensor) -> Tensor:
    """d sum(loss) / d prediction by autograd: each example's own gradient, shape of ``prediction``."""
    leaf = prediction.detach().clone().requires_grad_(True)
    (found,) = torch.autograd.grad(loss(y, leaf).sum(), leaf)
    return found

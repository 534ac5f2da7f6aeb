"""The five printed formulas in PyTorch operations, so that autograd can differentiate what the slide prints."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

FORMULAS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": lambda x: 1 / (1 + torch.exp(-x)),
    "tanh": lambda x: (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x)),
    "relu": lambda x: torch.clamp(x, min=0),
    "softplus": lambda x: torch.log(1 + torch.exp(x)),
    "softmax": lambda x: torch.exp(x) / torch.exp(x).sum(dim=-1, keepdim=True),
}
"""As printed: shape (..., K) to (..., K), softmax over the last axis."""

NATIVE: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "softplus": torch.nn.functional.softplus,
    "softmax": lambda x: torch.softmax(x, dim=-1),
}
"""The library's own functions of the same names."""


def pull_back(function: Callable[[Tensor], Tensor], x: Tensor, weights: Tensor) -> Tensor:
    """d (weights . f(x)) / dx by autograd, shape of ``x``: weights f'(x) for an elementwise f."""
    leaf = x.detach().clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(function(leaf), leaf, weights)
    return gradient

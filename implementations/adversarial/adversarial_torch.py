"""The gradient of the loss by the image in PyTorch, for networks that are too large for NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

Array = NDArray[Any]


def input_gradient(module: torch.nn.Module, x: Array, y: NDArray[np.int64], batch: int = 500) -> Array:
    """dL/dx for each image on its own, in the shape of x, of a module that gives logits; evaluated without dropout."""
    module.eval()
    pieces = []
    for start in range(0, len(x), batch):
        entering = torch.from_numpy(x[start : start + batch]).requires_grad_()
        loss = F.cross_entropy(module(entering), torch.from_numpy(y[start : start + batch]), reduction="sum")
        pieces.append(torch.autograd.grad(loss, entering)[0].numpy())
    return np.concatenate(pieces)

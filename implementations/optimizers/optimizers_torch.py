"""`torch.optim`'s own optimizers, driven along given gradients. Needs the `torch` extra.

Source: slides MORE ADVANCED TECHNIQUES and HOW TO PROCEED; what differs from the printed rules: `concordance`.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float64]


def torch_path(optimizer: str, theta: Array, gradients: Array, alphas: Array, **settings: Any) -> Array:
    """Iterates of `torch.optim.<optimizer>` in float64, shape (K + 1, d), for K gradients (K, d) and step sizes (K,)."""
    parameter = torch.nn.Parameter(torch.tensor(theta))
    rule = getattr(torch.optim, optimizer)([parameter], lr=float(alphas[0]), **settings)
    iterates = [theta]
    for gradient, alpha in zip(gradients, alphas, strict=True):
        rule.param_groups[0]["lr"] = float(alpha)
        parameter.grad = torch.tensor(gradient)
        rule.step()
        iterates.append(parameter.detach().numpy().copy())
    return np.stack(iterates)

"""Training a denoiser in PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from implementations.denoising.denoising_numpy import noise
from implementations.networks.networks_torch import TableNetwork, build
from implementations.networks.table import Network
from implementations.training.batches import batch_indices
from implementations.training.starting import starting_weights

Array = NDArray[Any]
PIECE = 250  # images at a time


def trained(network: Network, clean: Array, sigma: float, seed: int, steps: int, batch: int = 50) -> TableNetwork:
    """The network after so many steps of Adam on the squared error, with new noise at every step; images (n, h, w, 1) float32."""
    module = build(network, starting_weights(network, seed, "zero"), torch.float32)
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-3, fused=True)
    for step in range(steps):
        x = clean[batch_indices(seed, step, batch, len(clean))]
        noisy = x + np.float32(sigma) * noise(seed, step, x.shape)
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(module(torch.from_numpy(noisy)), torch.from_numpy(x))
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return module.eval()


def denoised(module: TableNetwork, noisy: Array) -> Array:
    """What the network makes of noisy images (n, h, w, 1) float32."""
    with torch.no_grad():
        pieces = [module(torch.from_numpy(noisy[i : i + PIECE])).numpy() for i in range(0, len(noisy), PIECE)]
    return np.concatenate(pieces)

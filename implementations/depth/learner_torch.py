"""Training residual and plain networks on CIFAR-10 as He et al 2015 did: their start, augmentation and schedule. Needs the `torch` extra."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from implementations.networks.networks_torch import from_table
from implementations.networks.table import Network
from implementations.networks.weights import initial_weights
from implementations.streams import streams_numpy as streams
from implementations.training.learner_torch import TorchLearner

Array = NDArray[Any]
_PLACES = 1 << 24  # stream
PAD = 4


class ResidualLearner(TorchLearner):
    """`TorchLearner` with kernels by He's rule, pictures less the mean picture, moved and mirrored, and falling step sizes.

    ``drops`` are the steps after which the step size is a tenth of what it was.
    """

    def __init__(
        self,
        network: Network,
        seed: int,
        mean: Array,
        *,
        step_size: float = 0.1,
        drops: tuple[int, ...] = (32_000, 48_000),
        augment: bool = True,
        device: str = "cpu",
    ) -> None:
        super().__init__(network, seed, "momentum", "zero", device, lr=step_size, weight_decay=1e-4)
        with torch.no_grad():
            weights = initial_weights(self.network, seed, "he_normal")
            for one in self.module.tensors:
                one.tensor.copy_(torch.tensor(from_table(one.row, one.name, weights[one.name])))
        self.seed, self.mean, self.augment = seed, mean.astype(np.float32), augment
        self.step_size, self.drops, self.done = step_size, drops, 0

    def step(self, x: Array, y: Array) -> tuple[float, Array]:
        """One step; the batch's loss and its logits before it."""
        x = x - self.mean
        if self.augment:
            x = moved_and_mirrored(x, self.seed, self.done)
        self.optimizer.param_groups[0]["lr"] = self.step_size * 0.1 ** sum(self.done >= drop for drop in self.drops)
        self.done += 1
        return super().step(x, y)

    def logits(self, x: Array) -> Array:
        """The outputs with the kept moments, of pictures as they are."""
        return super().logits(x - self.mean)

    def state(self) -> dict[str, Array]:
        """Everything that the next steps depend on."""
        return {**super().state(), "done": np.array(self.done)}

    def restore(self, state: dict[str, Array]) -> None:
        """Go on from a state."""
        self.done = int(state["done"])
        super().restore({name: array for name, array in state.items() if name != "done"})


def moved_and_mirrored(x: Array, seed: int, step: int) -> Array:
    """Every picture of (n, h, w, c) padded by four zeros on all sides, cut back to its size anywhere, mirrored or not.

    A function of (seed, step) alone, so that an interrupted run goes on with the same pictures.
    """
    n, height, width, _ = x.shape
    one = np.array([seed])
    down, right = streams.integers(one, step, 2 * PAD + 1, (2, n), stream=_PLACES)[0]
    mirrored = streams.integers(one, step, 2, n, stream=_PLACES + 1)[0]
    padded = np.pad(x, ((0, 0), (PAD, PAD), (PAD, PAD), (0, 0)))
    columns = np.where(mirrored[:, None] == 1, np.arange(width)[::-1], np.arange(width)) + right[:, None]
    rows = np.arange(height) + down[:, None]
    return np.ascontiguousarray(padded[np.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]])

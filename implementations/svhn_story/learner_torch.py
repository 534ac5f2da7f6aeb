"""The story's learner: pixels as the story enters them, the loss as printed or from the logits, and what it guesses most.

Source: columbia-deep-learning, slides "2. NUMERICAL INSTABILITY", "3. LOGISTIC REGRESSION AND BASIC DEBUGGING", "5. MEAN SUBTRACTION".
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from implementations.losses.losses_torch import cross_entropy_as_printed
from implementations.networks.table import Network
from implementations.training.learner_torch import TorchLearner

Array = NDArray[Any]
# raw: 0 .. 255, as the file has them. scaled: 0 .. 1. picture_means: raw, less the mean of each channel of each picture.
# set_means: raw, less the mean of each channel over the training pictures. scaled_picture_means: of 0 .. 1.
Pixels = Literal["raw", "scaled", "picture_means", "set_means", "scaled_picture_means"]
Loss = Literal["from_logits", "as_printed"]


def entered(x: Array, pixels: Pixels, set_means: Array | None = None) -> Array:
    """Pictures (n, h, w, channels) float32 in [0, 1] as the network sees them.

    ``set_means`` (channels,), of pixels in [0, 1], is needed for ``pixels="set_means"``. ValueError for an unknown way.
    """
    raw = np.float32(255)
    match pixels:
        case "raw":
            return np.asarray(raw * x)
        case "scaled":
            return x
        case "picture_means":
            return np.asarray(raw * (x - x.mean(axis=(1, 2), keepdims=True)))
        case "scaled_picture_means":
            return np.asarray(x - x.mean(axis=(1, 2), keepdims=True))
        case "set_means" if set_means is not None:
            return np.asarray(raw * (x - set_means.astype(np.float32)))
    raise ValueError(f"pixels {pixels!r} with{'out' if set_means is None else ''} the means of the set")


class StoryLearner(TorchLearner):
    """A learner of :func:`~implementations.training.loop.train`. ``largest`` has for each step the share of the batch's commonest guess."""

    def __init__(
        self,
        network: Network,
        seed: int,
        optimizer: str,
        *,
        pixels: Pixels,
        set_means: Array | None = None,
        loss: Loss = "from_logits",
        **settings: Any,
    ) -> None:
        super().__init__(network, seed, optimizer, **settings)
        self.pixels, self.set_means, self.loss = pixels, set_means, loss
        self.largest: list[float] = []

    def step(self, x: Array, y: Array) -> tuple[float, Array]:
        """One step; the batch's loss and its logits before it."""
        value, logits = self._step_as_printed(x, y) if self.loss == "as_printed" else super().step(x, y)
        self.largest.append(float(np.bincount(logits.argmax(axis=1)).max() / len(y)))
        return value, logits

    def state(self) -> dict[str, Array]:
        """As the other learners', and the guesses so far."""
        return {**super().state(), "largest": np.array(self.largest)}

    def restore(self, state: dict[str, Array]) -> None:
        """Go on from a state."""
        self.largest = state.pop("largest").tolist()
        super().restore(state)

    def _enter(self, x: Array) -> torch.Tensor:
        return super()._enter(entered(x, self.pixels, self.set_means))

    def _step_as_printed(self, x: Array, y: Array) -> tuple[float, Array]:
        """Denormals are kept here: the printed loss dies of a probability that has become zero, and they put that off."""
        self.module.train()
        self.optimizer.zero_grad(set_to_none=True)
        logits = self.module(self._enter(x))
        labels = F.one_hot(torch.from_numpy(y), logits.shape[1]).to(logits)
        loss = cross_entropy_as_printed(labels, logits).mean()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return float(loss.detach()), logits.detach().cpu().numpy()

"""The softmax cross-entropy of ten classes, fused and as the slide prints it: the loss, and the loss with its gradient.

One thread; the arrays are made before the clock starts. A library that is not installed is skipped.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

CLASSES = 10


class SoftmaxCrossEntropy:
    """Mean loss of a batch, in float32, by backend, by form and by batch size."""

    param_names: ClassVar = ["backend", "form", "batch"]
    params: ClassVar = [["numpy", "torch", "tensorflow"], ["fused", "as_printed"], [100, 10_000]]

    def setup(self, backend: str, form: str, batch: int) -> None:
        """Make logits and one-hot labels, and call both functions once, so that nothing is imported or traced under the clock."""
        generator = np.random.default_rng(0)
        logits = generator.normal(size=(batch, CLASSES)).astype(np.float32)
        labels = np.eye(CLASSES, dtype=np.float32)[generator.integers(CLASSES, size=batch)]
        name = "cross_entropy_as_printed" if form == "as_printed" else "cross_entropy_from_logits"
        self.loss, self.gradient = self.functions(backend, name, labels, logits)
        self.loss()
        self.gradient()

    @staticmethod
    def functions(backend: str, name: str, labels: Any, logits: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
        """The loss and its gradient without arguments left; raises `NotImplementedError`, asv's skip, without the library."""
        if backend == "numpy":
            ours = importlib.import_module("implementations.losses.losses_numpy")
            loss, closed = getattr(ours, name), getattr(ours, f"{name}_gradient")
            return lambda: loss(labels, logits).mean(), lambda: closed(labels, logits)
        try:
            library = importlib.import_module(backend)
        except ImportError as error:
            raise NotImplementedError(f"{backend} is not installed") from error
        if backend == "torch":
            library.set_num_threads(1)
        ours = importlib.import_module(f"implementations.losses.losses_{backend}")
        loss = ours.NATIVE.get(name, ours.cross_entropy_as_printed)
        y, z = ours.tensor(labels), ours.tensor(logits)
        return lambda: ours.array(loss(y, z)).mean(), lambda: ours.gradient(loss, y, z)

    def time_loss(self, backend: str, form: str, batch: int) -> None:
        """The mean loss of the batch."""
        self.loss()

    def time_gradient(self, backend: str, form: str, batch: int) -> None:
        """The gradient with respect to the logits; for the frameworks that includes the loss."""
        self.gradient()

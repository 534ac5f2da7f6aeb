"""One training run of one seed, whatever the backend: a learner makes the steps, the plan says when to look, curves come back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.samples import Images, training_tensor
from implementations.losses.losses_numpy import sparse_cross_entropy_from_logits
from implementations.training import checkpoints
from implementations.training.batches import batch_indices

Array = NDArray[Any]
Curves = dict[str, list[Any]]
TRAIN, TEST = ("train_step", "train_loss", "train_accuracy"), ("test_step", "test_loss", "test_accuracy", "test_logits")
BINS = 30  # of the histogram of the logits
_TELL = 1.0  # seconds between two words on how far the run is


class Learner(Protocol):
    """A network in training. Images are (n, \\*input) float32, labels (n,) int64."""

    def step(self, x: Array, y: Array) -> tuple[float, Array]:
        """One step; the batch's loss and its logits (n, K) before it."""

    def logits(self, x: Array) -> Array:
        """The outputs (n, K) as a finished network gives them: without dropout, with the kept moments."""

    def state(self) -> dict[str, Array]:
        """Everything that the next steps depend on: parameters, the optimizer's memory, random state."""

    def restore(self, state: dict[str, Array]) -> None:
        """Go on from a state."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train, and when to look.

    Train curves get a point every ``train_every`` steps; the test images are looked at after each multiple of ``test_every``
    steps, after the steps ``test_at``, and at the end. A checkpoint is kept every ``keep_every`` seconds.
    """

    steps: int
    batch: int = 100
    train_every: int = 10
    test_every: int = 500
    test_at: tuple[int, ...] = ()
    test_batch: int = 1000
    keep_every: float = 20.0

    def tests(self, done: int) -> bool:
        """Whether the test images are due after ``done`` steps."""
        return done % self.test_every == 0 or done in self.test_at or done == self.steps


class Diverged(ArithmeticError):
    """The loss is not a finite number any more."""


def train(learner: Learner, images: dict[str, Images], plan: Plan, seed: int, checkpoint: Path | None = None) -> Curves:
    """Train on ``images["train"]``, look at ``images["test"]``, and return the curves named in ``TRAIN`` and ``TEST``.

    ``test_logits`` has for each look the edges and counts of a histogram of all logits. ``seconds`` holds one number, the
    processor time of the steps alone. With a ``checkpoint`` folder the run goes on from what an interrupted one kept there.
    Raises :class:`Diverged`, with the step, when the loss is not finite.
    """
    curves: Curves = {name: [] for name in (*TRAIN, *TEST)}
    spent, done = 0.0, 0
    kept = checkpoints.load(checkpoint) if checkpoint is not None else None
    if kept is not None:
        state, done = kept
        curves = {name: state.pop(f"curve_{name}").tolist() for name in curves}
        spent = float(state.pop("spent"))
        learner.restore(state)
    told = written = time.monotonic()
    pictures = images["train"]
    labels = pictures.y.astype(np.int64)
    while done < plan.steps:
        index = batch_indices(seed, done, plan.batch, len(pictures))
        x, y = training_tensor(pictures.x[index]), labels[index]
        before = time.process_time()
        loss, logits = learner.step(x, y)
        spent += time.process_time() - before
        if not np.isfinite(loss):
            raise Diverged(f"the loss is {loss} at step {done}")
        if done % plan.train_every == 0:
            _add(curves, TRAIN, done, round(loss, 6), round(float((logits.argmax(1) == y).mean()), 6))
        done += 1
        if plan.tests(done):
            looked = evaluate(learner, images["test"], plan.test_batch)
            _add(curves, TEST, done, round(looked.loss, 6), looked.accuracy, looked.histogram)
        now = time.monotonic()
        if checkpoint is not None and now - written > plan.keep_every:
            written = told = now
            memory = {f"curve_{name}": np.array(values) for name, values in curves.items()}
            checkpoints.save(checkpoint, {**learner.state(), **memory, "spent": np.array(spent)}, done, plan.steps)
        elif checkpoint is not None and now - told > _TELL:
            told = now
            checkpoints.tell(checkpoint, done, plan.steps)
    return {**curves, "seconds": [round(spent, 3)]}


class Looked(NamedTuple):
    """Mean loss and accuracy over images, and the histogram of all their logits: BINS + 1 edges, then BINS counts."""

    loss: float
    accuracy: float
    histogram: list[float]


def evaluate(learner: Learner, images: Images, batch: int = 1000) -> Looked:
    """Look at all images with the network as it is."""
    pieces = [slice(start, start + batch) for start in range(0, len(images), batch)]
    logits = np.concatenate([learner.logits(training_tensor(images.x[piece])) for piece in pieces]).astype(np.float64)
    y = images.y.astype(np.int64)
    counts, edges = np.histogram(logits, bins=BINS)
    return Looked(
        float(sparse_cross_entropy_from_logits(y, logits).mean()),
        float((logits.argmax(axis=1) == y).mean()),
        [*np.round(edges, 4).tolist(), *counts.tolist()],
    )


def _add(curves: Curves, names: tuple[str, ...], *values: Any) -> None:
    for name, value in zip(names, values, strict=True):
        curves[name].append(value)

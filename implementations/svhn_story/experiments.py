"""What the slides claim of training, read from recorded runs: a list with the curves of one seed each (`runs.stand_in`, `runs_svhn.svhn`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.training.smoothing import WEIGHT, smoothed

Array = NDArray[np.float64]
Runs = Sequence[dict[str, Any]]
LATE = 20  # recorded training batches at the end: 2,000 pictures on the stand-in


def train_accuracy(run: Runs, points: int = LATE) -> Array:
    """The mean accuracy on the last recorded training batches, one a seed."""
    return np.array([np.mean(one["train_accuracy"][-points:]) for one in run])


def validation_accuracy(run: Runs) -> Array:
    """The accuracy on the validation set at the end, one a seed."""
    return np.array([one["test_accuracy"][-1] for one in run])


def smoothed_train(run: Runs, step: int, weight: float = WEIGHT) -> Array:
    """TensorBoard's smoothed training accuracy at a step, one a seed."""
    return np.array([smoothed(one["train_accuracy"], weight)[one["train_step"].index(step)] for one in run])


def smoothed_validation(run: Runs, step: int, weight: float = WEIGHT) -> Array:
    """TensorBoard's smoothed validation accuracy after so many steps, one a seed."""
    return np.array([smoothed(one["test_accuracy"], weight)[one["test_step"].index(step)] for one in run])


def gap(run: Runs) -> Array:
    """Training less validation accuracy at the end, one a seed."""
    return train_accuracy(run) - validation_accuracy(run)


def log_loss(run: Runs, points: int = LATE) -> Array:
    """log10 of the mean loss (nats) of the last recorded training batches, one a seed."""
    return np.array([np.log10(np.mean(one["train_loss"][-points:])) for one in run])


def commonest_guess(run: Runs, first: int = 200, last: int = 400) -> Array:
    """The share of the commonest guess in a training batch, mean over the recorded batches between two steps; one a seed."""
    return np.array(
        [
            np.mean(
                [share for step, share in zip(one["train_step"], one["largest"], strict=True) if first <= step <= last]
            )
            for one in run
        ]
    )


def against_the_commonest_class(run: Runs, steps: Sequence[int] = (200, 300, 400)) -> dict[str, Array]:
    """Mean validation accuracy at the slide's three steps, and that of always guessing the commonest class."""
    return {
        "network": np.array([np.mean([one["test_accuracy"][one["test_step"].index(s)] for s in steps]) for one in run]),
        "commonest class": np.array([max(one["shares"]) for one in run]),
    }


def lead_over_the_commonest_class(run: Runs) -> Array:
    """Validation accuracy at the end less that of always guessing the commonest class, one a seed."""
    return np.asarray(validation_accuracy(run) - np.array([max(one["shares"]) for one in run]))


def two(first: Runs, second: Runs, of: str = "train") -> dict[str, Array]:
    """One quantity of two recordings, seeds paired: train, validation, gap, log_loss. KeyError for another."""
    quantities: dict[str, Callable[[Runs], Array]] = {
        "train": train_accuracy,
        "validation": validation_accuracy,
        "gap": gap,
        "log_loss": log_loss,
    }
    measure = quantities[of]
    return {"first": measure(first), "second": measure(second)}


def ends(
    loss: str = "as_printed", network: str = "cnn_cf", pixels: str = "raw", seeds: Sequence[int] = (0, 1, 2, 3)
) -> str:
    """How the first steps end on the stand-in: "NaN" where every run's loss becomes NaN, "finite" where none does, else "some NaN".

    Needs torch.
    """
    from implementations.svhn_story.runs import first_nan

    found = {first_nan(network=network, seed=seed, loss=loss, pixels=pixels)["loss"] for seed in seeds}
    return {frozenset({"nan"}): "NaN", frozenset({"finite"}): "finite"}.get(frozenset(found), "some NaN")

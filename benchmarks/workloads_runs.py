"""Training at the slides' settings, whole: batches of 100 of 60,000 digits, Adam, loss and accuracy of every batch told; float32.

"torch loop" is what a recording runs: `training.loop` with `TorchLearner`. "torch eager" is the program that one writes at first: a
shuffling `DataLoader` of a `TensorDataset`, `torch.nn` in its default layout, a default Adam. Both start from the same weights, and
see other batches in another order, so their losses are not the same numbers; that a step of both is the same is checked in
`workloads_training`. Images are random: no step takes longer for what it sees.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks import plain_training
from benchmarks.workload import Goal, Run, Workload
from implementations.datasets.samples import Images
from implementations.training.loop import Plan, train
from implementations.training.runs import NETWORKS
from implementations.training.starting import starting_weights

STEPS = {"lr": 400, "cnn_cf": 20, "cnn_cpcpff": 8}


def digits() -> Images:
    """60,000 random images of 28 x 28 and their labels."""
    rng = np.random.default_rng(0)
    return Images(
        rng.integers(0, 256, (60_000, 28, 28, 1), dtype=np.uint8),
        rng.integers(0, 10, 60_000, dtype=np.uint8),
        tuple("0123456789"),
    )


def ours(name: str) -> Run:
    """So many steps by the loop; at the end it looks at a hundred test images, which the plain program does not."""
    import torch

    from implementations.training.learner_torch import TorchLearner

    torch.set_num_threads(1)
    images = digits()
    learner = TorchLearner(NETWORKS[name](), 0)
    plan = Plan(STEPS[name], test_every=STEPS[name])
    return lambda: train(learner, {"train": images, "test": images.first(100)}, plan, 0)["train_loss"]


def eager(name: str) -> Run:
    """As many steps of the plain program."""
    import torch

    torch.set_num_threads(1)
    weights = {key: array.astype(np.float32) for key, array in starting_weights(NETWORKS[name](), 0).items()}
    images = digits()
    x = torch.from_numpy(images.x.astype(np.float32).transpose(0, 3, 1, 2) / 255)
    y = torch.from_numpy(images.y.astype(np.int64))
    model = plain_training.torch_model(name, weights)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=100, shuffle=True)

    def batches() -> Any:
        while True:
            yield from loader

    stream = batches()
    next(stream)  # the order of an epoch is drawn before the clock starts

    def run() -> Any:
        losses, accuracies = [], []
        for _ in range(STEPS[name]):
            images, labels = next(stream)
            optimizer.zero_grad()
            logits = model(images)
            loss = torch.nn.functional.cross_entropy(logits, labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            accuracies.append((logits.argmax(1) == labels).float().mean().item())
        return losses

    return run


def workload(name: str) -> Workload:
    """A network's run by both."""
    return Workload(
        name=f"{name} run",
        says=f"{STEPS[name]} steps of {name} at the printed settings, with their batches",
        backends={"torch loop": lambda: ours(name), "torch eager": lambda: eager(name)},
        goals=[Goal("torch loop", "torch eager", must=1.5)],
        tolerance=0.0,
        other_results=["torch eager"],
    )


WORKLOADS = [workload(name) for name in STEPS]

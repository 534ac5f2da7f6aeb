"""Training at the slides' settings, whole: batches of 100 of 60,000 digits, Adam, loss and accuracy of every batch told; float32.

"torch loop" is what a recording runs: `training.loop` with `TorchLearner`. "torch eager" is the program that one writes at first: a
shuffling `DataLoader` of a `TensorDataset`, `torch.nn` in its default layout, a default Adam. Both start from the same weights, and
see other batches in another order, so their losses are not the same numbers; that a step of both is the same is checked in
`workloads_training`. Images are random: no step takes longer for what it sees.

But steps grow longer on the way: moments of hidden units that are never active decay to denormal numbers (`denormals_torch`). So the same
is also measured from a state as it is late in a run of cnn_cpcpff.
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
DEAD = 450  # of the 1,024 hidden units: 44 %, as after 9,000 steps of cnn_cpcpfdf
SMALLEST = 2.0**-149  # float32's; 0.9 times it rounds to itself


def digits() -> Images:
    """60,000 random images of 28 x 28 and their labels."""
    rng = np.random.default_rng(0)
    return Images(
        rng.integers(0, 256, (60_000, 28, 28, 1), dtype=np.uint8),
        rng.integers(0, 10, 60_000, dtype=np.uint8),
        tuple("0123456789"),
    )


def grow_old(module: Any, optimizer: Any) -> None:
    """Let the first hidden units be inactive for good, with first moments of their weights that have decayed as far as they can."""
    import torch

    (hidden,) = (
        layer for layer in module.modules() if isinstance(layer, torch.nn.Linear) and layer.out_features == 1024
    )
    for parameter in module.parameters():
        optimizer.state[parameter] = {
            "step": torch.tensor(9_000.0),
            "exp_avg": torch.zeros_like(parameter),
            "exp_avg_sq": torch.zeros_like(parameter),
        }
    with torch.no_grad():
        hidden.bias[:DEAD] = -1e3
        for parameter in (hidden.weight, hidden.bias):
            optimizer.state[parameter]["exp_avg"][:DEAD] = SMALLEST
            optimizer.state[parameter]["exp_avg_sq"][:DEAD] = 1e-12


def ours(name: str, *, late: bool = False) -> Run:
    """So many steps by the loop; at the end it looks at a hundred test images, which the plain program does not."""
    import torch

    from implementations.training.learner_torch import TorchLearner

    torch.set_num_threads(1)
    images = digits()
    learner = TorchLearner(NETWORKS[name](), 0)
    if late:
        grow_old(learner.module, learner.optimizer)
    plan = Plan(STEPS[name], test_every=STEPS[name])
    return lambda: train(learner, {"train": images, "test": images.first(100)}, plan, 0)["train_loss"]


def eager(name: str, *, late: bool = False) -> Run:
    """As many steps of the plain program."""
    import torch

    torch.set_num_threads(1)
    weights = {key: array.astype(np.float32) for key, array in starting_weights(NETWORKS[name](), 0).items()}
    images = digits()
    x = torch.from_numpy(images.x.astype(np.float32).transpose(0, 3, 1, 2) / 255)
    y = torch.from_numpy(images.y.astype(np.int64))
    model = plain_training.torch_model(name, weights)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    if late:
        grow_old(model, optimizer)
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


def workload(name: str, *, late: bool = False) -> Workload:
    """A network's run by both, from its start or as it is late in a run."""
    where = ", where 44 % of the hidden units are never active any more" if late else ""
    return Workload(
        name=f"{name} run, late" if late else f"{name} run",
        says=f"{STEPS[name]} steps of {name} at the printed settings, with their batches{where}",
        backends={"torch loop": lambda: ours(name, late=late), "torch eager": lambda: eager(name, late=late)},
        goals=[Goal("torch loop", "torch eager", must=1.5)],
        tolerance=0.0,
        other_results=["torch eager"],
    )


LATE = workload("cnn_cpcpff", late=True)
WORKLOADS = [*(workload(name) for name in STEPS), LATE]

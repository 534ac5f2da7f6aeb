"""What is timed against the plain programs computes what they compute."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(
    0, str(Path(__file__).parents[2])
)  # `benchmarks` is part of the repository, not of the installed package

from benchmarks import peers, workloads_training

SMALL, RESNET = workloads_training.WORKLOADS


@pytest.fixture(autouse=True)
def a_small_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same programs on twelve images."""
    monkeypatch.setattr(workloads_training, "BATCH", {"cnn_cpcpff": 12, "resnet20": 12})


def assert_agreement(workload: workloads_training.Workload, names: tuple[str, ...]) -> None:
    """The loss before the second step is the same in the backends named."""
    runs = {name: workload.backends[name]() for name in names}
    for run in runs.values():
        run()
    assert peers.largest_deviation(workload, runs) <= workload.tolerance


def test_numpy_and_torch_take_the_same_step() -> None:
    """The fast step, the program written without tables, and NumPy with the course's Adam."""
    pytest.importorskip("torch")
    assert_agreement(SMALL, ("torch fast", "torch eager", "numpy"))


def test_residual_networks_take_the_same_step() -> None:
    """The fast step and the program written without tables."""
    pytest.importorskip("torch")
    assert_agreement(RESNET, ("torch fast", "torch eager"))


def test_tensorflow_takes_the_same_step() -> None:
    """The fast step, the program written without tables, and NumPy."""
    pytest.importorskip("tensorflow")
    assert_agreement(SMALL, ("tensorflow fast", "tf.function", "numpy"))


def test_the_matrix_product_is_as_long_as_the_step() -> None:
    """82 million operations an image: three products a layer, but two for the first, whose images need no gradient."""
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    def operations(a: tuple[int, int], b: tuple[int, int], *_: object, **__: object) -> int:
        return 2 * a[0] * a[1] * b[0]  # torch has no count of its own for oneDNN's a b^T

    first, others = 28 * 28 * 25 * 32, 14 * 14 * 25 * 32 * 64 + 3136 * 1024 + 1024 * 10
    own = {torch.ops.mkldnn._linear_pointwise: operations}
    with FlopCounterMode(display=False, custom_mapping=own) as counter:
        SMALL.backends["matrix product"]()()
    assert counter.get_total_flops() == pytest.approx(12 * 2 * (2 * first + 3 * others), rel=2e-3)


@pytest.mark.parametrize("name", ["lr", "cnn_cf", "cnn_cpcpff"])
def test_whole_runs_begin_with_the_same_network(name: str) -> None:
    """The plain program's outputs before the first step are those of the learner that the recordings use."""
    torch = pytest.importorskip("torch")
    import numpy as np

    from benchmarks.plain_training import torch_model
    from implementations.training.learner_torch import TorchLearner
    from implementations.training.runs import NETWORKS
    from implementations.training.starting import starting_weights

    weights = {key: array.astype(np.float32) for key, array in starting_weights(NETWORKS[name](), 0).items()}
    x = np.random.default_rng(0).random((3, 28, 28, 1), dtype=np.float32)
    with torch.no_grad():
        plain = torch_model(name, weights)(torch.from_numpy(x.transpose(0, 3, 1, 2))).numpy()
    assert np.allclose(TorchLearner(NETWORKS[name](), 0).logits(x), plain, rtol=0, atol=1e-4 * np.abs(plain).max())


def test_a_whole_run_learns_and_tells_every_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both programs lower the loss of logistic regression on labels that the images show, and tell as many losses as they take steps."""
    pytest.importorskip("torch")
    import numpy as np

    from benchmarks import workloads_runs
    from implementations.datasets.samples import Images

    y = np.arange(400, dtype=np.uint8) % 10
    x = np.zeros((400, 28, 28, 1), dtype=np.uint8)
    x[np.arange(400), y] = 255
    monkeypatch.setattr(workloads_runs, "digits", lambda: Images(x, y, tuple("0123456789")))
    monkeypatch.setitem(workloads_runs.STEPS, "lr", 60)
    eager = workloads_runs.eager("lr")()
    assert len(eager) == 60
    assert eager[-1] < 0.5 * eager[0]
    ours = workloads_runs.ours("lr")()
    assert len(ours) == 6  # the loop keeps every tenth
    assert ours[-1] < 0.5 * ours[0]

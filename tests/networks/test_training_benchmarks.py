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

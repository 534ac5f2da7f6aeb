"""Denormals as zeros: inside of a step only, and in an ordinary training no weight notices."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

from implementations.networks.small import lr

TINY = 1e-40  # a denormal float32


def kept() -> bool:
    """Whether torch, NumPy and Python keep denormals now."""
    import torch

    from implementations.networks.denormals_torch import flushes

    by_torch = bool(torch.tensor([TINY]) * 1 != 0)
    assert by_torch == bool((np.array([TINY], dtype=np.float32) * np.float32(1) != 0).all()) == (not flushes())
    return by_torch


def test_denormals_are_zeros_inside_only() -> None:
    """And where an error leaves it; where they were flushed before, they stay so."""
    torch = pytest.importorskip("torch")
    from implementations.networks.denormals_torch import flushed_denormals

    assert kept()
    with flushed_denormals():
        assert not kept()
        with flushed_denormals():
            pass
        assert not kept()
    assert kept()
    with pytest.raises(ZeroDivisionError), flushed_denormals():
        raise ZeroDivisionError
    assert kept()
    torch.set_flush_denormal(True)
    try:
        with flushed_denormals():
            pass
        assert not kept()
    finally:
        torch.set_flush_denormal(False)


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "momentum"])
def test_no_weight_notices(optimizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """1,100 steps, where some pixels are dark after the first: their moments decay to denormals, and all weights are the same to the bit."""
    pytest.importorskip("torch")
    from implementations.training import learner_torch

    random = np.random.default_rng(0)
    x, y = random.random((8, 784), dtype=np.float32), np.arange(8)
    dark = x * (np.arange(784) >= 300)

    def trained() -> Any:
        learner = learner_torch.TorchLearner(lr(), 3, optimizer)
        learner.step(x, y)
        for _ in range(1100):
            learner.step(dark, y)
        return learner.state()

    flushed = trained()
    monkeypatch.setattr(learner_torch, "flushed_denormals", nullcontext)
    right = trained()
    moments = [name for name in right if name.startswith("optimizer") and right[name].ndim]
    found = {name: np.abs(right[name]) for name in moments}
    assert any(((array > 0) & (array < np.finfo(np.float32).tiny)).any() for array in found.values())
    assert not any(((np.abs(flushed[name]) > 0) & (np.abs(flushed[name]) < 1e-38)).any() for name in moments)
    weights = [name for name in right if name.startswith("module")]
    assert len(weights) == 2
    for name in weights:
        np.testing.assert_array_equal(flushed[name], right[name])

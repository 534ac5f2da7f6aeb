"""Dropout of values and of paths: what survives, how large, and that backward is the same map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.layers import dropout_numpy as layer


@given(rate=st.floats(0, 0.95), seed=st.integers(0, 2**32 - 1))
def test_dropout_zeroes_or_enlarges(rate: float, seed: int) -> None:
    """Each value is x / (1 - rate) where its uniform number lies below 1 - rate, else exactly 0."""
    rng = np.random.default_rng(seed)
    x, uniforms = rng.normal(size=(2, 3, 4, 2)), rng.random((2, 3, 4, 2))
    pairs = zip(x.ravel().tolist(), uniforms.ravel().tolist(), strict=True)
    expected = [a / (1 - rate) if u < 1 - rate else 0.0 for a, u in pairs]
    assert layer.dropout(x, rate, uniforms).ravel().tolist() == expected


def test_the_share_dropped_is_the_rate() -> None:
    """Over an even grid of uniform numbers: rate of the values are zero, and the mean stays."""
    uniforms = (np.arange(1000) + 0.5) / 1000
    y = layer.dropout(np.ones(1000), 0.3, uniforms)
    assert np.count_nonzero(y == 0) == 300
    assert y.mean() == pytest.approx(1, abs=1e-12)


def test_paths_live_or_die_as_a_whole() -> None:
    """One uniform number an image: at rate 0.4, 0.59 lives and is divided by 0.6, 0.61 dies, all its values."""
    x = np.random.default_rng(0).normal(size=(3, 2, 2, 2))
    y = layer.drop_path(x, 0.4, np.array([0.59, 0.61, 0.0]))
    np.testing.assert_allclose(y[0], x[0] / 0.6, rtol=1e-15)
    assert not y[1].any()
    np.testing.assert_allclose(y[2], x[2] / 0.6, rtol=1e-15)


@pytest.mark.parametrize("function", ["dropout", "drop_path"])
def test_backward_is_the_transpose(function: str) -> None:
    """<A x, y> = <x, A' y> with the same uniform numbers."""
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(2, 8, 3, 2, 2))
    uniforms = rng.random(x.shape if function == "dropout" else 8)
    y = getattr(layer, function)(x, 0.4, uniforms)
    back = getattr(layer, f"{function}_backward")(dy, 0.4, uniforms)
    assert 0 < np.count_nonzero(y) < y.size
    assert np.sum(y * dy) == pytest.approx(np.sum(x * back), abs=1e-12)


def test_frameworks_scale_the_same() -> None:
    """Survivors of rate 0.2 are 1.25 times as large in torch too, and no value is anything else."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    theirs = set(torch.nn.functional.dropout(torch.ones(1000, dtype=torch.float64), p=0.2).tolist())
    ours = set(layer.dropout(np.ones(1000), 0.2, np.random.default_rng(0).random(1000)).tolist())
    assert ours == theirs == {0.0, 1.25}


def test_keras_scales_the_same() -> None:
    """Survivors of rate 0.2 are 1.25 times as large in Keras too, and no value is anything else."""
    keras = pytest.importorskip("keras")
    dropped = keras.layers.Dropout(0.2, seed=0, dtype="float64")(np.ones(1000), training=True)
    assert set(np.asarray(dropped).tolist()) == {0.0, 1.25}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(dtype: type) -> None:
    """float32 in, float32 out."""
    x, uniforms = np.ones((2, 3), dtype), np.full((2, 3), 0.1)
    assert layer.dropout(x, 0.5, uniforms).dtype == layer.drop_path(x, 0.5, uniforms[:, 0]).dtype == dtype


@pytest.mark.parametrize("rate", [1.0, 1.5, -0.1])
def test_what_is_no_rate_is_refused(rate: float) -> None:
    """Dropping everything cannot be rescaled; below 0 or above 1 is no probability."""
    with pytest.raises(ValueError, match=f"rate = {rate}"):
        layer.dropout(np.ones(3), rate, np.zeros(3))

"""Local response normalisation by a banded matrix: the layer of `normalisation_numpy`, torch's own, and finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.layers.normalisation_numpy import local_response_norm, local_response_norm_backward

SETTINGS = {
    "size": st.integers(1, 7),
    "k": st.floats(0.5, 3),
    "alpha": st.floats(1e-4, 2),
    "beta": st.floats(0.25, 1.5),
    "maps": st.integers(1, 9),
    "last": st.booleans(),
}


def data(maps: int, *, last: bool) -> tuple[Any, Any]:
    """Images (2, maps, 3, 4) in either memory format, to be differentiated, and a gradient that arrives; float64."""
    torch = pytest.importorskip("torch")
    form = torch.channels_last if last else torch.contiguous_format
    random = np.random.default_rng(maps)
    x, dy = (torch.from_numpy(random.normal(size=(2, maps, 3, 4))).contiguous(memory_format=form) for _ in range(2))
    return x.requires_grad_(), dy


@given(**SETTINGS)
def test_it_is_the_layer_of_torch(size: int, k: float, alpha: float, beta: float, maps: int, last: bool) -> None:
    """Outputs and gradients of torch's own, for even neighbourhoods and for ones wider than the maps too."""
    torch = pytest.importorskip("torch")
    from implementations.networks import fast_normalization_torch as fast

    x, dy = data(maps, last=last)
    own = torch.nn.LocalResponseNorm(size, alpha, beta, k)
    right = own(x)
    (gradient,) = torch.autograd.grad(right, x, dy)
    found = fast.BandedLocalResponseNorm(size, alpha, beta, k)(x)
    (also,) = torch.autograd.grad(found, x, dy)
    torch.testing.assert_close(found, right, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(also, gradient, rtol=1e-11, atol=1e-12)


@given(**SETTINGS | {"size": st.sampled_from((1, 3, 5, 7))})
def test_it_is_the_layer_of_numpy(size: int, k: float, alpha: float, beta: float, maps: int, last: bool) -> None:
    """The same of ours in NumPy, whose alpha is not divided by the size."""
    torch = pytest.importorskip("torch")
    from implementations.networks import fast_normalization_torch as fast

    x, dy = data(maps, last=last)
    y = fast.BandedLocalResponseNorm(size, alpha * size, beta, k)(x)
    (gradient,) = torch.autograd.grad(y, x, dy)
    pixels, arriving = (tensor.detach().permute(0, 2, 3, 1).numpy() for tensor in (x, dy))
    how = {"size": size, "k": k, "alpha": alpha, "beta": beta}
    np.testing.assert_allclose(
        y.detach().permute(0, 2, 3, 1), local_response_norm(pixels, **how), rtol=1e-12, atol=1e-12
    )
    right = local_response_norm_backward(arriving, pixels, **how)
    np.testing.assert_allclose(gradient.permute(0, 2, 3, 1), right, rtol=1e-11, atol=1e-12)


def test_its_gradient_is_that_of_finite_differences() -> None:
    """With an alpha for which the neighbours matter."""
    torch = pytest.importorskip("torch")
    from implementations.networks import fast_normalization_torch as fast

    x, _ = data(5, last=True)
    assert torch.autograd.gradcheck(fast.BandedLocalResponseNorm(3, 3.0, 0.75, 1.0), x)


def test_in_float32_it_keeps_the_memory_format_and_the_last_bits_but_a_few() -> None:
    """Outputs and gradients in channels_last, as the layers around it want them, within eight roundings of float64's."""
    torch = pytest.importorskip("torch")
    from implementations.networks import fast_normalization_torch as fast

    x, dy = data(8, last=True)
    results = []
    for dtype in (torch.float64, torch.float32):
        entering = x.detach().to(dtype).requires_grad_()
        y = fast.BandedLocalResponseNorm(5, 5e-4, 0.75, 2.0)(entering)
        (gradient,) = torch.autograd.grad(y, entering, dy.to(dtype))
        results.append((y, gradient))
    for right, found in zip(*results, strict=True):
        assert found.is_contiguous(memory_format=torch.channels_last)
        assert (found - right).abs().max() < 8 * 2.0**-24 * right.abs().max()


def test_only_local_response_norms_are_replaced() -> None:
    """Inside of what holds them too; other normalisations stay."""
    torch = pytest.importorskip("torch")
    from implementations.networks.fast_layers_torch import replace_layers
    from implementations.networks.fast_normalization_torch import BandedLocalResponseNorm

    inner = torch.nn.Sequential(torch.nn.LocalResponseNorm(5), torch.nn.BatchNorm2d(2))
    replace_layers(torch.nn.Sequential(inner))
    assert [type(layer) for layer in inner] == [BandedLocalResponseNorm, torch.nn.BatchNorm2d]

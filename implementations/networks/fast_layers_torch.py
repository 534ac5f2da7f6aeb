"""Layers that compute what torch's own do, in less time on a CPU. What `training_torch` puts in their place; needs the `torch` extra.

    OneDNNLinear        torch's matrix product is MKL's, which leaves AVX-512 unused on AMD's processors: oneDNN's, forward and backward
    SummedBiasConv2d    oneDNN's backward pass takes longer for the bias than a sum over the output's gradient does
    OverwritingReLU     torch's own writes its gradient beside the one that arrives: maps of 20 MB, for which the memory is the limit

And `fast_normalization_torch`, which has the local response normalisation.

Each is a subclass without state of its own: a layer becomes one by `replace_layers`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from implementations.networks.fast_normalization_torch import BandedLocalResponseNorm


class OneDNNLinear(nn.Linear):
    """A dense layer by oneDNN, forward and backward: x W^T + b in float32 on a CPU."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs) to (n, units)."""
        return _Affine.apply(x, self.weight, self.bias)  # type: ignore[no-any-return, no-untyped-call]


class _Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(x, weight)
        return _product(x, weight, bias)

    @staticmethod
    def backward(ctx: Any, *dy: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        (d,) = dy
        dx = _product(d, weight.t()) if ctx.needs_input_grad[0] else None
        return dx, _product(d.t(), x.t()), d.sum(0) if ctx.needs_input_grad[2] else None


def _product(a: Tensor, b: Tensor, bias: Tensor | None = None) -> Tensor:
    """a b^T + bias, by the operation that torch.compile itself puts in place of a dense layer."""
    return torch.ops.mkldnn._linear_pointwise(a, b, bias, "none", [], "")  # type: ignore[no-any-return]


class SummedBiasConv2d(nn.Conv2d):
    """A convolution with a bias, whose gradient is summed by itself."""

    def forward(self, x: Tensor) -> Tensor:
        """As `nn.Conv2d` with zero padding by numbers."""
        how = (self.stride, self.padding, self.dilation, self.groups)
        return _Convolution.apply(x, self.weight, self.bias, *how)  # type: ignore[no-any-return, no-untyped-call]


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, *how: Any) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.how = how
        return torch.conv2d(x, weight, bias, *how)

    @staticmethod
    def backward(ctx: Any, *dy: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        stride, padding, dilation, groups = ctx.how
        (d,) = dy
        wanted = (ctx.needs_input_grad[0], True, False)
        dx, dw, _ = torch.ops.aten.convolution_backward(
            d, x, weight, None, stride, padding, dilation, False, (0, 0), groups, wanted
        )
        return dx, dw, d.sum((0, 2, 3)), None, None, None, None


class OverwritingReLU(nn.ReLU):
    """max(x, 0) in the place of x; its gradient in the place of the one that arrives, which nobody else may read."""

    def forward(self, x: Tensor) -> Tensor:
        """x itself, overwritten."""
        return _Overwritten.apply(x)  # type: ignore[no-any-return, no-untyped-call]


class _Overwritten(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.mark_dirty(x)
        ctx.save_for_backward(x.clamp_min_(0))
        return x

    @staticmethod
    def backward(ctx: Any, *dy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        (d,) = dy
        return torch.ops.aten.threshold_backward.grad_input(d, y, 0, grad_input=d)  # type: ignore[no-any-return]


def replace_layers(module: nn.Module) -> None:
    """Turn a module's layers into these, for float32 on a CPU. Not for autocast, which would cast inside of them only."""
    for layer in module.modules():
        if type(layer) is nn.Conv2d and layer.bias is not None:
            layer.__class__ = SummedBiasConv2d
        elif type(layer) is nn.Linear and hasattr(torch.ops.mkldnn, "_linear_pointwise"):
            layer.__class__ = OneDNNLinear
        elif type(layer) is nn.LocalResponseNorm:
            layer.__class__ = BandedLocalResponseNorm

"""Local response normalisation in a few passes over the maps, instead of torch's 3-D average pooling. Needs the `torch` extra.

With s_i = k + alpha sum_j B_ij x_j^2, where B_ij is 1 for the ``size`` maps j around map i and else 0,

    y_i   = x_i s_i^(-beta)
    dx_j  = dy_j s_j^(-beta) - 2 alpha beta x_j sum_i B_ij dy_i x_i s_i^(-beta - 1)

Both sums are products of the pixels' maps (batch height width, maps) with the small matrix B.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class BandedLocalResponseNorm(nn.LocalResponseNorm):
    """torch's own layer and constants (alpha is divided by the size), computed by the banded matrix. Without state of its own."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, maps, height, width) to the same, in channels_last."""
        weight = self.alpha / self.size
        return _Banded.apply(x, _band(x, self.size), self.k, weight, self.beta)  # type: ignore[no-any-return, no-untyped-call]


class _Banded(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, band: Tensor, k: float, alpha: float, beta: float) -> Tensor:
        maps = _pixels(x)
        s = torch.mm(maps * maps, band.t()).mul_(alpha).add_(k)
        power = s.pow(-beta)
        ctx.save_for_backward(maps, band, s, power)
        ctx.factor = 2 * alpha * beta
        return _images(maps * power, x)

    @staticmethod
    def backward(ctx: Any, *dy: Tensor) -> tuple[Tensor | None, ...]:
        maps, band, s, power = ctx.saved_tensors
        direct = _pixels(dy[0]) * power
        through = torch.mm((direct * maps).div_(s), band)
        return _images(direct.addcmul_(maps, through, value=-ctx.factor), dy[0]), None, None, None, None


def _band(x: Tensor, size: int) -> Tensor:
    """B (maps, maps). An even neighbourhood has one map more before than after it, as torch's own has."""
    place = torch.arange(x.shape[1], device=x.device)
    away = place[None, :] - place[:, None]
    return ((away >= -(size // 2)) & (away <= (size - 1) // 2)).to(x.dtype)


def _pixels(x: Tensor) -> Tensor:
    """(n, maps, h, w) as (n h w, maps), without a copy from channels_last."""
    return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])


def _images(pixels: Tensor, like: Tensor) -> Tensor:
    n, maps, height, width = like.shape
    return pixels.view(n, height, width, maps).permute(0, 3, 1, 2)

"""PyTorch's own layers on given arrays, for the concordance. Needs the `torch` extra.

Arrays come as the slides lay them out, images (batch, height, width, maps) and kernels (height, width, in, out), and are
brought into torch's order and back, unless the order is what is asked. Raises whatever torch raises.
"""

import warnings
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from implementations.layers.concordance_references import glorot_deviation, simplex, stride
from implementations.layers.concordance_rows import DRAWS, Array, Arrays, Point
from implementations.layers.windows import pads


def maps_first(x: Array) -> Tensor:
    """(batch, height, width, maps) to (batch, maps, height, width)."""
    return torch.tensor(x).movedim(-1, 1)


def maps_last(y: Tensor) -> Array:
    """The way back, as an array."""
    return array(y.movedim(1, -1))


def array(y: Tensor) -> Array:
    """A tensor, off the tape."""
    return np.asarray(y.detach().numpy())


def filters(kernel: Array) -> Tensor:
    """(height, width, in, out) to (out, in, height, width)."""
    return torch.tensor(kernel.transpose(3, 2, 0, 1))


def _padding(style: str, window: int) -> str | int:
    return {"printed": (window - 1) // 2, "valid": 0}.get(style, style)


def _by_hand(x: Tensor, window: int, step: int, value: float = 0.0) -> Tensor:
    """Padded as SAME asks, the odd row and column after."""
    before, after = pads(x.shape[-1], window, step, "same")
    return F.pad(x, (before, after, before, after), value=value)


def conv2d(a: Arrays, p: Point, *, padding: str = "valid", groups: int = 1) -> Array:
    """F.conv2d; padding "by hand" is F.pad before it."""
    x, kernel, around = maps_first(a["x"]), filters(a["kernel"]), _padding(padding, p["kernel"])
    if padding == "by hand":
        x, around = _by_hand(x, p["kernel"], p["stride"]), 0
    return maps_last(F.conv2d(x, kernel, stride=stride(p), padding=around, groups=groups))


def conv2d_laid_out(a: Arrays, p: Point, *, axes: tuple[int, ...] = (0, 1, 2, 3)) -> Array:
    """F.conv2d with the kernel as it is stored, or with its axes reordered."""
    return maps_last(F.conv2d(maps_first(a["x"]), torch.tensor(a["kernel"].transpose(axes))))


def depthwise(a: Arrays, p: Point) -> Array:
    """F.conv2d with as many groups as maps; kernel (height, width, maps, multiplier)."""
    high, wide, maps, multiplier = a["kernel"].shape
    kernel = a["kernel"].reshape(high, wide, 1, maps * multiplier)
    return maps_last(F.conv2d(maps_first(a["x"]), filters(kernel), stride=stride(p), groups=maps))


def transposed(a: Arrays, p: Point, *, output_padding: int = 0) -> Array:
    """F.conv_transpose2d with the kernel of the convolution, unchanged."""
    return maps_last(
        F.conv_transpose2d(maps_first(a["y"]), filters(a["kernel"]), stride=p["stride"], output_padding=output_padding)
    )


def transposed_same(a: Arrays, p: Point, *, by_hand: bool = False) -> Array:
    """Cut back to n * stride by padding and output_padding, or by hand with the odd pixel cut after."""
    n, k, s = p["n"], p["kernel"], p["stride"]
    y, kernel, total = maps_first(a["y"]), filters(a["kernel"]), max(k - s, 0)
    if by_hand:
        whole = F.conv_transpose2d(y, kernel, stride=s, output_padding=max(s - k, 0))
        return maps_last(whole[..., total // 2 : total // 2 + n * s, total // 2 : total // 2 + n * s])
    cut = -(-total // 2)
    return maps_last(F.conv_transpose2d(y, kernel, stride=s, padding=cut, output_padding=2 * cut - (k - s)))


def max_pool(a: Arrays, p: Point, *, padding: str = "valid", shift: float = 0.0) -> Array:
    """F.max_pool2d; padding "by hand" is F.pad with -inf before it."""
    x = maps_first(a["x"] + shift)
    if padding == "by hand":
        x, padding = _by_hand(x, p["window"], p["stride"], -np.inf), "valid"
    return maps_last(F.max_pool2d(x, p["window"], p["stride"], padding=int(_padding(padding, p["window"]))))


def max_pool_halving(a: Arrays, p: Point, *, ceil_mode: bool = False) -> Array:
    """F.max_pool2d of 3x3 windows with stride 2."""
    return maps_last(F.max_pool2d(maps_first(a["x"]), 3, 2, ceil_mode=ceil_mode))


def max_pool_gradient_of_ties(a: Arrays, p: Point) -> Array:
    """Where autograd sends the gradient of equal pixels."""
    x = maps_first(np.zeros_like(a["x"])).requires_grad_(True)
    (gradient,) = torch.autograd.grad(F.max_pool2d(x, p["window"], p["stride"]).sum(), x)
    return maps_last(gradient)


def average_pool(a: Arrays, p: Point, *, padding: str = "valid", count_include_pad: bool = True) -> Array:
    """F.avg_pool2d."""
    around = int(_padding(padding, p["window"]))
    return maps_last(
        F.avg_pool2d(maps_first(a["x"]), p["window"], p["stride"], around, count_include_pad=count_include_pad)
    )


def global_average(a: Arrays, p: Point) -> Array:
    """F.adaptive_avg_pool2d to one pixel."""
    return array(F.adaptive_avg_pool2d(maps_first(a["x"]), 1).flatten(1))


def subsample(a: Arrays, p: Point) -> Array:
    """F.conv2d, a group a map, whose four weights are all the map's gain."""
    maps = a["x"].shape[-1]
    kernel = torch.tensor(a["gain"])[:, None, None, None].expand(maps, 1, 2, 2)
    return maps_last(F.conv2d(maps_first(a["x"]), kernel, torch.tensor(a["bias"]), stride=2, groups=maps))


def resize(a: Arrays, p: Point, **how: Any) -> Array:
    """F.interpolate by the point's factor."""
    return maps_last(F.interpolate(maps_first(a["x"]), scale_factor=p["factor"], **how))


def dense(a: Arrays, p: Point, *, turned: bool = False) -> Array:
    """F.linear with W as it is stored, or its transpose."""
    return array(F.linear(torch.tensor(a["x"]), torch.tensor(a["W"].T if turned else a["W"])))


def flatten(a: Arrays, p: Point, *, maps_to_the_end: bool = False) -> Array:
    """nn.Flatten on torch's own order of an image, or after `permute(0, 2, 3, 1)`."""
    x = maps_first(a["x"])
    return array(torch.nn.Flatten()(x.permute(0, 2, 3, 1) if maps_to_the_end else x))


def softmax(a: Arrays, p: Point, *, dim: int | None = None) -> Array:
    """nn.Softmax; without dim it chooses an axis itself, with a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return array(torch.nn.Softmax(dim)(torch.tensor(a["x"])))


def at_value(a: Arrays, p: Point, *, function: str, sign: int = 1, **settings: Any) -> Array:
    """An activation of torch.nn.functional at one number."""
    return array(getattr(F, function)(torch.tensor([float(sign * p["x"])], dtype=torch.float64), **settings))


def slope_at_zero(a: Arrays, p: Point, *, function: str) -> Array:
    """Autograd's derivative at 0 of F.relu, or of torch.maximum(x, 0)."""
    x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    y = F.relu(x) if function == "relu" else torch.maximum(x, torch.zeros(1, dtype=torch.float64))
    return array(torch.autograd.grad(y.sum(), x)[0])


def cross_entropy(a: Arrays, p: Point, **settings: Any) -> Array:
    """F.cross_entropy of logits and labels on the simplex."""
    return np.atleast_1d(
        array(F.cross_entropy(torch.tensor(a["logits"]), torch.tensor(simplex(a["labels"])), **settings))
    )


def local_response_norm(a: Arrays, p: Point, **constants: Any) -> Array:
    """F.local_response_norm over five maps."""
    return maps_last(F.local_response_norm(maps_first(a["x"]), 5, **constants))


def batch_norm(a: Arrays, p: Point, *, as_it_is: bool = False, own_moments: bool = False, eps: float = 1e-5) -> Array:
    """F.batch_norm in training; `as_it_is` leaves the maps last; with its own moments, computed before, it is inference."""
    x = torch.tensor(a["x"]) if as_it_is else maps_first(a["x"])
    mean, variance = (x.mean((0, 2, 3)), x.var((0, 2, 3), correction=0)) if own_moments else (None, None)
    gamma, beta = torch.tensor(a["gamma"]), torch.tensor(a["beta"])
    y = F.batch_norm(x, mean, variance, gamma, beta, training=not own_moments, eps=eps)
    return array(y) if as_it_is else maps_last(y)


def batch_norm_inference(a: Arrays, p: Point, *, eps: float) -> Array:
    """F.batch_norm with kept moments."""
    mean, variance, gamma, beta = map(torch.tensor, (a["mean"], a["deviation"] ** 2, a["gamma"], a["beta"]))
    return maps_last(F.batch_norm(maps_first(a["x"]), mean, variance, gamma, beta, eps=eps))


def _kept(a: Arrays, momentum: float) -> tuple[Array, Array]:
    maps = a["x"].shape[-1]
    mean, variance = torch.zeros(maps, dtype=torch.float64), torch.ones(maps, dtype=torch.float64)
    F.batch_norm(maps_first(a["x"]), mean, variance, training=True, momentum=momentum)
    return array(mean), array(variance)


def kept_mean(a: Arrays, p: Point, *, momentum: float) -> Array:
    """F.batch_norm's running_mean after one step from 0."""
    return _kept(a, momentum)[0]


def kept_variance(a: Arrays, p: Point, *, momentum: float, by_hand: bool = False) -> Array:
    """F.batch_norm's running_var after one step from 1; by hand: momentum 1, times (m - 1) / m, then mixed."""
    if not by_hand:
        return _kept(a, momentum)[1]
    m = a["x"].size // a["x"].shape[-1]
    return np.asarray(1 - momentum + momentum * _kept(a, 1.0)[1] * (m - 1) / m)


def _dropped(shape: tuple[int, ...], function: str = "dropout", training: bool = True, seed: int | None = 0) -> Tensor:
    """Ones after dropout with rate 0.2; seed None goes on with the generator as it is."""
    if seed is not None:
        torch.manual_seed(seed)
    dropped: Tensor = getattr(F, function)(torch.ones(shape, dtype=torch.float64), 0.2, training)
    return dropped


def dropout_values(a: Arrays, p: Point, *, function: str = "dropout") -> Array:
    """The values that ones become, ascending."""
    return array(torch.unique(_dropped((DRAWS,), function)))


def dropout_share(a: Arrays, p: Point, *, training: bool = True) -> Array:
    """The share of ones that became zero."""
    return array((_dropped((DRAWS,), training=training) == 0).double().mean()[None])


def dropout_of_maps(a: Arrays, p: Point) -> Array:
    """The share of maps that F.dropout2d neither drops nor keeps as a whole."""
    zero = (_dropped((100, 8, 4, 4), "dropout2d") == 0).double().mean((2, 3))
    return array(((zero > 0) & (zero < 1)).double().mean()[None])


def dropout_again(a: Arrays, p: Point, *, seed_each: bool = False) -> Array:
    """The share of places that two calls after one torch.manual_seed treat alike."""
    first, second = _dropped((DRAWS,)), _dropped((DRAWS,), seed=0 if seed_each else None)
    return array((first == second).double().mean()[None])


def starting_deviation(a: Arrays, p: Point, *, layer: str, which: str, glorot: bool = False) -> Array:
    """Standard deviation of a new layer's weights or biases, about 0, as a share of Glorot's uniform rule."""
    torch.manual_seed(0)
    inputs, units = p["inputs"], p["units"]
    new = torch.nn.Linear(inputs, units) if layer == "dense" else torch.nn.Conv2d(inputs, units, 5)
    values = dict(new.named_parameters())["weight" if which == "weights" else "bias"].detach()
    if glorot and which == "weights":
        torch.nn.init.xavier_uniform_(values)
    elif glorot:
        torch.nn.init.uniform_(values, -((3 / units) ** 0.5), (3 / units) ** 0.5)
    return array(values.double().square().mean().sqrt()[None]) / glorot_deviation(p, layer=layer, which=which)

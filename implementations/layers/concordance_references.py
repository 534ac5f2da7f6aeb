"""What the slides print, as the concordance asks it of the libraries: our layers, and the libraries' habits as arguments.

Every function takes the arrays and sizes of a `Row`. With its first settings it is the reference; the arguments that a
reference never uses (`pads="both sides alike"`, `unbiased`, ...) exist to give a library's own result with our code: a
difference is explained when nothing else needs to change.
"""

from typing import Any

import numpy as np

from implementations.activations import activations_numpy as activations
from implementations.layers import (
    convolution_numpy,
    normalisation_numpy,
    pooling_numpy,
    resizing_numpy,
    transposed_numpy,
)
from implementations.layers.concordance_rows import Array, Arrays, Point
from implementations.layers.windows import Padding
from implementations.losses import losses_numpy


def padding(style: str, window: int) -> Padding:
    """The slide's (M_filter - 1) / 2 on every side for "printed"; "valid" and "same" stand for themselves. KeyError for others."""
    match style:
        case "printed":
            return (window - 1) // 2
        case "valid" | "same":
            return style
        case _:
            raise KeyError(style)  # a ValueError would say that the printed layer does not exist


def stride(p: Point) -> tuple[int, int]:
    """(height, width): the point's stride, or its two."""
    return p.get("stride", 1), p.get("columns", p.get("stride", 1))


def conv2d(a: Arrays, p: Point, *, pads: str = "valid", groups: int = 1) -> Array:
    """A convolution of x (batch, height, width, in) with kernel (height, width, in / groups, out)."""
    return convolution_numpy.conv2d(
        a["x"], a["kernel"], stride=stride(p), padding=padding(pads, p["kernel"]), groups=groups
    )


def conv2d_laid_out(a: Arrays, p: Point, *, axes: tuple[int, ...] = (1, 0, 2, 3)) -> Array:
    """A convolution with a kernel stored as (width, height, in, out), the slide's order; `axes` reads another order."""
    return np.asarray(convolution_numpy.conv2d(a["x"], a["kernel"].transpose(axes)))


def depthwise(a: Arrays, p: Point, *, multiplier_first: bool = False) -> Array:
    """Filters of one map each: kernel (height, width, maps, multiplier); what map c makes stands side by side."""
    high, wide, maps, multiplier = a["kernel"].shape
    kernel = a["kernel"].swapaxes(2, 3) if multiplier_first else a["kernel"]
    return convolution_numpy.conv2d(
        a["x"], kernel.reshape(high, wide, 1, maps * multiplier), stride=stride(p), groups=maps
    )


def transposed(a: Arrays, p: Point, *, extra: int = 0, size: str = "smallest") -> Array:
    """The transpose of a VALID convolution with that kernel, from `n` to the smallest size that it maps to `n`, or `extra` more."""
    n, k, s = p["n"], p["kernel"], p["stride"]
    whole = {"smallest": (n - 1) * s + k, "n s + max(k - s, 0)": n * s + max(k - s, 0)}[size] + extra
    return np.asarray(transposed_numpy.conv2d_transposed(a["y"], a["kernel"], stride=s, output_size=(whole, whole)))


def transposed_same(a: Arrays, p: Point, *, odd_pixel: str = "after") -> Array:
    """The transpose of a SAME convolution of n * stride pixels: what SAME padded is cut off again, an odd pixel after."""
    n, k, s = p["n"], p["kernel"], p["stride"]
    total = max(k - s, 0)
    before = total // 2 if odd_pixel == "after" else total - total // 2
    sides = (before, total - before)
    y = transposed_numpy.conv2d_transposed(
        a["y"], a["kernel"], stride=s, padding=(sides, sides), output_size=(n * s, n * s)
    )
    return np.asarray(y)


def max_pool(a: Arrays, p: Point, *, pads: str = "valid", shift: float = 0.0, zeros_count: bool = False) -> Array:
    """The maximum of each window of x + shift; `zeros_count` lets the zeros around the map take part."""
    x, around = a["x"] + shift, padding(pads, p["window"])
    if zeros_count and isinstance(around, int):
        x, around = np.pad(x, ((0, 0), (around, around), (around, around), (0, 0))), 0
    return pooling_numpy.max_pool(x, p["window"], p["stride"], around)


def max_pool_of_a_numpy_array(a: Arrays, p: Point, *, shortened: bool = False) -> Array:
    """2x2 maxima in the precision of x; `shortened` rounds x to float32 first."""
    x = a["x"].astype(np.float32).astype(np.float64) if shortened else a["x"]
    return pooling_numpy.max_pool(x, 2, 2)


def max_pool_halving(a: Arrays, p: Point, *, sees_the_edge: bool = True) -> Array:
    """3x3 windows with stride 2 on an even map, the last one half outside: size n / 2, as the Inception table prints."""
    return pooling_numpy.max_pool(a["x"], 3, 2, ((0, 1), (0, 1)) if sees_the_edge else "valid")


def max_pool_gradient_of_ties(a: Arrays, p: Point) -> Array:
    """dL/dx of max pooling where all pixels are equal: dy (n, n) goes to the first pixel of each window, row by row."""
    x = np.zeros_like(a["x"])
    dy = np.ones_like(pooling_numpy.max_pool(x, p["window"], p["stride"], "valid"))
    return pooling_numpy.max_pool_backward(dy, x, p["window"], p["stride"], "valid")


def average_pool(a: Arrays, p: Point, *, pads: str = "valid", zeros_count: bool = False) -> Array:
    """The mean of each window's own pixels; `zeros_count` divides by the whole window at the border too."""
    x, around = a["x"], padding(pads, p["window"])
    if zeros_count and isinstance(around, int):
        x, around = np.pad(x, ((0, 0), (around, around), (around, around), (0, 0))), 0
    return pooling_numpy.average_pool(x, p["window"], p["stride"], around)


def global_average(a: Arrays, p: Point) -> Array:
    """The mean of each map."""
    return pooling_numpy.global_average_pool(a["x"])


def subsample(a: Arrays, p: Point, *, trained: bool = True) -> Array:
    """LeNet's: the sum of each 2x2 window times a trained gain, plus a trained bias. Untrained: gain 1/4, bias 0."""
    maps = a["x"].shape[-1]
    gain, bias = (a["gain"], a["bias"]) if trained else (np.full(maps, 0.25), np.zeros(maps))
    return pooling_numpy.subsample(a["x"], gain, bias, 2)


def upsample(a: Arrays, p: Point) -> Array:
    """Every pixel `factor` x `factor` times."""
    return resizing_numpy.upsample(a["x"], p["factor"])


def bilinear(a: Arrays, p: Point, *, places: str = "centres") -> Array:
    """Straight lines between pixels. Output pixel i lies at (i + 1/2) / factor - 1/2, or where `places` says."""
    n, factor = p["n"], p["factor"]
    i = np.arange(n * factor)
    at = {
        "centres": (i + 0.5) / factor - 0.5,
        "corners": i * ((n - 1) / (n * factor - 1)),
        "top left": i / factor,
    }[places]
    weights = np.maximum(1 - np.abs(np.clip(at, 0, n - 1)[:, None] - np.arange(n)), 0)
    return np.asarray(np.einsum("ri,cj,bijk->brck", weights, weights, a["x"]))


def dense(a: Arrays, p: Point, *, turned: bool = False) -> Array:
    """x W with W (inputs, units) as the slide's code stores it; `turned` reads W as (units, inputs)."""
    return np.asarray(a["x"] @ (a["W"].T if turned else a["W"]))


def flatten(a: Arrays, p: Point, *, maps_first: bool = False) -> Array:
    """One vector an image, as tf.reshape of (batch, height, width, maps): maps run fastest."""
    x = a["x"].transpose(0, 3, 1, 2) if maps_first else a["x"]
    return x.reshape(len(x), -1)


def softmax(a: Arrays, p: Point, *, axis: int = -1) -> Array:
    """Softmax over the classes, the last axis."""
    return np.moveaxis(activations.softmax(np.moveaxis(a["x"], axis, -1)), -1, axis)


def at_value(a: Arrays, p: Point, *, function: str, sign: int = 1, threshold: float = np.inf) -> Array:
    """An activation at the number `x` of the point, times `sign`; above `threshold` the number itself."""
    x = np.array([float(sign * p["x"])])
    return np.where(x > threshold, x, getattr(activations, function)(x))


def simplex(labels: Array) -> Array:
    """Labels on the simplex, (n, classes), made of any numbers by softmax."""
    return activations.softmax(labels)


def cross_entropy(a: Arrays, p: Point, *, smoothing: float = 0.0, averaged: bool = False) -> Array:
    """-sum_k y_k log softmax(z)_k, one an example; with smoothing y becomes (1 - e) y + e / K."""
    labels = (1 - smoothing) * simplex(a["labels"]) + smoothing / a["logits"].shape[1]
    losses = losses_numpy.cross_entropy_from_logits(labels, a["logits"])
    return np.atleast_1d(losses.mean() if averaged else losses)


def slope_at_zero(a: Arrays, p: Point, *, slope: float = 0.0) -> Array:
    """relu'(0)."""
    return activations.relu_derivative(np.zeros(1)) + slope


def local_response_norm(a: Arrays, p: Point, **constants: Any) -> Array:
    """AlexNet's a / (k + alpha sum a^2)^beta over n = 5 maps with its constants, or with others."""
    return normalisation_numpy.local_response_norm(a["x"], **constants)


def batch_norm(a: Arrays, p: Point, *, epsilon: float, axis: int = -1) -> Array:
    """Training: standardised over all axes but the maps', then gamma and beta."""
    x = np.moveaxis(a["x"], axis, -1)
    return np.moveaxis(normalisation_numpy.batch_norm(x, a["gamma"], a["beta"], epsilon=epsilon)[0], -1, axis)


def batch_norm_inference(a: Arrays, p: Point, *, epsilon: float) -> Array:
    """Inference by kept moments; the kept variance is the square of the drawn array."""
    return normalisation_numpy.batch_norm_inference(
        a["x"], a["gamma"], a["beta"], a["mean"], a["deviation"] ** 2, epsilon=epsilon
    )


def kept_variance(a: Arrays, p: Point, *, stays: float = 0.875, unbiased: bool = False) -> Array:
    """The kept variance, 1 at first, after one training step: the minibatch's, or that times m / (m - 1)."""
    maps = a["x"].shape[-1]
    _, _, variance = normalisation_numpy.batch_norm(a["x"], np.ones(maps), np.zeros(maps), epsilon=0.0)
    m = a["x"].size // maps
    return np.asarray(stays + (1 - stays) * variance * (m / (m - 1) if unbiased else 1.0))


def kept_mean(a: Arrays, p: Point, *, stays: float = 0.875) -> Array:
    """The kept mean, 0 at first, after one training step with the share `stays` of it staying."""
    maps = a["x"].shape[-1]
    return np.asarray(
        (1 - stays) * normalisation_numpy.batch_norm(a["x"], np.ones(maps), np.zeros(maps), epsilon=0.0)[1]
    )


def constant(a: Arrays, p: Point, *, values: tuple[float, ...]) -> Array:
    """Numbers known beforehand: what shares, factors and moments should be."""
    return np.array(values)


def glorot_deviation(p: Point, *, layer: str, which: str) -> float:
    """Standard deviation of Glorot's uniform rule, sqrt(2 / (fan in + fan out)): what tf.get_variable starts from.

    A bias is a vector of `units`: TensorFlow takes its length for both fans.
    """
    fans = {
        ("dense", "weights"): (p["inputs"], p["units"]),
        ("conv", "weights"): (25 * p["inputs"], 25 * p["units"]),
    }.get((layer, which), (p["units"], p["units"]))
    return float(np.sqrt(2 / sum(fans)))


def starting_deviation(a: Arrays, p: Point, *, layer: str, which: str, rule: str = "glorot") -> Array:
    """Standard deviation of the starting values as a share of Glorot's: 1, or another rule's."""
    fan_in = p["inputs"] * (25 if layer == "conv" else 1)
    torchs = np.sqrt(1 / (3 * fan_in)) / glorot_deviation(p, layer=layer, which=which)  # uniform to 1 / sqrt(fan in)
    return np.array([{"glorot": 1.0, "torch": torchs, "zeros": 0.0}[rule]])


def alpha_dropout_of_ones(rate: float) -> tuple[float, float]:
    """What alpha dropout makes of ones, (dropped, kept): a v + b, v SELU's lower limit -s or 1, mean 0 and variance 1 kept.

    With keep = 1 - rate: a = (keep (1 + rate s^2))^-1/2, b = a rate s.
    """
    limit = 1.0507009873554805 * 1.6732632423543772
    a = ((1 - rate) * (1 + rate * limit**2)) ** -0.5
    return a * (rate * limit - limit), a * (1 + rate * limit)

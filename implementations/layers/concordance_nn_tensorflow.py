"""TensorFlow's own functions on given arrays, for the concordance. Needs the `tensorflow` extra.

`tf.nn` and `tf.compat.v1` are the functions of the slides' code. Arrays are laid out as the slides have them, which is
TensorFlow's order too. Raises whatever TensorFlow raises.
"""

import os
from collections.abc import Callable
from typing import Any

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before the import, or it talks on standard error

import tensorflow as tf

from implementations.layers.concordance_references import glorot_deviation, simplex, stride
from implementations.layers.concordance_rows import DRAWS, Array, Arrays, Point


def array(y: Any) -> Array:
    """A tensor as an array of float64."""
    return np.asarray(y, dtype=np.float64)


def _sides(style: str, window: int) -> Any:
    """The padding as tf.nn takes it: a list of four pairs for "printed"; "valid" and "same" in capitals."""
    around = [(window - 1) // 2] * 2
    return [[0, 0], around, around, [0, 0]] if style == "printed" else style.upper()


def _steps(p: Point) -> list[int]:
    high, wide = stride(p)
    return [1, high, wide, 1]


def conv2d(a: Arrays, p: Point, *, padding: str = "valid") -> Array:
    """tf.nn.conv2d; it sees from the kernel's shape how many groups there are."""
    return array(tf.nn.conv2d(a["x"], a["kernel"], _steps(p), _sides(padding, p["kernel"])))


def conv2d_laid_out(a: Arrays, p: Point, *, axes: tuple[int, ...] = (0, 1, 2, 3)) -> Array:
    """tf.nn.conv2d with the kernel as it is stored, or with its axes reordered."""
    return conv2d({**a, "kernel": a["kernel"].transpose(axes)}, p)


def depthwise(a: Arrays, p: Point, *, every: int = 1) -> Array:
    """tf.nn.depthwise_conv2d; `every` column of a call with equal strides."""
    steps = [1, p.get("stride", 1), p.get("stride", 1), 1] if every > 1 else _steps(p)
    return array(tf.nn.depthwise_conv2d(a["x"], a["kernel"], steps, "VALID"))[:, :, ::every]


def transposed(a: Arrays, p: Point, *, padding: str = "valid", extra: int = 0) -> Array:
    """tf.nn.conv2d_transpose, which must be told the size of what comes out."""
    n, k, s = p["n"], p["kernel"], p["stride"]
    size = n * s if padding == "same" else (n - 1) * s + k + extra
    shape = [len(a["y"]), size, size, a["kernel"].shape[2]]
    return array(tf.nn.conv2d_transpose(a["y"], a["kernel"], shape, s, padding.upper()))


def max_pool(a: Arrays, p: Point, *, padding: str = "valid", shift: float = 0.0) -> Array:
    """tf.nn.max_pool2d."""
    return array(tf.nn.max_pool2d(tf.constant(a["x"] + shift), p["window"], p["stride"], _sides(padding, p["window"])))


def max_pool_of_a_numpy_array(a: Arrays, p: Point, *, as_tensor: bool = False) -> Array:
    """tf.nn.max_pool2d of 2x2 windows of a NumPy array, or of the tensor made of it."""
    return array(tf.nn.max_pool2d(tf.constant(a["x"]) if as_tensor else a["x"], 2, 2, "VALID"))


def max_pool_halving(a: Arrays, p: Point, *, padding: str) -> Array:
    """tf.nn.max_pool2d of 3x3 windows with stride 2."""
    return array(tf.nn.max_pool2d(tf.constant(a["x"]), 3, 2, padding))


def gradient_at_zero(layer: Callable[[Any], Any], x: Array) -> Array:
    """What the tape makes of the sum of layer(x), at zeros of the shape of x."""
    at = tf.zeros(x.shape, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(at)
        y = layer(at)
    return array(tape.gradient(y, at))


def max_pool_gradient_of_ties(a: Arrays, p: Point) -> Array:
    """Where the tape sends the gradient of equal pixels through tf.nn.max_pool2d."""
    return gradient_at_zero(lambda x: tf.nn.max_pool2d(x, p["window"], p["stride"], "VALID"), a["x"])


def average_pool(a: Arrays, p: Point, *, padding: str = "valid") -> Array:
    """tf.nn.avg_pool2d."""
    return array(tf.nn.avg_pool2d(a["x"], p["window"], p["stride"], padding.upper()))


def global_average(a: Arrays, p: Point) -> Array:
    """tf.reduce_mean over height and width."""
    return array(tf.reduce_mean(a["x"], [1, 2]))


def gains(a: Arrays) -> Array:
    """A 2x2 filter a map whose four weights are the map's gain."""
    return np.broadcast_to(a["gain"][:, None], (2, 2, len(a["gain"]), 1)).copy()


def subsample(a: Arrays, p: Point) -> Array:
    """tf.nn.depthwise_conv2d whose four weights a map are the map's gain, plus the bias."""
    return array(tf.nn.depthwise_conv2d(a["x"], gains(a), [1, 2, 2, 1], "VALID") + a["bias"])


def resize(a: Arrays, p: Point, *, function: str, **settings: Any) -> Array:
    """tf.compat.v1.image.resize_nearest_neighbor, resize_bilinear."""
    size = [p["n"] * p["factor"]] * 2
    return array(getattr(tf.compat.v1.image, function)(a["x"], size, **settings))


def dense(a: Arrays, p: Point) -> Array:
    """tf.matmul(x, W), the slide's code."""
    return array(tf.matmul(a["x"], a["W"]))


def flatten(a: Arrays, p: Point) -> Array:
    """tf.reshape(x, [-1, height * width * maps]), the slide's code."""
    return array(tf.reshape(a["x"], [-1, a["x"][0].size]))


def softmax(a: Arrays, p: Point) -> Array:
    """tf.nn.softmax."""
    return array(tf.nn.softmax(a["x"]))


def at_value(a: Arrays, p: Point, *, function: str, sign: int = 1) -> Array:
    """An activation of tf.nn at one number."""
    return array(getattr(tf.nn, function)(tf.constant([float(sign * p["x"])], tf.float64)))


def slope_at_zero(a: Arrays, p: Point, *, function: str) -> Array:
    """The tape's derivative at 0 of tf.nn.relu, or of tf.maximum(x, 0)."""
    if function == "relu":
        return gradient_at_zero(tf.nn.relu, np.zeros(1))
    return gradient_at_zero(lambda x: tf.maximum(x, tf.zeros_like(x)), np.zeros(1))


def cross_entropy(a: Arrays, p: Point) -> Array:
    """tf.nn.softmax_cross_entropy_with_logits."""
    return array(tf.nn.softmax_cross_entropy_with_logits(simplex(a["labels"]), a["logits"]))


def smoothed_cross_entropy(a: Arrays, p: Point, *, label_smoothing: float, reduction: str) -> Array:
    """tf.compat.v1.losses.softmax_cross_entropy."""
    loss = tf.compat.v1.losses.softmax_cross_entropy
    found = loss(simplex(a["labels"]), tf.constant(a["logits"]), label_smoothing=label_smoothing, reduction=reduction)
    return np.atleast_1d(array(found))


def local_response_norm(a: Arrays, p: Point, **constants: Any) -> Array:
    """tf.nn.local_response_normalization, which exists for float32 and shorter only."""
    return array(tf.nn.local_response_normalization(a["x"].astype(np.float32), **constants))


def batch_norm(a: Arrays, p: Point, *, variance_epsilon: float) -> Array:
    """tf.nn.moments over all axes but the maps', then tf.nn.batch_normalization."""
    mean, variance = tf.nn.moments(tf.constant(a["x"]), [0, 1, 2])
    return array(tf.nn.batch_normalization(a["x"], mean, variance, a["beta"], a["gamma"], variance_epsilon))


def batch_norm_inference(a: Arrays, p: Point, *, variance_epsilon: float) -> Array:
    """tf.nn.batch_normalization with kept moments."""
    moments = a["mean"], a["deviation"] ** 2
    return array(tf.nn.batch_normalization(a["x"], *moments, a["beta"], a["gamma"], variance_epsilon))


def _kept(a: Arrays, factor: float) -> tuple[Array, Array]:
    maps = a["x"].shape[-1]
    ones, zeros = np.ones(maps, np.float32), np.zeros(maps, np.float32)
    _, mean, variance = tf.compat.v1.nn.fused_batch_norm(
        a["x"].astype(np.float32), ones, zeros, zeros, ones, is_training=True, exponential_avg_factor=factor
    )
    return array(mean), array(variance)


def kept_mean(a: Arrays, p: Point, *, exponential_avg_factor: float) -> Array:
    """The running mean of tf.compat.v1.nn.fused_batch_norm after one step from 0, in float32."""
    return _kept(a, exponential_avg_factor)[0]


def kept_variance(a: Arrays, p: Point, *, exponential_avg_factor: float, by_hand: bool = False) -> Array:
    """Its running variance after one step from 1; by hand: tf.nn.moments, then mixed."""
    if not by_hand:
        return _kept(a, exponential_avg_factor)[1]
    variance = array(tf.nn.moments(tf.constant(a["x"]), [0, 1, 2])[1])
    return 1 - exponential_avg_factor + exponential_avg_factor * variance


def _dropped(function: str, given: Any, *arguments: Any, **settings: Any) -> Array:
    """tf.nn.dropout, or tf.compat.v1.nn.dropout."""
    tf.random.set_seed(0)
    home = tf.compat.v1.nn if function == "v1" else tf.nn
    return array(home.dropout(given, *arguments, **settings))


def dropout_values(a: Arrays, p: Point) -> Array:
    """The values that ones become, ascending."""
    return np.unique(_dropped("nn", np.ones(DRAWS), rate=0.2))


def dropout_share(a: Arrays, p: Point, *, function: str = "nn", by_name: bool = False, rate: float = 0.2) -> Array:
    """The share of ones that became zero; the number is the second argument, or `rate` by name."""
    ones = np.ones(DRAWS)
    dropped = _dropped(function, ones, rate=rate) if by_name else _dropped(function, ones, rate)
    return np.array([np.mean(dropped == 0)])


def dropout_of_maps(a: Arrays, p: Point) -> Array:
    """The share of maps that are neither wholly dropped nor wholly kept, under noise_shape = (batch, 1, 1, maps)."""
    zero = np.mean(_dropped("nn", np.ones((100, 4, 4, 8)), rate=0.2, noise_shape=[100, 1, 1, 8]) == 0, axis=(1, 2))
    return np.array([np.mean((zero > 0) & (zero < 1))])


def dropout_again(a: Arrays, p: Point, *, stateless: bool = False) -> Array:
    """The share of places that two calls with one seed treat alike."""
    tf.random.set_seed(0)
    if stateless:
        calls = [tf.nn.experimental.stateless_dropout(np.ones(DRAWS), 0.2, seed=[0, 7]) for _ in range(2)]
    else:
        calls = [tf.nn.dropout(np.ones(DRAWS), 0.2, seed=7) for _ in range(2)]
    return np.array([np.mean(array(calls[0]) == array(calls[1]))])


def starting_deviation(a: Arrays, p: Point, *, layer: str, which: str) -> Array:
    """Standard deviation, about 0, of what tf.get_variable gives in the slides' code, as a share of Glorot's rule."""
    shape = [p["units"]] if which == "biases" else [p["inputs"], p["units"]]
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.set_random_seed(0)
        variable = tf.compat.v1.get_variable(which, [5, 5, *shape] if layer == "conv" and which == "weights" else shape)
        session.run(tf.compat.v1.global_variables_initializer())
        values = array(session.run(variable))
    return np.array([np.sqrt(np.mean(values**2)) / glorot_deviation(p, layer=layer, which=which)])

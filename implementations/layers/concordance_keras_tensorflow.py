"""Keras's own layers on given arrays, for the concordance. Needs the `tensorflow` extra.

Every function makes one layer in float64, gives it the row's weights and calls it. Arrays are laid out as the slides have
them, which is Keras's order too. Raises whatever Keras raises.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from implementations.layers.concordance_nn_tensorflow import array, gains, gradient_at_zero
from implementations.layers.concordance_references import glorot_deviation, simplex, stride
from implementations.layers.concordance_rows import DRAWS, Array, Arrays, Point


def built(layer: Any, x: Array, *weights: Array) -> Any:
    """A layer that has seen the shape of x and holds the given weights."""
    layer.build(x.shape)
    layer.set_weights(weights)
    return layer


def conv2d(a: Arrays, p: Point, *, padding: str = "valid", groups: int = 1) -> Array:
    """keras.layers.Conv2D; padding "by hand" is a ZeroPadding2D of (M_filter - 1) / 2 before it."""
    x = a["x"]
    if padding == "by hand":
        x, padding = array(keras.layers.ZeroPadding2D((p["kernel"] - 1) // 2, dtype="float64")(x)), "valid"
    layer = keras.layers.Conv2D(
        a["kernel"].shape[-1], p["kernel"], stride(p), padding, groups=groups, use_bias=False, dtype="float64"
    )
    return array(built(layer, x, a["kernel"])(x))


def conv2d_laid_out(a: Arrays, p: Point, *, axes: tuple[int, ...] = (0, 1, 2, 3)) -> Array:
    """keras.layers.Conv2D with the kernel as it is stored, or with its axes reordered."""
    return conv2d({**a, "kernel": a["kernel"].transpose(axes)}, p)


def depthwise(a: Arrays, p: Point, *, every: int = 1) -> Array:
    """keras.layers.DepthwiseConv2D; `every` column of a call with equal strides."""
    strides = p.get("stride", 1) if every > 1 else stride(p)
    multiplier = a["kernel"].shape[-1]
    layer = keras.layers.DepthwiseConv2D(
        p["kernel"], strides, depth_multiplier=multiplier, use_bias=False, dtype="float64"
    )
    return array(built(layer, a["x"], a["kernel"])(a["x"]))[:, :, ::every]


def transposed(a: Arrays, p: Point, *, padding: str = "valid", output_padding: int | None = None) -> Array:
    """keras.layers.Conv2DTranspose with the kernel of the convolution, unchanged."""
    layer = keras.layers.Conv2DTranspose(
        a["kernel"].shape[2],
        p["kernel"],
        p["stride"],
        padding,
        output_padding=output_padding,
        use_bias=False,
        dtype="float64",
    )
    return array(built(layer, a["y"], a["kernel"])(a["y"]))


def max_pool(a: Arrays, p: Point, *, padding: str = "valid", shift: float = 0.0) -> Array:
    """keras.layers.MaxPooling2D; padding "by hand" is a ZeroPadding2D of (window - 1) / 2 before it."""
    x = a["x"] + shift
    if padding == "by hand":
        x, padding = array(keras.layers.ZeroPadding2D((p["window"] - 1) // 2, dtype="float64")(x)), "valid"
    return array(keras.layers.MaxPooling2D(p["window"], p["stride"], padding, dtype="float64")(x))


def max_pool_of_a_numpy_array(a: Arrays, p: Point) -> Array:
    """keras.layers.MaxPooling2D of 2x2 windows, called on a NumPy array as everywhere here."""
    return array(keras.layers.MaxPooling2D(2, dtype="float64")(a["x"]))


def max_pool_halving(a: Arrays, p: Point, *, padding: str = "valid") -> Array:
    """keras.layers.MaxPooling2D of 3x3 windows with stride 2."""
    return array(keras.layers.MaxPooling2D(3, 2, padding, dtype="float64")(a["x"]))


def max_pool_gradient_of_ties(a: Arrays, p: Point) -> Array:
    """Where the tape sends the gradient of equal pixels through MaxPooling2D."""
    return gradient_at_zero(keras.layers.MaxPooling2D(p["window"], p["stride"], dtype="float64"), a["x"])


def average_pool(a: Arrays, p: Point, *, padding: str = "valid") -> Array:
    """keras.layers.AveragePooling2D."""
    return array(keras.layers.AveragePooling2D(p["window"], p["stride"], padding, dtype="float64")(a["x"]))


def global_average(a: Arrays, p: Point) -> Array:
    """keras.layers.GlobalAveragePooling2D."""
    return array(keras.layers.GlobalAveragePooling2D(dtype="float64")(a["x"]))


def subsample(a: Arrays, p: Point) -> Array:
    """keras.layers.DepthwiseConv2D whose four weights a map are the map's gain."""
    layer = keras.layers.DepthwiseConv2D(2, 2, dtype="float64")
    return array(built(layer, a["x"], gains(a), a["bias"])(a["x"]))


def resize(a: Arrays, p: Point, *, interpolation: str) -> Array:
    """keras.layers.UpSampling2D."""
    return array(keras.layers.UpSampling2D(p["factor"], interpolation=interpolation, dtype="float64")(a["x"]))


def dense(a: Arrays, p: Point) -> Array:
    """keras.layers.Dense with W as the slide's code stores it."""
    return array(built(keras.layers.Dense(a["W"].shape[1], use_bias=False, dtype="float64"), a["x"], a["W"])(a["x"]))


def flatten(a: Arrays, p: Point) -> Array:
    """keras.layers.Flatten."""
    return array(keras.layers.Flatten(dtype="float64")(a["x"]))


def softmax(a: Arrays, p: Point) -> Array:
    """keras.layers.Softmax."""
    return array(keras.layers.Softmax(dtype="float64")(a["x"]))


def at_value(a: Arrays, p: Point, *, function: str, sign: int = 1) -> Array:
    """An activation of keras.activations at one number."""
    return array(getattr(keras.activations, function)(tf.constant([float(sign * p["x"])], tf.float64)))


def slope_at_zero(a: Arrays, p: Point, *, function: str) -> Array:
    """The tape's derivative at 0 of keras.activations.relu, or of keras.ops.maximum(x, 0)."""
    if function == "relu":
        return gradient_at_zero(keras.activations.relu, np.zeros(1))
    return gradient_at_zero(lambda x: keras.ops.maximum(x, 0.0), np.zeros(1))


def cross_entropy(a: Arrays, p: Point, **settings: Any) -> Array:
    """keras.losses.CategoricalCrossentropy from logits."""
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, dtype="float64", **settings)
    return np.atleast_1d(array(loss(simplex(a["labels"]), a["logits"])))


def batch_norm(a: Arrays, p: Point, **settings: Any) -> Array:
    """keras.layers.BatchNormalization in training."""
    layer = keras.layers.BatchNormalization(dtype="float64", **settings)
    zeros = np.zeros_like(a["gamma"])
    return array(built(layer, a["x"], a["gamma"], a["beta"], zeros, zeros + 1)(a["x"], training=True))


def batch_norm_inference(a: Arrays, p: Point, *, epsilon: float) -> Array:
    """keras.layers.BatchNormalization with kept moments."""
    layer = keras.layers.BatchNormalization(epsilon=epsilon, dtype="float64")
    return array(built(layer, a["x"], a["gamma"], a["beta"], a["mean"], a["deviation"] ** 2)(a["x"]))


def _kept(a: Arrays, momentum: float) -> Any:
    layer = keras.layers.BatchNormalization(momentum=momentum, dtype="float64")
    layer(a["x"], training=True)
    return layer


def kept_mean(a: Arrays, p: Point, *, momentum: float) -> Array:
    """The moving mean of keras.layers.BatchNormalization after one step from 0."""
    return array(_kept(a, momentum).moving_mean)


def kept_variance(a: Arrays, p: Point, *, momentum: float, by_hand: bool = False) -> Array:
    """Its moving variance after one step from 1; by hand: momentum 0, times m / (m - 1), then mixed."""
    if not by_hand:
        return array(_kept(a, momentum).moving_variance)
    m = a["x"].size // a["x"].shape[-1]
    return np.asarray(momentum + (1 - momentum) * array(_kept(a, 0.0).moving_variance) * m / (m - 1))


def _dropped(name: str, shape: tuple[int, ...], training: bool = True, **settings: Any) -> Array:
    layer = getattr(keras.layers, name)(rate=0.2, seed=0, dtype="float64", **settings)
    return array(layer(np.ones(shape), training=training))


def dropout_values(a: Arrays, p: Point, *, layer: str = "Dropout") -> Array:
    """The values that ones become, ascending."""
    return np.unique(_dropped(layer, (1, DRAWS)))


def dropout_share(a: Arrays, p: Point, *, training: bool = True) -> Array:
    """The share of ones that became zero."""
    return np.array([np.mean(_dropped("Dropout", (1, DRAWS), training) == 0)])


def dropout_of_maps(a: Arrays, p: Point, *, layer: str) -> Array:
    """The share of maps that are neither wholly dropped nor wholly kept."""
    zero = np.mean(_dropped(layer, (100, 4, 4, 8)) == 0, axis=(1, 2))
    return np.array([np.mean((zero > 0) & (zero < 1))])


def dropout_again(a: Arrays, p: Point, *, new_layer: bool = False) -> Array:
    """The share of places that two calls treat alike: of one layer with a seed, or of two layers with that seed."""
    ones = np.ones((1, DRAWS))
    first, other = (keras.layers.Dropout(0.2, seed=0, dtype="float64") for _ in range(2))
    one, two = first(ones, training=True), (other if new_layer else first)(ones, training=True)
    return np.array([np.mean(array(one) == array(two))])


def starting_deviation(a: Arrays, p: Point, *, layer: str, which: str, **settings: Any) -> Array:
    """Standard deviation of a new layer's weights or biases, about 0, as a share of Glorot's uniform rule."""
    keras.utils.set_random_seed(0)
    inputs, units = p["inputs"], p["units"]
    new = keras.layers.Dense(units, **settings) if layer == "dense" else keras.layers.Conv2D(units, 5, **settings)
    new.build((1, inputs) if layer == "dense" else (1, 8, 8, inputs))
    values = array(new.kernel if which == "weights" else new.bias)
    return np.array([np.sqrt(np.mean(values**2)) / glorot_deviation(p, layer=layer, which=which)])

"""One row of a table as Keras layers: Keras's own wherever they compute what the row says.

Images are (batch, height, width, channels), as in the tables. What is not one layer of Keras here, and why:

    Conv with groups        a layer a group: TensorFlow has no gradient of a grouped convolution on a CPU; where each group
                            is one map, `DepthwiseConv2D`
    ConnectedConv2D         Keras has no convolution that sees chosen maps
    padding by numbers      Keras pads by "valid" or "same" only: `ZeroPadding2D` before, `Cropping2D` after a transpose;
                            for pooling what no maximum takes and no mean counts
    local response norm     TensorFlow's has no float64
    Subsampling, SquaredDistances, the scaled tanh       LeNet-5's units

Conventions: Keras's momentum is the table's; it keeps the biased variance, torch the unbiased one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from implementations.layers.dense_layers_numpy import AMPLITUDE, SLOPE
from implementations.layers.windows import Pair, image_pads
from implementations.networks.importing_tensorflow import keras, tf
from implementations.networks.placing import Placed, connected
from implementations.networks.table import (
    Activation,
    BatchNorm,
    Conv,
    Crop,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    LocalResponseNorm,
    PadChannels,
    Pool,
    RadialBasis,
    Subsample,
    TransposedConv,
    Upsample,
    pair,
)

ops = keras.ops

Graph = Callable[[Any], Any]  # from one symbolic tensor of Keras to another
Pads = tuple[Pair, Pair]  # (top, bottom), (left, right)


class ConnectedConv2D(keras.layers.Layer):  # type: ignore[misc]
    """A convolution whose output maps see chosen input maps: one window of weights a pair of maps (LeNet-5's C3)."""

    def __init__(self, place: Placed, row: Conv, **settings: Any) -> None:
        super().__init__(**settings)
        inputs, outputs = connected(row)
        self.pairs = np.stack([inputs, outputs], axis=1)
        self.row, self.channels = row, place.input[2]

    def build(self, shape: Any) -> None:
        """The weights (pairs, height, width), and the biases."""
        self.kernel = self.add_weight(shape=(len(self.pairs), *pair(self.row.size)), name="kernel")
        self.bias = self.add_weight(shape=(self.row.filters,), name="bias") if self.row.bias else 0.0

    def call(self, x: Any) -> Any:
        """The convolution with a kernel that is zero between maps without a connection."""
        shape = (self.channels, self.row.filters, *pair(self.row.size))
        kernel = tf.transpose(tf.scatter_nd(self.pairs, self.kernel, shape), (2, 3, 0, 1))
        return tf.nn.conv2d(x, kernel, pair(self.row.stride), "VALID") + self.bias


class Subsampling(keras.layers.Layer):  # type: ignore[misc]
    """The sum of each window, times a gain a map, plus a bias a map."""

    def __init__(self, size: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.size = size

    def build(self, shape: Any) -> None:
        """A gain and a bias a map."""
        self.gain = self.add_weight(shape=(shape[-1],), name="gain")
        self.bias = self.add_weight(shape=(shape[-1],), name="bias")

    def call(self, x: Any) -> Any:
        """(n, h, w, c) to (n, h // size, w // size, c)."""
        return self.size**2 * tf.nn.avg_pool2d(x, self.size, self.size, "VALID") * self.gain + self.bias


class SquaredDistances(keras.layers.Layer):  # type: ignore[misc]
    """The squared distance to each of some fixed centres."""

    def __init__(self, units: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.units = units

    def build(self, shape: Any) -> None:
        """The centres (units, inputs), which no step trains."""
        self.centres = self.add_weight(shape=(self.units, shape[-1]), name="centres", trainable=False)

    def call(self, x: Any) -> Any:
        """(n, inputs) to (n, units)."""
        return tf.reduce_sum(tf.square(x[:, None, :] - self.centres), axis=-1)


class ResponseNorm(keras.layers.Layer):  # type: ignore[misc]
    """x / (k + alpha * the sum of the squares of the maps around) ** beta."""

    def __init__(self, row: LocalResponseNorm, **settings: Any) -> None:
        super().__init__(**settings)
        self.row = row

    def call(self, x: Any) -> Any:
        """(n, h, w, c) to the same."""
        reach, channels = self.row.size // 2, x.shape[-1]
        squares = tf.pad(tf.square(x), ((0, 0), (0, 0), (0, 0), (reach, reach)))
        total = tf.add_n([squares[..., first : first + channels] for first in range(self.row.size)])
        return x / (self.row.k + self.row.alpha * total) ** self.row.beta


def layer_of(place: Placed, settings: dict[str, Any]) -> tuple[Graph, list[Any]]:
    """What computes a row that holds no rows, and the layers with its parameters: mostly one, none, or one a group.

    ``settings`` are those of each layer: its dtype.
    """
    row = place.row
    match row:
        case Conv():
            return convolution(place, row, settings)
        case TransposedConv():
            return transposed_convolution(place, row, settings)
        case Pool():
            return pooling(place, row, settings), []
        case PadChannels(channels=channels, stride=s):
            more = channels - place.input[2]
            return lambda x: ops.pad(x[:, ::s, ::s, :], ((0, 0), (0, 0), (0, 0), (0, more))), []
    one = _own_layer(place, settings | {"name": place.label})
    return one, [one] if isinstance(row, Subsample | Dense | RadialBasis | BatchNorm) else []


def _own_layer(place: Placed, settings: dict[str, Any]) -> Any:
    match place.row:
        case GlobalAveragePool():
            return keras.layers.GlobalAveragePooling2D(**settings)
        case Subsample(size=size):
            return Subsampling(size, **settings)
        case Upsample(factor=factor):
            return keras.layers.UpSampling2D(factor, **settings)
        case Crop(margin=margin):
            return keras.layers.Cropping2D(margin, **settings)
        case Flatten():
            return keras.layers.Flatten(**settings)
        case Dense(units=units, bias=bias):
            return keras.layers.Dense(units, use_bias=bias, **settings)
        case RadialBasis(units=units):
            return SquaredDistances(units, **settings)
        case Activation(function="scaled_tanh"):
            return keras.layers.Activation(lambda x: AMPLITUDE * tf.tanh(SLOPE * x), **settings)
        case Activation(function=function):
            return keras.layers.Activation(function, **settings)
        case BatchNorm(epsilon=epsilon, momentum=momentum):
            return keras.layers.BatchNormalization(epsilon=epsilon, momentum=momentum, **settings)
        case LocalResponseNorm() as row:
            return ResponseNorm(row, **settings)
        case Dropout(rate=rate):
            return keras.layers.Dropout(rate, **settings)
        case row:
            raise TypeError(f"{type(row).__name__} is not a layer")


def convolution(place: Placed, row: Conv, settings: dict[str, Any]) -> tuple[Graph, list[Any]]:
    """Keras's own, after padding by hand where it is given by numbers."""
    size, strides = pair(row.size), pair(row.stride)
    by_name = row.padding in ("valid", "same") and row.connections is None
    before = _nothing if by_name else zeros(_pads(place, row))
    settings = settings | {"name": place.label}
    common = settings | {"strides": strides, "padding": row.padding if by_name else "valid", "use_bias": row.bias}
    if row.connections is not None:
        one = ConnectedConv2D(place, row, **settings)
    elif row.groups == 1:
        one = keras.layers.Conv2D(row.filters, size, **common)
    elif row.groups == place.input[2] and strides[0] == strides[1]:
        one = keras.layers.DepthwiseConv2D(size, depth_multiplier=row.filters // row.groups, **common)
    else:
        names = [f"{place.label}_{group}" for group in range(1, row.groups + 1)]
        many = [keras.layers.Conv2D(row.filters // row.groups, size, **common | {"name": name}) for name in names]

        def side_by_side(x: Any) -> Any:
            shares = ops.split(before(x), row.groups, axis=-1)
            return ops.concatenate([layer(share) for layer, share in zip(many, shares, strict=True)], axis=-1)

        return side_by_side, many
    return lambda x: one(before(x)), [one]


def transposed_convolution(place: Placed, row: TransposedConv, settings: dict[str, Any]) -> tuple[Graph, list[Any]]:
    """Keras's own without padding; what the padding would not give is cut off."""
    size, strides = pair(row.size), pair(row.stride)
    one = keras.layers.Conv2DTranspose(row.filters, size, strides, use_bias=row.bias, name=place.label, **settings)
    (top, _), (left, _) = image_pads(place.output[:2], size, strides, row.padding)  # type: ignore[arg-type]
    height, width, _ = place.output
    return lambda x: one(x)[:, top : top + height, left : left + width, :], [one]


def pooling(place: Placed, row: Pool, settings: dict[str, Any]) -> Graph:
    """Keras's own, after padding by hand where it is given by numbers."""
    kind = keras.layers.MaxPooling2D if row.kind == "max" else keras.layers.AveragePooling2D
    size, strides = pair(row.size), pair(row.stride)
    if row.padding in ("valid", "same"):
        return kind(size, strides, row.padding, name=place.label, **settings)  # type: ignore[no-any-return]
    pads = _pads(place, row)
    pool = kind(size, strides, name=place.label, **settings)
    if row.kind == "max":
        return lambda x: pool(ops.pad(x, ((0, 0), *pads, (0, 0)), constant_values=-np.inf))
    pixels = np.pad(np.ones(place.input[:2]), pads)
    windows = np.lib.stride_tricks.sliding_window_view(pixels, size)[:: strides[0], :: strides[1]]
    share = windows.mean((2, 3))[:, :, None].astype(settings["dtype"])  # of a window that lies on the image
    return lambda x: pool(ops.pad(x, ((0, 0), *pads, (0, 0)))) / share


def zeros(pads: Pads) -> Graph:
    """Zeros around an image."""
    return (lambda x: ops.pad(x, ((0, 0), *pads, (0, 0)))) if any(map(any, pads)) else _nothing


def _pads(place: Placed, row: Conv | Pool) -> Pads:
    return image_pads(place.input[:2], pair(row.size), pair(row.stride), row.padding)  # type: ignore[arg-type]


def _nothing(x: Any) -> Any:
    return x

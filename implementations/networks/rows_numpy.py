"""One layer of a table in NumPy, forward and backward: each row type with the functions of the topic layers that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.activations import activations_numpy as activations
from implementations.dense.dense_numpy import dense
from implementations.layers import dense_layers_numpy as dense_layers
from implementations.layers import normalisation_numpy as normalisation
from implementations.layers import pooling_numpy as pooling
from implementations.layers import resizing_numpy as resizing
from implementations.layers.convolution_numpy import conv2d, conv2d_backward
from implementations.layers.dropout_numpy import dropout, dropout_backward
from implementations.layers.transposed_numpy import conv2d_transposed, conv2d_transposed_backward
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
    Row,
    Subsample,
    TransposedConv,
    Upsample,
)
from implementations.networks.weights import only_connected

Array = NDArray[Any]
Owned = Mapping[str, Array]  # the parameters of one row: kernel, bias, ...


@dataclass(frozen=True)
class Mode:
    """How a network runs: in training or not, and with which uniform numbers, by the row's name, it drops."""

    training: bool = False
    uniforms: Mapping[str, Array] = field(default_factory=dict)

    def numbers(self, row: Row, shape: tuple[int, ...]) -> Array | None:
        """The uniform numbers by which the row drops values or images of that shape; None where it keeps all."""
        found = self.uniforms.get(row.name) if self.training else None
        if found is not None and found.shape != shape:
            raise ValueError(f"row {row.name!r} drops {shape}, its uniform numbers are {found.shape}")
        return found


def forward(row: Row, own: Owned, x: Array, mode: Mode) -> Array:
    """What leaves the layer: x (batch, height, width, channels) or (batch, inputs)."""
    match row:
        case Conv(stride=stride, padding=padding, groups=groups):
            kernel = only_connected(row, own["kernel"])
            return conv2d(x, kernel, own.get("bias"), stride=stride, padding=padding, groups=groups)
        case TransposedConv(stride=stride, padding=padding):
            return conv2d_transposed(x, own["kernel"], own.get("bias"), stride=stride, padding=padding)
        case Dense(bias=True):
            return dense(x, own["kernel"], own["bias"])
        case Dense():
            return np.asarray(x @ own["kernel"])
        case RadialBasis():
            return dense_layers.radial_basis(x, own["centres"])
        case Activation(function=function):
            return ACTIVATIONS[function](x)
        case Pool(kind="max", size=size, stride=stride, padding=padding):
            return pooling.max_pool(x, size, stride, padding)
        case Pool(size=size, stride=stride, padding=padding):
            return pooling.average_pool(x, size, stride, padding)
        case GlobalAveragePool():
            return pooling.global_average_pool(x)
        case Subsample(size=size):
            return pooling.subsample(x, own["gain"], own["bias"], size)
        case BatchNorm(epsilon=epsilon) if mode.training:
            return normalisation.batch_norm(x, own["gamma"], own["beta"], epsilon=epsilon)[0]
        case BatchNorm(epsilon=epsilon):
            return normalisation.batch_norm_inference(
                x, own["gamma"], own["beta"], own["mean"], own["variance"], epsilon=epsilon
            )
        case LocalResponseNorm(size=size, k=k, alpha=alpha, beta=beta):
            return normalisation.local_response_norm(x, size, k, alpha, beta)
        case Dropout(rate=rate):
            uniforms = mode.numbers(row, x.shape)
            return x if uniforms is None else dropout(x, rate, uniforms)
        case Flatten():
            return x.reshape(len(x), -1)
        case Upsample(factor=factor):
            return resizing.upsample(x, factor)
        case Crop(margin=margin):
            return resizing.crop(x, margin)
        case PadChannels(channels=channels, stride=stride):
            return resizing.pad_channels(x, channels, stride)
        case _:
            raise TypeError(f"{type(row).__name__} is not a layer")


def backward(row: Row, own: Owned, dy: Array, x: Array, mode: Mode) -> tuple[Array, dict[str, Array]]:
    """dL/dx and the gradients of the row's trained parameters, from dL/dy and what entered the layer."""
    match row:
        case Conv(stride=stride, padding=padding, groups=groups):
            kernel = only_connected(row, own["kernel"])
            dx, dkernel, dbias = conv2d_backward(dy, x, kernel, stride=stride, padding=padding, groups=groups)
            return dx, _trained(own, kernel=only_connected(row, dkernel), bias=dbias)
        case TransposedConv(stride=stride, padding=padding):
            dx, dkernel, dbias = conv2d_transposed_backward(dy, x, own["kernel"], stride=stride, padding=padding)
            return dx, _trained(own, kernel=dkernel, bias=dbias)
        case Dense():
            dx, dkernel, dbias = dense_layers.dense_backward(dy, x, own["kernel"])
            return dx, _trained(own, kernel=dkernel, bias=dbias)
        case RadialBasis():
            return dense_layers.radial_basis_backward(dy, x, own["centres"]), {}
        case Activation(function=function):
            return ACTIVATIONS_BACKWARD[function](dy, x), {}
        case Pool(kind="max", size=size, stride=stride, padding=padding):
            return pooling.max_pool_backward(dy, x, size, stride, padding), {}
        case Pool(size=size, stride=stride, padding=padding):
            return pooling.average_pool_backward(dy, x.shape, size, stride, padding), {}
        case GlobalAveragePool():
            return pooling.global_average_pool_backward(dy, x.shape), {}
        case Subsample(size=size):
            dx, dgain, dbias = pooling.subsample_backward(dy, x, own["gain"], size)
            return dx, {"gain": dgain, "bias": dbias}
        case BatchNorm(epsilon=epsilon) if mode.training:
            dx, dgamma, dbeta = normalisation.batch_norm_backward(dy, x, own["gamma"], epsilon=epsilon)
            return dx, {"gamma": dgamma, "beta": dbeta}
        case BatchNorm(epsilon=epsilon):
            dx, dgamma, dbeta = normalisation.batch_norm_inference_backward(
                dy, x, own["gamma"], own["mean"], own["variance"], epsilon=epsilon
            )
            return dx, {"gamma": dgamma, "beta": dbeta}
        case LocalResponseNorm(size=size, k=k, alpha=alpha, beta=beta):
            return normalisation.local_response_norm_backward(dy, x, size, k, alpha, beta), {}
        case Dropout(rate=rate):
            uniforms = mode.numbers(row, x.shape)
            return dy if uniforms is None else dropout_backward(dy, rate, uniforms), {}
        case Flatten():
            return dy.reshape(x.shape), {}
        case Upsample(factor=factor):
            return resizing.upsample_backward(dy, factor), {}
        case Crop(margin=margin):
            return resizing.crop_backward(dy, margin), {}
        case PadChannels(stride=stride):
            return resizing.pad_channels_backward(dy, x.shape, stride), {}
        case _:
            raise TypeError(f"{type(row).__name__} is not a layer")


def _trained(own: Owned, **gradients: Array) -> dict[str, Array]:
    """The gradients of the parameters that the row has: without the bias where there is none."""
    return {name: gradient for name, gradient in gradients.items() if name in own}


ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = {
    "relu": activations.relu,
    "sigmoid": activations.sigmoid,
    "tanh": activations.tanh,
    "scaled_tanh": dense_layers.scaled_tanh,
    "softmax": activations.softmax,
}
ACTIVATIONS_BACKWARD: Mapping[str, Callable[[Array, Array], Array]] = {
    "relu": lambda dy, x: np.asarray(dy * activations.relu_derivative(x)),
    "sigmoid": lambda dy, x: np.asarray(dy * activations.sigmoid_derivative(x)),
    "tanh": lambda dy, x: np.asarray(dy * activations.tanh_derivative(x)),
    "scaled_tanh": dense_layers.scaled_tanh_backward,
    "softmax": lambda dy, x: dense_layers.softmax_backward(dy, activations.softmax(x)),
}

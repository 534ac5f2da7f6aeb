"""A table as a Keras model with given weights; its outputs and gradients in the table's layout. Needs the `tensorflow` extra.

    model = build(network, weights)           x (batch, height, width, channels) or (batch, inputs)
    y = model(x)                              with heads: {"output": y, "<head>": ...}

Keras's layouts are the table's, with two exceptions: a depthwise kernel (height, width, in, filters / in), and the kernels
of a grouped convolution, which are one a group. Rows are in `rows_tensorflow`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implementations.networks.counting import parameter_shapes
from implementations.networks.importing_tensorflow import keras, tf
from implementations.networks.placing import Placed, check_weights, connected, placed, without_dropout
from implementations.networks.rows_tensorflow import layer_of
from implementations.networks.table import Concat, Conv, Head, Network, Residual, Row, walk

Array = NDArray[Any]
Outputs = dict[str, Array]

# Keras's names for our parameters, where they differ
BATCH_NORM = {"mean": "moving_mean", "variance": "moving_variance"}


class Parameter(NamedTuple):
    """One parameter of a table, ``row/parameter`` with its shape there, and Keras's variables for it: one, or one a group."""

    name: str
    shape: tuple[int, ...]
    row: Row
    variables: list[Any]


class Graph:
    """The functional graph of a table. ``outputs`` has what leaves each row, ``heads`` what leaves each head, by label."""

    def __init__(self, network: Network, dtype: str) -> None:
        self.network = network
        self.settings = {"dtype": dtype}
        self.layers: dict[str, list[Any]] = {}  # those with parameters
        self.outputs: dict[str, Any] = {}
        self.heads: dict[str, Any] = {}
        self.input = keras.Input(network.input, dtype=dtype)
        self.output = self._rows(placed(network), self.input)

    def model(self) -> Any:
        """The Keras model from the input to the output, or to a dict of all outputs."""
        return keras.Model(self.input, {"output": self.output, **self.heads} if self.heads else self.output)

    def load(self, weights: Mapping[str, Array]) -> None:
        """Set every parameter. ValueError where the weights are not the table's."""
        check_weights(self.network, weights)
        for one in self.parameters():
            for variable, array in zip(one.variables, from_table(one, weights[one.name]), strict=True):
                variable.assign(array)

    def parameters(self) -> Iterator[Parameter]:
        """Every parameter, kept ones too, in the table's order."""
        rows = {row.name: row for row in walk(self.network.rows)}
        for name, shape in parameter_shapes(self.network).items():
            label, _, parameter = name.rpartition("/")
            attribute = BATCH_NORM.get(parameter, parameter)
            yield Parameter(name, shape, rows[label], [getattr(layer, attribute) for layer in self.layers[label]])

    def _rows(self, places: Sequence[Placed], x: Any) -> Any:
        for place in places:
            x = self.outputs[place.label] = self._row(place, x)
        return x

    def _row(self, place: Placed, x: Any) -> Any:
        match place.row:
            case Concat():
                branches = [self._rows(part, x) for part in place.parts]
                return keras.layers.Concatenate(name=place.label, **self.settings)(branches)
            case Residual(drop=drop):
                body, shortcut = (self._rows(part, x) for part in place.parts)
                if drop:
                    an_image = (None, *(1,) * (len(x.shape) - 1))
                    body = keras.layers.Dropout(drop, noise_shape=an_image, **self.settings)(body)
                return keras.layers.Add(name=place.label, **self.settings)([body, shortcut])
            case Head(name=name):
                self.heads[name] = self._rows(place.parts[0], x)
                return x
            case _:
                compute, self.layers[place.label] = layer_of(place, self.settings)
                return compute(x)


def build(network: Network, weights: Mapping[str, Array], dtype: str = "float64") -> Any:
    """The `keras.Model` with these weights. ValueError where they are not the table's."""
    graph = Graph(network, dtype)
    graph.load(weights)
    return graph.model()


def outputs_and_gradients(
    network: Network,
    weights: Mapping[str, Array],
    x: Array,
    d_output: Array,
    *,
    training: bool = False,
    d_heads: Mapping[str, Array] | None = None,
) -> tuple[Outputs, Array, dict[str, Array]]:
    """Outputs ("output" and heads), dL/dx and dL/dparameters for dL/doutput (and dL/dhead), in float64, without dropout."""
    graph = Graph(without_dropout(network), "float64")
    graph.load(weights)
    model, entering = graph.model(), tf.constant(x, tf.float64)
    trained = [one for one in graph.parameters() if one.variables[0].trainable]
    variables = [[variable.value for variable in one.variables] for one in trained]
    with tf.GradientTape() as tape:
        tape.watch(entering)
        outputs = model(entering, training=training)
        outputs = outputs if isinstance(outputs, dict) else {"output": outputs}
        upstream = {"output": d_output, **(d_heads or {})}
        left = [outputs[name] for name in upstream]
    dx, found = tape.gradient(
        left,
        [entering, variables],
        [tf.constant(one, tf.float64) for one in upstream.values()],
        unconnected_gradients=tf.UnconnectedGradients.ZERO,
    )
    gradients = {one.name: to_table(one, many) for one, many in zip(trained, found, strict=True)}
    return {name: y.numpy() for name, y in outputs.items()}, dx.numpy(), gradients


def row_outputs(
    network: Network, weights: Mapping[str, Array], x: Array, *, training: bool = False
) -> dict[str, Array]:
    """What leaves every row, by its label, in the order in which rows finish: those inside before the one that holds them."""
    graph = Graph(without_dropout(network), "float64")
    graph.load(weights)
    found = keras.Model(graph.input, graph.outputs)(tf.constant(x, tf.float64), training=training)
    return {label: found[label].numpy() for label in graph.outputs}


def from_table(parameter: Parameter, array: Array) -> list[Array]:
    """What Keras's variables for a parameter hold, from the table's array."""
    shape, row = parameter.variables[0].shape, parameter.row
    if isinstance(row, Conv) and parameter.name.endswith("/kernel"):
        if row.connections is not None:
            return [array[:, :, *connected(row)].transpose(2, 0, 1)]
        if len(parameter.variables) == 1:
            return [array.reshape(shape)]  # a depthwise kernel: filter i * m + j is the j-th of map i
    return np.split(array, len(parameter.variables), axis=-1)


def to_table(parameter: Parameter, tensors: Sequence[Any]) -> Array:
    """A parameter, or its gradient, in the table's layout, from what Keras's variables hold."""
    arrays: list[Array] = [np.asarray(tensor) for tensor in tensors]
    if isinstance(parameter.row, Conv) and parameter.name.endswith("/kernel"):
        if parameter.row.connections is not None:
            kernel = np.zeros(parameter.shape, arrays[0].dtype)
            kernel[:, :, *connected(parameter.row)] = arrays[0].transpose(1, 2, 0)
            return kernel
        if len(arrays) == 1:
            return arrays[0].reshape(parameter.shape)
    return np.concatenate(arrays, axis=-1)

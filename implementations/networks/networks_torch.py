"""A table as a `torch.nn` module with given weights; its outputs and gradients in the table's layout. Needs the `torch` extra.

    module = build(network, weights)          x (batch, height, width, channels) or (batch, inputs)
    y = module(x)                             with heads: {"output": y, "<head>": ...}

Inside, images are in the channels_last memory format, which *is* the table's (batch, height, width, channels) under other
names for its axes, so entering and leaving cost nothing. Kernels (height, width, in, out) become torch's (out, in, height,
width), dense weights (inputs, units) become (units, inputs): the only changes of layout. Rows are in `rows_torch`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from implementations.networks.counting import parameter_shapes
from implementations.networks.placing import check_batch, check_weights, connected, placed, without_dropout
from implementations.networks.rows_torch import Rows
from implementations.networks.table import BatchNorm, Conv, Dense, Network, Row, TransposedConv, walk

Array = NDArray[Any]
Outputs = dict[str, Array]

# torch's names for our parameters
BATCH_NORM = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"}
OTHERS = {"kernel": "weight"}


class Parameter(NamedTuple):
    """One parameter of a table, ``row/parameter`` with its shape there, and torch's tensor for it."""

    name: str
    shape: tuple[int, ...]
    row: Row
    tensor: Tensor


class TableNetwork(nn.Module):
    """The module of a table. ``labelled`` has the module of each row, ``tensors`` torch's tensor for each parameter."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.rows = Rows(placed(network))
        self.labelled = dict(self.rows.labelled())

    @property
    def tensors(self) -> Iterator[Parameter]:
        """Every parameter, kept ones too, in the table's order."""
        rows = {row.name: row for row in walk(self.network.rows)}
        for name, shape in parameter_shapes(self.network).items():
            label, _, parameter = name.rpartition("/")
            own = BATCH_NORM if isinstance(rows[label], BatchNorm) else OTHERS
            holder = _holder(self.labelled[label])
            yield Parameter(name, shape, rows[label], getattr(holder, own.get(parameter, parameter)))

    def forward(self, x: Tensor) -> Any:
        """The output of a batch; or, of a network with heads, a dict of all outputs. ValueError for another image size."""
        check_batch(self.network, tuple(x.shape))
        heads: dict[str, Tensor] = {}
        y = to_channels_last(self.rows(to_torch(x), heads))
        return {"output": y, **{name: to_channels_last(head) for name, head in heads.items()}} if heads else y


def build(
    network: Network, weights: Mapping[str, Array], dtype: torch.dtype = torch.float64, device: str = "cpu"
) -> TableNetwork:
    """The module with these weights, in training mode as torch's modules are. ValueError where they are not the table's."""
    check_weights(network, weights)
    module = TableNetwork(network).to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    with torch.no_grad():
        for one in module.tensors:
            one.tensor.copy_(torch.tensor(from_table(one.row, one.name, weights[one.name])))
    return module  # type: ignore[no-any-return]


def parameters(module: TableNetwork) -> dict[str, Array]:
    """Every parameter, kept ones too, by ``row/parameter``, in the table's order and layout."""
    return {one.name: to_table(one, one.tensor) for one in module.tensors}


def gradients(module: TableNetwork) -> dict[str, Array]:
    """The gradient of every trained parameter, in the table's order and layout; zeros where no gradient arrived."""
    return {
        one.name: to_table(one, torch.zeros_like(one.tensor) if one.tensor.grad is None else one.tensor.grad)
        for one in module.tensors
        if one.tensor.requires_grad
    }


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
    module = build(without_dropout(network), weights).train(training)
    entering = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    outputs = _named(module(entering))
    upstream = {"output": d_output, **(d_heads or {})}
    torch.autograd.backward(
        [outputs[name] for name in upstream], [torch.tensor(one, dtype=torch.float64) for one in upstream.values()]
    )
    found = {name: y.detach().numpy() for name, y in outputs.items()}
    assert entering.grad is not None
    return found, entering.grad.numpy(), gradients(module)


def row_outputs(
    network: Network, weights: Mapping[str, Array], x: Array, *, training: bool = False
) -> dict[str, Array]:
    """What leaves every row, by its label, in the order in which rows finish: those inside before the one that holds them."""
    module = build(without_dropout(network), weights).train(training)
    found: dict[str, Array] = {}

    def keep(label: str, y: Tensor) -> None:
        found[label] = to_channels_last(y).numpy()

    for place, one in module.labelled.items():
        one.register_forward_hook(lambda _module, _inputs, y, label=place: keep(label, y))
    with torch.no_grad():
        module(torch.tensor(x, dtype=torch.float64))
    return found


def to_torch(x: Tensor) -> Tensor:
    """(n, h, w, c) seen as (n, c, h, w) in channels_last; a vector as it is."""
    return x.permute(0, 3, 1, 2) if x.ndim == 4 else x


def to_channels_last(x: Tensor) -> Tensor:
    """The inverse of `to_torch`."""
    return x.permute(0, 2, 3, 1) if x.ndim == 4 else x


def from_table(row: Row, name: str, array: Array) -> Array:
    """A parameter in torch's layout, from the table's."""
    if name.endswith("/kernel"):
        match row:
            case Conv(connections=tuple()):
                inputs, outputs = connected(row)
                return array[:, :, inputs, outputs].transpose(2, 0, 1)
            case Conv() | TransposedConv():
                return array.transpose(3, 2, 0, 1)
            case Dense():
                return array.T
    return array


def to_table(parameter: Parameter, tensor: Tensor) -> Array:
    """A parameter, or its gradient, in the table's layout, from torch's."""
    array: Array = tensor.detach().cpu().numpy()
    if parameter.name.endswith("/kernel"):
        match parameter.row:
            case Conv(connections=tuple()):
                inputs, outputs = connected(parameter.row)
                kernel = np.zeros(parameter.shape, array.dtype)
                kernel[:, :, inputs, outputs] = array.transpose(1, 2, 0)
                return kernel
            case Conv() | TransposedConv():
                return array.transpose(2, 3, 1, 0)
            case Dense():
                return array.T
    return array


def _named(outputs: Any) -> dict[str, Tensor]:
    return outputs if isinstance(outputs, dict) else {"output": outputs}


def _holder(row: nn.Module) -> nn.Module:
    """The module that holds a row's parameters: itself, or the layer behind the padding."""
    return next(one for one in row.modules() if any(True for _ in chain(one.parameters(False), one.buffers(False))))

"""A network in NumPy: forward row by row, and backward through the same rows in reverse.

The forward pass keeps what entered each row; backward needs no more than that, the weights, and dL/dy. A row that holds rows keeps
the passes through its parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from implementations.layers.dropout_numpy import drop_path, drop_path_backward
from implementations.networks import rows_numpy
from implementations.networks.counting import trained
from implementations.networks.placing import check_batch, check_weights
from implementations.networks.rows_numpy import Mode
from implementations.networks.table import BatchNorm, Concat, Dropout, Head, Network, Residual, Row, parts, walk

Array = NDArray[Any]
Weights = Mapping[str, Array]
Gradients = dict[str, Array]


class Step(NamedTuple):
    """What entered a row; of the parts that the row holds, their steps and how many maps left each."""

    x: Array
    parts: tuple[tuple[Step, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True)
class Pass:
    """A forward pass: what came out, at the end and at the heads, and what backward needs of it."""

    output: Array
    heads: dict[str, Array]
    steps: tuple[Step, ...]
    mode: Mode


def forward(
    network: Network,
    weights: Weights,
    x: Array,
    *,
    training: bool = False,
    uniforms: Mapping[str, Array] | None = None,
) -> Pass:
    """Run x (batch, height, width, channels) or (batch, inputs) through the network; the dtype of x and the weights is kept.

    In training, batch normalisation takes the batch's moments, and the rows that are named in ``uniforms`` drop: a dropout by uniform
    numbers in the shape of its input, a residual (stochastic depth) by one an image. Without uniforms nothing is dropped.
    Raises ``ValueError`` where x or the weights do not fit the table, or ``uniforms`` has another shape or names a row that drops nothing.
    """
    check_weights(network, weights)
    check_batch(network, x.shape)
    mode = Mode(training, dict(uniforms or {}))
    droppers = {row.name for row in walk(network.rows) if isinstance(row, Dropout | Residual)}
    if unknown := sorted(mode.uniforms.keys() - droppers):
        raise ValueError(f"{network.name}: no dropout and no residual is named {', '.join(unknown)}")
    heads: dict[str, Array] = {}
    output, steps = _forward(network.rows, x, _owned(weights), mode, heads)
    return Pass(output, heads, steps, mode)


def backward(
    network: Network,
    weights: Weights,
    pass_: Pass,
    d_output: Array,
    d_heads: Mapping[str, Array] | None = None,
) -> tuple[Array, Gradients]:
    """(dL/dx, the gradients of all trained parameters in the table's order) from dL/d output and dL/d head; a head left out has none.

    Raises ``ValueError`` where a gradient has not the shape of its output, or there is no such head.
    """
    d_heads = dict(d_heads or {})
    outputs = pass_.heads | {"output": pass_.output}
    for name, gradient in (d_heads | {"output": d_output}).items():
        if name not in outputs:
            raise ValueError(f"{network.name} has no head {name}: it has {', '.join(pass_.heads) or 'none'}")
        if gradient.shape != outputs[name].shape:
            raise ValueError(f"{network.name}: {name} has shape {outputs[name].shape}, its gradient {gradient.shape}")
    gradients: Gradients = {}
    dx = _backward(network.rows, pass_.steps, d_output, _Back(_owned(weights), pass_.mode, d_heads, gradients))
    return dx, {name: gradients.get(name, np.zeros_like(weights[name])) for name in trained(network)}


def moments_after(network: Network, weights: Weights, pass_: Pass) -> dict[str, Array]:
    """The kept moments of every batch normalisation after a training pass: momentum * kept + (1 - momentum) * the batch's.

    Means and biased variances, keyed ``row/mean`` and ``row/variance``. (Torch keeps the unbiased ones.)
    """
    found: dict[str, Array] = {}
    waiting = list(zip(network.rows, pass_.steps, strict=True))
    for row, step in waiting:
        for rows, steps in zip(parts(row), step.parts, strict=True):
            waiting += zip(rows, steps, strict=True)
        if isinstance(row, BatchNorm):
            axes = tuple(range(step.x.ndim - 1))
            batch = {"mean": step.x.mean(axis=axes), "variance": step.x.var(axis=axes)}
            for name, new in batch.items():
                key = f"{row.name}/{name}"
                found[key] = row.momentum * weights[key] + (1 - row.momentum) * new
    return found


def outputs_and_gradients(
    network: Network,
    weights: Weights,
    x: Array,
    d_output: Array,
    *,
    training: bool = False,
    d_heads: Mapping[str, Array] | None = None,
) -> tuple[dict[str, Array], Array, Gradients]:
    """(outputs: "output" and each head, dL/dx, gradients) in float64 and without dropout: what is compared across backends."""
    double = {name: np.asarray(value, dtype=np.float64) for name, value in weights.items()}
    pass_ = forward(network, double, np.asarray(x, dtype=np.float64), training=training)
    dx, gradients = backward(network, double, pass_, d_output, d_heads)
    return {"output": pass_.output, **pass_.heads}, dx, gradients


def _owned(weights: Weights) -> dict[str, dict[str, Array]]:
    """The weights by row, then by parameter."""
    owned: dict[str, dict[str, Array]] = defaultdict(dict)
    for key, value in weights.items():
        row, parameter = key.split("/")
        owned[row][parameter] = value
    return owned


def _forward(
    rows: tuple[Row, ...], x: Array, owned: Mapping[str, dict[str, Array]], mode: Mode, heads: dict[str, Array]
) -> tuple[Array, tuple[Step, ...]]:
    """What leaves the last row, and a step a row. Heads put their outputs into ``heads``."""
    steps = []
    for row in rows:
        passes = [_forward(part, x, owned, mode, heads) for part in parts(row)]
        outs = [out for out, _ in passes]
        steps.append(Step(x, tuple(inside for _, inside in passes), tuple(out.shape[-1] for out in outs)))
        match row:
            case Concat():
                x = np.concatenate(outs, axis=-1)
            case Residual(drop=drop):
                body, shortcut = outs
                uniforms = mode.numbers(row, x.shape[:1])
                x = (body if uniforms is None else drop_path(body, drop, uniforms)) + shortcut
            case Head():
                heads[row.name] = outs[0]
            case _:
                x = rows_numpy.forward(row, owned.get(row.name, {}), x, mode)
    return x, tuple(steps)


class _Back(NamedTuple):
    """What every row needs on the way back, and where its gradients go."""

    owned: Mapping[str, dict[str, Array]]
    mode: Mode
    d_heads: Mapping[str, Array]
    gradients: Gradients


def _backward(rows: tuple[Row, ...], steps: tuple[Step, ...], dy: Array, back: _Back) -> Array:
    """dL/dx of what entered the first row, from dL/dy of what left the last."""
    for row, step in zip(reversed(rows), reversed(steps), strict=True):
        match row:
            case Concat(branches=branches):
                shares = np.split(dy, np.cumsum(step.widths)[:-1], axis=-1)
                parts_ = zip(branches, step.parts, shares, strict=True)
                dy = np.asarray(sum(_backward(branch, inside, share, back) for branch, inside, share in parts_))
            case Residual(body=body, shortcut=shortcut, drop=drop):
                uniforms = back.mode.numbers(row, dy.shape[:1])
                d_body = dy if uniforms is None else drop_path_backward(dy, drop, uniforms)
                dy = _backward(body, step.parts[0], d_body, back) + _backward(shortcut, step.parts[1], dy, back)
            case Head(rows=inside):
                if row.name in back.d_heads:
                    dy = dy + _backward(inside, step.parts[0], back.d_heads[row.name], back)
            case _:
                dy, gradients = rows_numpy.backward(row, back.owned.get(row.name, {}), dy, step.x, back.mode)
                back.gradients.update({f"{row.name}/{name}": gradient for name, gradient in gradients.items()})
    return dy

"""Reverse mode over NumPy arrays: the tape of `tape`, with an array at each entry.

The local derivative of an operation on arrays is a Jacobian, far too large to store (that of a 100 x 784 by 784 x 128
product has 12,800 x 100,352 entries). What is recorded instead is its product with an adjoint, v' -> v' dv/da, a
*pullback*. With a scalar loss each adjoint has the shape of its array, and the sweep is one pullback per operation.

Arrays that are not Tensors are constants, and cost no derivative: that is how the data enter a loss.

Source: columbia-deep-learning, slides REVERSE MODE AND NEURAL NETWORKS and NOTES ON AUTOMATIC DIFFERENTIATION, which asks
why one should not wrap NumPy's operations with their gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]  # of one floating dtype, which the operations keep
Pullback: TypeAlias = Callable[[Array], Sequence[Array]]


class Tensor:
    """An array on a tape: its operands, and the pullback that turns its adjoint into one contribution for each of them."""

    __slots__ = ("adjoint", "data", "operands", "pullback", "shared", "tape")
    __array_ufunc__ = None  # an ndarray on the left then hands the operation to us

    def __init__(self, data: Array, tape: list[Tensor], operands: Sequence[Tensor], pullback: Pullback | None) -> None:
        self.data = data
        self.tape = tape
        self.operands = operands
        self.pullback = pullback
        self.adjoint: Array | None = None
        self.shared = True  # whether some other node may hold the same array as its adjoint
        tape.append(self)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.data.shape

    def __repr__(self) -> str:
        return f"Tensor({self.data!r})"

    def receive(self, contribution: Array) -> None:
        """Add to the adjoint. The first contribution is kept as it is, and may be shared; the sum is the tensor's own."""
        if self.adjoint is None:
            self.adjoint = contribution
        elif self.shared:
            self.adjoint = self.adjoint + contribution
            self.shared = False
        else:
            self.adjoint += contribution

    def __add__(self, other: Tensor | Array | float) -> Tensor:
        return add(self, other)

    __radd__ = __add__

    def __sub__(self, other: Tensor | Array | float) -> Tensor:
        return subtract(self, other)

    def __rsub__(self, other: Array | float) -> Tensor:
        return subtract(other, self)

    def __mul__(self, other: Tensor | Array | float) -> Tensor:
        return multiply(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Tensor | Array | float) -> Tensor:
        return divide(self, other)

    def __rtruediv__(self, other: Array | float) -> Tensor:
        return divide(other, self)

    def __neg__(self) -> Tensor:
        return record(-self.data, (self, lambda g: -g))

    def __matmul__(self, other: Tensor | Array) -> Tensor:
        return matmul(self, other)

    def __rmatmul__(self, other: Array) -> Tensor:
        return matmul(other, self)


Operand: TypeAlias = Tensor | Array | float


def value_of(operand: Operand) -> Any:
    """The array or number without its tape."""
    return operand.data if isinstance(operand, Tensor) else operand


def record(data: Array, *partials: tuple[Operand, Callable[[Array], Array]]) -> Tensor:
    """Put the result of an operation on the tape, with a pullback for each operand; those of constants are dropped."""
    active = [(operand, pull) for operand, pull in partials if isinstance(operand, Tensor)]
    pulls = [pull for _, pull in active]
    return record_jointly(data, [operand for operand, _ in active], lambda g: [pull(g) for pull in pulls])


def record_jointly(data: Array, operands: Sequence[Tensor], pullback: Pullback) -> Tensor:
    """As `record`, for operations whose contributions are computed together. ValueError unless all are on one tape."""
    if not operands:
        raise TypeError("no operand is on a tape: use NumPy itself for constants")
    tape = operands[0].tape
    if any(operand.tape is not tape for operand in operands):
        raise ValueError("operands are on different tapes: arrays have no derivatives of derivatives here")
    return Tensor(data, tape, operands, pullback)


def unbroadcast(adjoint: Array, operand: Operand) -> Array:
    """Sum an adjoint over the axes along which NumPy repeated the operand, so that it has the operand's shape again."""
    shape = np.shape(value_of(operand))
    if adjoint.shape == shape:
        return adjoint
    leading = adjoint.ndim - len(shape)
    repeated = (*range(leading), *(leading + axis for axis, size in enumerate(shape) if size == 1))
    return np.asarray(adjoint.sum(axis=repeated)).reshape(shape)


def add(a: Operand, b: Operand) -> Tensor:
    """a + b, with broadcasting."""
    return record(value_of(a) + value_of(b), (a, lambda g: unbroadcast(g, a)), (b, lambda g: unbroadcast(g, b)))


def subtract(a: Operand, b: Operand) -> Tensor:
    """a - b, with broadcasting."""
    return record(value_of(a) - value_of(b), (a, lambda g: unbroadcast(g, a)), (b, lambda g: unbroadcast(-g, b)))


def multiply(a: Operand, b: Operand) -> Tensor:
    """a * b entry by entry, with broadcasting."""
    x, y = value_of(a), value_of(b)
    return record(x * y, (a, lambda g: unbroadcast(g * y, a)), (b, lambda g: unbroadcast(g * x, b)))


def divide(a: Operand, b: Operand) -> Tensor:
    """a / b entry by entry, with broadcasting."""
    x, y = value_of(a), value_of(b)
    quotient = x / y
    return record(quotient, (a, lambda g: unbroadcast(g / y, a)), (b, lambda g: unbroadcast(-g * quotient / y, b)))


def matmul(a: Operand, b: Operand) -> Tensor:
    """Matrix product of (n, k) and (k, m) arrays; ValueError for other dimensions than two."""
    x, y = value_of(a), value_of(b)
    if np.ndim(x) != 2 or np.ndim(y) != 2:
        raise ValueError(f"matmul takes two matrices, not arrays of {np.ndim(x)} and {np.ndim(y)} dimensions")
    return record(x @ y, (a, lambda g: g @ y.T), (b, lambda g: x.T @ g))


def value_and_gradient(loss: Callable[..., Tensor], *parameters: Array) -> tuple[float, list[Array]]:
    """The value of a scalar loss and its derivatives, one array of the same shape for each parameter.

    `loss` takes the parameters as Tensors and returns one with a single entry; TypeError or ValueError otherwise.
    Parameters must be floating-point arrays (TypeError): integers have no derivative.
    """
    if any(not np.issubdtype(np.asarray(p).dtype, np.floating) for p in parameters):
        raise TypeError("parameters must be arrays of floats")
    tape: list[Tensor] = []
    inputs = [Tensor(np.asarray(p), tape, (), None) for p in parameters]
    y = loss(*inputs)
    if not isinstance(y, Tensor):
        raise TypeError(f"the loss is a {type(y).__name__}, which does not depend on the parameters")
    if y.data.size != 1:
        raise ValueError(f"the loss has shape {y.data.shape}: reverse mode starts from a single number")
    y.adjoint = np.ones_like(y.data)
    for node in reversed(tape):
        if node.adjoint is not None and node.pullback is not None:
            for operand, contribution in zip(node.operands, node.pullback(node.adjoint), strict=True):
                operand.receive(contribution)
    tape.clear()  # tensors and tape refer to each other
    return float(y.data), _separate(inputs)


def _separate(inputs: Sequence[Tensor]) -> list[Array]:
    """The adjoints as arrays that share no memory: views, and what a sum handed to two operands, are copied."""
    gradients: list[Array] = []
    for x in inputs:
        adjoint = np.zeros_like(x.data) if x.adjoint is None else np.asarray(x.adjoint)
        if adjoint.base is not None or any(adjoint is earlier for earlier in gradients):
            adjoint = adjoint.copy()
        gradients.append(adjoint)
    return gradients


def gradient(loss: Callable[..., Tensor], *parameters: Array) -> list[Array]:
    """The derivatives of a scalar loss, one array for each parameter; see `value_and_gradient`."""
    return value_and_gradient(loss, *parameters)[1]

"""Reverse mode for scalar functions: record the operations on a tape, then walk the tape backwards.

Each operation v = op(a, b) is recorded with its local partials dv/da and dv/db, which are plain numbers once a and b have
values. The tape lists the operations in the order in which they ran, which is a topological order of the graph, so one
walk from the end hands every adjoint dy/dv on to the operands: a' += v' dv/da and b' += v' dv/db.
One walk gives the derivative by every input.

Speed decides the form: floats rather than arrays, local partials computed at record time, one list.

Source: columbia-deep-learning, slides REVERSE MODE AND NEURAL NETWORKS and NOTES ON AUTOMATIC DIFFERENTIATION.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos as float_cos
from math import log as float_log
from math import sin as float_sin

from implementations.autodiff import elementary
from implementations.autodiff.elementary import Active, Number, new_level, outranks


class Tape(list["Var"]):
    """The variables of one differentiation, in the order in which they were computed."""

    __slots__ = ("level",)

    level: int


class Var(Active):
    """A value on a tape, with its operands `a`, `b` (None where there is none) and the local partials `da`, `db`."""

    __slots__ = ("a", "adjoint", "b", "da", "db", "tape", "value")

    value: Number
    tape: Tape
    a: Var | None
    da: Number
    b: Var | None
    db: Number
    adjoint: Number

    @property
    def level(self) -> int:
        return self.tape.level

    def __repr__(self) -> str:
        return f"Var({self.value!r})"

    def __add__(self, other: Number) -> Number:
        if type(other) is Var and other.tape is self.tape:
            return _binary(self.value + other.value, self, 1.0, other, 1.0)
        if outranks(other, self):
            return other.__radd__(self)
        return _unary(self.value + other, self, 1.0)

    __radd__ = __add__

    def __sub__(self, other: Number) -> Number:
        if type(other) is Var and other.tape is self.tape:
            return _binary(self.value - other.value, self, 1.0, other, -1.0)
        if outranks(other, self):
            return other.__rsub__(self)
        return _unary(self.value - other, self, 1.0)

    def __rsub__(self, other: Number) -> Var:
        return _unary(other - self.value, self, -1.0)

    def __mul__(self, other: Number) -> Number:
        if type(other) is Var and other.tape is self.tape:
            x, y = self.value, other.value
            return _binary(x * y, self, y, other, x)
        if outranks(other, self):
            return other.__rmul__(self)
        return _unary(self.value * other, self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Number:
        if type(other) is Var and other.tape is self.tape:
            y = other.value
            quotient = self.value / y
            return _binary(quotient, self, 1.0 / y, other, -quotient / y)
        if outranks(other, self):
            return other.__rtruediv__(self)
        return _unary(self.value / other, self, 1.0 / other)

    def __rtruediv__(self, other: Number) -> Var:
        quotient = other / self.value
        return _unary(quotient, self, -quotient / self.value)

    def __pow__(self, other: Number) -> Number:
        if outranks(other, self):
            return other.__rpow__(self)
        if type(other) is Var and other.tape is self.tape:
            return elementary.exp(other * elementary.log(self))
        return _unary(self.value**other, self, other * self.value ** (other - 1))

    def __rpow__(self, other: Number) -> Number:
        return elementary.exp(self * elementary.log(other))

    def __neg__(self) -> Var:
        return _unary(-self.value, self, -1.0)

    def exp(self) -> Var:
        value = elementary.exp(self.value)
        return _unary(value, self, value)

    # A float goes to `math` at once; a value that is active itself, in a nested derivative, takes the general road.
    def log(self) -> Var:
        x = self.value
        return _unary(float_log(x) if type(x) is float else elementary.log(x), self, 1.0 / x)

    def sin(self) -> Var:
        x = self.value
        if type(x) is float:
            return _unary(float_sin(x), self, float_cos(x))
        return _unary(elementary.sin(x), self, elementary.cos(x))

    def cos(self) -> Var:
        x = self.value
        if type(x) is float:
            return _unary(float_cos(x), self, -float_sin(x))
        return _unary(elementary.cos(x), self, -elementary.sin(x))

    def tanh(self) -> Var:
        value = elementary.tanh(self.value)
        return _unary(value, self, 1.0 - value * value)

    def sqrt(self) -> Var:
        value = elementary.sqrt(self.value)
        return _unary(value, self, 0.5 / value)


# Filling the slots here rather than in an __init__ saves a fifth of the time of an operation.


def _unary(value: Number, a: Var, da: Number) -> Var:
    """Record the result of an operation on one variable; other operands were constants."""
    v = Var()
    v.value, v.adjoint = value, 0.0
    v.a, v.da = a, da
    v.b = None
    v.tape = tape = a.tape
    tape.append(v)
    return v


def _binary(value: Number, a: Var, da: Number, b: Var, db: Number) -> Var:
    """Record the result of an operation on two variables of one tape."""
    v = Var()
    v.value, v.adjoint = value, 0.0
    v.a, v.da = a, da
    v.b, v.db = b, db
    v.tape = tape = a.tape
    tape.append(v)
    return v


def _input(value: Number, tape: Tape) -> Var:
    v = Var()
    v.value, v.adjoint = value, 0.0
    v.a = v.b = None
    v.tape = tape
    tape.append(v)
    return v


def value_and_gradient(f: Callable[..., Number], *point: Number) -> tuple[Number, list[Number]]:
    """f(*point) and its partial derivatives by every argument, from one run of f and one walk back.

    f takes len(point) numbers and returns one; TypeError where it returns something else, such as a list.
    """
    tape = Tape()
    tape.level = new_level()
    inputs = [_input(x, tape) for x in point]
    y = f(*inputs)
    if type(y) is not Var or y.tape is not tape:
        if not isinstance(y, (int, float, complex, Active)):
            raise TypeError(f"reverse mode needs one number from the function, not a {type(y).__name__}")
        return y, [0.0] * len(point)  # f does not depend on its arguments
    y.adjoint = 1.0
    for v in reversed(tape):
        a = v.a
        if a is None:
            break  # the inputs came first, and have no operands
        adjoint = v.adjoint
        a.adjoint += adjoint * v.da
        b = v.b
        if b is not None:
            b.adjoint += adjoint * v.db
    tape.clear()  # variables and tape refer to each other: without this only the garbage collector would free them
    return y.value, [x.adjoint for x in inputs]


def gradient(f: Callable[..., Number], *point: Number) -> list[Number]:
    """The partial derivatives of f at `point`, by reverse mode: one pass however many inputs there are."""
    return value_and_gradient(f, *point)[1]

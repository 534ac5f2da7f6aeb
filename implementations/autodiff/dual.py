"""Forward mode: each number carries its tangent along.

A dual number a + da e, with e^2 = 0, obeys the rules of the tangent trace: the tangent of a product is da * b + db * a,
that of ln a is da / a. One pass gives the value of f and J dx, the derivative along one direction dx of the input space.

Source: columbia-deep-learning, slide FORWARD MODE AUTOMATIC DIFFERENTIATION.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from implementations.autodiff import elementary
from implementations.autodiff.elementary import Active, Number, new_level, outranks


class Dual(Active):
    """A value and its tangent, the derivative of the value along the direction that was seeded."""

    __slots__ = ("_level", "tangent", "value")

    def __init__(self, value: Number, tangent: Number, level: int) -> None:
        self.value = value
        self.tangent = tangent
        self._level = level

    @property
    def level(self) -> int:
        return self._level

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, {self.tangent!r})"

    def _lift(self, other: Number) -> Dual:
        """`other` as a dual number of this level: a constant has the tangent 0."""
        if type(other) is Dual and other._level == self._level:
            return other
        return Dual(other, 0.0, self._level)

    def __add__(self, other: Number) -> Number:
        if outranks(other, self):
            return other.__radd__(self)
        b = self._lift(other)
        return Dual(self.value + b.value, self.tangent + b.tangent, self._level)

    __radd__ = __add__

    def __sub__(self, other: Number) -> Number:
        if outranks(other, self):
            return other.__rsub__(self)
        b = self._lift(other)
        return Dual(self.value - b.value, self.tangent - b.tangent, self._level)

    def __rsub__(self, other: Number) -> Number:
        return self._lift(other) - self

    def __mul__(self, other: Number) -> Number:
        if outranks(other, self):
            return other.__rmul__(self)
        b = self._lift(other)
        return Dual(self.value * b.value, self.tangent * b.value + b.tangent * self.value, self._level)

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Number:
        if outranks(other, self):
            return other.__rtruediv__(self)
        b = self._lift(other)
        quotient = self.value / b.value
        return Dual(quotient, (self.tangent - quotient * b.tangent) / b.value, self._level)

    def __rtruediv__(self, other: Number) -> Number:
        return self._lift(other) / self

    def __pow__(self, other: Number) -> Number:
        if outranks(other, self):
            return other.__rpow__(self)
        if type(other) is Dual and other._level == self._level:
            return elementary.exp(other * elementary.log(self))
        return Dual(self.value**other, self.tangent * (other * self.value ** (other - 1)), self._level)

    def __rpow__(self, other: Number) -> Number:
        return elementary.exp(self * elementary.log(other))

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.tangent, self._level)

    def exp(self) -> Dual:
        value = elementary.exp(self.value)
        return Dual(value, self.tangent * value, self._level)

    def log(self) -> Dual:
        return Dual(elementary.log(self.value), self.tangent / self.value, self._level)

    def sin(self) -> Dual:
        return Dual(elementary.sin(self.value), self.tangent * elementary.cos(self.value), self._level)

    def cos(self) -> Dual:
        return Dual(elementary.cos(self.value), self.tangent * -elementary.sin(self.value), self._level)

    def tanh(self) -> Dual:
        value = elementary.tanh(self.value)
        return Dual(value, self.tangent * (1.0 - value * value), self._level)

    def sqrt(self) -> Dual:
        value = elementary.sqrt(self.value)
        return Dual(value, self.tangent / (2.0 * value), self._level)


def directional_derivative(
    f: Callable[..., Number], point: Sequence[Number], direction: Sequence[Number]
) -> tuple[Number, Number]:
    """f(point) and the derivative of f along `direction`, in one pass of forward mode.

    `point` and `direction` have one entry for each argument of f (ValueError otherwise); f returns one number.
    """
    if len(point) != len(direction):
        raise ValueError(f"a point of {len(point)} coordinates has no direction of {len(direction)}")
    level = new_level()
    y = f(*(Dual(x, dx, level) for x, dx in zip(point, direction, strict=True)))
    if type(y) is Dual and y.level == level:
        return y.value, y.tangent
    return y, 0.0  # f does not depend on its arguments


def gradient(f: Callable[..., Number], *point: Number) -> list[Number]:
    """Gradient of a scalar function by forward mode: one pass for each input, each seeded with a unit vector."""
    n = len(point)
    unit_vectors = ([float(i == j) for j in range(n)] for i in range(n))
    return [directional_derivative(f, point, direction)[1] for direction in unit_vectors]

"""The numbers that differentiation runs on, and the elementary functions over them.

A function to be differentiated is plain Python over `+ - * / **` and the functions of this module. It may be called with
floats, with complex numbers (for the complex step) or with *active* numbers, which carry more than a value: the tangent
of forward mode (`dual.Dual`), a place on the tape of reverse mode (`tape.Var`), a row of the trace (`trace.Traced`).

Derivatives nest: the value of an active number may itself be active. Each differentiation takes a new, higher *level*,
and to the numbers of one level those of every lower level are constants. Without that rule the two meanings of
"infinitesimal" in d/dx (x d/dy (x + y)) would be confused, and the result would be 2 instead of 1.

Source: columbia-deep-learning, slides DIFFERENTIATION and FORWARD MODE AUTOMATIC DIFFERENTIATION.
"""

import cmath
import itertools
import math
from typing import Any, TypeAlias

Number: TypeAlias = Any  # float, complex, or an Active number: they share operators, not a class

new_level = itertools.count(1).__next__  # a differentiation inside another begins later: its level is higher


class Active:
    """A number that takes part in a differentiation.

    A subclass has `value` (a Number), `level` (an int), the operators, and one method for each function of this module.
    """

    __slots__ = ()
    __array_ufunc__ = None  # a NumPy scalar on the left then hands the operation to us

    value: Number

    @property
    def level(self) -> int:
        """Which differentiation the number belongs to; inner ones have the higher level."""
        raise NotImplementedError

    # A program may branch on the value of a number; the derivative is that of the branch taken.
    def __lt__(self, other: Number) -> bool:
        return bool(self.value < value_of(other))

    def __le__(self, other: Number) -> bool:
        return bool(self.value <= value_of(other))

    def __gt__(self, other: Number) -> bool:
        return bool(self.value > value_of(other))

    def __ge__(self, other: Number) -> bool:
        return bool(self.value >= value_of(other))

    def __eq__(self, other: object) -> bool:
        return bool(self.value == value_of(other))

    def __bool__(self) -> bool:
        return bool(self.value)

    __hash__ = None  # type: ignore[assignment]  # equal by value, yet mutable in meaning: never a key


def outranks(other: Number, this: Active) -> bool:
    """Whether `other` belongs to a differentiation inside that of `this`, which is then a constant to it."""
    return isinstance(other, Active) and other.level > this.level


def value_of(number: Number) -> Number:
    """The number without its innermost derivative part; a plain number is its own value."""
    return number.value if isinstance(number, Active) else number


def _plain(function: str, x: Number) -> Number:
    """The rare arguments: integers, NumPy floats and complex numbers. An active number should not have come here."""
    if isinstance(x, Active):
        raise  # noqa: PLE0704  # within the handler of the AttributeError that x itself raised
    return getattr(cmath if isinstance(x, complex) else math, function)(x)


# Floats and active numbers come first: a tape records millions of these calls.


def exp(x: Number) -> Number:
    """Exponential of a float, complex or active number."""
    if type(x) is float:
        return math.exp(x)
    try:
        return x.exp()
    except AttributeError:
        return _plain("exp", x)


def log(x: Number) -> Number:
    """Natural logarithm of a float, complex or active number; ValueError at a real number that is not positive."""
    if type(x) is float:
        return math.log(x)
    try:
        return x.log()
    except AttributeError:
        return _plain("log", x)


def sin(x: Number) -> Number:
    """Sine of a float, complex or active number, in radians."""
    if type(x) is float:
        return math.sin(x)
    try:
        return x.sin()
    except AttributeError:
        return _plain("sin", x)


def cos(x: Number) -> Number:
    """Cosine of a float, complex or active number, in radians."""
    if type(x) is float:
        return math.cos(x)
    try:
        return x.cos()
    except AttributeError:
        return _plain("cos", x)


def tanh(x: Number) -> Number:
    """Hyperbolic tangent of a float, complex or active number."""
    if type(x) is float:
        return math.tanh(x)
    try:
        return x.tanh()
    except AttributeError:
        return _plain("tanh", x)


def sqrt(x: Number) -> Number:
    """Square root of a float, complex or active number; ValueError at a negative real number."""
    if type(x) is float:
        return math.sqrt(x)
    try:
        return x.sqrt()
    except AttributeError:
        return _plain("sqrt", x)

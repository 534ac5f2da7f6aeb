"""The update rules: `step(theta, state, gradient, alpha) -> (theta, state)`, one small frozen class each.

`gradient` is a function of theta, so that NAG can look ahead; `alpha` a number, or an array that broadcasts against theta
(a grid of step sizes is one more batch axis). Rules keep theta's shape, (d,) or (..., d), and never change an argument.
Equations and sources: the package's docstring; slide MORE ADVANCED TECHNIQUES.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Gradient = Callable[[Array], Array]
State = tuple[Any, ...]


class Rule(Protocol):
    """What every update rule does."""

    def start(self, theta: Array) -> State:
        """The state before the first step, for parameters of theta's shape."""

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        """One update: the new parameters and the new state."""


@dataclass(frozen=True)
class GradientDescent:
    """Gradient descent; SGD when `gradient` is an estimate. Slide STOCHASTIC GRADIENT DESCENT."""

    def start(self, theta: Array) -> State:
        return ()

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        return theta - alpha * gradient(theta), ()


@dataclass(frozen=True)
class Momentum:
    """Heavy-ball momentum as the slide prints it: the step size is inside the running sum u."""

    beta: float = 0.9

    def start(self, theta: Array) -> State:
        return (np.zeros_like(theta),)

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        (u,) = state
        u = self.beta * u + alpha * gradient(theta)
        return theta - u, (u,)


@dataclass(frozen=True)
class Nesterov:
    """Nesterov's accelerated gradient: momentum, with the gradient taken where the momentum alone would lead."""

    beta: float = 0.9

    def start(self, theta: Array) -> State:
        return (np.zeros_like(theta),)

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        (u,) = state
        u = self.beta * u + alpha * gradient(theta - self.beta * u)
        return theta - u, (u,)


@dataclass(frozen=True)
class AdaGrad:
    """AdaGrad: D_k = alpha / (sqrt(sum of squared gradients) + epsilon), a diagonal; no Hessian anywhere."""

    epsilon: float = 1e-10

    def start(self, theta: Array) -> State:
        return (np.zeros_like(theta),)

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        (total,) = state
        g = gradient(theta)
        total = total + g**2
        return theta - alpha / (np.sqrt(total) + self.epsilon) * g, (total,)


@dataclass(frozen=True)
class RMSprop:
    """RMSprop: divides by the root of a running mean of squared gradients; `centred` takes the square of their mean off."""

    rho: float = 0.9
    epsilon: float = 1e-8
    centred: bool = False

    def start(self, theta: Array) -> State:
        return np.zeros_like(theta), np.zeros_like(theta)

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        square, mean = state
        g = gradient(theta)
        square = self.rho * square + (1 - self.rho) * g**2
        mean = self.rho * mean + (1 - self.rho) * g
        spread = square - mean**2 if self.centred else square
        return theta - alpha * g / (np.sqrt(spread) + self.epsilon), (square, mean)


@dataclass(frozen=True)
class InverseSquaredNorm:
    """The slide's own example of gradient-based decay: alpha_k = alpha / (running mean of the squared norm of g).

    One step size for all coordinates (the last axis), and no root: a caricature of RMSprop, here to be compared with it.
    """

    rho: float = 0.9

    def start(self, theta: Array) -> State:
        return (np.zeros_like(theta[..., :1]),)

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        (average,) = state
        g = gradient(theta)
        average = self.rho * average + (1 - self.rho) * np.sum(g**2, axis=-1, keepdims=True)
        return theta - alpha / average * g, (average,)


@dataclass(frozen=True)
class Adadelta:
    """Adadelta: RMSprop whose step size is the running root mean square of its own steps; alpha = 1 in the paper."""

    rho: float = 0.95
    epsilon: float = 1e-6

    def start(self, theta: Array) -> State:
        return np.zeros_like(theta), np.zeros_like(theta)

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        square, delta_square = state
        g = gradient(theta)
        square = self.rho * square + (1 - self.rho) * g**2
        delta = np.sqrt(delta_square + self.epsilon) / np.sqrt(square + self.epsilon) * g
        delta_square = self.rho * delta_square + (1 - self.rho) * delta**2
        return theta - alpha * delta, (square, delta_square)


@dataclass(frozen=True)
class Adam:
    """Adam: momentum and RMSprop, both freed of the bias of their start at zero; epsilon outside the root."""

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def start(self, theta: Array) -> State:
        return np.zeros_like(theta), np.zeros_like(theta), 0

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        mean, square, t = state
        g, t = gradient(theta), t + 1
        mean = self.beta1 * mean + (1 - self.beta1) * g
        square = self.beta2 * square + (1 - self.beta2) * g**2
        unbiased_mean, unbiased_square = mean / (1 - self.beta1**t), square / (1 - self.beta2**t)
        return theta - alpha * unbiased_mean / (np.sqrt(unbiased_square) + self.epsilon), (mean, square, t)


@dataclass(frozen=True)
class Newton:
    """Newton's method: the second-order rule that the diagonal D_k approximates. `hessian`: (..., d) -> (..., d, d)."""

    hessian: Callable[[Array], Array]

    def start(self, theta: Array) -> State:
        return ()

    def step(self, theta: Array, state: State, gradient: Gradient, alpha: float | Array) -> tuple[Array, State]:
        """Raises numpy.linalg.LinAlgError where the Hessian is singular."""
        return theta - alpha * np.linalg.solve(self.hessian(theta), gradient(theta)[..., None])[..., 0], ()


def iterates(
    rule: Rule, theta: Array, gradient: Callable[[Array, int], Array], alpha: Callable[[int], float | Array]
) -> Iterator[Array]:
    """theta^(0), theta^(1), ... without end; `gradient(theta, k)` may sample a batch for step k, `alpha(k)` is a schedule."""
    state = rule.start(theta)
    yield theta
    for k in count():

        def sampled(at: Array, k: int = k) -> Array:
            return gradient(at, k)

        theta, state = rule.step(theta, state, sampled, alpha(k))
        yield theta


def path(
    rule: Rule, theta: Array, gradient: Callable[[Array, int], Array], alpha: Callable[[int], float | Array], steps: int
) -> Array:
    """The iterates 0 .. steps, shape (steps + 1, *theta.shape)."""
    return np.stack(list(islice(iterates(rule, np.asarray(theta, dtype=np.float64), gradient, alpha), steps + 1)))

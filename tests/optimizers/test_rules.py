"""The update rules against closed forms, matrix powers, and the properties that define them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from implementations.optimizers.optimizers_numpy import (
    Adadelta,
    AdaGrad,
    Adam,
    GradientDescent,
    InverseSquaredNorm,
    Momentum,
    Nesterov,
    Newton,
    RMSprop,
    Rule,
    path,
)
from implementations.optimizers.problems import Quadratic
from implementations.optimizers.race import RULES
from implementations.optimizers.schedules import Constant, PowerLaw
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]

vectors = arrays(np.float64, 4, elements=st.floats(-10, 10, allow_subnormal=False))
gradient_lists = arrays(np.float64, (6, 4), elements=st.floats(0.01, 10)).flatmap(
    lambda size: arrays(np.float64, (6, 4), elements=st.sampled_from([-1.0, 1.0])).map(lambda sign: sign * size)
)
every_rule = pytest.mark.parametrize(
    "rule",
    [
        *RULES.values(),
        RMSprop(centred=True),
        InverseSquaredNorm(),
        Newton(Quadratic(np.array([3.0, 2.0, 1.0, 5.0])).hessian),
    ],
    ids=lambda rule: type(rule).__name__,
)


def along(rule: Rule, gradients: Array, alpha: Any = 0.1, theta: Array | None = None) -> Array:
    """The rule's iterates along a fixed list of gradients."""
    start = np.zeros(gradients.shape[1:]) if theta is None else theta
    return path(rule, start, lambda at, k: gradients[k], Constant(alpha), len(gradients))


@given(vectors, gradient_lists)
def test_without_momentum_momentum_and_nag_are_gradient_descent(theta: Array, gradients: Array) -> None:
    """beta = 0 leaves theta - alpha g."""
    plain = along(GradientDescent(), gradients, theta=theta)
    assert np.array_equal(along(Momentum(0.0), gradients, theta=theta), plain)
    assert np.array_equal(along(Nesterov(0.0), gradients, theta=theta), plain)


@given(gradient_lists)
def test_first_steps_have_their_closed_forms(gradients: Array) -> None:
    """Adam and AdaGrad step by alpha sign(g), RMSprop by that over sqrt(1 - rho), Adadelta and the slide's form as derived."""
    g = gradients[0]
    first: dict[Rule, Array] = {
        Adam(epsilon=0.0): 0.1 * np.sign(g),
        AdaGrad(epsilon=0.0): 0.1 * np.sign(g),
        RMSprop(0.9, epsilon=0.0): 0.1 * np.sign(g) / np.sqrt(0.1),
        RMSprop(0.9, epsilon=0.0, centred=True): 0.1 * np.sign(g) / np.sqrt(0.1 * 0.9),
        Adadelta(0.9, epsilon=1e-6): 0.1 * g * np.sqrt(1e-6 / (0.1 * g**2 + 1e-6)),
        InverseSquaredNorm(0.9): 0.1 * g / (0.1 * np.sum(g**2)),
    }
    for rule, step in first.items():
        assert np.allclose(along(rule, gradients[:1])[1], -step, rtol=1e-12)


@pytest.mark.parametrize("epsilon", [1e-8, 0.5])
def test_epsilon_is_added_outside_the_root(epsilon: float) -> None:
    """The first step is alpha g / (root + epsilon), where Adam's root is |g| after the correction of its bias."""
    g = np.array([[0.3, -2.0]])
    for rule, root in ((Adam(epsilon=epsilon), 1.0), (AdaGrad(epsilon), 1.0), (RMSprop(0.9, epsilon), np.sqrt(0.1))):
        assert np.allclose(along(rule, g)[1], -0.1 * g[0] / (root * np.abs(g[0]) + epsilon), rtol=1e-12)


@given(st.floats(0.01, 100), st.integers(1, 30))
def test_constant_gradients_have_their_closed_forms(g: float, steps: int) -> None:
    """Along a constant gradient: Adam alpha a step, AdaGrad alpha / sqrt(k), RMSprop alpha / sqrt(1 - rho^k)."""
    k, gradients = np.arange(1, steps + 1), np.full((steps, 1), g)
    walked: dict[Rule, Any] = {
        Adam(epsilon=0.0): np.ones(steps),
        AdaGrad(0.0): 1 / np.sqrt(k),
        RMSprop(0.9, 0.0): 1 / np.sqrt(1 - 0.9**k),
        RMSprop(0.9, 0.0, centred=True): 1 / np.sqrt((1 - 0.9**k) * 0.9**k),
        Momentum(0.9): g * (1 - 0.9**k) / 0.1,
    }
    for rule, lengths in walked.items():
        assert np.allclose(-np.diff(along(rule, gradients)[:, 0]), 0.1 * lengths, rtol=1e-9)


@given(gradient_lists, st.sampled_from([2.0**-20, 0.25, 8.0, 2.0**20]))
def test_adaptive_rules_ignore_the_scale_of_the_loss(gradients: Array, c: float) -> None:
    """With epsilon 0, c times the gradients gives the same iterates (c a power of two: to the last bit but for roots)."""
    for rule in (Adam(epsilon=0.0), RMSprop(epsilon=0.0), RMSprop(epsilon=0.0, centred=True), AdaGrad(0.0)):
        assert np.allclose(along(rule, c * gradients), along(rule, gradients), rtol=1e-9, atol=0)


@given(gradient_lists)
def test_the_slides_inverse_squared_norm_does_not(gradients: Array) -> None:
    """Divided by the mean squared norm, twice the gradient gives half the step."""
    assert np.allclose(along(InverseSquaredNorm(), 2 * gradients), along(InverseSquaredNorm(), gradients) / 2)


@given(gradient_lists)
def test_adagrads_diagonal_only_shrinks(gradients: Array) -> None:
    """alpha / sqrt(G), read off as step / gradient, never grows."""
    diagonal = -np.diff(along(AdaGrad(), gradients), axis=0) / gradients
    assert np.all(np.diff(diagonal, axis=0) <= 1e-12 * diagonal[:-1])


@given(arrays(np.float64, (3, 3), elements=st.floats(-1, 1)), arrays(np.float64, 3, elements=st.floats(-10, 10)))
def test_newton_solves_a_quadratic_in_one_step(a: Array, centre: Array) -> None:
    """From anywhere to the minimum of 1/2 (theta - c)' H (theta - c), H positive definite."""
    hessian = a @ a.T + np.eye(3)
    rule = Newton(lambda theta: np.broadcast_to(hessian, (*theta.shape, 3)))
    theta = path(rule, np.array([5.0, -3.0, 1.0]), lambda at, k: hessian @ (at - centre), Constant(1.0), 1)
    assert np.allclose(theta[1], centre, atol=1e-9)


def test_gradient_descent_shrinks_each_coordinate_by_its_own_factor() -> None:
    """theta_j^(k) = (1 - alpha curvature_j)^k on a quadratic."""
    problem = Quadratic(np.array([1.0, 10.0, 30.0]))
    theta = path(GradientDescent(), np.ones(3), lambda at, k: problem.gradient(at), Constant(0.05), 20)
    assert np.allclose(theta, (1 - 0.05 * problem.curvature) ** np.arange(21)[:, None], rtol=1e-12)


@given(st.floats(0.01, 3), st.floats(0, 0.99), st.booleans())
def test_momentum_and_nag_are_their_linear_maps(c: float, beta: float, nag: bool) -> None:
    """On a parabola both are powers of a 2 x 2 matrix on (theta, u), written down by hand (c = alpha curvature)."""
    u_row = np.array([c, beta * (1 - c)]) if nag else np.array([c, beta])
    matrix = np.stack([np.array([1.0, 0.0]) - u_row, u_row])
    theta = path(Nesterov(beta) if nag else Momentum(beta), np.ones(1), lambda at, k: at, Constant(c), 12)[:, 0]
    expected = [(np.linalg.matrix_power(matrix, k) @ [1.0, 0.0])[0] for k in range(13)]
    assert np.allclose(theta, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())


def test_nag_is_the_textbook_two_sequence_form() -> None:
    """theta - beta u is Nesterov's extrapolated point: y' = x - alpha g(x), x' = y' + beta (y' - y), on a non-quadratic."""

    def gradient(at: Array) -> Array:
        return np.tanh(at) + 0.1 * at**3

    theta = path(Nesterov(0.8), np.array([2.0, -1.5]), lambda at, k: gradient(at), Constant(0.2), 30)
    x = y = theta[0]
    for k in range(30):
        y_new = x - 0.2 * gradient(x)
        x, y = y_new + 0.8 * (y_new - y), y_new
        assert np.allclose(theta[k + 1], y, rtol=1e-12)


def test_best_momentum_reaches_the_root_of_the_condition_number() -> None:
    """With Polyak's alpha and beta the factor is (sqrt(kappa) - 1) / (sqrt(kappa) + 1), far below SGD's best."""
    kappa = 100.0
    problem, root = Quadratic(np.array([1.0, kappa])), np.sqrt(kappa)
    beta = ((root - 1) / (root + 1)) ** 2
    theta = path(Momentum(beta), np.ones(2), lambda at, k: problem.gradient(at), Constant((2 / (root + 1)) ** 2), 400)
    factor = (np.abs(theta[400]).max() / np.abs(theta[200]).max()) ** (1 / 200)
    assert abs(factor - np.sqrt(beta)) < 0.01
    assert factor < 0.85 < (kappa - 1) / (kappa + 1)


@every_rule
def test_replicates_do_not_touch_each_other(rule: Rule) -> None:
    """A batch of parameters along axis 0 moves as each does alone, and as each does in any order."""
    problem = Quadratic(np.array([3.0, 2.0, 1.0, 5.0]))
    start = streams.normal(np.arange(5), 0, 4)
    batch = path(rule, start, lambda at, k: problem.gradient(at), PowerLaw(0.1), 10)
    order = [3, 0, 4, 2, 1]
    assert np.array_equal(
        path(rule, start[order], lambda at, k: problem.gradient(at), PowerLaw(0.1), 10), batch[:, order]
    )
    for i in range(5):
        alone = path(rule, start[i], lambda at, k: problem.gradient(at), PowerLaw(0.1), 10)
        assert np.allclose(alone, batch[:, i], rtol=1e-12)


@every_rule
def test_a_grid_of_step_sizes_is_one_more_batch_axis(rule: Rule) -> None:
    """alpha of shape (3, 1) gives the three runs that three numbers give."""
    problem, sizes = Quadratic(np.array([3.0, 2.0, 1.0, 5.0])), np.array([0.01, 0.05, 0.1])
    start = np.array([1.0, -2.0, 0.5, 3.0])
    grid = path(rule, np.tile(start, (3, 1)), lambda at, k: problem.gradient(at), lambda k: sizes[:, None], 8)
    for i, size in enumerate(sizes):
        one = path(rule, start, lambda at, k: problem.gradient(at), Constant(float(size)), 8)
        assert np.allclose(grid[:, i], one, rtol=1e-12)


@every_rule
def test_rules_change_no_argument(rule: Rule) -> None:
    """theta and the state are as they were after a step, and a step can be repeated."""
    problem = Quadratic(np.array([3.0, 2.0, 1.0, 5.0]))
    theta = np.array([1.0, -2.0, 0.5, 3.0])
    state = rule.start(theta)
    theta, state = rule.step(theta, state, problem.gradient, 0.1)
    before = theta.copy(), [np.copy(part) for part in state]
    first = rule.step(theta, state, problem.gradient, 0.1)[0]
    assert np.array_equal(rule.step(theta, state, problem.gradient, 0.1)[0], first)
    assert np.array_equal(theta, before[0])
    assert all(np.array_equal(part, old) for part, old in zip(state, before[1], strict=True))


def test_path_hands_each_step_its_number() -> None:
    """Step k uses the gradient of batch k and alpha_k, k from 0."""
    theta = path(GradientDescent(), np.zeros(1), lambda at, k: np.array([10.0**k]), lambda k: float(k + 1), 3)
    assert theta[:, 0].tolist() == [0.0, -1.0, -21.0, -321.0]

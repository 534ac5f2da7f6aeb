"""Risks: gradients and Hessians against central differences, mini-batches against the whole."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from implementations.optimizers import experiments, race
from implementations.optimizers.experiments_noise import optimum, two_wells, two_wells_slope
from implementations.optimizers.problems import Quadratic, Saddle, logistic
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]

SEEDS = np.arange(3)
LOGISTIC = logistic(SEEDS, 20, np.array([1.0, 0.5, 2.0]), np.array([1.0, -1.0, 0.5]))


def differences(function: Callable[[Array], Array], theta: Array, h: float = 1e-5) -> Array:
    """Central differences along the last axis of theta; error about h^2 and 1e-16 / h."""
    moved = [(function(theta + h * e) - function(theta - h * e)) / (2 * h) for e in np.eye(theta.shape[-1])]
    return np.stack(moved, axis=-1)


@pytest.mark.parametrize("problem", [Quadratic(np.array([3.0, -1.0])), Saddle()], ids=lambda p: type(p).__name__)
def test_gradients_and_hessians_are_the_derivatives(problem: Quadratic | Saddle) -> None:
    """Central differences of the risk and of the gradient, for a batch of points."""
    theta = streams.normal(np.arange(4), 0, 2)
    assert np.allclose(problem.gradient(theta), differences(problem.risk, theta), atol=1e-8)
    assert np.allclose(problem.hessian(theta), differences(problem.gradient, theta), atol=1e-8)


def test_logistic_gradient_and_hessian_are_the_derivatives() -> None:
    """The same for logistic regression, with one data set a replicate."""
    theta = streams.normal(SEEDS, 1, 3)
    assert np.allclose(LOGISTIC.gradient(theta), differences(LOGISTIC.risk, theta), atol=1e-8)
    assert np.allclose(LOGISTIC.hessian(theta), differences(LOGISTIC.gradient, theta), atol=1e-8)


def test_a_batch_of_all_rows_is_the_full_gradient() -> None:
    """Rows 0 .. n-1, in any order, give the gradient of the risk; a leading axis of theta is a batch axis."""
    theta = streams.normal(SEEDS, 1, 3)
    rows = streams.permutation(SEEDS, 0, 20)
    assert np.allclose(LOGISTIC.gradient(theta, rows), LOGISTIC.gradient(theta), rtol=1e-12)
    grid = np.stack([theta, 2 * theta])
    assert np.allclose(LOGISTIC.gradient(grid, rows)[1], LOGISTIC.gradient(2 * theta, rows), rtol=1e-12)
    assert np.allclose(LOGISTIC.risk(grid)[1], LOGISTIC.risk(2 * theta), rtol=1e-12)


def test_labels_follow_the_teacher() -> None:
    """P(y = 1 | z) is the sigmoid of z . teacher: both labels are balanced in the classes of its score."""
    data = logistic(np.arange(200), 100, np.ones(2), np.array([2.0, -1.0]))
    score = data.x @ np.array([2.0, -1.0])
    p = 1 / (1 + np.exp(-score))
    residual = (data.y > 0) - p
    assert abs(residual.mean()) < 5 * 0.5 / np.sqrt(residual.size)
    assert abs((residual * score).mean()) < 5 * np.sqrt((p * (1 - p) * score**2).mean() / residual.size)


def test_newton_finds_the_optimum() -> None:
    """The gradient vanishes there to rounding, and every step away raises the risk."""
    data = logistic(SEEDS, 200, np.ones(2), np.array([2.0, -1.0]))
    best = optimum(data)
    assert np.abs(data.gradient(best)).max() < 1e-14
    assert np.all(data.risk(best + 0.01) > data.risk(best))


def test_the_networks_gradient_is_its_risks() -> None:
    """The race's network: the mini-batch gradient, averaged over batches that visit every row, is the derivative."""
    task = race.network(np.array([4]))
    theta = task.start
    exact = differences(task.risk, theta)
    mean = np.mean([task.gradient(theta, k) for k in range(4000)], axis=0)
    spread = np.std([task.gradient(theta, k) for k in range(200)], axis=0)
    assert np.all(np.abs(mean - exact) < 5 * spread / np.sqrt(4000) + 1e-9)


def test_the_ravine_has_the_stated_condition_and_is_not_aligned() -> None:
    """Gradients of the unit vectors are the Hessian's columns: eigenvalues 1, 30, 1000, and no zero off the diagonal."""
    task = race.ravine(np.arange(1))
    hessian = np.stack([task.gradient(e[None], 0)[0] for e in np.eye(3)])
    assert np.allclose(np.linalg.eigvalsh(hessian), [1, 30, 1000])
    assert np.all(np.abs(hessian) > 1)
    theta = streams.normal(np.arange(1), 0, 3)
    assert np.allclose(task.risk(theta), 0.5 * np.einsum("si,ij,sj->s", theta, hessian, theta))


def test_two_wells_have_one_depth_and_the_stated_slopes() -> None:
    """Central differences, and minima near -1 and 1 with the curvatures of their widths."""
    theta = np.linspace(-2, 3, 101)
    assert np.allclose(two_wells_slope(theta), (two_wells(theta + 1e-5) - two_wells(theta - 1e-5)) / 2e-5, atol=1e-7)
    h = 1e-4
    for centre, width in ((-1.0, 0.1), (1.0, 0.7)):
        curvature = (two_wells_slope(np.array([centre + h])) - two_wells_slope(np.array([centre - h]))) / (2 * h)
        assert curvature[0] == pytest.approx(1 / width**2, rel=0.1)


def test_every_batch_is_enumerated() -> None:
    """With no defect the bias is rounding in all six cells; each defect moves the cells that it should."""
    clean = experiments.minibatch_bias()
    assert max(cell for row in clean.values() for cell in row.values()) < 1e-14
    summed = experiments.minibatch_bias("sum")
    assert summed["1"]["with"] < 1e-14
    assert summed["3"]["with"] == pytest.approx(2 * summed["2"]["with"])

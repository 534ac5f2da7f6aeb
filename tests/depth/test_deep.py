"""The deep perceptrons: gradients against autograd, seeds apart, and descent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax

from implementations.depth import experiments
from implementations.depth.deep_numpy import Deep, backward, forward, start
from implementations.depth.task import CLASSES, INPUTS, descend, softmax_loss, teacher_task

Array = NDArray[np.float64]
SEEDS = np.array([3, 8])


@pytest.mark.parametrize("phi", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("residual", [False, True])
def test_gradients_are_those_of_autograd(phi: Any, normalised: bool, residual: bool) -> None:
    """Outputs and the gradient of every parameter, with a head at the side, agree with torch's to twelve digits."""
    torch = pytest.importorskip("torch")
    from implementations.depth.deep_torch import layers_of, outputs, tensors

    net = Deep(4, 7, residual, normalised, phi)
    task = teacher_task(SEEDS, 9)
    p = start(net, SEEDS, INPUTS, CLASSES)
    generator = np.random.default_rng(0)
    for name in ("scale", "shift", "bias"):
        p[name] += 0.3 * generator.normal(size=p[name].shape)
    weighting, side = generator.normal(size=(2, 9, CLASSES)), generator.normal(size=(2, 9, 7))
    run = forward(net, p, task.x)
    d, _ = backward(net, p, run, weighting, {2: side})

    leaves = tensors(p)
    found = layers_of(net, leaves, torch.tensor(task.x))
    z = outputs(leaves, found[-1])
    ((z * torch.tensor(weighting)).sum() + (found[2] * torch.tensor(side)).sum()).backward()
    np.testing.assert_allclose(run.outputs, z.detach().numpy(), rtol=1e-12, atol=1e-12)
    for name, leaf in leaves.items():
        expected = np.zeros(leaf.shape) if leaf.grad is None else leaf.grad.numpy()
        np.testing.assert_allclose(d[name], expected, rtol=1e-9, atol=1e-11, err_msg=name)


def test_gradient_at_a_layer_is_that_of_a_nudge() -> None:
    """dL/dy inside a residual network, with its two ways on, is the slope of the rest, written out here, by a central difference."""
    net = Deep(4, 5, residual=True, phi="tanh")
    p = start(net, SEEDS, INPUTS, CLASSES)
    run = forward(net, p, teacher_task(SEEDS, 6).x)
    weighting = np.random.default_rng(1).normal(size=run.outputs.shape)
    nudge = np.random.default_rng(2).normal(size=run.layers[2].y.shape)

    def normalised(h: Array) -> Array:
        return np.asarray((h - h.mean(1, keepdims=True)) / np.sqrt(h.var(1, keepdims=True) + 1e-5))

    def rest(y: Array) -> Array:
        inner = np.tanh(normalised(y @ p["square"][:, 2]))
        last = np.tanh(y + normalised(inner @ p["square"][:, 3]))
        return np.asarray(np.sum((last @ p["leave"]) * weighting, axis=(1, 2)))

    y, step = run.layers[2].y, 1e-5
    slope = (rest(y + step * nudge) - rest(y - step * nudge)) / (2 * step)
    found = backward(net, p, run, weighting)[1][2]
    np.testing.assert_allclose(np.sum(found * nudge, axis=(1, 2)), slope, rtol=1e-6)


def test_seeds_do_not_see_each_other() -> None:
    """A run of descent on one seed is to the last bit the same in company and alone."""
    net = Deep(4, 8, residual=True)
    many = np.array([5, 2, 9])
    together = descend(net, many, teacher_task(many), steps=5, step_size=0.03)
    alone = descend(net, many[1:2], teacher_task(many[1:2]), steps=5, step_size=0.03)
    np.testing.assert_array_equal(together.loss[:, 1], alone.loss[:, 0])
    np.testing.assert_array_equal(together.error[:, 1], alone.error[:, 0])


def test_descent_is_torch_sgd() -> None:
    """Ten steps of a network of eight layers end at the loss to which torch's own optimizer takes it, in single precision."""
    pytest.importorskip("torch")
    settings: Any = {"shallow": 3, "deep": 8, "steps": 10, "quantity": "loss"}
    ours, theirs = experiments.two_depths(SEEDS, **settings), experiments.two_depths_by_autograd(SEEDS, **settings)
    for name in ("shallow", "deep"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-3)


def test_loss_is_the_mean_of_minus_log_softmax() -> None:
    """Loss against scipy's log softmax, also of logits in the thousands,; its gradient is softmax less the label, over the examples."""
    z = np.random.default_rng(0).normal(size=(2, 6, 4)) * [[[1.0]], [[2000.0]]]
    y = np.random.default_rng(1).integers(4, size=(2, 6))
    loss, d = softmax_loss(z, y)
    expected = -np.take_along_axis(log_softmax(z, axis=2), y[..., None], 2).mean(axis=(1, 2))
    np.testing.assert_allclose(loss, expected, rtol=1e-12)
    np.testing.assert_allclose(d, (softmax(z, axis=2) - np.eye(4)[y]) / 6, atol=1e-15)


def test_what_diverges_is_wrong_and_infinite() -> None:
    """Linear layers, which cannot die, at a step size of a million: loss infinite and every example wrong from then on, no NaN."""
    found = descend(Deep(4, 8, normalised=False, phi="linear"), SEEDS, teacher_task(SEEDS), steps=20, step_size=1e6)
    assert np.isinf(found.loss[-1]).all()
    assert (found.error[-1] == 1).all()
    assert not np.isnan(found.loss).any()


def test_task_has_every_class_and_no_obvious_one() -> None:
    """Over 32 seeds each of the four classes has a quarter of the points, within a tenth, and no seed has one class only."""
    y = teacher_task(np.arange(32)).y
    shares = np.array([np.bincount(one, minlength=CLASSES) for one in y]) / y.shape[1]
    np.testing.assert_allclose(shares.mean(axis=0), 0.25, atol=0.1)
    assert shares.max() < 1


def test_residual_layers_come_in_pairs() -> None:
    """An odd number of residual layers is refused."""
    with pytest.raises(ValueError, match="pairs"):
        Deep(3, residual=True)


def test_identity_start_makes_a_deep_plain_network_of_relu_compute_its_shallow_one() -> None:
    """With square layers at the identity, fifty layers change nothing: relu of what is not negative."""
    task = teacher_task(SEEDS)
    deep, shallow = Deep(50, 8, normalised=False), Deep(0, 8, normalised=False)
    p = start(shallow, SEEDS, INPUTS, CLASSES)
    q = p | {
        "square": np.tile(np.eye(8), (2, 50, 1, 1)),
        "shift": np.concatenate([p["shift"], np.zeros((2, 50, 8))], 1),
    }
    np.testing.assert_array_equal(forward(deep, q, task.x).outputs, forward(shallow, p, task.x).outputs)

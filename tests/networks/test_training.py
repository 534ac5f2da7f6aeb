"""The training step: right by NumPy, and the same on the fast path as on the plain one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from implementations.networks import networks_numpy, parity, resnet, small
from implementations.networks.rewriting import logits
from implementations.networks.table import (
    Activation,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Head,
    LocalResponseNorm,
    Network,
    Pool,
    Residual,
    Row,
)
from implementations.networks.training import Adam, Momentum, Rule
from implementations.networks.weights import random_weights

Array = NDArray[Any]
SMALL = small.cnn_cpcpff(size=12)
RESNET = resnet.resnet20(size=8)
RATE = Momentum(0.125, 0.0)  # Keras keeps rate and momentum in float32: eighths are exact


def table(*rows: Row, shape: tuple[int, ...] = (8, 8, 2)) -> Network:
    """A network of a test's own."""
    return Network("own", "own", "", shape, rows)


def batch(network: Network, size: int = 6) -> tuple[Array, Array]:
    """Images and labels."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((size, *network.input)), rng.integers(0, 10, size)


def torch_steps(
    network: Network, rule: Rule, steps: int = 1, dtype: str = "float64", **how: Any
) -> tuple[list[float], dict[str, Array]]:
    """The losses, and the parameters after the steps, by torch."""
    torch = pytest.importorskip("torch")
    from implementations.networks.networks_torch import parameters
    from implementations.networks.training_torch import Trainer

    trainer = Trainer(network, random_weights(network, 0), rule, dtype=getattr(torch, dtype), **how)
    x, labels = batch(network)
    entering = torch.tensor(x, dtype=getattr(torch, dtype))
    losses = [float(trainer.step(entering, torch.tensor(labels))) for _ in range(steps)]
    return losses, parameters(trainer.module)


def keras_steps(network: Network, rule: Rule, steps: int = 1, **how: Any) -> tuple[list[float], dict[str, Array]]:
    """The same by Keras, in float64: only the trained parameters of networks whose layers are the rows'."""
    pytest.importorskip("tensorflow")
    from implementations.networks.training_tensorflow import Trainer

    trainer = Trainer(network, random_weights(network, 0), rule, dtype="float64", **how)
    x, labels = batch(network)
    losses = [float(trainer.step(x, labels)) for _ in range(steps)]
    return losses, {variable.path: np.asarray(variable) for variable in trainer.model.trainable_variables}


def numpy_step(network: Network, rate: float, decay: float = 0.0) -> tuple[float, dict[str, Array]]:
    """One step of gradient descent: the closed form of the loss and of its gradient, then `networks_numpy`."""
    weights, (x, labels) = random_weights(network, 0), batch(network)
    pass_ = networks_numpy.forward(network, weights, x, training=True)

    def loss(logits: Array) -> tuple[float, Array]:
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = exponentials / exponentials.sum(axis=1, keepdims=True)
        return -np.log(p[range(len(x)), labels]).mean(), (p - np.eye(p.shape[1])[labels]) / len(x)

    value, d_output = loss(pass_.output)
    heads = {name: loss(y) for name, y in pass_.heads.items()}
    d_heads = {name: 0.3 * d for name, (_, d) in heads.items()}
    _, gradients = networks_numpy.backward(network, weights, pass_, d_output, d_heads)
    moved = {name: weights[name] - rate * (g + decay * weights[name]) for name, g in gradients.items()}
    return value + 0.3 * sum(one for one, _ in heads.values()), moved


def near(network: Network, found: dict[str, Array], right: dict[str, Array], units: float = 1.0) -> None:
    """Equal but for the rounding of the longest sum, 100 times over: relative to each parameter's largest entry or 0.01.

    100 for what a network makes of its roundings (`parity` measures less for these); ``units`` is 2^29 in float32.
    """
    relative = 100 * units * parity.rounding(parity.longest_sum(network, 6))
    for name, array in right.items():
        assert np.abs(found[name] - array).max() < relative * max(np.abs(array).max(), 0.01), name


HEADS = table(
    Conv("a", 4, 3),
    Activation("relu"),
    Pool("max", 2, 2),
    Head("side", (Flatten(), Dense("b", 10))),
    Flatten(),
    Dense("c", 10),
)


# A ReLU before what passes on a gradient of its own, and one behind what does not need its output again.
NORMED = table(
    Conv("a", 4, 3),
    Activation("relu"),
    LocalResponseNorm(alpha=0.1, name="norm"),
    Conv("b", 4, 3),
    Activation("relu"),
    Pool("average", 2, 2, name="pool"),
    Activation("relu"),
    Flatten(),
    Dense("c", 10),
)


@pytest.mark.parametrize("network", [SMALL, RESNET, HEADS, NORMED], ids=["cnn_cpcpff", "resnet20", "heads", "normed"])
def test_torch_steps_as_numpy_does(network: Network) -> None:
    """One step of gradient descent with decay, on the fast path: NumPy's loss and NumPy's parameters."""
    (loss,), moved = torch_steps(network, replace(RATE, decay=0.01))
    right, weights = numpy_step(network, 0.125, 0.01)
    assert loss == pytest.approx(right, rel=1e-12)
    near(network, moved, weights)


@pytest.mark.parametrize("network", [SMALL, RESNET, HEADS], ids=["cnn_cpcpff", "resnet20", "heads"])
def test_keras_steps_as_numpy_does(network: Network) -> None:
    """The same by Keras."""
    (loss,), moved = keras_steps(network, replace(RATE, decay=0.01))
    right, weights = numpy_step(network, 0.125, 0.01)
    assert loss == pytest.approx(right, rel=1e-12)
    assert set(moved) == set(weights)
    near(network, moved, weights)


@pytest.mark.parametrize("rule", [Momentum(0.0625, 0.875, 0.01), Adam(epsilon=1e-3)], ids=["momentum", "adam"])
@pytest.mark.parametrize("network", [SMALL, RESNET, HEADS, NORMED], ids=["cnn_cpcpff", "resnet20", "heads", "normed"])
def test_the_fast_path_is_the_plain_one_in_torch(network: Network, rule: Rule) -> None:
    """Three steps in float64: losses and all parameters, kept moments too."""
    (plain, parameters), (fast, others) = (torch_steps(network, rule, 3, fast=fast) for fast in (False, True))
    assert fast == pytest.approx(plain, rel=1e-11)
    assert plain[0] != pytest.approx(plain[2], rel=1e-3)  # the steps did something
    near(network, others, parameters)


@pytest.mark.parametrize("network", [SMALL, HEADS, NORMED], ids=["cnn_cpcpff", "heads", "normed"])
def test_the_fast_path_is_the_plain_one_in_float32(network: Network) -> None:
    """One step in float32, where layers are replaced: as near to float64 as float32 is."""
    _, right = torch_steps(network, RATE, fast=False)
    _, fast = torch_steps(network, RATE, dtype="float32")
    assert next(iter(fast.values())).dtype == np.float32
    near(network, fast, right, units=2.0**29)


@pytest.mark.parametrize("rule", [Momentum(0.0625, 0.875, 0.01), Adam(epsilon=1e-3)], ids=["momentum", "adam"])
def test_the_fast_path_is_the_plain_one_in_keras(rule: Rule) -> None:
    """Three steps in float64."""
    (plain, parameters), (fast, others) = (keras_steps(SMALL, rule, 3, fast=fast) for fast in (False, True))
    assert fast == pytest.approx(plain, rel=1e-11)
    near(SMALL, others, parameters)


def test_momentum_is_the_same_in_torch_and_keras() -> None:
    """Three steps with momentum and decay."""
    (torch_losses, right), (losses, moved) = (
        torch_steps(SMALL, Momentum(0.0625, 0.875, 0.01), 3),
        keras_steps(SMALL, Momentum(0.0625, 0.875, 0.01), 3),
    )
    assert losses == pytest.approx(torch_losses, rel=1e-11)
    near(SMALL, moved, {name: right[name] for name in moved})


def test_bfloat16_is_near_and_keeps_its_parameters_in_float32() -> None:
    """A loss within a few units of bfloat16's eight bits; what is stored stays float32."""
    (right,), _ = torch_steps(SMALL, RATE)
    (loss,), parameters = torch_steps(SMALL, RATE, dtype="float32", bfloat16=True)
    assert loss == pytest.approx(right, rel=2.0**-5)
    assert loss != pytest.approx(right, rel=1e-6)  # it is other arithmetic
    assert {array.dtype for array in parameters.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("bias", [True, False])
def test_dense_layers_by_onednn(bias: bool) -> None:
    """Output and all gradients of oneDNN's layer within float32's rounding of torch's own in float64."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    assert_replaced(torch.nn.Linear(300, 70, bias), torch.randn(50, 300), terms=300)


def test_convolutions_whose_bias_gradient_is_summed() -> None:
    """The same of a convolution with padding, stride and groups; one without a bias stays torch's own."""
    torch = pytest.importorskip("torch")
    from implementations.networks.fast_layers_torch import replace_layers

    torch.manual_seed(0)
    images = torch.randn(5, 4, 9, 8).to(memory_format=torch.channels_last)
    assert_replaced(torch.nn.Conv2d(4, 6, 3, stride=(2, 1), padding=(1, 2), groups=2), images, terms=5 * 5 * 10)
    plain = torch.nn.Conv2d(4, 6, 3, bias=False)
    replace_layers(plain)
    assert type(plain) is torch.nn.Conv2d


def assert_replaced(layer: Any, x: Any, terms: int) -> None:
    """A float32 layer is replaced, and output and gradients are those of its float64 copy, sums of ``terms`` products."""
    import copy

    import torch

    from implementations.networks.fast_layers_torch import replace_layers

    exact = copy.deepcopy(layer).double()
    kind = type(layer)
    replace_layers(layer)
    assert type(layer) is not kind
    d = torch.randn_like(layer(x))
    results = []
    for one in (layer, exact):
        entering = x.detach().to(one.weight.dtype).clone().requires_grad_()
        y = one(entering)
        y.backward(d.to(y.dtype))
        results.append([y, entering.grad, *(parameter.grad for parameter in one.parameters())])
    for found, right in zip(*results, strict=True):
        assert (found - right).abs().max() < terms * 2.0**-24 * right.abs().max()


def test_relu_overwrites_only_what_nobody_else_reads() -> None:
    """Behind a convolution, a normalisation, a pooling or a sum; not what a shortcut or a gradient still needs."""
    pytest.importorskip("torch")
    from implementations.networks.networks_torch import build
    from implementations.networks.training_torch import overwrite

    relu = Activation("relu")
    network = table(
        Conv("conv", 2, 3, padding=1), Activation("relu", "after conv"),
        Residual("block", (Activation("relu", "first of a body"), Conv("inner", 2, 1)), ()),
        Activation("relu", "after sum"), Activation("tanh"), Activation("relu", "after tanh"),
        Head("side", (Activation("relu", "first of a head"), Flatten())), Activation("relu", "after head"),
        BatchNorm("moments"), Activation("relu", "after moments"),
        Pool("max", 2, 2), relu,
    )  # fmt: skip
    module = build(network, random_weights(network, 0))
    overwrite(module.rows)
    inplace = {label for label, row in module.labelled.items() if getattr(row, "inplace", False)}
    assert inplace == {"after conv", "after sum", "after moments", "Activation_16"}


def test_relu_overwrites_only_gradients_of_its_own() -> None:
    """Where the row behind makes the gradient anew. A sum hands one gradient to both of its branches, a head adds to another's."""
    pytest.importorskip("torch")
    from implementations.networks.fast_layers_torch import OverwritingReLU
    from implementations.networks.networks_torch import build
    from implementations.networks.training_torch import overwrite, overwrite_gradients

    network = table(
        Conv("conv", 2, 3, padding=1), Activation("relu", "before a convolution"),
        Conv("into the sum", 2, 1), Activation("relu", "before a sum"),
        Residual("block", (Conv("inner", 2, 1), Activation("relu", "end of a body")), ()), Activation("relu", "before a head"),
        Head("side", (Flatten(), Dense("head", 3))),
        Conv("last", 2, 1), Activation("relu", "before flattening"), Flatten(), Dense("output", 3),
    )  # fmt: skip
    module = build(network, random_weights(network, 0))
    overwrite(module.rows)
    overwrite_gradients(module.rows)
    found = {label for label, row in module.labelled.items() if isinstance(row, OverwritingReLU)}
    assert found == {"before a convolution", "before flattening"}


def test_gradients_of_an_overwriting_relu() -> None:
    """Those of torch's own, with a zero at zero; and in float32 the fast step of a network with shortcuts is the plain one's."""
    torch = pytest.importorskip("torch")
    from implementations.networks.fast_layers_torch import OverwritingReLU

    x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    y = OverwritingReLU()(x * 1)
    y.backward(torch.tensor([3.0, 5.0, 7.0]))
    assert y.tolist() == [0, 0, 2]
    assert x.grad.tolist() == [0, 0, 7]
    for network in (SMALL, RESNET):
        (fast,), moved = torch_steps(network, RATE, dtype="float32")
        (plain,), right = torch_steps(network, RATE, dtype="float32", fast=False)
        assert fast == pytest.approx(plain, rel=1e-5)
        for name, array in right.items():
            assert np.abs(moved[name] - array).max() < 1e-4 * np.abs(array).max(), name


def test_softmax_is_left_to_the_loss() -> None:
    """A network that ends in probabilities is trained on its logits: softmax is not taken twice."""
    mlp = small.keras_mlp()
    network = replace(mlp, rows=tuple(row for row in mlp.rows if row.name != "dropout"))
    (loss,), _ = torch_steps(network, RATE)
    assert loss == pytest.approx(numpy_step(logits(network), 0.125)[0], rel=1e-12)

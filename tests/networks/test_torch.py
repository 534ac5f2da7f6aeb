"""Tables as torch modules: what parity does not see. Parameters, layouts, modes, conventions, refusals."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from implementations.networks import inception, resnet, unet
from implementations.networks.catalogue import NETWORKS
from implementations.networks.counting import totals
from implementations.networks.placing import placed, without_dropout
from implementations.networks.table import (
    Activation,
    BatchNorm,
    Concat,
    Conv,
    Dense,
    Dropout,
    Head,
    Network,
    Pool,
    Residual,
    Row,
    walk,
)
from implementations.networks.weights import random_weights


def table(shape: tuple[int, ...], *rows: Row) -> Network:
    """A network of a test's own."""
    return Network("own", "own", "", shape, rows)


def built(network: Network, **settings: Any) -> Any:
    """Its torch module with random weights."""
    pytest.importorskip("torch")
    from implementations.networks.networks_torch import build

    return build(network, random_weights(network, 0), **settings)


@pytest.mark.parametrize("name", NETWORKS)
def test_torch_counts_as_many_parameters(name: str) -> None:
    """At full size, built without memory: as many trained parameters as the table, and nothing else is trained."""
    torch = pytest.importorskip("torch")
    from implementations.networks.networks_torch import TableNetwork

    network = NETWORKS[name]()
    with torch.device("meta"):
        module = TableNetwork(network)
    assert sum(p.numel() for p in module.parameters()) == totals(network).trained


def test_parameters_come_back_as_they_went_in() -> None:
    """Every parameter, moments and centres too, in the table's order and layout."""
    pytest.importorskip("torch")
    from implementations.networks.networks_torch import parameters

    network = NETWORKS["lenet5"]()
    weights = random_weights(network, 0)
    found = parameters(built(network))
    assert list(found) == list(weights)
    assert all(np.array_equal(found[name], weights[name]) for name in weights)


def test_the_weights_are_the_modules_own() -> None:
    """Training a module does not change the arrays that it was built from."""
    torch = pytest.importorskip("torch")
    network = table((3,), Dense("dense", 2))
    weights = random_weights(network, 0)
    from implementations.networks.networks_torch import build

    before = weights["dense/kernel"].copy()
    module = build(network, weights)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    assert np.array_equal(weights["dense/kernel"], before)


def test_images_never_change_their_layout() -> None:
    """From the input to the output every image is in channels_last, so what leaves is contiguous in the table's order."""
    torch = pytest.importorskip("torch")
    module = built(NETWORKS["googlenet"](), dtype=torch.float32).eval()
    strided = []
    for label, row in module.labelled.items():
        row.register_forward_hook(
            lambda _m, _i, y, label=label: (
                strided.append(label)
                if y.ndim == 4 and not y.is_contiguous(memory_format=torch.channels_last)
                else None
            )
        )
    with torch.no_grad():
        module(torch.zeros(1, 224, 224, 3))
    assert not strided


@pytest.mark.parametrize(
    "make",
    [partial(inception.googlenet, size=32), partial(resnet.resnet20, size=8), partial(unet.unet, size=188, width=4)],
    ids=["googlenet", "resnet20", "unet"],
)
def test_gradients_never_change_their_layout(make: Callable[[], Network]) -> None:
    """Backwards too channels run fastest, if not without gaps (a share of a concat): else the ReLU before is 20 times slower."""
    torch = pytest.importorskip("torch")
    network = make()
    module = built(network, dtype=torch.float32)
    strided = []

    def watch(label: str, y: Any) -> None:
        if y.ndim == 4 and y.requires_grad:
            y.register_hook(lambda d: strided.append(label) if d.stride(1) != 1 and d.shape[1] > 1 else None)

    for label, row in module.labelled.items():
        row.register_forward_hook(lambda _m, _i, y, label=label: watch(label, y))
    outputs = module(torch.randn(2, *network.input))
    outputs = outputs if isinstance(outputs, dict) else {"output": outputs}
    sum(y.square().sum() for y in outputs.values()).backward()
    assert not strided


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_is_the_callers(dtype: str) -> None:
    """Parameters, moments and outputs have it."""
    torch = pytest.importorskip("torch")
    wanted = getattr(torch, dtype)
    module = built(table((4, 4, 2), Conv("conv", 3, 3), BatchNorm("moments")), dtype=wanted)
    assert module(torch.zeros(2, 4, 4, 2, dtype=wanted)).dtype == wanted


def test_heads_come_beside_the_output() -> None:
    """With a head a dict of all outputs, without one a tensor."""
    torch = pytest.importorskip("torch")
    rows = (Head("side", (Dense("side_dense", 2),)), Dense("dense", 4))
    x = torch.zeros(3, 5, dtype=torch.float64)
    outputs = built(table((5,), *rows))(x)
    assert {name: tuple(y.shape) for name, y in outputs.items()} == {"output": (3, 4), "side": (3, 2)}
    assert tuple(built(table((5,), *rows[1:]))(x).shape) == (3, 4)


def test_the_kept_moments_move_by_the_tables_share() -> None:
    """After one training pass momentum of the old moments is left; torch takes the unbiased variance for the rest."""
    torch = pytest.importorskip("torch")
    from implementations.networks.networks_torch import parameters

    network = table((3, 3, 2), BatchNorm("moments", momentum=0.8))
    module = built(network)
    before = parameters(module)
    before = {name: array.copy() for name, array in before.items()}
    x = np.random.default_rng(0).standard_normal((4, 3, 3, 2))
    module(torch.tensor(x))
    after = parameters(module)
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2), ddof=1)
    np.testing.assert_allclose(after["moments/mean"], 0.8 * before["moments/mean"] + 0.2 * mean, rtol=1e-12)
    np.testing.assert_allclose(after["moments/variance"], 0.8 * before["moments/variance"] + 0.2 * variance, rtol=1e-12)


def test_dropout_is_for_training() -> None:
    """In training a value is dropped or doubled (rate one half); in inference it passes."""
    torch = pytest.importorskip("torch")
    module = built(table((1000,), Dropout(0.5)))
    x = torch.ones(2, 1000, dtype=torch.float64)
    torch.manual_seed(0)
    assert set(module(x).unique().tolist()) == {0.0, 2.0}
    assert torch.equal(module.eval()(x), x)


def test_stochastic_depth_drops_whole_images() -> None:
    """In training the body of an image is zero or divided by 1 - drop; in inference it is added as it is."""
    torch = pytest.importorskip("torch")
    module = built(table((2, 2, 3), Residual("block", (), (), drop=0.75)))
    x = torch.ones(200, 2, 2, 3, dtype=torch.float64)
    torch.manual_seed(0)
    images = module(x).flatten(1)
    assert torch.equal(images.amin(1), images.amax(1))  # each image all the same
    assert set(images[:, 0].unique().tolist()) == {1.0, 5.0}
    assert torch.equal(module.eval()(x), 2 * x)


def test_gradients_are_zero_where_none_arrived() -> None:
    """Before any backward pass, and for a head that is not differentiated."""
    pytest.importorskip("torch")
    from implementations.networks.networks_torch import gradients, outputs_and_gradients

    network = table((5,), Head("side", (Dense("side_dense", 2),)), Dense("dense", 4))
    assert not any(one.any() for one in gradients(built(network)).values())
    x = np.ones((3, 5))
    _, _, found = outputs_and_gradients(network, random_weights(network, 0), x, np.ones((3, 4)))
    assert not found["side_dense/kernel"].any()
    assert found["dense/kernel"].all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"dense/bias": None}, "no weights for dense/bias"),
        ({"other/bias": np.zeros(2)}, "has no other/bias"),
        ({"dense/kernel": np.zeros((2, 3))}, r"dense/kernel has shape \(2, 3\), not \(3, 2\)"),
    ],
)
def test_other_weights_are_refused(change: dict[str, Any], says: str) -> None:
    """Missing ones, unknown ones and wrong shapes, by name."""
    pytest.importorskip("torch")
    from implementations.networks.networks_torch import build

    network = table((3,), Dense("dense", 2))
    weights = random_weights(network, 0) | change
    with pytest.raises(ValueError, match=says):
        build(network, {name: array for name, array in weights.items() if array is not None})


def test_images_of_another_size_are_refused() -> None:
    """The padding of a module is that of its table's size."""
    torch = pytest.importorskip("torch")
    with pytest.raises(ValueError, match=r"takes \(batch, 4, 4, 2\), not \(1, 5, 4, 2\)"):
        built(table((4, 4, 2), Conv("conv", 3, 3)))(torch.zeros(1, 5, 4, 2, dtype=torch.float64))


def test_labels_name_every_row_once() -> None:
    """By name, or by type and place in the table's order; parts are placed inside."""
    rows = (Activation("relu"), Concat("both", ((Pool("max", 2, 2),), (Conv("conv", 1, 2, 2),))), Activation("tanh"))
    first, both, last = placed(table((4, 4, 2), *rows))
    assert (first.label, both.label, last.label) == ("Activation_1", "both", "Activation_5")
    assert [[one.label for one in part] for part in both.parts] == [["Pool_3"], ["conv"]]
    assert (both.input, both.output) == ((4, 4, 2), (2, 2, 3))


def test_without_dropout_nothing_is_dropped() -> None:
    """Also inside concats, residuals and heads; all other rows stay."""
    inside = (Dropout(0.5), Activation("relu"))
    network = table(
        (2, 2, 1), Concat("both", (inside, ())), Residual("block", inside, inside, 0.5), Head("side", inside)
    )
    found = list(walk(without_dropout(network).rows))
    assert len(found) == len(list(walk(network.rows)))
    assert not any(row.rate for row in found if isinstance(row, Dropout))
    assert not any(row.drop for row in found if isinstance(row, Residual))

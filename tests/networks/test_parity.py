"""Every network gives the same outputs, rows and gradients in NumPy, PyTorch and Keras, to a bound that catches mistakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest

from implementations.networks import alexnet, inception, parity, resnet, unet
from implementations.networks.catalogue import NETWORKS
from implementations.networks.table import (
    Activation,
    BatchNorm,
    Concat,
    Conv,
    Crop,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    Head,
    LocalResponseNorm,
    Network,
    PadChannels,
    Pool,
    RadialBasis,
    Residual,
    Row,
    Subsample,
    TransposedConv,
    Upsample,
    walk,
)
from implementations.networks.weights import random_weights

SMALLER: dict[str, Callable[[], Network]] = {
    "alexnet": partial(alexnet.alexnet, size=67, units=64),
    "alexnet_224": partial(alexnet.alexnet_224, units=64),
    "inception_naive": partial(inception.inception_naive, size=8, channels=24),
    "inception_reduced": partial(inception.inception_reduced, size=8, channels=24),
    "googlenet": partial(inception.googlenet, size=32),
    "googlenet_separable": partial(inception.googlenet_separable, size=32),
    "resnet20": partial(resnet.resnet20, size=16),
    "resnet56": partial(resnet.resnet56, size=8),
    "resnet110": partial(resnet.resnet110, size=8),
    "plain20": partial(resnet.plain20, size=16),
    "plain56": partial(resnet.plain56, size=16),
    "resnet18": partial(resnet.resnet18, size=64, width=8),
    "resnet50": partial(resnet.resnet50, size=64, width=8),
    "unet": partial(unet.unet, size=188, width=4),
}


def table(name: str, shape: tuple[int, ...], *rows: Row) -> Network:
    """A network of a test's own."""
    return Network(name, name, "", shape, rows)


def _transposed(name: str, **settings: object) -> Network:
    return table(f"transposed {name}", (3, 4, 2), TransposedConv("up", 5, **settings))  # type: ignore[arg-type]


ODD = [
    table(
        "same, groups and heads",
        (9, 8, 3),
        Conv("uneven", 4, 3, 2, "same"),
        Activation("relu"),
        Conv("columns", 6, (2, 3), 1, "same", groups=2, bias=False),
        BatchNorm("moments"),
        Activation("tanh"),
        Pool("average", 3, 2, "same"),
        Conv("depthwise", 6, 3, 1, 1, groups=6),
        Conv("depthwise.twice", 12, 3, 1, 1, groups=6, bias=False),
        Pool("max", 3, 2, ((1, 0), (0, 2))),
        Head("side", (GlobalAveragePool(), Dense("side.dense", 3))),
        Flatten(),
        Dense("dense", 5, bias=False),
        BatchNorm("moments.of.units", epsilon=1e-2),
        Activation("softmax"),
    ),
    table(
        "connections, means and sums",
        (8, 8, 4),
        Conv("chosen", 6, 3, 1, ((1, 0), (2, 1)), connections=((0, 1), (1, 2), (2,), (0, 2), (0, 1, 2), (0,))),
        Activation("scaled_tanh"),
        Subsample("sums"),
        LocalResponseNorm(alpha=0.1),
        Pool("average", 3, 1, 1),
        Pool("average", 2, 1, ((1, 0), (0, 0))),
        Residual(
            "block", (Conv("body", 8, 3, 2, 1, bias=False), BatchNorm("body.moments")), (PadChannels(8, 2),), drop=0.3
        ),
        Dropout(0.3),
        Upsample(2),
        Crop(1),
        Concat("beside", ((), (Conv("branch", 2, 1), Activation("sigmoid")))),
        Flatten(),
        RadialBasis("centres", 3),
    ),
    _transposed("2 by 2", size=2, stride=2),
    _transposed("with overlap", size=3, stride=2, padding="same"),
    _transposed("with gaps, same", size=1, stride=2, padding="same"),
    _transposed("with gaps", size=1, stride=2),
    _transposed("with padding", size=4, stride=2, padding=1, bias=False),
    _transposed("unevenly padded", size=3, stride=3, padding=((1, 0), (0, 2))),
    _transposed("of one pixel more", size=2, stride=1, padding="same"),
]
NAMES = [*NETWORKS, *(one.name for one in ODD)]


def network(name: str) -> Network:
    """One of `NAMES`."""
    own = {one.name: one for one in ODD}
    return own[name] if name in own else SMALLER.get(name, NETWORKS[name])()


def _passes() -> list[tuple[str, bool]]:
    """Inference of every network, and training of those whose rows know a difference."""
    differ = [name for name in NAMES if any(isinstance(row, BatchNorm | Dropout) for row in walk(network(name).rows))]
    return [*((name, False) for name in NAMES), *((name, True) for name in differ)]


PASSES = pytest.mark.parametrize(
    ("name", "training"), [pytest.param(*one, id="-".join([one[0], *["training"] * one[1]])) for one in _passes()]
)


@cache
def reference(name: str, training: bool) -> tuple[parity.Case, parity.Results, dict[str, float]]:
    """A case, what NumPy makes of it, and the bounds."""
    one = network(name)
    case = parity.random_case(one, random_weights(one, 0), training=training)
    results = parity.results(case, "numpy")
    return case, results, parity.bounds(case, results)


@PASSES
@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_every_network_is_the_same(backend: str, name: str, training: bool) -> None:
    """What leaves each row, outputs and heads, the gradients of the input and of every parameter: all within their bounds."""
    pytest.importorskip(backend)
    case, results, bounds = reference(name, training)
    found = parity.results(case, backend)
    assert list(found) == list(results)
    assert {name: one.shape for name, one in found.items()} == {name: one.shape for name, one in results.items()}
    assert parity.deviations(found, results, bounds) == []


# Batch normalisation over few values makes a deep network sensitive, and without shortcuts more so (measured: 4e-9, 4e-10).
SENSITIVE = {"plain56": 1e-8, "resnet50": 1e-9}


@PASSES
def test_bounds_are_near_the_last_digits(name: str, training: bool) -> None:
    """No bound is larger than 1e-11 of the result's largest entry, but for two networks in training; and none is zero."""
    _, results, bounds = reference(name, training)
    limit = SENSITIVE.get(name, 1e-11) if training else 1e-11
    for result, array in results.items():
        assert 0 < bounds[result] < limit * np.abs(array).max(), result


@pytest.mark.parametrize("parameter", ["conv1/kernel", "fc1/kernel", "fc2/bias"])
def test_a_billionth_of_one_parameter_is_caught_at_its_row(parameter: str) -> None:
    """One entry of cnn_cpcpff's kernels or biases times 1 + 1e-9: the row that it belongs to is the first that differs."""
    _caught("cnn_cpcpff", parameter, parameter.partition("/")[0])


@pytest.mark.parametrize(
    "parameter", ["conv1/kernel", "stage2_block1_conv1/kernel", "stage3_block18_conv2_bn/gamma", "fc/kernel"]
)
def test_a_billionth_of_one_parameter_is_caught_in_110_layers(parameter: str) -> None:
    """The same in ResNet-110, in training."""
    _caught("resnet110", parameter, parameter.partition("/")[0], training=True)


def _caught(name: str, parameter: str, row: str, training: bool = False) -> None:
    case, results, bounds = reference(name, training)
    wrong = case.weights[parameter].copy()
    wrong[np.unravel_index(np.abs(wrong).argmax(), wrong.shape)] *= 1 + 1e-9
    found = parity.results(replace(case, weights={**case.weights, parameter: wrong}), "numpy")
    assert parity.deviations(found, results, bounds)[0].result == f"row {row}"


def _mistaken(right: Network, wrong: Network) -> str:
    """The first result in which the two tables differ by more than the right one's bound, in training."""
    case = parity.random_case(right, random_weights(right, 0), training=True)
    results = parity.results(case, "numpy")
    found = parity.results(replace(case, network=wrong), "numpy")
    return parity.deviations(found, results, parity.bounds(case, results))[0].result


CONVOLUTION, POOL = Conv("conv", 4, 3, 2, "same"), Pool("average", 3, 1, "same", "pool")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (BatchNorm("here", epsilon=1e-3), BatchNorm("here", epsilon=1.001e-3)),
        (LocalResponseNorm(name="here"), LocalResponseNorm(name="here", alpha=1e-4 / 5)),
        (LocalResponseNorm(name="here"), LocalResponseNorm(name="here", k=1)),
        (Conv("here", 2, 3, 2, "same"), Conv("here", 2, 3, 2, ((1, 0), (1, 0)))),
        (Activation("tanh", "here"), Activation("scaled_tanh", "here")),
        (Pool("average", 2, 1, name="here"), Pool("max", 2, 1, name="here")),
    ],
    ids=["epsilon", "alpha divided by the size", "k", "padding on the wrong side", "scale", "kind of pooling"],
)
def test_a_wrong_row_is_named(right: Row, wrong: Row) -> None:
    """A row that computes something slightly else is the first deviation, though rows after it deviate too."""
    before, after = (Conv("before", 3, 3), Activation("relu")), (Flatten(), Dense("after", 2))
    tables = [table("one", (8, 8, 2), *before, row, *after) for row in (right, wrong)]
    assert _mistaken(*tables) == "row here"


def test_a_wrong_row_inside_a_block_is_named() -> None:
    """Rows inside come before the row that holds them: the shortcut's stride pixel is named, not the sum."""
    blocks = [
        Residual("block", (Conv("body", 3, 1), Activation("relu")), (Conv("way round", 3, 1, bias=bias),))
        for bias in (True, False)
    ]
    right, wrong = (table("one", (4, 4, 2), Conv("before", 2, 3, padding=1), block) for block in blocks)
    case = parity.random_case(right, random_weights(right, 0))
    results = parity.results(case, "numpy")
    weights = {name: array for name, array in case.weights.items() if name != "way round/bias"}
    found = parity.results(replace(case, network=wrong, weights=weights), "numpy")
    shared = {name: one for name, one in results.items() if name in found}
    assert parity.deviations(found, shared, parity.bounds(case, results))[0].result == "row way round"


def test_a_result_that_is_not_a_number_deviates() -> None:
    """NaN is within no bound."""
    deviation = parity.deviations({"a": np.array([np.nan])}, {"a": np.zeros(1)}, {"a": 1.0})
    assert [one.result for one in deviation] == ["a"]


def test_compare_runs_a_backend_against_another() -> None:
    """The front door: no deviations of NumPy from itself, and one list a backend."""
    one = network("lenet5")
    assert parity.compare(parity.random_case(one, random_weights(one, 0)), ["numpy"]) == {"numpy": []}


def test_the_longest_sum_counts_every_kind() -> None:
    """Windows forwards and backwards, units, and batch times pixels."""
    window = table("one", (5, 5, 7), Conv("a", 2, (5, 3)))
    assert parity.longest_sum(window, 1) == 5 * 3 * 7
    backwards = table("one", (5, 5, 7), Conv("a", 9, (5, 3)))
    assert parity.longest_sum(backwards, 1) == 5 * 3 * 9
    assert parity.longest_sum(table("one", (40,), Dense("a", 2)), 1) == 40
    assert parity.longest_sum(table("one", (20, 20, 1), Conv("a", 1, 1)), 3) == 3 * 400


def test_the_rounding_of_a_sum() -> None:
    """Never more than the worst case, n u, and 8 sqrt(n) u for long sums; actual sums in float32 keep to it."""
    assert parity.rounding(10) == 10 * 2.0**-53
    assert parity.rounding(6400) == 640 * 2.0**-53
    terms = np.random.default_rng(0).standard_normal((300, 4096)).astype(np.float32)
    sums = np.cumsum(terms, axis=1, dtype=np.float32)[:, -1]  # one after the other
    error = np.abs(sums - terms.sum(axis=1, dtype=np.float64)) / np.abs(terms).sum(axis=1, dtype=np.float64)
    assert 0 < error.max() < parity.rounding(4096) * 2.0**29

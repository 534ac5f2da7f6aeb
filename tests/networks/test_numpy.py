"""Networks in NumPy: their gradients against differences, and what training, heads and dropping do to a pass."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from implementations.layers.convolution_numpy import conv2d
from implementations.layers.pooling_numpy import max_pool
from implementations.networks import alexnet, inception, resnet, small, unet
from implementations.networks.catalogue import NETWORKS
from implementations.networks.counting import head_shapes, output_shape, trained
from implementations.networks.networks_numpy import backward, forward, moments_after, outputs_and_gradients
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
    Network,
    PadChannels,
    Pool,
    Residual,
    Row,
    TransposedConv,
    Upsample,
)
from implementations.networks.weights import random_weights

Array = NDArray[Any]

# The large ones on small images and with fewer units; the rest as they are.
SHRUNK: dict[str, Callable[[], Network]] = {
    "cnn_cpcpff": lambda: small.cnn_cpcpff(size=12),
    "cnn_cpcpfdf": lambda: small.cnn_cpcpfdf(size=12),
    "cnn_cpncpnff": lambda: small.cnn_cpncpnff(size=12),
    "cnn_cpncpnfdf": lambda: small.cnn_cpncpnfdf(size=12),
    "alexnet": lambda: alexnet.alexnet(size=67, units=16),
    "alexnet_224": lambda: alexnet.alexnet(size=68, units=16),  # as with 224, the first map has a fraction cut off
    "inception_naive": lambda: inception.inception_naive(size=5, channels=8),
    "inception_reduced": lambda: inception.inception_reduced(size=5, channels=8),
    "googlenet": lambda: inception.googlenet(size=33),
    "googlenet_separable": lambda: inception.googlenet_separable(size=32),
    "resnet20": lambda: resnet.resnet20(size=8),
    "resnet56": lambda: resnet.resnet56(size=8),
    "resnet110": lambda: resnet.resnet110(size=8),
    "resnet18": lambda: resnet.resnet18(size=33, width=8),
    "resnet50": lambda: resnet.resnet50(size=33, width=8),
    "plain20": lambda: resnet.plain20(size=8),
    "plain56": lambda: resnet.plain56(size=8),
    "unet": lambda: unet.unet(size=188, width=2),
}


def smooth(row: Row) -> Row:
    """The same row without kinks: a gentle tanh for a ReLU, a mean for a maximum. Kinks are the layers' own tests."""
    match row:
        case Activation(function="relu"):
            return replace(row, function="scaled_tanh")
        case Pool(kind="max"):
            return replace(row, kind="average")
        case Concat(branches=branches):
            return replace(row, branches=tuple(tuple(map(smooth, branch)) for branch in branches))
        case Residual(body=body, shortcut=shortcut):
            return replace(row, body=tuple(map(smooth, body)), shortcut=tuple(map(smooth, shortcut)))
        case Head(rows=rows):
            return replace(row, rows=tuple(map(smooth, rows)))
        case _:
            return row


def check_gradients(
    network: Network, *, training: bool = False, uniforms: dict[str, Array] | None = None, kinks: bool = False
) -> None:
    """The gradient along a random direction, in the input and all parameters at once, is the central difference there.

    A step of 1e-6 makes the difference wrong by its square times a third derivative and by rounding over the step, together below
    a hundred millionth of the terms' sizes in every network here. Between kinks the step must be so small that none is met, and
    rounding over the step is larger. The last line makes sure that each array's share is large enough for its error to be seen.
    Bodies of residuals are made smaller: as drawn, a hundred of them in a row are so curved that no step is small enough.
    """
    step, tolerance = (1e-8, 1e-6) if kinks else (1e-6, 1e-8)
    rng = np.random.default_rng(0)
    gentle = 0.3 if network.name.startswith("resnet") else 1.0
    weights = {name: w * (gentle if name.endswith("gamma") else 1) for name, w in random_weights(network, 0).items()}
    x = rng.normal(size=(2, *network.input))
    d_output = rng.normal(size=(2, *output_shape(network)))
    d_heads = {name: rng.normal(size=(2, *shape)) for name, shape in head_shapes(network).items()}
    along = {name: rng.normal(size=weights[name].shape) * weights[name].std() for name in trained(network)}
    d_x = rng.normal(size=x.shape)

    def loss(step: float) -> float:
        moved = weights | {name: weights[name] + step * direction for name, direction in along.items()}
        found = forward(network, moved, x + step * d_x, training=training, uniforms=uniforms)
        return float(
            sum(np.vdot(d, found.heads[name]) for name, d in d_heads.items()) + np.vdot(d_output, found.output)
        )

    found = forward(network, weights, x, training=training, uniforms=uniforms)
    dx, gradients = backward(network, weights, found, d_output, d_heads)
    assert tuple(gradients) == trained(network)
    assert dx.shape == x.shape
    terms = [float(np.vdot(dx, d_x)), *(float(np.vdot(gradients[name], along[name])) for name in gradients)]
    difference = (loss(step) - loss(-step)) / (2 * step)
    scale = sum(map(abs, terms))
    assert abs(difference - sum(terms)) < tolerance * scale
    assert min(map(abs, terms)) > 10 * tolerance * scale


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_are_differences(name: str) -> None:
    """Every network of the catalogue, kinks smoothed; batch normalisation by kept moments."""
    network = SHRUNK.get(name, NETWORKS[name])()
    check_gradients(replace(network, rows=tuple(map(smooth, network.rows))))


@pytest.mark.parametrize("name", [name for name in NETWORKS if name.startswith(("resnet", "plain"))])
def test_gradients_through_the_moments_of_the_batch_are_differences(name: str) -> None:
    """The networks with batch normalisation, in training."""
    network = SHRUNK.get(name, NETWORKS[name])()
    check_gradients(replace(network, rows=tuple(map(smooth, network.rows))), training=True)


@pytest.mark.parametrize("name", ["cnn_cpncpnff", "dqn_2013", "alexnet", "resnet20", "inception_reduced", "unet"])
def test_gradients_are_differences_between_kinks(name: str) -> None:
    """A few as they are, with ReLU and maximum."""
    check_gradients(SHRUNK.get(name, NETWORKS[name])(), kinks=True)


ALL_ROWS = Network(
    "all",
    "The rows that no network of the catalogue has",
    "none",
    (6, 6, 2),
    (
        Conv("first", 4, (2, 3), stride=(1, 2), padding=((1, 0), (0, 2)), bias=False),
        BatchNorm("norm"),
        Upsample(2),
        Residual("outer", (Concat("inner", ((Crop(1),), (Crop(1), Conv("point", 2, 1)))),), (Crop(1), PadChannels(6)), drop=0.4),
        TransposedConv("up", 3, 3, stride=2, padding="same", bias=False),
        Activation("tanh"),
        Activation("sigmoid"),
        Head("side", (GlobalAveragePool(), Dense("side_fc", 2, bias=False), Dropout(0.3, "side_dropout"))),
        Flatten(),
        Dropout(0.5, "dropout"),
        Dense("fc", 3, bias=False),
        Activation("softmax"),
    ),
)  # fmt: skip


def test_gradients_of_the_other_rows_with_dropping() -> None:
    """Uneven windows and padding, no biases, nested parts, dropout in a head, and stochastic depth."""
    uniforms = {
        "outer": np.array([0.1, 0.9]),  # the first image keeps its body, the second loses it
        "side_dropout": np.array([[0.1, 0.2], [0.3, 0.9]]),
        "dropout": np.random.default_rng(5).random((2, 20 * 8 * 3)),
    }
    assert output_shape(ALL_ROWS) == (3,)
    check_gradients(ALL_ROWS, training=True, uniforms=uniforms)


def test_cnn_cpcpff_computes_the_slides_program() -> None:
    """The network by hand: relu(conv + b), pool, again, then two products with the image flattened row by row."""
    network = NETWORKS["cnn_cpcpff"]()
    w = random_weights(network, 1)
    x = np.random.default_rng(0).normal(size=(3, 28, 28, 1))
    h = x
    for layer in ("conv1", "conv2"):
        h = np.maximum(conv2d(h, w[f"{layer}/kernel"], padding="same") + w[f"{layer}/bias"], 0)
        h = max_pool(h, 2, 2)
    h = np.maximum(h.reshape(3, 7 * 7 * 64) @ w["fc1/kernel"] + w["fc1/bias"], 0)
    logits = h @ w["fc2/kernel"] + w["fc2/bias"]
    assert np.allclose(forward(network, w, x).output, logits, rtol=1e-13, atol=1e-13)


POINT = Conv("point", 2, 1)


def of(*rows: Row) -> Network:
    """A network on 2 x 2 images of two maps."""
    return Network("net", "Net", "none", (2, 2, 2), rows)


X = np.random.default_rng(1).normal(size=(4, 2, 2, 2))


def test_concat_residual_and_head_put_parts_together() -> None:
    """Maps side by side in the branches' order; body plus shortcut; a head's output beside the input that passes on."""
    point = of(POINT)
    w = random_weights(point, 0)
    y = forward(point, w, X).output
    assert np.array_equal(forward(of(Concat("c", ((POINT,), ()))), w, X).output, np.concatenate([y, X], axis=3))
    assert np.array_equal(forward(of(Residual("r", (POINT,))), w, X).output, y + X)
    assert np.array_equal(
        forward(of(Residual("r", (POINT,), (Activation("relu"),))), w, X).output, y + np.maximum(X, 0)
    )
    passed = forward(of(Head("h", (POINT,))), w, X)
    assert np.array_equal(passed.output, X)
    assert np.array_equal(passed.heads["h"], y)


def test_a_head_without_a_gradient_gets_zeros() -> None:
    """The input's gradient is then the output's alone."""
    network = of(Head("h", (POINT,)))
    w = random_weights(network, 0)
    dx, gradients = backward(network, w, forward(network, w, X), np.ones_like(X))
    assert np.array_equal(dx, np.ones_like(X))
    assert gradients.keys() == {"point/kernel", "point/bias"}
    assert not any(value.any() for value in gradients.values())


def test_stochastic_depth_drops_whole_bodies_of_images() -> None:
    """Below 1 - drop the body is kept and divided by it; else the shortcut is alone. Nothing drops in inference or unasked."""
    network = of(Residual("r", (POINT,), drop=0.25))
    w = random_weights(network, 0)
    body = forward(of(POINT), w, X).output
    uniforms = {"r": np.array([0.0, 0.74, 0.76, 0.99])}
    dropped = forward(network, w, X, training=True, uniforms=uniforms).output
    assert np.allclose(dropped[:2], X[:2] + body[:2] / 0.75, rtol=1e-15)
    assert np.array_equal(dropped[2:], X[2:])
    for whole in (forward(network, w, X, uniforms=uniforms), forward(network, w, X, training=True)):
        assert np.array_equal(whole.output, X + body)


def test_dropout_needs_training_and_uniform_numbers() -> None:
    """With both, values below the kept share stay, doubled here; with one of them, all stay."""
    network = of(Dropout(0.5, "d"))
    uniforms = {"d": np.random.default_rng(2).random(X.shape)}
    assert np.array_equal(
        forward(network, {}, X, training=True, uniforms=uniforms).output, np.where(uniforms["d"] < 0.5, 2 * X, 0)
    )
    for whole in (forward(network, {}, X, uniforms=uniforms), forward(network, {}, X, training=True)):
        assert np.array_equal(whole.output, X)


def test_moments_move_toward_the_batchs() -> None:
    """One step: momentum times the kept ones plus the rest of the batch's, biased; also inside other rows; only by name."""
    network = of(BatchNorm("a", momentum=0.9), Residual("r", (Concat("c", ((BatchNorm("b", momentum=0.5),),)),)))
    w = random_weights(network, 0)
    passed = forward(network, w, X, training=True)
    found = moments_after(network, w, passed)
    assert found.keys() == {"a/mean", "a/variance", "b/mean", "b/variance"}
    values = X.reshape(-1, 2)
    assert np.allclose(found["a/mean"], 0.9 * w["a/mean"] + 0.1 * values.mean(0), rtol=1e-14)
    assert np.allclose(found["a/variance"], 0.9 * w["a/variance"] + 0.1 * values.var(0), rtol=1e-14)
    # What enters b has been standardised to beta and gamma
    variance = values.var(0) / (values.var(0) + 1e-3) * w["a/gamma"] ** 2
    assert np.allclose(found["b/mean"], 0.5 * w["b/mean"] + 0.5 * w["a/beta"], rtol=1e-13)
    assert np.allclose(found["b/variance"], 0.5 * w["b/variance"] + 0.5 * variance, rtol=1e-13)


def test_unconnected_maps_have_no_influence_and_no_gradient() -> None:
    """Whatever number stands between them in the kernel."""
    network = of(Conv("c", 2, 1, connections=((0,), (0, 1))))
    w = random_weights(network, 0)
    spoiled = w | {"c/kernel": w["c/kernel"] + np.array([[[[0.0, 0.0], [7.0, 0.0]]]])}
    assert w["c/kernel"][0, 0, 1, 0] == 0
    passed = forward(network, spoiled, X)
    assert np.array_equal(passed.output, forward(network, w, X).output)
    dx, gradients = backward(network, spoiled, passed, np.ones_like(X))
    assert np.array_equal(dx, backward(network, w, passed, np.ones_like(X))[0])
    assert gradients["c/kernel"][0, 0, 1, 0] == 0
    assert np.count_nonzero(gradients["c/kernel"]) == 3


@pytest.mark.parametrize("name", ["lenet5", "resnet20", "cnn_cpncpnff", "inception_reduced", "unet"])
def test_single_precision_stays(name: str) -> None:
    """Outputs and gradients have the dtype of input and weights, and are the double ones to its precision."""
    network = SHRUNK.get(name, NETWORKS[name])()
    w = random_weights(network, 0)
    x = np.random.default_rng(0).normal(size=(2, *network.input))
    single = {key: value.astype(np.float32) for key, value in w.items()}
    for training in (False, True):
        passed = forward(network, single, x.astype(np.float32), training=training)
        dx, gradients = backward(network, single, passed, np.ones_like(passed.output))
        assert {passed.output.dtype, dx.dtype, *(g.dtype for g in gradients.values())} == {np.dtype(np.float32)}
        double = forward(network, w, x, training=training).output
        assert np.allclose(passed.output, double, rtol=1e-3, atol=1e-3 * np.abs(double).max())


def test_outputs_and_gradients_are_those_of_the_pass() -> None:
    """In float64 whatever comes in; heads by name; dropout off."""
    network = of(POINT, Dropout(0.5, "d"), Head("h", (Flatten(), Dense("fc", 3))))
    w = {key: value.astype(np.float32) for key, value in random_weights(network, 0).items()}
    d_output, d_heads = np.ones_like(X), {"h": np.ones((4, 3))}
    outputs, dx, gradients = outputs_and_gradients(
        network, w, X.astype(np.float32), d_output, training=True, d_heads=d_heads
    )
    double = {key: value.astype(np.float64) for key, value in w.items()}
    passed = forward(network, double, X.astype(np.float32).astype(np.float64))
    assert outputs.keys() == {"output", "h"}
    assert np.array_equal(outputs["output"], passed.output)
    assert np.array_equal(outputs["h"], passed.heads["h"])
    assert outputs["output"].dtype == np.float64
    wanted_dx, wanted = backward(network, double, passed, d_output, d_heads)
    assert np.array_equal(dx, wanted_dx)
    assert all(np.array_equal(gradients[key], wanted[key]) for key in wanted)


def test_what_does_not_fit_is_refused() -> None:
    """Inputs, weights, uniform numbers, gradients and heads, each by its name."""
    network = of(POINT, Dropout(0.5, "d"), Head("h", (Flatten(),)))
    w = random_weights(network, 0)
    passed = forward(network, w, X)
    with pytest.raises(ValueError, match=r"net takes \(batch, 2, 2, 2\), not \(4, 2, 2, 3\)"):
        forward(network, w, np.ones((4, 2, 2, 3)))
    with pytest.raises(ValueError, match="net: no weights for point/kernel"):
        forward(network, {"point/bias": w["point/bias"]}, X)
    with pytest.raises(ValueError, match="no dropout and no residual is named h, point"):
        forward(network, w, X, uniforms={"d": X, "point": X, "h": X})
    with pytest.raises(ValueError, match=r"'d' drops \(4, 2, 2, 2\), its uniform numbers are \(4, 1, 1, 1\)"):
        forward(network, w, X, training=True, uniforms={"d": np.ones((4, 1, 1, 1))})
    with pytest.raises(ValueError, match=r"'r' drops \(4,\), its uniform numbers are \(4, 2, 2, 2\)"):
        forward(of(Residual("r", (POINT,), drop=0.5)), w, X, training=True, uniforms={"r": X})
    with pytest.raises(ValueError, match=r"net: output has shape \(4, 2, 2, 2\), its gradient \(4, 2\)"):
        backward(network, w, passed, np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"net: h has shape \(4, 8\), its gradient \(4, 2, 2, 2\)"):
        backward(network, w, passed, X, {"h": X})
    with pytest.raises(ValueError, match="net has no head g: it has h"):
        backward(network, w, passed, X, {"g": X})

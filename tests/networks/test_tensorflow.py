"""Tables as Keras models: what parity does not see. Parameters, layouts, modes, conventions, refusals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from implementations.networks.catalogue import NETWORKS
from implementations.networks.counting import totals
from implementations.networks.table import BatchNorm, Conv, Dense, Dropout, Head, Network, Residual, Row
from implementations.networks.weights import random_weights


def table(shape: tuple[int, ...], *rows: Row) -> Network:
    """A network of a test's own."""
    return Network("own", "own", "", shape, rows)


def built(network: Network, **settings: Any) -> Any:
    """Its Keras model with random weights."""
    pytest.importorskip("tensorflow")
    from implementations.networks.networks_tensorflow import build

    return build(network, random_weights(network, 0), **settings)


def counts(model: Any) -> tuple[int, int]:
    """(trained, kept) numbers by Keras's own count."""
    kept = sum(int(np.prod(variable.shape)) for variable in model.non_trainable_weights)
    return model.count_params() - kept, kept


@pytest.mark.parametrize("name", NETWORKS)
def test_keras_counts_as_many_parameters(name: str) -> None:
    """At full size: as many trained and kept parameters as the table. Variables are not initialised, as 61 million take long."""
    pytest.importorskip("tensorflow")
    import keras

    from implementations.networks.networks_tensorflow import Graph

    network = NETWORKS[name]()
    with keras.StatelessScope():
        model = Graph(network, "float32").model()
        trained, kept = counts(model)
    assert (trained, kept) == (totals(network).trained, totals(network).kept)


def test_parameters_come_back_as_they_went_in() -> None:
    """Every parameter: connections, groups, depthwise kernels, moments and centres too."""
    pytest.importorskip("tensorflow")
    from implementations.networks.networks_tensorflow import Graph, to_table

    grouped = table((5, 5, 4), Conv("two", 6, 3, groups=2), Conv("depthwise", 12, 1, groups=6), BatchNorm("moments"))
    for network in (NETWORKS["lenet5"](), grouped):
        weights = random_weights(network, 0)
        graph = Graph(network, "float64")
        graph.load(weights)
        found = {one.name: to_table(one, [variable.value for variable in one.variables]) for one in graph.parameters()}
        assert list(found) == list(weights)
        assert all(np.array_equal(found[name], weights[name]) for name in weights)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_is_the_callers(dtype: str) -> None:
    """Parameters and outputs have it."""
    pytest.importorskip("tensorflow")
    model = built(table((4, 4, 2), Conv("conv", 3, 3), BatchNorm("moments")), dtype=dtype)
    assert {variable.dtype for variable in model.weights} == {dtype}
    assert np.asarray(model(np.zeros((2, 4, 4, 2), dtype))).dtype == dtype


def test_heads_come_beside_the_output() -> None:
    """With a head a dict of all outputs, without one a tensor."""
    pytest.importorskip("tensorflow")
    rows = (Head("side", (Dense("side_dense", 2),)), Dense("dense", 4))
    outputs = built(table((5,), *rows))(np.zeros((3, 5)))
    assert {name: tuple(y.shape) for name, y in outputs.items()} == {"output": (3, 4), "side": (3, 2)}
    assert tuple(built(table((5,), *rows[1:]))(np.zeros((3, 5))).shape) == (3, 4)


def test_the_kept_moments_move_by_the_tables_share() -> None:
    """After one training pass momentum of the old moments is left; Keras takes the biased variance for the rest."""
    pytest.importorskip("tensorflow")
    network = table((3, 3, 2), BatchNorm("moments", momentum=0.8))
    before, model = random_weights(network, 0), built(network)
    x = np.random.default_rng(0).standard_normal((4, 3, 3, 2))
    model(x, training=True)
    layer = model.get_layer("moments")
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    np.testing.assert_allclose(np.asarray(layer.moving_mean), 0.8 * before["moments/mean"] + 0.2 * mean, rtol=1e-12)
    np.testing.assert_allclose(
        np.asarray(layer.moving_variance), 0.8 * before["moments/variance"] + 0.2 * variance, rtol=1e-12
    )


def test_dropout_is_for_training() -> None:
    """In training a value is dropped or doubled (rate one half); in inference it passes."""
    pytest.importorskip("tensorflow")
    model = built(table((1000,), Dropout(0.5)))
    x = np.ones((2, 1000))
    assert set(np.unique(model(x, training=True))) == {0.0, 2.0}
    assert np.array_equal(model(x), x)


def test_stochastic_depth_drops_whole_images() -> None:
    """In training the body of an image is zero or divided by 1 - drop; in inference it is added as it is."""
    pytest.importorskip("tensorflow")
    model = built(table((2, 2, 3), Residual("block", (), (), drop=0.75)))
    x = np.ones((200, 2, 2, 3))
    images = np.asarray(model(x, training=True)).reshape(200, -1)
    assert np.array_equal(images.min(axis=1), images.max(axis=1))
    assert set(images[:, 0]) == {1.0, 5.0}
    assert np.array_equal(model(x), 2 * x)


def test_gradients_are_zero_where_none_arrived() -> None:
    """For a head that is not differentiated."""
    pytest.importorskip("tensorflow")
    from implementations.networks.networks_tensorflow import outputs_and_gradients

    network = table((5,), Head("side", (Dense("side_dense", 2),)), Dense("dense", 4))
    _, _, found = outputs_and_gradients(network, random_weights(network, 0), np.ones((3, 5)), np.ones((3, 4)))
    assert not found["side_dense/kernel"].any()
    assert found["dense/kernel"].all()


def test_other_weights_are_refused() -> None:
    """By name, before anything is set."""
    pytest.importorskip("tensorflow")
    from implementations.networks.networks_tensorflow import build

    with pytest.raises(ValueError, match="no weights for dense/bias"):
        build(table((3,), Dense("dense", 2)), {"dense/kernel": np.zeros((3, 2))})


def test_keras_leaves_nothing_in_the_home_folder(tmp_path: Path) -> None:
    """Keras writes ~/.keras/keras.json when it is imported: not here."""
    pytest.importorskip("tensorflow")
    settings = {name: value for name, value in os.environ.items() if name != "KERAS_HOME"}
    program = "import implementations.networks.importing_tensorflow"
    done = subprocess.run(
        [sys.executable, "-c", program], env=settings | {"HOME": str(tmp_path)}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / ".keras").exists()

"""Initial and random weights: shapes, laws, and that they are the same for ever."""

import numpy as np
import pytest

from implementations.networks import lenet
from implementations.networks.catalogue import network
from implementations.networks.counting import parameter_shapes
from implementations.networks.table import BatchNorm, Conv, Dense, Flatten, Network, Subsample, TransposedConv
from implementations.networks.weights import fans, initial_weights, only_connected, random_weights

ROWS = (
    Conv("c", 40, (3, 5), groups=2, padding=2),
    BatchNorm("b"),
    TransposedConv("t", 60, 2, stride=2),
    Subsample("s", 3),
    Flatten(),
    Dense("d", 50),
)
NET = Network("net", "Net", "none", (8, 8, 20), ROWS)


@pytest.mark.parametrize("draw", [initial_weights, random_weights])
@pytest.mark.parametrize("name", ["keras_mlp", "lenet5", "resnet20", "dqn_2013"])
def test_every_parameter_has_its_shape(draw: object, name: str) -> None:
    """Float64, in the table's order, and finite."""
    net = network(name)
    weights = draw(net, 0)  # type: ignore[operator]
    assert {key: value.shape for key, value in weights.items()} == parameter_shapes(net)
    assert list(weights) == list(parameter_shapes(net))
    assert all(value.dtype == np.float64 and np.isfinite(value).all() for value in weights.values())


@pytest.mark.parametrize("draw", [initial_weights, random_weights])
def test_a_seed_gives_the_same_numbers_and_another_seed_others(draw: object) -> None:
    """Kernels are equal for equal seeds, different for different ones, and no two of a network share their numbers."""
    one, again, other = (draw(NET, seed) for seed in (1, 1, 2))  # type: ignore[operator]
    assert all(np.array_equal(one[key], again[key]) for key in one)
    kernels = [key for key in one if key.endswith("kernel")]
    assert all(not np.any(one[key] == other[key]) for key in kernels)
    assert len({float(one[key].flat[0]) for key in kernels}) == len(kernels) == 3


@pytest.mark.parametrize("draw", [initial_weights, random_weights])
def test_layers_of_one_shape_do_not_share_their_numbers(draw: object) -> None:
    """Each parameter has a stream of its own."""
    net = Network("net", "Net", "none", (6,), (Dense("a", 6), Dense("b", 6)))
    weights = draw(net, 0)  # type: ignore[operator]
    assert not np.any(weights["a/kernel"] == weights["b/kernel"])


def test_fans_are_what_torch_counts() -> None:
    """The numbers behind torch's initialisers, of kernels in torch's layout (out, in / groups, height, width)."""
    torch = pytest.importorskip("torch")
    shapes = parameter_shapes(NET)
    layouts = {"c": (3, 2, 0, 1), "d": (1, 0)}
    for row in (ROWS[0], ROWS[-1]):
        shape = shapes[f"{row.name}/kernel"]
        theirs = torch.empty([shape[axis] for axis in layouts[row.name]])
        assert fans(row, shape) == torch.nn.init._calculate_fan_in_and_fan_out(theirs)


def test_fans_of_a_transposed_convolution() -> None:
    """An output sees one window of each of the 40 maps that enter, as its kernel has 2 x 2 entries for each pair."""
    assert fans(ROWS[2], parameter_shapes(NET)["t/kernel"]) == (4 * 40, 4 * 60)


@pytest.mark.parametrize(
    ("rule", "variance"), [("glorot_uniform", lambda i, o: 2 / (i + o)), ("he_normal", lambda i, o: 2 / i)]
)
def test_kernels_follow_their_rule(rule: str, variance: object) -> None:
    """Mean and variance lie within five standard errors of the rule's, for the three kernels of one seed."""
    weights = initial_weights(NET, 0, rule)  # type: ignore[arg-type]
    by_name = {row.name: row for row in ROWS}
    for key in ("c/kernel", "t/kernel", "d/kernel"):
        kernel = weights[key]
        wanted = variance(*fans(by_name[key[0]], kernel.shape))  # type: ignore[operator]
        error = 5 / np.sqrt(kernel.size)
        assert abs(kernel.mean()) < error * np.sqrt(wanted)
        assert abs(kernel.var() / wanted - 1) < error * np.sqrt(2)
        if rule == "glorot_uniform":
            limit = np.sqrt(3 * wanted)
            assert limit * (1 - 50 / kernel.size) < np.abs(kernel).max() <= limit
        else:
            assert np.abs(kernel).max() > 3 * np.sqrt(wanted)


def test_everything_else_starts_plain() -> None:
    """Biases, betas and means zero; gammas and variances one; a subsampling is a mean; centres are corners of a cube."""
    weights = initial_weights(NET, 0)
    for key in ("c/bias", "b/beta", "b/mean", "t/bias", "s/bias", "d/bias"):
        assert not weights[key].any()
    for key in ("b/gamma", "b/variance"):
        assert (weights[key] == 1).all()
    assert weights["s/gain"] == pytest.approx(np.full(60, 1 / 9))
    centres = initial_weights(lenet.lenet5(), 0)["output/centres"]
    assert set(np.unique(centres)) == {-1, 1}
    assert len(np.unique(centres, axis=0)) == 10


def test_random_weights_leave_nothing_at_rest() -> None:
    """Every vector has different entries, none zero; variances are positive."""
    for key, value in random_weights(NET, 0).items():
        assert len(np.unique(value)) == value.size
        assert value.all()
        assert not key.endswith(("variance", "gamma", "gain")) or value.min() > 0


@pytest.mark.parametrize("draw", [initial_weights, random_weights])
def test_maps_that_are_not_connected_have_zeros_between_them(draw: object) -> None:
    """LeNet-5's C3: 1,500 numbers, and zeros in the other 900 places."""
    kernel = draw(lenet.lenet5(), 0)["c3/kernel"]  # type: ignore[operator]
    for filter_ in range(16):
        for seen in range(6):
            assert kernel[:, :, seen, filter_].all() == (seen in lenet.C3[filter_])
    assert np.count_nonzero(kernel) == 1_500


def test_only_connected_returns_a_whole_kernel_as_it_is() -> None:
    """No copy where every map sees every map."""
    kernel = np.ones((3, 5, 10, 40))
    assert only_connected(ROWS[0], kernel) is kernel


def test_an_unknown_rule_is_refused() -> None:
    """With the rules that there are."""
    with pytest.raises(ValueError, match="rule 'lecun': glorot_uniform and he_normal"):
        initial_weights(NET, 0, "lecun")  # type: ignore[arg-type]

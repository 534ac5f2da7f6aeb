"""Dense layers: counts against actual arrays, indices against a grid, dropout, and the libraries' own counts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from implementations.dense import experiments, figures
from implementations.dense.dense_numpy import dense, dropout, neighbours, parameters, pixel_number

small = st.integers(1, 9)


@given(n=small, inputs=small, units=small, seed=st.integers(0, 2**32 - 1))
def test_dense_is_the_double_sum(n: int, inputs: int, units: int, seed: int) -> None:
    """h_ij = b_j + sum_k x_ik W_kj, element by element in plain Python."""
    rng = np.random.default_rng(seed)
    x, w, b = rng.normal(size=(n, inputs)), rng.normal(size=(inputs, units)), rng.normal(size=units)
    loops = [[b[j] + sum(x[i, k] * w[k, j] for k in range(inputs)) for j in range(units)] for i in range(n)]
    np.testing.assert_allclose(dense(x, w, b), loops, atol=1e-13)


@given(widths=st.lists(small, min_size=2, max_size=5))
def test_parameters_counts_the_arrays(widths: list[int]) -> None:
    """The count equals the sizes of weight and bias arrays that fit together."""
    arrays_ = [(np.empty((a, b)), np.empty(b)) for a, b in pairwise(widths)]
    assert parameters(widths) == sum(w.size + b.size for w, b in arrays_)
    assert parameters(widths, biases=False) == sum(w.size for w, _ in arrays_)


def test_keras_counts_the_same() -> None:
    """784 -> 64 -> 10 has 50,890 parameters by our count and by count_params() of the Keras model."""
    keras = pytest.importorskip("keras")
    layers = [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(64), keras.layers.Dense(10)]
    assert keras.Sequential(layers).count_params() == parameters((784, 64, 10)) == 50_890


def test_torch_counts_the_same() -> None:
    """784 -> 20 -> 10 has 15,910 parameters by our count and by the sizes of torch's tensors."""
    torch = pytest.importorskip("torch")
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 20), torch.nn.ReLU(), torch.nn.Linear(20, 10))
    assert sum(tensor.numel() for tensor in net.parameters()) == parameters((784, 20, 10)) == 15_910


@given(height=small, width=small, first=st.sampled_from([0, 1]))
def test_pixel_numbers_are_those_of_a_flattened_image(height: int, width: int, first: int) -> None:
    """Flattening an image that holds its own pixel numbers gives first, first + 1, ..., in order."""
    image = np.array([[pixel_number(r, c, width=width, first=first) for c in range(width)] for r in range(height)])
    assert image.reshape(-1).tolist() == list(range(first, first + height * width))


@given(height=small, width=small)
def test_neighbours_are_one_pixel_away(height: int, width: int) -> None:
    """By enumeration: the neighbours of a pixel are all pixels at Manhattan distance one."""
    place = {1 + r * width + c: (r, c) for r in range(height) for c in range(width)}
    for number, (r, c) in place.items():
        near = [other for other, (s, d) in place.items() if abs(r - s) + abs(c - d) == 1]
        assert neighbours(number, height=height, width=width) == near


def test_first_pixel_of_the_slide() -> None:
    """On 28 x 28, counted from 1: neighbours 2 and 29; input 784 is the far corner and no neighbour."""
    assert neighbours(1, height=28, width=28) == [2, 29]
    assert neighbours(784, height=28, width=28) == [756, 783]
    assert pixel_number(27, 27, width=28) == experiments.inputs_of_an_image() == 784


@given(x=arrays(np.float64, 50, elements=st.floats(-1e3, 1e3)), keep=st.floats(0.05, 1), seed=st.integers(0, 2**32 - 1))
def test_dropout_keeps_or_zeroes(x: np.ndarray, keep: float, seed: int) -> None:
    """Each output is 0 or x / keep, by whether its uniform number lies below keep."""
    uniforms = np.random.default_rng(seed).random(50)
    expected = [a / keep if u < keep else 0 for a, u in zip(x.tolist(), uniforms.tolist(), strict=True)]
    assert dropout(x, keep, uniforms).tolist() == expected


def test_dropout_keeps_the_mean() -> None:
    """Over an even grid of uniform numbers the mean is unchanged: 0.8 of the elements, 1 / 0.8 times as large."""
    uniforms = (np.arange(1000) + 0.5) / 1000
    assert dropout(np.ones(1000), 0.8, uniforms).mean() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("keep", [0.0, -0.1, 1.1])
def test_dropout_refuses_what_is_no_probability(keep: float) -> None:
    """Keeping nothing cannot be rescaled; below 0 or above 1 is no probability."""
    with pytest.raises(ValueError, match="probability"):
        dropout(np.ones(3), keep, np.zeros(3))


@pytest.mark.parametrize("backend", ["numpy", "tensorflow"])
@pytest.mark.parametrize("keep", [0.5, 0.8, 0.9])
def test_keeping_is_one_minus_dropping(backend: str, keep: float) -> None:
    """Both interfaces keep the same share, keep = 1 - rate; passing keep as rate does not."""
    pytest.importorskip(backend)
    shares = experiments.kept_share(backend=backend, keep=keep, rate=1 - keep)
    assert shares["keep_prob"]["kept"] == pytest.approx(keep, abs=1e-9)
    assert shares["rate"]["kept"] == pytest.approx(keep, abs=1e-9)
    assert experiments.kept_share(backend=backend, rate=keep)["rate"]["kept"] == pytest.approx(1 - keep, abs=1e-9)


def test_dropout_of_torch_takes_the_rate() -> None:
    """torch's p is what is dropped: survivors of p = 0.2 are 1.25 times as large."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    assert torch.nn.functional.dropout(torch.ones(1000), p=0.2).max().item() == 1.25


def test_filter_saves_136_times() -> None:
    """49 x 25 weights against 9: 136.1 times fewer, by formula and by probing; the side instead of the area gives 408."""
    assert experiments.full_map_weights() == 1225
    assert experiments.filter_weights() == 9
    assert experiments.filter_saving() == experiments.filter_saving_by_probing() == 1225 / 9
    assert round(experiments.saving_by_side()) == 408


def test_parameters_grow_in_proportion() -> None:
    """3.2 times for 64 units instead of 20, whatever the number of inputs; sharing weights removes the growth."""
    assert {experiments.growth_of_the_first_layer(inputs=n) for n in (1, 784, 3072)} == {3.2}
    shared = experiments.parameters_by_units(shared=True)
    assert shared["20 units"] == shared["64 units"]
    counts = experiments.parameters_by_units()
    assert (counts["20 units"], counts["64 units"]) == (15_910, 50_890)


def test_figure_is_the_straight_line_it_says() -> None:
    """795 parameters for each further hidden unit, as the picture's text says."""
    line = figures.parameters_against_units()["panels"][0]["series"][0]
    assert set(np.diff(line["y"]).tolist()) == {795}


def test_unknown_backend_is_an_error() -> None:
    """A backend that is not there is refused by name."""
    with pytest.raises(ValueError, match="abacus"):
        experiments.kept_share(backend="abacus")

"""Measurements of the network claims against counts by hand, other libraries, and sizes found by walking."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.layers.pooling_numpy import average_pool, subsample
from implementations.networks import (
    audit,
    experiments,
    experiments_atari,
    experiments_inception,
    experiments_parameters,
    experiments_sharing,
    figures,
)
from implementations.networks.catalogue import network
from implementations.networks.counting import totals


def test_lenet_has_sixty_thousand() -> None:
    """The published count of LeNet-5: 60,000 trained numbers, of which S2 and S4 have 12 and 32, C5 48,120."""
    assert totals(network("lenet5")).trained == 60_000
    assert experiments.subsampling_parameters() == {"S2": {"trained": 12}, "S4": {"trained": 32}}
    assert experiments.weights_from_s4_to_c5() == 16 * 5 * 5 * 120
    assert experiments.weights_from_s4_to_c5(biases=True) == 48_120


def test_freedom_of_the_subsampling_is_its_parameters() -> None:
    """The rank of the map from gains and biases to outputs is the number of gains and biases."""
    assert experiments.subsampling_freedom() == experiments.subsampling_parameters()


def test_subsampling_by_a_quarter_is_average_pooling() -> None:
    """With gain 1/4 and bias 0 the two agree to roundoff; with any other gain or bias they do not."""
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 3))
    quarter, zero = np.full(3, 0.25), np.zeros(3)
    pooled = average_pool(x, 2, 2)
    np.testing.assert_allclose(subsample(x, quarter, zero), pooled, atol=1e-15)
    assert abs(subsample(x, 2 * quarter, zero) - pooled).max() > 0.1
    assert abs(subsample(x, quarter, zero + 1) - pooled).max() == pytest.approx(1)


@given(before=st.integers(1, 60), side=st.integers(1, 60))
def test_filter_side_inverts_the_size(before: int, side: int) -> None:
    """A filter of any side that fits is found again from the two sizes; padding to the same size tells nothing."""
    if side <= before:
        assert experiments.filter_side(before=before, after=before - side + 1) == side
    assert experiments.filter_side(before=before, after=before + 1) == 0
    if before > 1:
        assert experiments.filter_side(before=before, after=before, padding="same") == 0


def test_small_networks_by_hand() -> None:
    """Logistic regression 7,850; cnn_cf 5*5*64 + 64 more, and 64 times its matrix; cnn_cpcpff layer by layer."""
    counts = experiments.parameters(names=["lr", "cnn_cf", "cnn_cpcpff"])
    assert counts["lr"] == 784 * 10 + 10
    assert counts["cnn_cf"] == 25 * 64 + 64 + 64 * 784 * 10 + 10 == 503_434
    assert counts["cnn_cpcpff"] == 25 * 32 + 32 + 25 * 32 * 64 + 64 + 3136 * 1024 + 1024 + 1024 * 10 + 10 == 3_274_634
    assert experiments.parameters(names=["cnn_cf", "lr"], only="conv1") == {"cnn_cf": 1_664, "lr": 7_850}


def test_torch_gives_the_shapes_of_cnn_cpcpff() -> None:
    """torch's convolutions with padding 2 and poolings of 2 give the printed sizes, without memory."""
    torch = pytest.importorskip("torch")
    x = torch.empty(1, 1, 28, 28, device="meta")
    sides = []
    for inputs, outputs in ((1, 32), (32, 64)):
        x = torch.nn.Conv2d(inputs, outputs, 5, padding=2, device="meta")(x)
        sides.append(tuple(x.shape[1:]))
        x = torch.nn.functional.max_pool2d(x, 2)
        sides.append(tuple(x.shape[1:]))
    found = experiments.shapes(name="cnn_cpcpff", rows=["conv1", "pool1", "conv2", "pool2"])
    assert sides == [(row["maps"], row["side"], row["side"]) for row in found.values()]


def test_mistakes_are_the_mistakes() -> None:
    """Each altered table has the size that its mistake gives by hand."""

    def side(name: str, row: str, mistake: experiments.Mistake) -> int:
        return experiments.shapes(name=name, rows=[row], mistake=mistake)[row]["side"]

    assert side("cnn_cf", "conv1", "valid") == 24
    assert side("cnn_cpcpff", "pool2", "valid") == 4
    assert side("cnn_cpcpff", "pool2", "one pooling") == 14
    assert side("dqn_2013", "conv1", "same") == 21
    assert side("dqn_2013", "conv1", "stride 1") == 77


@pytest.mark.parametrize("image", [224, 227, 231, 240])
def test_alexnet_by_formula_and_by_walking(image: int) -> None:
    """Windows set down one by one, with what is left over as a share of a step, give the printed formula."""
    assert experiments.alexnet_sides(image=image) == experiments.alexnet_sides_by_walking(image=image)


def test_alexnet_needs_227() -> None:
    """Of all sides from 200 to 250, 227 alone gives first maps of 55 x 55 with nothing left over."""
    assert [n for n in range(200, 251) if experiments.alexnet_sides(image=n)["conv1"]["side"] == 55] == [227]


def test_googlenet_sizes() -> None:
    """A half too much at each halving by the formula, exact by its floor and by SAME; no padding on both sides helps."""
    printed = {name: {"side": float(after)} for name, (_, _, after) in experiments_inception.HALVINGS.items()}
    assert experiments_inception.halved_sizes(rule="same") == printed
    assert experiments_inception.halved_sizes(rule="floor") == printed
    formula = experiments_inception.halved_sizes(rule="printed")
    assert formula == {name: {"side": row["side"] + 0.5} for name, row in printed.items()}
    assert formula == experiments_inception.halved_sizes_by_walking()
    for pad in range(8):
        assert all(
            row["side"] % 1 == 0.5 for row in experiments_inception.halved_sizes(rule="printed", pad=pad).values()
        )


def test_agreement_by_trying() -> None:
    """The two routes to which rows contradict themselves agree."""
    assert experiments_inception.params_and_ops_agree() == experiments_inception.params_and_ops_agree_by_trying()


def test_whole_network_by_both_routes() -> None:
    """The sum over printed rows is the total of the network's table without heads; the printed cells have another sum."""
    assert experiments_inception.whole_network() == experiments_inception.whole_network_by_table()
    printed = experiments_inception.whole_network(printed=True)["GoogLeNet"]
    assert printed["params"] == pytest.approx(6797.7, abs=1e-9)
    assert printed["ops"] == 1502


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
@pytest.mark.parametrize("stem", ["plain", "separable"])
def test_frameworks_count_the_same_rows(backend: str, stem: experiments_inception.Stem) -> None:
    """Row by row, the layers of torch and Keras have the weights, biases and multiply-adds of the plain formula."""
    pytest.importorskip(backend)
    for name in audit.ROWS:
        row = experiments_inception.printed_row(name, stem)
        assert experiments_inception.counts(row, backend) == (row.weights, row.biases, row.operations)


def test_published_parameter_counts() -> None:
    """Counts that the common programs of these networks print: VGG-16, VGG-19, ResNet-152; and their depths by name."""
    rivals = experiments_parameters.rivals()
    counts = {name: experiments_parameters.trained(rival) for name, rival in rivals.items()}
    assert counts == {"AlexNet": 60_965_224, "VGG-16": 138_357_544, "VGG-19": 143_667_240, "GoogLeNet": 6_998_552}
    assert experiments_parameters.resnet152() == (60_192_808, 152)
    depths = {name: experiments_parameters.weight_layers(rival.rows) for name, rival in rivals.items()}
    assert depths == {"AlexNet": 8, "VGG-16": 16, "VGG-19": 19, "GoogLeNet": 22}


@pytest.mark.parametrize(("name", "layers"), [("resnet18", 18), ("resnet50", 50), ("resnet110", 110)])
def test_depths_are_those_of_the_names(name: str, layers: int) -> None:
    """The longest way through a residual network has as many layers with weights as its name says."""
    assert experiments_parameters.weight_layers(network(name).rows) == layers


def test_comparison_by_formula() -> None:
    """Sums written out by hand give the same comparison as the tables."""
    assert experiments_parameters.against_rivals() == experiments_parameters.against_rivals_by_formula()


def test_sharing_is_seen_and_its_absence_too() -> None:
    """One set where weights are shared; as many as places that show theirs where not."""
    assert experiments_sharing.sets_over_time() == experiments_sharing.sets_over_regions() == 1
    assert experiments_sharing.sets_over_time(steps=5, shared=False) == 4
    assert experiments_sharing.sets_over_regions(side=6, shared=False) == 16


def test_locally_connected_with_one_filter_is_a_convolution() -> None:
    """The same filter at every region gives torch's convolution."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    x, kernel = rng.normal(size=(7, 7)), rng.normal(size=(3, 3))
    expected = torch.nn.functional.conv2d(torch.tensor(x)[None, None], torch.tensor(kernel)[None, None])[0, 0].numpy()
    found = experiments_sharing.locally_connected(x, np.broadcast_to(kernel, (5, 5, 3, 3)))
    np.testing.assert_allclose(found, expected, atol=1e-13)


def test_recurrent_layer_is_torchs() -> None:
    """With one set of weights the recurrence gives the states of torch's RNN."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(2)
    x, weights = rng.normal(size=(6, 3)), rng.normal(size=(1, 7, 4))
    rnn = torch.nn.RNN(3, 4, bias=False, dtype=torch.float64)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(torch.tensor(weights[0, :3].T))
        rnn.weight_hh_l0.copy_(torch.tensor(weights[0, 3:].T))
        expected = rnn(torch.tensor(x))[0].numpy()
    np.testing.assert_allclose(experiments_sharing.recurrent(x, weights), expected, atol=1e-13)


@given(frames=st.integers(1, 3), side=st.integers(1, 12), levels=st.sampled_from([2, 10, 255, 256]))
def test_exponent_counts_the_digits(frames: int, side: int, levels: int) -> None:
    """Where the number can be written out, the exponent's integer part is its digits less one, and 10^x is the number."""
    x = experiments_atari.states_exponent(frames=frames, height=side, width=side, levels=levels)
    number = levels ** (frames * side * side)
    assert math.floor(x) == len(str(number)) - 1
    assert x == pytest.approx(frames * side * side * math.log10(levels), rel=1e-11)


def test_actions_of_each_game() -> None:
    """Breakout has the fewest actions that do something, 4, Seaquest all 18."""
    pytest.importorskip("ale_py")
    found = experiments_atari.actions_of_the_games()
    assert found == {"fewest": {"count": 4}, "most": {"count": 18}, "games": {"count": 7}}


def test_the_findings_of_the_audit_are_what_the_cells_say() -> None:
    """The words beside a row match its numbers: which cells fit, and whether they agree with each other."""
    table = figures.googlenet_audit()["table"]
    at = {name: i for i, name in enumerate(table["columns"]) if name != "fits"}
    for line in table["rows"][:-1]:
        name, params_fit, ops_fit, finding = line[0], line[6], line[at["finding"] - 1], line[at["finding"]]
        if finding.startswith("both cells"):
            assert params_fit != "none"
            assert "10^6" in ops_fit
        if "ops right" in finding:
            assert "10^6" in ops_fit
        if finding.startswith("neither"):
            assert params_fit == ops_fit == "none"
        if "at odds" in finding:
            assert not audit.cells_agree(audit.ROWS[name])
        elif name in audit.ROWS:
            assert audit.cells_agree(audit.ROWS[name])
    assert table["rows"][-1][1] == 6797.7


def test_exhibits_are_well_formed() -> None:
    """Tables have as many cells a row as columns, series as many y as x, and each exhibit says what is seen."""
    for make in (
        figures.googlenet_audit,
        figures.googlenet_slips,
        figures.classic_shapes,
        figures.parameters_and_depth,
    ):
        exhibit = make()
        assert len(exhibit["alt"]) > 80
        assert all(len(row) == len(exhibit["table"]["columns"]) for row in exhibit["table"]["rows"])
        for panel in exhibit.get("panels", []):
            assert all(len(series["x"]) == len(series["y"]) for series in panel["series"])

"""Shapes, parameters and multiply-adds against the papers' own numbers, enumeration, and torch's layers."""

from dataclasses import replace
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from implementations.layers.convolution_numpy import conv2d
from implementations.networks import inception, lenet, resnet, unet
from implementations.networks.catalogue import NETWORKS, network
from implementations.networks.counting import (
    Line,
    head_shapes,
    output_shape,
    parameter_shapes,
    summary,
    totals,
    trained,
)
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
    parts,
    walk,
)


def table(*rows: Row, shape: tuple[int, ...] = (8, 8, 4)) -> Network:
    """A network of these rows."""
    return Network("net", "Net", "none", shape, rows)


def lines(name: str) -> dict[str, Line]:
    """The lines of a network's named rows."""
    return {line.name: line for line in summary(network(name)) if line.name}


# --- the papers' own numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "shape", "trainable", "connections"),
    [("c1", (28, 28, 6), 156, 122_304), ("s2", (14, 14, 6), 12, None), ("c3", (10, 10, 16), 1_516, 151_600),
     ("s4", (5, 5, 16), 32, None), ("c5", (1, 1, 120), 48_120, 48_120), ("f6", (84,), 10_164, 10_164)],
)  # fmt: skip
def test_lenet_5_is_counted_as_its_paper_counts(
    row: str, shape: tuple[int, ...], trainable: int, connections: int | None
) -> None:
    """LeCun et al 1998 give each layer's maps, trainable parameters, and connections: products and biases at every unit."""
    line = lines("lenet5")[row]
    assert line.output == shape
    assert line.weights + line.biases == trainable
    if connections:
        assert line.multiply_adds + line.biases * prod(line.output[:-1]) == connections


def test_the_table_of_c3_sees_what_its_paper_says() -> None:
    """Six maps see three neighbours, six see four, three see two pairs, one sees all; each map of S2 is seen ten times."""
    sizes = [len(set(maps)) for maps in lenet.C3]
    assert sizes == [3] * 6 + [4] * 9 + [6]
    assert [sum(seen in maps for maps in lenet.C3) for seen in range(6)] == [10] * 6
    assert lenet.C3[4] == (0, 4, 5)
    assert lenet.C3[12:15] == ((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5))


def test_sizes_through_alexnet() -> None:
    """227 gives the paper's 55, 27, 13 and 6 exactly; the printed 224 gives 54, 26, 12 and 5, each with a fraction cut off."""
    wanted = {"alexnet": [55, 27, 27, 13, 13, 6], "alexnet_224": [54, 26, 26, 12, 12, 5]}
    for name, sides in wanted.items():
        found = lines(name)
        assert [found[row].output[0] for row in ("conv1", "pool1", "conv2", "pool2", "conv5", "pool5")] == sides


def test_alexnet_layer_by_layer() -> None:
    """Two columns: the grouped convolutions have half the weights that 256, 384 and 256 maps would take."""
    found = {row: line.weights for row, line in lines("alexnet").items() if line.weights}
    assert found == {
        "conv1": 11 * 11 * 3 * 96,
        "conv2": 2 * (5 * 5 * 48 * 128),
        "conv3": 3 * 3 * 256 * 384,
        "conv4": 2 * (3 * 3 * 192 * 192),
        "conv5": 2 * (3 * 3 * 192 * 128),
        "fc6": 6 * 6 * 256 * 4096,
        "fc7": 4096 * 4096,
        "fc8": 4096 * 1000,
    }


def test_googlenet_gives_the_printed_sizes_and_depths() -> None:
    """Output sizes of the slide's table; the widths of a module's four branches add up to its depth."""
    printed = {
        "conv1": (112, 112, 64), "pool1": (56, 56, 64), "conv2": (56, 56, 192), "pool2": (28, 28, 192),
        "inception_3a": (28, 28, 256), "inception_3b": (28, 28, 480), "pool3": (14, 14, 480),
        "inception_4a": (14, 14, 512), "inception_4b": (14, 14, 512), "inception_4c": (14, 14, 512),
        "inception_4d": (14, 14, 528), "inception_4e": (14, 14, 832), "pool4": (7, 7, 832),
        "inception_5a": (7, 7, 832), "inception_5b": (7, 7, 1024), "pool5": (1, 1, 1024), "linear": (1000,),
    }  # fmt: skip
    found = lines("googlenet")
    assert {row: found[row].output for row in printed} == printed
    for name, (one, _, three, _, five, projection) in inception.WIDTHS.items():
        assert one + three + five + projection == printed[name][-1]


def test_googlenet_heads() -> None:
    """Szegedy et al 2014: 4 x 4 x 512 and 4 x 4 x 528 are pooled, 128 maps and 1024 units follow. Without heads, Caffe's count."""
    found = lines("googlenet")
    assert [found[f"head_{at}_pool"].output for at in ("4a", "4d")] == [(4, 4, 512), (4, 4, 528)]
    assert head_shapes(network("googlenet")) == {"head_4a": (1000,), "head_4d": (1000,)}
    for at, maps in (("4a", 512), ("4d", 528)):
        by_hand = (maps * 128 + 128) + (4 * 4 * 128 * 1024 + 1024) + (1024 * 1000 + 1000)
        assert totals(network("googlenet"), inside=f"head_{at}").trained == by_hand
    assert totals(inception.googlenet(heads=False)).trained == 6_998_552


def test_the_separable_stem_has_the_weights_that_the_table_prints() -> None:
    """7 * 7 * 3 * 8 + 24 * 64 = 2,712, once at each of 112 x 112 positions."""
    found = lines("googlenet_separable")
    stem = [found["conv1_depthwise"], found["conv1"]]
    assert sum(line.weights for line in stem) == 2_712
    assert sum(line.multiply_adds for line in stem) == 2_712 * 112 * 112


@pytest.mark.parametrize(("name", "billions"), [("resnet18", 1.8), ("resnet50", 3.8)])
def test_multiply_adds_of_the_imagenet_resnets(name: str, billions: float) -> None:
    """He et al 2015, table 1: 1.8 and 3.8 * 10^9, cut to one decimal."""
    assert int(totals(network(name)).multiply_adds / 1e8) / 10 == billions


@pytest.mark.parametrize(("name", "layers"), [("resnet20", 20), ("resnet56", 56), ("resnet110", 110), ("plain20", 20),
                                              ("plain56", 56), ("resnet18", 18), ("resnet50", 50)])  # fmt: skip
def test_networks_are_as_deep_as_their_names_say(name: str, layers: int) -> None:
    """Convolutions and dense layers, those of shortcuts not counted."""
    found = [row for row in walk(network(name).rows) if isinstance(row, Conv | Dense)]
    assert len([row for row in found if "projection" not in row.name]) == layers


def test_plain_networks_are_residual_ones_without_shortcuts() -> None:
    """The same layers in the same order: shortcuts of option A have no parameters."""
    assert parameter_shapes(network("plain56")) == parameter_shapes(network("resnet56"))
    assert totals(network("plain56")) == totals(network("resnet56"))


def test_stochastic_depth_grows_linearly() -> None:
    """Block l of L drops its body with probability l / L times the last's."""
    drops = [row.drop for row in resnet.resnet20(drop=0.5).rows if isinstance(row, Residual)]
    assert drops == pytest.approx([0.5 * block / 9 for block in range(1, 10)])


def test_unet_gives_the_sizes_of_its_figure() -> None:
    """Ronneberger et al 2015, figure 1: the crops, the lowest level, and 388 x 388 pixels of two classes."""
    found = lines("unet")
    crops = {f"crop{level}": found[f"crop{level}"].output[0] for level in (1, 2, 3, 4)}
    assert crops == {"crop1": 392, "crop2": 200, "crop3": 104, "crop4": 56}
    assert found["dropout"].output == (28, 28, 1024)
    assert output_shape(network("unet")) == (388, 388, 2)


@pytest.mark.parametrize("size", range(170, 240))
def test_unet_takes_the_sizes_whose_maps_stay_even(size: int) -> None:
    """Each map before a pooling and each cropped margin must be whole: by hand, level by level."""
    side, fits = size, True
    for _ in range(unet.LEVELS):
        side -= 4
        fits &= side % 2 == 0
        side //= 2
    result = 16 * (side - 4) - 4 * (2**unet.LEVELS - 1)  # back up: doubled, four pixels cut, four times
    if fits and result > 0:
        assert output_shape(unet.unet(size=size, width=1)) == (result, result, 2)
    else:
        with pytest.raises(ValueError, match="U-Net on"):
            unet.unet(size=size)


def test_dqn_of_2013_has_the_printed_volumes() -> None:
    """(20, 20, 16), (9, 9, 32), 2592, 256, and one output an action."""
    found = [line.output for line in summary(network("dqn_2013")) if line.kind in ("Conv", "Flatten", "Dense")]
    assert found == [(20, 20, 16), (9, 9, 32), (2592,), (256,), (4,)]


# --- the rules --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_lines_follow_the_table(name: str) -> None:
    """One line a row in the order of walk, nested as deep; a row's input is what left the row before; sums are the totals."""
    net = network(name)
    found = summary(net)
    rows = list(walk(net.rows))
    assert [(line.name, line.kind) for line in found] == [(row.name, type(row).__name__) for row in rows]
    depths: list[int] = []

    def descend(inside: tuple[Row, ...], depth: int) -> None:
        for row in inside:
            depths.append(depth)
            for part in parts(row):
                descend(part, depth + 1)

    descend(net.rows, 0)
    assert [line.depth for line in found] == depths
    outer = [line for line in found if line.depth == 0]
    assert [line.input for line in outer] == [net.input, *(line.output for line in outer[:-1])]
    assert output_shape(net) == outer[-1].output
    everything = totals(net)
    shapes = parameter_shapes(net)
    unseen = prod(shapes["c3/kernel"]) - 1_500 if name == "lenet5" else 0
    assert sum(map(prod, shapes.values())) == everything.trained + everything.kept + unseen
    assert everything.multiply_adds == sum(line.multiply_adds for line in found)


def test_totals_inside_a_row() -> None:
    """A module's totals are those of the module alone; a layer's its own; there is no row without a name."""
    alone = totals(network("inception_reduced"))
    assert totals(network("googlenet"), inside="inception_3a") == alone
    assert totals(network("googlenet"), inside="linear").trained == 1024 * 1000 + 1000
    for name in ("", "inception_6a"):
        with pytest.raises(ValueError, match=f"googlenet has no row named '{name}'"):
            totals(network("googlenet"), inside=name)


def test_what_is_trained() -> None:
    """Moments and centres are kept; all else is trained, in the table's order."""
    net = table(
        Conv("a", 2, 1), BatchNorm("b"), Subsample("s"), Flatten(), Dense("d", 3, bias=False), RadialBasis("r", 2)
    )
    names = [
        "a/kernel",
        "a/bias",
        "b/gamma",
        "b/beta",
        "b/mean",
        "b/variance",
        "s/gain",
        "s/bias",
        "d/kernel",
        "r/centres",
    ]
    assert list(parameter_shapes(net)) == names
    assert trained(net) == tuple(n for n in names if n not in ("b/mean", "b/variance", "r/centres"))
    assert totals(net).kept == 2 + 2 + 2 * 3
    assert totals(net).biases == 2 + 2 + 2 + 2 + 2
    assert totals(net).weights == 4 * 2 + 32 * 3


SIDES = st.integers(1, 4)


@given(
    size=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    window=st.tuples(SIDES, SIDES),
    stride=st.tuples(SIDES, SIDES),
    groups=st.integers(1, 3),
    share=st.integers(1, 2),
    each=st.integers(1, 2),
)
def test_a_convolution_is_counted_as_it_computes(
    size: tuple[int, int], window: tuple[int, int], stride: tuple[int, int], groups: int, share: int, each: int
) -> None:
    """With ones everywhere each output is the number of its products: their sum is the count, their grid the shape."""
    assume(all(w <= s for w, s in zip(window, size, strict=True)))
    row = Conv("c", groups * each, window, stride, groups=groups)
    net = table(row, shape=(*size, groups * share))
    (line,) = summary(net)
    shapes = parameter_shapes(net)
    out = conv2d(np.ones((1, *line.input)), np.ones(shapes["c/kernel"]), stride=stride, groups=groups)
    assert out.shape[1:] == line.output
    assert line.multiply_adds == out.sum()
    assert line.weights == prod(shapes["c/kernel"])
    assert line.biases == row.filters


@given(
    size=st.integers(1, 20),
    window=st.integers(1, 5),
    stride=st.integers(1, 4),
    padding=st.integers(0, 2),
    groups=st.integers(1, 2),
)
def test_convolutions_and_their_transposes_match_torch(
    size: int, window: int, stride: int, padding: int, groups: int
) -> None:
    """Output shape and number of parameters of torch's own layers."""
    torch = pytest.importorskip("torch")
    assume(window <= size + 2 * padding)
    net = table(Conv("c", 4, window, stride, padding, groups), shape=(size, size + 1, 2))
    layer = torch.nn.Conv2d(2, 4, window, stride, padding, groups=groups, device="meta")
    _, filters, height, width = layer(torch.empty(1, 2, size, size + 1, device="meta")).shape
    assert output_shape(net) == (height, width, filters)
    assert totals(net).trained == sum(p.numel() for p in layer.parameters())

    assume((size - 1) * stride + window > 2 * padding)
    up = table(TransposedConv("t", 4, window, stride, padding), shape=(size, size + 1, 2))
    layer = torch.nn.ConvTranspose2d(2, 4, window, stride, padding, device="meta")
    _, filters, height, width = layer(torch.empty(1, 2, size, size + 1, device="meta")).shape
    assert output_shape(up) == (height, width, filters)
    assert totals(up).trained == sum(p.numel() for p in layer.parameters())


@given(
    size=st.integers(1, 12),
    window=st.integers(1, 5),
    stride=st.integers(1, 5),
    padding=st.sampled_from(["valid", "same", 1, ((1, 0), (0, 2))]),
)
def test_a_transposed_convolution_goes_back_where_the_convolution_came_from(
    size: int, window: int, stride: int, padding: str
) -> None:
    """The convolution of its output has the shape of its input, and needs as many products."""
    up = table(TransposedConv("t", 3, window, stride, padding), shape=(size, size, 2))  # type: ignore[arg-type]
    try:
        between = output_shape(up)
    except ValueError:
        assume(False)
    down = table(Conv("c", 2, window, stride, padding), shape=between)  # type: ignore[arg-type]
    assert output_shape(down) == (size, size, 2)
    assert totals(down).multiply_adds == totals(up).multiply_adds


def test_layers_without_parameters() -> None:
    """Shapes of the rows that only move or pool pixels; they multiply nothing that is counted."""
    rows: dict[Row, tuple[int, ...]] = {
        Pool("max", 3, 2, "same"): (4, 4, 4),
        Pool("average", (3, 2), (1, 2)): (6, 4, 4),
        GlobalAveragePool(): (4,),
        Upsample(3): (24, 24, 4),
        Crop(3): (2, 2, 4),
        PadChannels(7, 3): (3, 3, 7),
        Flatten(): (256,),
        Activation("relu"): (8, 8, 4),
        LocalResponseNorm(): (8, 8, 4),
        Dropout(0.5): (8, 8, 4),
    }
    for row, shape in rows.items():
        (line,) = summary(table(row))
        assert line.output == shape
        assert line[5:] == (0, 0, 0, 0)


def test_a_connected_convolution_counts_its_connections() -> None:
    """Three windows of four numbers: as many weights, and each once a position; the kernel itself is whole."""
    net = table(Conv("c", 2, 2, connections=((0,), (1, 3))), shape=(3, 3, 4))
    (line,) = summary(net)
    assert (line.weights, line.multiply_adds) == (3 * 4, 3 * 4 * 4)
    assert parameter_shapes(net)["c/kernel"] == (2, 2, 4, 2)


def test_a_residual_and_a_concat_hold_other_rows() -> None:
    """The one keeps its body's shape, the other adds up its branches' maps; vectors can be joined too."""
    block = Residual("r", (Conv("a", 4, 3, padding=1),))
    module = Concat("m", ((), (Conv("b", 3, 1),), (block,)))
    assert output_shape(table(module)) == (8, 8, 11)
    pair = Concat("m", ((Dense("a", 2),), (Dense("b", 3),)))
    assert output_shape(table(pair, shape=(5,))) == (5,)
    assert head_shapes(table(Head("h", (Flatten(),)))) == {"h": (256,)}
    assert output_shape(table(Head("h", (Flatten(),)))) == (8, 8, 4)


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "lenet5"])
def test_whole_networks_count_as_torch_counts_them(name: str) -> None:
    """Parameters of the torch module of the same table, and half of the operations that torch's own counter sees in it.

    Not LeNet-5: torch runs C3 with zeros in the place of what is not connected, and counts those.
    """
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    from implementations.networks.networks_torch import TableNetwork

    found = network(name)
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        module = TableNetwork(found)
        module(torch.empty(2, *found.input))
    assert totals(found).trained == sum(p.numel() for p in module.parameters() if p.requires_grad)
    assert totals(found).multiply_adds * 2 * 2 == counter.get_total_flops()


# --- errors -----------------------------------------------------------------------------------------------------------------------

CONV = Conv("c", 4, 1)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ((CONV, Conv("big", 4, 9)), r"row 'big' \(Conv\): a window of 9 does not fit 8"),
        ((Conv("", 4, 1),), r"row number 1 \(Conv\): needs a name"),
        ((CONV, Flatten(), CONV), r"row 'c' \(Conv\): a second row of this name"),
        ((Conv("a/b", 4, 1),), r"row 'a/b' \(Conv\): .*slash"),
        ((Conv("g", 4, 1, groups=3),), r"row 'g' \(Conv\): 3 groups do not divide 4 input maps and 4 filters"),
        ((Conv("g", 3, 1, groups=2),), r"row 'g' \(Conv\): 2 groups do not divide 4 input maps and 3 filters"),
        ((Conv("k", 2, 1, connections=((0,),)),), r"row 'k' \(Conv\): 1 lists of connections for 2 filters in 1 groups"),
        ((Conv("k", 2, 1, groups=2, connections=((0,), (1,))),), r"row 'k' \(Conv\): 2 lists of connections .* in 2 groups"),
        ((Conv("k", 1, 1, connections=((0, 4),)),), r"row 'k' \(Conv\): filter 0 cannot see the maps \(0, 4\) of 4"),
        ((Conv("k", 1, 1, connections=((0, 0),)),), r"row 'k' \(Conv\): filter 0 cannot see"),
        ((Conv("k", 1, 1, connections=((),)),), r"row 'k' \(Conv\): filter 0 cannot see"),
        ((CONV, Dense("d", 2)), r"row 'd' \(Dense\): needs a vector .* not \(8, 8, 4\)"),
        ((CONV, Flatten(), Conv("e", 2, 1)), r"row 'e' \(Conv\): needs an image .* not \(256,\)"),
        ((Flatten(), Pool("max", 2, 2)), r"row number 2 \(Pool\): needs an image"),
        ((Flatten(), Flatten()), r"row number 2 \(Flatten\): needs an image"),
        ((Crop(4),), r"row number 1 \(Crop\): a margin of 4 leaves nothing of 8 x 8"),
        ((PadChannels(3, name="p"),), r"row 'p' \(PadChannels\): cannot pad 4 maps to 3"),
        ((TransposedConv("t", 2, 1, padding=5),), r"row 't' \(TransposedConv\): no line of pixels gives 8 windows of 1"),
        ((Concat("m", ()),), r"row 'm' \(Concat\): no branches"),
        ((Concat("m", ((CONV,), (Crop(1),))),), r"row 'm' \(Concat\): branches of different sizes .*\(8, 8, 4\), \(6, 6, 4\)"),
        ((Concat("", ((CONV,),)),), r"row number 1 \(Concat\): needs a name"),
        ((Residual("r", (Conv("a", 5, 1),)),), r"row 'r' \(Residual\): the body gives \(8, 8, 5\) and the shortcut \(8, 8, 4\)"),
        ((Residual("r", (Conv("a", 4, 9),)),), r"net: row 'a' \(Conv\): a window"),
        ((Residual("r", (CONV,)), Head("h", (CONV,))), r"net: row 'c' \(Conv\): a second row"),
        ((Subsample("s", 9),), r"row 's' \(Subsample\): a window of 9"),
        ((Conv("z", 0, 1),), r"row 'z' \(Conv\): 0 outputs"),
        ((Conv("z", 4, 1, groups=0),), r"row 'z' \(Conv\): 0 groups"),
        ((Conv("z", 4, 1, padding=-1),), r"row 'z' \(Conv\): padding = -1 is negative"),
        ((Conv("z", 4, (1, 0)),), r"row 'z' \(Conv\): a window of 0 and a stride of 1"),
        ((TransposedConv("z", -1, 1),), r"row 'z' \(TransposedConv\): -1 outputs"),
        ((Flatten(), Dense("z", 0)), r"row 'z' \(Dense\): 0 outputs"),
        ((Flatten(), RadialBasis("z", 0)), r"row 'z' \(RadialBasis\): 0 outputs"),
        ((Pool("max", 2, 2, 2),), r"row number 1 \(Pool\): padding 2 would fill a window of 2"),
        ((Pool("average", (4, 2), 2, ((3, 3), (0, 2))),), r"row number 1 \(Pool\): padding .* would fill a window of \(4, 2\)"),
        ((Upsample(0),), r"row number 1 \(Upsample\): each pixel 0 times"),
        ((Crop(-1),), r"row number 1 \(Crop\): a margin of -1"),
        ((LocalResponseNorm(4),), r"row number 1 \(LocalResponseNorm\): 4 maps have no middle"),
        ((Dropout(1.0),), r"row number 1 \(Dropout\): rate 1.0 is no probability"),
        ((Residual("z", (), drop=1.0),), r"row 'z' \(Residual\): drop 1.0 is no probability"),
    ],
)  # fmt: skip
def test_errors_name_the_row(rows: tuple[Row, ...], problem: str) -> None:
    """What does not fit is said once, of the innermost row, with the network's name in front, by every function."""
    net = table(*rows)
    for function in (summary, totals, output_shape, head_shapes, parameter_shapes, trained):
        with pytest.raises(ValueError, match=rf"^net: {problem.removeprefix('net: ')}"):
            function(net)


@pytest.mark.parametrize("shape", [(), (0,), (5, 5), (5, 0, 1), (1, 5, 5, 1)])
def test_an_input_is_an_image_or_a_vector(shape: tuple[int, ...]) -> None:
    """Of at least one number in every direction."""
    with pytest.raises(ValueError, match="net: the input .* is no"):
        summary(table(shape=shape))


def test_an_empty_network_passes_its_input_on() -> None:
    """No rows, no counts."""
    assert output_shape(table()) == (8, 8, 4)
    assert totals(table()).trained == 0


@pytest.mark.parametrize("name", ["googlenet", "resnet50", "lenet5"])
def test_biases_can_be_left_out(name: str) -> None:
    """Counting with biases off leaves the weights and multiply-adds as they were."""
    net = network(name)

    def without(row: Row) -> Row:
        match row:
            case Conv() | Dense():
                return replace(row, bias=False)
            case Concat(branches=branches):
                return replace(row, branches=tuple(tuple(map(without, branch)) for branch in branches))
            case Residual(body=body, shortcut=shortcut):
                return replace(row, body=tuple(map(without, body)), shortcut=tuple(map(without, shortcut)))
            case Head(rows=rows):
                return replace(row, rows=tuple(map(without, rows)))
            case _:
                return row

    bare = replace(net, rows=tuple(map(without, net.rows)))
    assert totals(bare).weights == totals(net).weights
    assert totals(bare).multiply_adds == totals(net).multiply_adds
    convolved = [line for line in summary(net) if line.kind in ("Conv", "Dense")]
    assert totals(net).biases - totals(bare).biases == sum(line.biases for line in convolved)


def test_small_windows_of_shrunk_googlenets() -> None:
    """Images from 32 pixels on pass through, with and without heads; smaller ones are refused."""
    for size in (32, 33, 64, 100):
        assert output_shape(inception.googlenet(size=size)) == (1000,)
    with pytest.raises(ValueError, match="32 pixels or more, not 31"):
        inception.googlenet(size=31)

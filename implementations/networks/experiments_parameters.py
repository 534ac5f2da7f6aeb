"""Are residual networks deeper than their rivals, with fewer parameters? Counted on the networks' tables.

Source: columbia-deep-learning, slide "RESNET": the winner of 2015, ResNet-152 (He et al 2015), beside the winners before it: AlexNet
(2012), GoogLeNet (2014), and VGG-16 and VGG-19 (Simonyan and Zisserman 2014), which stand in the chart of Canziani et al that the
slide shows. The slide does not say which rivals it means.
"""

from __future__ import annotations

from typing import Literal

from implementations.networks import inception
from implementations.networks.catalogue import network
from implementations.networks.counting import totals
from implementations.networks.table import (
    Activation,
    Concat,
    Conv,
    Dense,
    Flatten,
    Head,
    Network,
    Pool,
    Residual,
    Row,
    TransposedConv,
)

Comparison = dict[str, dict[str, bool]]

# ResNet-152 is ResNet-50 with more of the blocks that change no shape: 8 for 4 in its second stage, 36 for 6 in its third.
MORE_BLOCKS = {"stage2_block2": 4, "stage3_block2": 30}


def vgg(convolutions: tuple[int, ...], name: str) -> Network:
    """VGG on 224 x 224: stages of so many padded 3 x 3 convolutions, each ended by a pooling, then three dense layers."""
    rows: list[Row] = []
    for stage, count in enumerate(convolutions, 1):
        for i in range(1, count + 1):
            rows += [Conv(f"conv{stage}_{i}", min(64 * 2 ** (stage - 1), 512), 3, padding=1), Activation("relu")]
        rows.append(Pool("max", 2, 2, name=f"pool{stage}"))
    rows.append(Flatten())
    for i, units in enumerate((4096, 4096), 6):
        rows += [Dense(f"fc{i}", units), Activation("relu")]
    return Network(name, name, "Simonyan and Zisserman 2014", (224, 224, 3), (*rows, Dense("fc8", 1000)))


def rivals() -> dict[str, Network]:
    """The networks that the winner of 2015 is compared with; GoogLeNet without its auxiliary classifiers."""
    return {
        "AlexNet": network("alexnet"),
        "VGG-16": vgg((2, 2, 3, 3, 3), "VGG-16"),
        "VGG-19": vgg((2, 2, 4, 4, 4), "VGG-19"),
        "GoogLeNet": inception.googlenet(heads=False),
    }


def weight_layers(rows: tuple[Row, ...]) -> int:
    """Convolutions and dense layers on the longest way through the rows; auxiliary heads are off the way."""
    longest = 0
    for row in rows:
        match row:
            case Conv() | TransposedConv() | Dense():
                longest += 1
            case Concat(branches=branches):
                longest += max(map(weight_layers, branches))
            case Residual(body=body, shortcut=shortcut):
                longest += max(weight_layers(body), weight_layers(shortcut))
            case Head():
                pass
    return longest


def resnet152() -> tuple[int, int]:
    """(trained parameters, layers with weights) of ResNet-152, from the table of ResNet-50 and the blocks that it has more."""
    smaller = network("resnet50")
    blocks = {row.name: row for row in smaller.rows if isinstance(row, Residual)}
    parameters = totals(smaller).trained
    parameters += sum(times * totals(smaller, inside=name).trained for name, times in MORE_BLOCKS.items())
    layers = weight_layers(smaller.rows) + sum(n * weight_layers((blocks[name],)) for name, n in MORE_BLOCKS.items())
    return parameters, layers


def against_rivals(*, winner: Literal["resnet152", "resnet110"] = "resnet152", dense: bool = True) -> Comparison:
    """{rival: {"deeper", "fewer"}}: whether the winner has more layers with weights, and fewer trained parameters.

    Mistakes: the small ResNet-110 for images of 32 x 32 as the ``winner``; ``dense = False`` leaves the dense layers out.
    """
    if winner == "resnet152":
        parameters, layers = resnet152()
    else:
        parameters, layers = totals(network(winner)).trained, weight_layers(network(winner).rows)
    parameters -= 0 if dense else 2048 * 1000 + 1000
    return {
        name: {"deeper": layers > weight_layers(rival.rows), "fewer": parameters < trained(rival, dense=dense)}
        for name, rival in rivals().items()
    }


def trained(network: Network, *, dense: bool = True) -> int:
    """Trained parameters of the whole network, or without those of its ``dense`` layers."""
    left_out = () if dense else (row for row in network.rows if isinstance(row, Dense))
    return totals(network).trained - sum(totals(network, inside=row.name).trained for row in left_out)


def against_rivals_by_formula() -> Comparison:
    """The same from sums written out by hand: k^2 in out weights a convolution, biases, and two numbers a normalised map."""

    def conv(k: int, before: int, after: int, groups: int = 1) -> int:
        return k * k * before // groups * after + after

    def normalised(k: int, before: int, after: int) -> int:
        return k * k * before * after + 2 * after

    def bottleneck(before: int, maps: int) -> int:
        return normalised(1, before, maps) + normalised(3, maps, maps) + normalised(1, maps, 4 * maps)

    resnet, before = normalised(7, 3, 64), 64
    for maps, blocks in ((64, 3), (128, 8), (256, 36), (512, 3)):
        resnet += bottleneck(before, maps) + normalised(1, before, 4 * maps) + (blocks - 1) * bottleneck(4 * maps, maps)
        before = 4 * maps
    resnet += 2048 * 1000 + 1000
    alexnet = conv(11, 3, 96) + conv(5, 96, 256, 2) + conv(3, 256, 384) + conv(3, 384, 384, 2) + conv(3, 384, 256, 2)
    alexnet += conv(6, 256, 4096) + conv(1, 4096, 4096) + conv(1, 4096, 1000)
    dense = conv(7, 512, 4096) + conv(1, 4096, 4096) + conv(1, 4096, 1000)
    stages = [conv(3, before, maps) for before, maps in ((3, 64), (64, 128), (128, 256), (256, 512), (512, 512))]
    repeated = [conv(3, maps, maps) for maps in (64, 128, 256, 512, 512)]
    vgg16 = sum(stages) + sum(n * one for n, one in zip((1, 1, 2, 2, 2), repeated, strict=True)) + dense
    vgg19 = sum(stages) + sum(n * one for n, one in zip((1, 1, 3, 3, 3), repeated, strict=True)) + dense
    googlenet = conv(7, 3, 64) + conv(1, 64, 64) + conv(3, 64, 192) + conv(1, 1024, 1000)
    before = 192
    for one, to_three, three, to_five, five, pooled in inception.WIDTHS.values():
        googlenet += conv(1, before, one) + conv(1, before, to_three) + conv(3, to_three, three)
        googlenet += conv(1, before, to_five) + conv(5, to_five, five) + conv(1, before, pooled)
        before = one + three + five + pooled
    layers = {"AlexNet": 5 + 3, "VGG-16": 13 + 3, "VGG-19": 16 + 3, "GoogLeNet": 1 + 2 + 9 * 2 + 1}
    parameters = {"AlexNet": alexnet, "VGG-16": vgg16, "VGG-19": vgg19, "GoogLeNet": googlenet}
    deep = 1 + 3 * (3 + 8 + 36 + 3) + 1
    return {name: {"deeper": deep > layers[name], "fewer": resnet < parameters[name]} for name in layers}

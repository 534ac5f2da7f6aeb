"""AlexNet, with its two columns as groups.

Source: columbia-deep-learning, slide "ALEXNET", which shows the figure of Krizhevsky, Sutskever and Hinton, "ImageNet classification with
deep convolutional neural networks", 2012. In the figure two columns stand on two GPUs; the second, fourth and fifth convolutions see
their own column only, hence ``groups=2``; the third and the dense layers see both.

The figure's input of 224 x 224 does not give its first map of 55 x 55: (224 - 11) / 4 + 1 = 54.25. With 227, or with three zeros
beside the 224, it is 55 exactly. `alexnet_224` is the figure's 224 without padding, the fraction cut off: 54 x 54, then 26, 12 and 5 in
place of 27, 13 and 6, so that the first dense layer has 5 * 5 * 256 inputs and not 6 * 6 * 256.

One deviation: each column normalised its own maps. The normalisation here runs over all maps in their order, so the last two
maps of the first column and the first two of the second see each other.
"""

from __future__ import annotations

from implementations.networks.table import (
    Activation,
    Conv,
    Dense,
    Dropout,
    Flatten,
    LocalResponseNorm,
    Network,
    Pool,
    Row,
)

SOURCE = "columbia-deep-learning, ALEXNET; Krizhevsky et al 2012"
RELU = Activation("relu")


def alexnet(*, size: int = 227, units: int = 4096) -> Network:
    """AlexNet on 227 x 227: 60,965,224 parameters. Tests take a smaller ``size`` (67 or more) and fewer ``units`` a dense layer."""
    return Network("alexnet", "AlexNet", SOURCE, (size, size, 3), _rows(units))


def alexnet_224(*, units: int = 4096) -> Network:
    """AlexNet on the printed 224 x 224, where no formula gives an integer: 49,430,888 parameters."""
    return Network("alexnet_224", "AlexNet on 224 x 224, as printed", SOURCE, (224, 224, 3), _rows(units))


def _rows(units: int) -> tuple[Row, ...]:
    return (
        Conv("conv1", 96, 11, stride=4),
        RELU,
        LocalResponseNorm(name="norm1"),
        Pool("max", 3, 2, name="pool1"),
        Conv("conv2", 256, 5, padding=2, groups=2),
        RELU,
        LocalResponseNorm(name="norm2"),
        Pool("max", 3, 2, name="pool2"),
        Conv("conv3", 384, 3, padding=1),
        RELU,
        Conv("conv4", 384, 3, padding=1, groups=2),
        RELU,
        Conv("conv5", 256, 3, padding=1, groups=2),
        RELU,
        Pool("max", 3, 2, name="pool5"),
        Flatten(),
        Dense("fc6", units),
        RELU,
        Dropout(0.5, "dropout6"),
        Dense("fc7", units),
        RELU,
        Dropout(0.5, "dropout7"),
        Dense("fc8", 1000),
    )

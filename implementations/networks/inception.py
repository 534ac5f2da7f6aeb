"""Inception modules, and GoogLeNet row by row as its printed table.

Source: columbia-deep-learning, slides "INCEPTION MODULES" (the module's two versions) and "INCEPTION" (the network and its table), after
Szegedy et al, "Going deeper with convolutions", 2014. From the paper: the auxiliary heads after 4a and 4d, and a ReLU after every convolution.

What both leave open, and what stands here: all padding is SAME but in the average poolings (so 224 becomes 112, 56, 28, 14, 7 as printed, by
ceil(in / stride)); every convolution has biases; local response norm, which the paper's figure has after the first pooling and after the
second convolution but its table has not, takes AlexNet's constants.
"""

from __future__ import annotations

from implementations.networks.table import (
    Activation,
    Concat,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Head,
    LocalResponseNorm,
    Network,
    Pool,
    Row,
    Size,
)

MODULES = "columbia-deep-learning, INCEPTION MODULES; Szegedy et al 2014"
TABLE = "columbia-deep-learning, INCEPTION; Szegedy et al 2014"

Widths = tuple[int, int, int, int, int, int]

# The table's columns: 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool proj
WIDTHS: dict[str, Widths] = {
    "inception_3a": (64, 96, 128, 16, 32, 32),
    "inception_3b": (128, 128, 192, 32, 96, 64),
    "inception_4a": (192, 96, 208, 16, 48, 64),
    "inception_4b": (160, 112, 224, 24, 64, 64),
    "inception_4c": (128, 128, 256, 24, 64, 64),
    "inception_4d": (112, 144, 288, 32, 64, 64),
    "inception_4e": (256, 160, 320, 32, 128, 128),
    "inception_5a": (256, 160, 320, 32, 128, 128),
    "inception_5b": (384, 192, 384, 48, 128, 128),
}
SMALLEST = 32  # pixels: the five halvings leave one


def reduced(name: str, widths: Widths) -> Concat:
    """The module with 1x1 reductions before its larger convolutions and a 1x1 projection after its pooling."""
    one, three_reduce, three, five_reduce, five, projection = widths
    return Concat(
        name,
        (
            convolution(f"{name}_1x1", one, 1),
            (*convolution(f"{name}_3x3_reduce", three_reduce, 1), *convolution(f"{name}_3x3", three, 3)),
            (*convolution(f"{name}_5x5_reduce", five_reduce, 1), *convolution(f"{name}_5x5", five, 5)),
            (Pool("max", 3, 1, "same", f"{name}_pool"), *convolution(f"{name}_pool_proj", projection, 1)),
        ),
    )


def naive(name: str, one: int, three: int, five: int) -> Concat:
    """The module without reductions: its pooling passes all input maps on."""
    return Concat(
        name,
        (
            convolution(f"{name}_1x1", one, 1),
            convolution(f"{name}_3x3", three, 3),
            convolution(f"{name}_5x5", five, 5),
            (Pool("max", 3, 1, "same", f"{name}_pool"),),
        ),
    )


def convolution(name: str, filters: int, size: Size, stride: int = 1) -> tuple[Row, ...]:
    """A SAME convolution and its ReLU."""
    return Conv(name, filters, size, stride, "same"), Activation("relu")


def inception_naive(*, size: int = 28, channels: int = 192) -> Network:
    """The naive module, on the input and with the widths of GoogLeNet's 3a: 416 maps leave it."""
    rows = (naive("inception", 64, 128, 32),)
    return Network("inception_naive", "Inception module, naive", MODULES, (size, size, channels), rows)


def inception_reduced(*, size: int = 28, channels: int = 192) -> Network:
    """The module with dimension reductions: GoogLeNet's 3a."""
    rows = (reduced("inception", WIDTHS["inception_3a"]),)
    return Network("inception_reduced", "Inception module with reductions", MODULES, (size, size, channels), rows)


def googlenet(*, size: int = 224, heads: bool = True) -> Network:
    """GoogLeNet. ``heads=False`` leaves the auxiliary classifiers out, as the printed table does.

    Tests take a smaller ``size`` (32 or more): a pooling of the table that is larger than its map then takes the map's size.
    """
    rows = _googlenet(convolution("conv1", 64, 7, stride=2), size, heads)
    return Network("googlenet", "GoogLeNet", TABLE, (size, size, 3), rows)


def googlenet_separable(*, size: int = 224, heads: bool = True) -> Network:
    """GoogLeNet whose first convolution is depthwise-separable, with eight maps a colour.

    Its 7 * 7 * 3 * 8 + 24 * 64 = 2,712 weights, 34.0 million multiply-adds, are what the table prints for the first row (2.7K, 34M); a
    plain 7x7 convolution from 3 to 64 maps has 9,408. The depthwise part has no biases and no ReLU of its own.
    """
    depthwise = Conv("conv1_depthwise", 24, 7, 2, "same", groups=3, bias=False)
    rows = _googlenet((depthwise, *convolution("conv1", 64, 1)), size, heads)
    return Network("googlenet_separable", "GoogLeNet, separable stem", TABLE, (size, size, 3), rows)


def _googlenet(stem: tuple[Row, ...], size: int, heads: bool) -> tuple[Row, ...]:
    if size < SMALLEST:
        raise ValueError(f"GoogLeNet needs images of {SMALLEST} pixels or more, not {size}")
    modules = {name: reduced(name, widths) for name, widths in WIDTHS.items()}
    at_4, at_5 = -(-size // 16), -(-size // 32)  # sides of the maps of modules 4 and 5
    return (
        *stem,
        Pool("max", 3, 2, "same", "pool1"),
        LocalResponseNorm(name="norm1"),
        *convolution("conv2_reduce", 64, 1),
        *convolution("conv2", 192, 3),
        LocalResponseNorm(name="norm2"),
        Pool("max", 3, 2, "same", "pool2"),
        modules["inception_3a"],
        modules["inception_3b"],
        Pool("max", 3, 2, "same", "pool3"),
        modules["inception_4a"],
        *((_head("head_4a", min(5, at_4)),) if heads else ()),
        modules["inception_4b"],
        modules["inception_4c"],
        modules["inception_4d"],
        *((_head("head_4d", min(5, at_4)),) if heads else ()),
        modules["inception_4e"],
        Pool("max", 3, 2, "same", "pool4"),
        modules["inception_5a"],
        modules["inception_5b"],
        Pool("average", min(7, at_5), 1, name="pool5"),
        Dropout(0.4, "dropout"),
        Flatten(),
        Dense("linear", 1000),
        Activation("softmax", "softmax"),
    )


def _head(name: str, window: int) -> Head:
    """An auxiliary classifier: average pooling 5x5/3, 1x1 convolution, dense 1024, dropout 70 %, dense 1000, softmax."""
    return Head(
        name,
        (
            Pool("average", window, 3, name=f"{name}_pool"),
            *convolution(f"{name}_conv", 128, 1),
            Flatten(),
            Dense(f"{name}_fc", 1024),
            Activation("relu"),
            Dropout(0.7, f"{name}_dropout"),
            Dense(f"{name}_linear", 1000),
            Activation("softmax"),
        ),
    )

"""Residual networks and the plain ones beside them.

Source: columbia-deep-learning, slides "PROBLEMS WTH DEPTH" (plain networks of 20 and 56 layers) and "RESNET", after He et al, "Deep residual
learning for image recognition", 2015, which fixes what the slides only draw. Convolutions have no biases: batch normalisation
follows each, with epsilon 1e-5 and 0.9 of the kept moments staying, as in the authors' own models (the paper names neither).

CIFAR, 6 n + 2 layers: one 3x3 convolution, three stages of n blocks with 16, 32 and 64 maps, then global average pooling and one dense layer.
A shortcut between stages takes every second pixel and pads with zero maps (option A), so residual and plain networks have the same parameters.
ImageNet: four stages from 64 maps, a 1x1 convolution where a shortcut changes shape (option B). ResNet-50's blocks halve the map in
their first 1x1 convolution, as the paper; later programs do it in the 3x3, with the same parameters and more multiply-adds.

``drop`` is stochastic depth (Huang et al 2016), the slide's "layer dropout": the probability that the last block drops its body; it falls
linearly to the first.
"""

from __future__ import annotations

from implementations.networks.table import (
    Activation,
    BatchNorm,
    Conv,
    Dense,
    GlobalAveragePool,
    Network,
    PadChannels,
    Pool,
    Residual,
    Row,
)

DEPTH = "columbia-deep-learning, PROBLEMS WTH DEPTH; He et al 2015"
RESNET = "columbia-deep-learning, RESNET; He et al 2015"
RELU = Activation("relu")


def resnet20(*, size: int = 32, drop: float = 0.0) -> Network:
    """ResNet-20 for CIFAR-10."""
    return Network("resnet20", "ResNet-20", RESNET, (size, size, 3), _cifar(3, residual=True, drop=drop))


def resnet56(*, size: int = 32, drop: float = 0.0) -> Network:
    """ResNet-56 for CIFAR-10."""
    return Network("resnet56", "ResNet-56", RESNET, (size, size, 3), _cifar(9, residual=True, drop=drop))


def resnet110(*, size: int = 32, drop: float = 0.0) -> Network:
    """ResNet-110 for CIFAR-10."""
    return Network("resnet110", "ResNet-110", RESNET, (size, size, 3), _cifar(18, residual=True, drop=drop))


def plain20(*, size: int = 32) -> Network:
    """ResNet-20 without its shortcuts."""
    return Network("plain20", "Plain network of 20 layers", DEPTH, (size, size, 3), _cifar(3, residual=False))


def plain56(*, size: int = 32) -> Network:
    """ResNet-56 without its shortcuts."""
    return Network("plain56", "Plain network of 56 layers", DEPTH, (size, size, 3), _cifar(9, residual=False))


def resnet18(*, size: int = 224, width: int = 64) -> Network:
    """ResNet-18 for ImageNet: 11,689,512 parameters. Tests take a smaller ``size`` and ``width`` (maps of the first stage)."""
    blocks = [
        _block(_basic(name, maps, stride), shortcut=_projection(name, maps, stride) if first and stage else ())
        for name, maps, stride, stage, first in _places((2, 2, 2, 2), width)
    ]
    return Network("resnet18", "ResNet-18", RESNET, (size, size, 3), _imagenet(blocks, width))


def resnet50(*, size: int = 224, width: int = 64) -> Network:
    """ResNet-50 for ImageNet: 25,557,032 parameters. Tests take a smaller ``size`` and ``width`` (maps of the first stage)."""
    blocks = [
        _block(_bottleneck(name, maps, stride), shortcut=_projection(name, 4 * maps, stride) if first else ())
        for name, maps, stride, _, first in _places((3, 4, 6, 3), width)
    ]
    return Network("resnet50", "ResNet-50", RESNET, (size, size, 3), _imagenet(blocks, width))


def _cifar(n: int, *, residual: bool, drop: float = 0.0) -> tuple[Row, ...]:
    places = _places((n, n, n), 16)
    rows: list[Row] = [*_convolution("conv1", 16, 3), RELU]
    for number, (name, maps, stride, _, _) in enumerate(places, 1):
        body = _basic(name, maps, stride)
        shortcut = (PadChannels(maps, stride),) if stride > 1 else ()
        rows += _block(body, shortcut, drop * number / len(places)) if residual else (*body, RELU)
    return *rows, GlobalAveragePool("pool"), Dense("fc", 10)


def _imagenet(blocks: list[tuple[Row, ...]], width: int) -> tuple[Row, ...]:
    stem = (*_convolution("conv1", width, 7, 2), RELU, Pool("max", 3, 2, 1, "pool1"))
    return *stem, *(row for block in blocks for row in block), GlobalAveragePool("pool"), Dense("fc", 1000)


def _places(counts: tuple[int, ...], width: int) -> list[tuple[str, int, int, int, bool]]:
    """(name, maps, stride, stage, first of its stage) of each block: each stage but the first halves the map and doubles the maps."""
    return [
        (f"stage{stage + 1}_block{i + 1}", width * 2**stage, 2 if stage and i == 0 else 1, stage, i == 0)
        for stage, count in enumerate(counts)
        for i in range(count)
    ]


def _block(body: tuple[Row, ...], shortcut: tuple[Row, ...], drop: float = 0.0) -> tuple[Row, ...]:
    """body(x) + shortcut(x), then ReLU; named as the first convolution of its body, without its ending."""
    return Residual(body[0].name.removesuffix("_conv1"), body, shortcut, drop), RELU


def _basic(name: str, maps: int, stride: int) -> tuple[Row, ...]:
    return (
        *_convolution(f"{name}_conv1", maps, 3, stride),
        RELU,
        *_convolution(f"{name}_conv2", maps, 3),
    )


def _bottleneck(name: str, maps: int, stride: int) -> tuple[Row, ...]:
    return (
        *_convolution(f"{name}_conv1", maps, 1, stride),
        RELU,
        *_convolution(f"{name}_conv2", maps, 3),
        RELU,
        *_convolution(f"{name}_conv3", 4 * maps, 1),
    )


def _projection(name: str, maps: int, stride: int) -> tuple[Row, ...]:
    return _convolution(f"{name}_projection", maps, 1, stride)


def _convolution(name: str, maps: int, size: int, stride: int = 1) -> tuple[Row, ...]:
    """A convolution that keeps the size, or with stride 2 halves it, and its normalisation."""
    return (
        Conv(name, maps, size, stride, padding=size // 2, bias=False),
        BatchNorm(f"{name}_bn", epsilon=1e-5, momentum=0.9),
    )

"""The rows of a table in the few words that a reader of the slides expects: ``7×7/2 conv, 64``."""

from __future__ import annotations

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
    PadChannels,
    Padding,
    Pool,
    RadialBasis,
    Residual,
    Row,
    Size,
    Subsample,
    TransposedConv,
    Upsample,
    pair,
)

# what a diagram tells apart by colour, in this order
KINDS = (
    "convolution", "pooling", "dense", "normalisation", "concat or add", "reshaping", "input", "nonlinearity or dropout",
)  # fmt: skip


def size(shape: Size | tuple[int, ...]) -> str:
    """A shape or a window as printed: ``28×28×192``, and ``5×5`` for the window 5."""
    return "×".join(map(str, pair(shape) if isinstance(shape, int) else shape))


def words(row: Row) -> str:
    """What a row is: its window, with the stride after a slash where it is not 1, the layer, its maps or units."""
    match row:
        case Conv(filters=filters, groups=groups, connections=connections):
            if groups == filters > 1:
                return f"{_window(row)} depthwise conv, {filters}"
            seen = f", {groups} groups" if groups > 1 else " by a table" if connections is not None else ""
            return f"{_window(row)} conv, {filters}{seen}"
        case TransposedConv(filters=filters):
            return f"{_window(row)} transposed, {filters}"
        case Pool(kind=kind):
            return f"{_window(row)} {kind} pool"
        case GlobalAveragePool():
            return "global average pool"
        case Subsample(size=side):
            return f"{size(side)} trained subsampling"
        case Upsample(factor=factor):
            return f"upsample ×{factor}"
        case Crop(margin=margin):
            return f"crop {margin} on each side"
        case PadChannels(channels=channels, stride=stride):
            return f"zero maps up to {channels}" + (f", /{stride}" if stride > 1 else "")
        case Flatten():
            return "flatten"
        case Dense(units=units):
            return f"dense, {units}"
        case RadialBasis(units=units):
            return f"radial basis, {units}"
        case Activation(function=function):
            return function.replace("_", " ")
        case BatchNorm():
            return "batch norm"
        case LocalResponseNorm():
            return "local response norm"
        case Dropout(rate=rate):
            return f"dropout {rate:g}"
        case Concat(branches=branches):
            return f"concat of {len(branches)}"
        case Residual(drop=drop):
            return f"add, body dropped with {drop:g}" if drop else "add"
        case Head():
            return "side output"


def padded(row: Row) -> str:
    """The padding of a row that has one and is not "valid": ``, same`` or ``, padding 3``."""
    padding: Padding = row.padding if isinstance(row, Conv | TransposedConv | Pool) else "valid"
    match padding:
        case "valid" | 0:
            return ""
        case "same":
            return ", same"
        case int():
            return f", padding {padding}"
        case (top, bottom), (left, right):
            return f", padding {top}+{bottom} by {left}+{right}"


def kind(row: Row) -> str:
    """Which of `KINDS` a row is."""
    match row:
        case Conv() | TransposedConv():
            return "convolution"
        case Pool() | GlobalAveragePool() | Subsample():
            return "pooling"
        case Dense() | RadialBasis():
            return "dense"
        case BatchNorm() | LocalResponseNorm():
            return "normalisation"
        case Concat() | Residual() | Head():
            return "concat or add"
        case Activation() | Dropout():
            return "nonlinearity or dropout"
        case Flatten() | Upsample() | Crop() | PadChannels():
            return "reshaping"


def _window(row: Conv | TransposedConv | Pool) -> str:
    down, across = pair(row.stride)
    stride = "" if down == across == 1 else f"/{down}" if down == across else f"/{down}×{across}"
    return size(row.size) + stride

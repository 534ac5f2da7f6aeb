"""What one layer does to shapes: the shape that comes out, the shapes of its parameters, and its multiply-adds.

Shapes are those of one image, (height, width, channels), or one vector, (inputs,), without the batch. Rows that hold rows
(concat, residual, head) are in `counting`.
"""

from __future__ import annotations

from implementations.layers.windows import directions, image_output_size, pads, transposed_size
from implementations.networks.table import (
    Activation,
    BatchNorm,
    Conv,
    Crop,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    LocalResponseNorm,
    PadChannels,
    Padding,
    Pair,
    Pool,
    RadialBasis,
    Row,
    Size,
    Subsample,
    TransposedConv,
    Upsample,
    pair,
)

Shape = tuple[int, ...]


def output(row: Row, shape: Shape) -> Shape:
    """The shape that leaves a layer, for the shape that enters. ValueError where the two do not fit, or the row fits nothing."""
    _check_settings(row)
    match row:
        case Activation() | BatchNorm() | Dropout():
            return shape
        case Conv(filters=filters, size=size, stride=stride, padding=padding):
            image(shape)
            return *windows(shape, size, stride, padding), filters
        case Pool(size=size, stride=stride, padding=padding):
            *_, channels = image(shape)
            return *windows(shape, size, stride, padding), channels
        case Dense(units=units) | RadialBasis(units=units):
            inputs(shape)
            return (units,)
        case Flatten():
            height, width, channels = image(shape)
            return (height * width * channels,)
        case LocalResponseNorm():
            return image(shape)
        case GlobalAveragePool():
            return image(shape)[2:]
        case Subsample(size=size):
            *_, channels = image(shape)
            return *windows(shape, size, size, "valid"), channels
        case TransposedConv(filters=filters):
            return *transposed_windows(row, image(shape)), filters
        case Upsample(factor=factor):
            height, width, channels = image(shape)
            return height * factor, width * factor, channels
        case Crop(margin=margin):
            height, width, channels = image(shape)
            if not 0 <= 2 * margin < min(height, width):
                raise ValueError(f"a margin of {margin} leaves nothing of {height} x {width}")
            return height - 2 * margin, width - 2 * margin, channels
        case PadChannels(channels=channels, stride=stride):
            if image(shape)[2] > channels:
                raise ValueError(f"cannot pad {shape[2]} maps to {channels}")
            return *windows(shape, 1, stride, "valid"), channels
        case _:
            raise TypeError(f"{type(row).__name__} is not a layer")


def parameters(row: Row, shape: Shape) -> dict[str, Shape]:
    """The shapes of a layer's parameters by name, as `table` lists them. ValueError where groups or connections do not fit."""
    match row:
        case Conv(filters=filters, groups=groups, bias=bias):
            channels = image(shape)[2]
            if channels % groups or filters % groups:
                raise ValueError(f"{groups} groups do not divide {channels} input maps and {filters} filters")
            _check_connections(row, channels)
            kernel: dict[str, Shape] = {"kernel": (*pair(row.size), channels // groups, filters)}
            return kernel | {"bias": (filters,)} if bias else kernel
        case TransposedConv(filters=filters, bias=bias):
            kernel = {"kernel": (*pair(row.size), filters, image(shape)[2])}
            return kernel | {"bias": (filters,)} if bias else kernel
        case Dense(units=units, bias=bias):
            kernel = {"kernel": (inputs(shape), units)}
            return kernel | {"bias": (units,)} if bias else kernel
        case Subsample():
            channels = image(shape)[2]
            return {"gain": (channels,), "bias": (channels,)}
        case BatchNorm():
            return dict.fromkeys(("gamma", "beta", "mean", "variance"), shape[-1:])
        case RadialBasis(units=units):
            return {"centres": (units, inputs(shape))}
        case _:
            return {}


def weights(row: Row, shape: Shape) -> int:
    """The entries of a layer's kernel that exist: without those between maps that are not connected."""
    match row:
        case Conv(connections=None, filters=filters, groups=groups):
            height, width = pair(row.size)
            return height * width * (shape[2] // groups) * filters
        case Conv(connections=tuple() as connections):
            height, width = pair(row.size)
            return height * width * sum(map(len, connections))
        case TransposedConv(filters=filters):
            height, width = pair(row.size)
            return height * width * filters * shape[2]
        case Dense(units=units):
            return shape[0] * units
        case _:
            return 0


def multiply_adds(row: Row, shape: Shape, out: Shape) -> int:
    """Multiplications that are followed by an addition, for one image.

    Convolution: its weights at every output position (the products with padding's zeros count, as everywhere). Transposed
    convolution: its weights at every input position. Dense: its weights. Radial basis: one squared difference for each
    coordinate of each centre. All else (pooling, subsampling, normalisation, nonlinearities, biases): none.
    """
    match row:
        case Conv():
            return weights(row, shape) * out[0] * out[1]
        case TransposedConv():
            return weights(row, shape) * shape[0] * shape[1]
        case Dense():
            return weights(row, shape)
        case RadialBasis(units=units):
            return shape[0] * units
        case _:
            return 0


def image(shape: Shape) -> Shape:
    """The shape itself if it is an image's, else ValueError."""
    if len(shape) != 3:
        raise ValueError(f"needs an image (height, width, channels), not {shape}")
    return shape


def inputs(shape: Shape) -> int:
    """The length of a vector; ValueError for an image."""
    if len(shape) != 1:
        raise ValueError(f"needs a vector (inputs,), not {shape}: flatten it first")
    return shape[0]


def windows(shape: Shape, size: Size, stride: Size, padding: Padding) -> Pair:
    """How many windows fit, down and across."""
    height, width, _ = shape
    return image_output_size((height, width), pair(size), pair(stride), padding)


def transposed_windows(row: TransposedConv, shape: Shape) -> Pair:
    """The height and width that the layer goes back to: `layers.windows.transposed_size`, down and across."""
    (height, width), (down, across), (vertical, horizontal) = pair(row.size), pair(row.stride), directions(row.padding)
    return transposed_size(shape[0], height, down, vertical), transposed_size(shape[1], width, across, horizontal)


def _check_settings(row: Row) -> None:
    """ValueError for numbers that no input would fit."""
    match row:
        case Conv(filters=count) | TransposedConv(filters=count) | Dense(units=count) | RadialBasis(units=count):
            if count < 1:
                raise ValueError(f"{count} outputs")
            if isinstance(row, Conv) and row.groups < 1:
                raise ValueError(f"{row.groups} groups")
        case Pool(size=size, padding=padding):
            sides = zip(directions(padding), pair(size), strict=True)
            if any(max(pads(window, window, 1, side)) >= window for side, window in sides):
                raise ValueError(f"padding {padding} would fill a window of {size}: it has no pixel to pool")
        case Upsample(factor=factor) if factor < 1:
            raise ValueError(f"each pixel {factor} times")
        case LocalResponseNorm(size=size) if size < 1 or size % 2 == 0:
            raise ValueError(f"{size} maps have no middle: the size must be odd")
        case Dropout(rate=rate) if not 0 <= rate < 1:
            raise ValueError(f"rate {rate} is no probability below one")


def _check_connections(row: Conv, channels: int) -> None:
    """A list of different input maps, in range, for each filter; and no groups beside it."""
    if row.connections is None:
        return
    if len(row.connections) != row.filters or row.groups != 1:
        raise ValueError(
            f"{len(row.connections)} lists of connections for {row.filters} filters in {row.groups} groups"
        )
    for number, maps in enumerate(row.connections):
        if not maps or len(set(maps)) < len(maps) or not set(maps) <= set(range(channels)):
            raise ValueError(f"filter {number} cannot see the maps {maps} of {channels}")

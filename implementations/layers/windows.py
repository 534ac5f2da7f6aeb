"""Windows that slide over an image: where they stand, how many there are, and the zeros around the edges.

Source: columbia-deep-learning, slides "TRICKS OF THE TRADE: ZERO PADDING", "TRICKS OF THE TRADE: STRIDING" and
"PUTTING THESE ALL TOGETHER". The printed size of what comes out of one direction is

    M_output = (M_input - M_filter + 2 M_pad) / M_stride + 1

which is no integer where the last window would stand half outside. Then that window does not exist and the size is the
formula's floor: pixels at the far edge are not seen. The other printed rule is TensorFlow's SAME: pad so that
ceil(M_input / M_stride) comes out, the odd zero of an uneven sum at the far edge.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Pair = tuple[int, int]
Size = int | Pair  # one number for both directions, or (height, width)
# "valid": none; "same": TensorFlow's; a number: on each side; ((top, bottom), (left, right))
Padding = Literal["valid", "same"] | int | tuple[Pair, Pair]
LinePadding = Literal["valid", "same"] | int | Pair  # the same for one direction: (before, after)


def pair(size: Size) -> Pair:
    """(height, width) of a size that may be one number for both."""
    return (size, size) if isinstance(size, int) else size


def pads(size: int, window: int, stride: int, padding: LinePadding) -> Pair:
    """The zeros (before, after) a line of ``size`` pixels.

    "same" brings the windows that start at 0, stride, 2 stride, ... to ceil(size / stride): the zeros that takes are shared
    out evenly, an odd one goes after. Raises ``ValueError`` for an unknown padding, a negative one, or a window or stride
    below 1.
    """
    if min(window, stride) < 1:
        raise ValueError(f"a window of {window} and a stride of {stride}: both must be at least 1")
    match padding:
        case "valid":
            return 0, 0
        case "same":
            total = max((-(-size // stride) - 1) * stride + window - size, 0)
            return total // 2, total - total // 2
        case int():
            before = after = padding
        case (int(before), int(after)):
            pass
        case _:
            raise ValueError(f"padding = {padding!r}: none of 'valid', 'same', a number, (before, after)")
    if min(before, after) < 0:
        raise ValueError(f"padding = {padding!r} is negative")
    return before, after


def output_size(size: int, window: int, stride: int, padding: LinePadding) -> int:
    """How many windows stand on a line of ``size`` pixels: the floor of the printed formula.

    Raises ``ValueError`` where not even one window fits.
    """
    before, after = pads(size, window, stride, padding)
    room = size + before + after - window
    if size < 1 or room < 0:
        raise ValueError(f"a window of {window} does not fit {size} pixels with {before} + {after} zeros around them")
    return room // stride + 1


def transposed_size(size: int, window: int, stride: int, padding: LinePadding) -> int:
    """The length of a line that gets exactly ``size`` windows: the shortest, but size * stride for "same", as in Keras.

    With a stride, up to stride - 1 pixels more at the far edge give the same number of windows. Raises ``ValueError`` where
    a single pixel gets more windows already, by its padding.
    """
    before, after = (0, 0) if padding == "same" else pads(size, window, stride, padding)
    length = size * stride if padding == "same" else max(1, (size - 1) * stride + window - before - after)
    if output_size(length, window, stride, padding) != size:
        raise ValueError(
            f"no line of pixels gives {size} windows of {window} with stride {stride}, padding {padding!r}"
        )
    return length


def printed_size(size: int, window: int, pad: int, stride: int) -> Fraction:
    """(M_input - M_filter + 2 M_pad) / M_stride + 1 as it stands, integer or not (slide "TRICKS OF THE TRADE: STRIDING")."""
    return Fraction(size - window + 2 * pad, stride) + 1


def directions(padding: Padding) -> tuple[LinePadding, LinePadding]:
    """The padding of an image as that of its columns (top to bottom) and that of its rows (left to right)."""
    if isinstance(padding, tuple):
        vertical, horizontal = padding
        return vertical, horizontal
    return padding, padding


def image_pads(size: Pair, window: Pair, stride: Pair, padding: Padding) -> tuple[Pair, Pair]:
    """((top, bottom), (left, right)) for an image of ``size`` (height, width)."""
    vertical, horizontal = directions(padding)
    return pads(size[0], window[0], stride[0], vertical), pads(size[1], window[1], stride[1], horizontal)


def image_output_size(size: Pair, window: Pair, stride: Pair, padding: Padding) -> Pair:
    """(height, width) of the grid of windows on an image of ``size`` (height, width)."""
    vertical, horizontal = directions(padding)
    return output_size(size[0], window[0], stride[0], vertical), output_size(size[1], window[1], stride[1], horizontal)


def pad_image(x: Array, zeros: tuple[Pair, Pair]) -> Array:
    """x (batch, height, width, channels) with ((top, bottom), (left, right)) zeros around each image; x itself for none."""
    (top, bottom), (left, right) = zeros
    if not (top or bottom or left or right):
        return x
    batch, height, width, channels = x.shape
    padded = np.zeros((batch, top + height + bottom, left + width + right, channels), dtype=x.dtype)
    padded[:, top : top + height, left : left + width] = x
    return padded


def unpad_image(padded: Array, zeros: tuple[Pair, Pair]) -> Array:
    """The images without what ``pad_image`` put around them: its transpose as a linear map."""
    (top, bottom), (left, right) = zeros
    _, height, width, _ = padded.shape
    return padded[:, top : height - bottom, left : width - right]

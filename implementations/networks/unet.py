"""U-Net: down by pooling, up by transposed convolutions, and at each size a skip from the one side to the other.

Source: siggraph-ml-9, slide "Summary", which lists it with ResNet as passing detail on better; the numbers are those of Ronneberger,
Fischer and Brox, "U-Net: convolutional networks for biomedical image segmentation", 2015: convolutions without padding, so that
572 x 572 pixels give 388 x 388, and each skip is cropped to the size that comes up. The paper speaks of dropout at the end of the
contracting path and gives no rate: one half here, after the deepest convolutions.

A level is ``Concat(skip, everything below)``: the skip's maps come first.
"""

from __future__ import annotations

from implementations.networks.table import Activation, Concat, Conv, Crop, Dropout, Network, Pool, Row, TransposedConv

SOURCE = "siggraph-ml-9, Summary; Ronneberger et al 2015"
LEVELS = 4  # poolings


def unet(*, size: int = 572, channels: int = 1, classes: int = 2, width: int = 64) -> Network:
    """U-Net on size x size images: logits of each class for each pixel of the middle. As published, 31,030,658 parameters.

    ``width`` maps on the first level, twice as many on each below. Sizes that work are 16 i + 12 from 188 on; ValueError for
    others, whose maps come to an odd number of pixels before a pooling.
    """
    if size < 188 or size % 16 != 12:
        raise ValueError(f"U-Net on {size} pixels: a pooling would meet an odd number; take 188, 204, 220, ..., 572")
    rows = (*_level(1, size, width)[0], Conv("scores", classes, 1))
    return Network("unet", "U-Net", SOURCE, (size, size, channels), rows)


def _level(number: int, size: int, width: int) -> tuple[tuple[Row, ...], int]:
    """The rows from level ``number`` down and back up to it, and the side of the maps that leave them."""
    down, inner = _two_convolutions(f"down{number}", width), size - 4
    if number > LEVELS:
        return (*down, Dropout(0.5, "dropout")), inner
    below, side = _level(number + 1, inner // 2, 2 * width)
    margin = (inner - 2 * side) // 2
    skip = Concat(
        f"level{number}",
        (
            (Crop(margin, f"crop{number}"),),
            (Pool("max", 2, 2, name=f"pool{number}"), *below, TransposedConv(f"up{number}", width, 2, stride=2)),
        ),
    )
    return (*down, skip, *_two_convolutions(f"merge{number}", width)), 2 * side - 4


def _two_convolutions(name: str, width: int) -> tuple[Row, ...]:
    return (
        Conv(f"{name}_conv1", width, 3),
        Activation("relu"),
        Conv(f"{name}_conv2", width, 3),
        Activation("relu"),
    )

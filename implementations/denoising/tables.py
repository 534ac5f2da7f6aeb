"""A small U-Net for images whose sides are multiples of four, and the same without skips."""

from __future__ import annotations

from implementations.networks.table import Activation, Concat, Conv, Network, Pool, Row, TransposedConv

SOURCE = "siggraph-ml-9, Summary; Ronneberger et al 2015"
LEVELS = 2  # poolings


def small_unet(*, skips: bool = True, width: int = 8, size: int = 28) -> Network:
    """A noisy grey image (size, size, 1) to a clean one. ``width`` maps at full size, twice as many after each pooling."""
    rows = (*_level(1, width, skips), Conv("pixels", 1, 1))
    name = "small_unet" if skips else "small_unet_without_skips"
    return Network(name, "A small U-Net" + ("" if skips else " without skips"), SOURCE, (size, size, 1), rows)


def _level(number: int, width: int, skips: bool) -> tuple[Row, ...]:
    """The rows from level ``number`` down and back up to it."""
    down = _two_convolutions(f"down{number}", width)
    if number > LEVELS:
        return down
    below = Pool("max", 2, 2, name=f"pool{number}"), *_level(number + 1, 2 * width, skips)
    up = TransposedConv(f"up{number}", width if skips else 2 * width, 2, stride=2)
    through: tuple[Row, ...] = (Concat(f"level{number}", ((), (*below, up))),) if skips else (*below, up)
    return (*down, *through, *_two_convolutions(f"merge{number}", width))


def _two_convolutions(name: str, width: int) -> tuple[Row, ...]:
    one, two = (Conv(f"{name}_conv{i}", width, 3, padding="same") for i in (1, 2))
    return one, Activation("relu"), two, Activation("relu")

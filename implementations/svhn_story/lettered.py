"""Networks from their names: a letter is a layer, as the course names them.

Source: columbia-deep-learning, slides "ADDING COMPLEXITY", "TRICKS OF THE TRADE: DROPOUT", "7. ADDING COMPLEXITY", "9. DROPOUT".

    c  convolution 5 x 5, same size, ReLU        p  max pooling 2 x 2          n  local response norm
    f  dense (ReLU, except the last)             d  dropout, rate one half     lr alone: one dense layer
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from implementations.networks.small import RATE
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

LETTERS = "cpnfd"
SOURCE = "columbia-deep-learning, MNIST -> SVHN"
CLASSES = 10


def network(name: str, maps: Sequence[int], units: int, input_shape: tuple[int, int, int] = (32, 32, 3)) -> Network:
    """The table of ``lr`` or ``cnn_...``: one number of ``maps`` a letter c, ``units`` of the dense layers but the last.

    Raises ValueError for a letter that means no layer, for as many maps as there are no convolutions, and without a last f.
    """
    letters = "f" if name == "lr" else name.removeprefix("cnn_")
    if set(letters) - set(LETTERS) or not letters.endswith("f") or letters.count("c") != len(maps):
        raise ValueError(f"{name!r} with maps {tuple(maps)}: letters {LETTERS}, an f last, a number a c")
    return Network(name, name, SOURCE, input_shape, tuple(_rows(letters, maps, units)))


def _rows(letters: str, maps: Sequence[int], units: int) -> Iterator[Row]:
    count = dict.fromkeys("cpnf", 0)
    last = letters.count("f")
    for letter in letters:
        if letter in count:
            count[letter] += 1
        number = count.get(letter, 0)
        match letter:
            case "c":
                yield Conv(f"conv{number}", maps[number - 1], 5, padding="same")
                yield Activation("relu")
            case "p":
                yield Pool("max", 2, 2, name=f"pool{number}")
            case "n":
                yield LocalResponseNorm(name=f"norm{number}")
            case "d":
                yield Dropout(RATE, "dropout")
            case _:
                if number == 1:
                    yield Flatten()
                yield Dense(f"fc{number}", CLASSES if number == last else units)
                if number < last:
                    yield Activation("relu")

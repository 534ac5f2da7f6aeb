"""LeNet-5, as it was and as it is mostly copied.

Source: columbia-deep-learning, slide "CONVOLUTIONAL NEURAL NETWORK", which shows the figure of LeCun, Bottou, Bengio and Haffner,
"Gradient-based learning applied to document recognition", 1998; what the figure does not say is from that paper: the connections
of C3 (its table I), the trained subsampling, the squashing by 1.7159 tanh(2 a / 3) of every layer up to F6, and the output by distance to
fixed centres. The centres, 7 x 12 pictures of the characters in black and white, are drawn and not printed: here they are parameters
that are kept and not trained.
"""

from __future__ import annotations

from implementations.networks.table import (
    Activation,
    Conv,
    Dense,
    Flatten,
    Network,
    Pool,
    RadialBasis,
    Subsample,
)

SOURCE = "columbia-deep-learning, CONVOLUTIONAL NEURAL NETWORK; LeCun et al 1998"
SQUASH = Activation("scaled_tanh")

# Which maps of S2 each map of C3 sees: six see three neighbours, six see four, three see two and two, one sees all.
C3 = (
    *(tuple(sorted((first + i) % 6 for i in range(3))) for first in range(6)),
    *(tuple(sorted((first + i) % 6 for i in range(4))) for first in range(6)),
    *(tuple(sorted((first + i) % 6 for i in (0, 1, 3, 4))) for first in range(3)),
    tuple(range(6)),
)


def lenet5() -> Network:
    """LeNet-5 of 1998: 60,000 trained parameters; C5 is a convolution whose window is the whole map."""
    rows = (
        Conv("c1", 6, 5),
        SQUASH,
        Subsample("s2"),
        SQUASH,
        Conv("c3", 16, 5, connections=C3),
        SQUASH,
        Subsample("s4"),
        SQUASH,
        Conv("c5", 120, 5),
        SQUASH,
        Flatten(),
        Dense("f6", 84),
        SQUASH,
        RadialBasis("output", 10),
    )
    return Network("lenet5", "LeNet-5", SOURCE, (32, 32, 1), rows)


def lenet5_common() -> Network:
    """The common simplification: C3 sees all maps, plain average pooling, plain tanh, dense layers to ten logits.

    It has no one author: variants take max pooling or ReLU, and 28 x 28 images with two zeros around them.
    """
    rows = (
        Conv("c1", 6, 5),
        Activation("tanh"),
        Pool("average", 2, 2, name="s2"),
        Conv("c3", 16, 5),
        Activation("tanh"),
        Pool("average", 2, 2, name="s4"),
        Flatten(),
        Dense("c5", 120),
        Activation("tanh"),
        Dense("f6", 84),
        Activation("tanh"),
        Dense("output", 10),
    )
    return Network("lenet5_common", "LeNet-5, simplified", SOURCE, (32, 32, 1), rows)

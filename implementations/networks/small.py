"""The documents' own small networks, for MNIST's 28 x 28 digits and SVHN's 32 x 32 coloured ones.

Source: columbia-deep-learning, slides "CATALYST 4: SOFTWARE" (keras_mlp), "IN PRACTICE" (lr, cnn_cf), "ADDING COMPLEXITY"
(cnn_cpcpff), "TRICKS OF THE TRADE: DROPOUT" (cnn_cpcpfdf), "7. ADDING COMPLEXITY" (cnn_cnf, cnn_cpncpnff) and "9. DROPOUT"
(cnn_cpncpnfdf). A letter of a name is a layer: c convolution, p pooling, n normalisation, f dense, d dropout. The outputs are
logits, but keras_mlp's, which are probabilities.

What the slides leave open, and what stands here:

- The helpers `conv` and `maxpool` are not printed. The flattened sizes, 28 * 28 * 64 and 7 * 7 * 64, ask for a convolution
  that keeps the size and a pooling that halves it: SAME with stride 1, and 2 x 2 with stride 2 (a 3 x 3 SAME pooling would fit too).
- The dropout rate of the convolutional networks, `pkeep` in the code: one half, Srivastava et al 2014.
- The networks for SVHN are only named. Their widths here are those of their namesakes for MNIST, their normalisation is local
  response norm with AlexNet's constants (the slide "PROBLEMS WTH DEPTH" cites it), and it follows its letter: after the ReLU in
  cnn_cnf, after the pooling in the others. One caption has a letter c too many: cnn_cpnccpnff.
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

COURSE = "columbia-deep-learning"
RATE = 0.5


def lr() -> Network:
    """Logistic regression on 784 pixels: one dense layer."""
    return Network("lr", "Logistic regression", f"{COURSE}, IN PRACTICE", (784,), (Dense("fc", 10),))


def keras_mlp() -> Network:
    """784 - 128 - 10 with dropout, as the Keras program of the slide builds it."""
    rows = (
        Flatten(),
        Dense("dense_1", 128),
        Activation("relu"),
        Dropout(0.2, "dropout"),
        Dense("dense_2", 10),
        Activation("softmax"),
    )
    return Network("keras_mlp", "The Keras 784-128-10", f"{COURSE}, CATALYST 4: SOFTWARE", (28, 28, 1), rows)


def cnn_cf(*, size: int = 28, channels: int = 1) -> Network:
    """Convolution with 64 maps, dense. SVHN: ``size=32, channels=3``."""
    rows = (*_convolution("conv1", 64), Flatten(), Dense("fc1", 10))
    return Network("cnn_cf", "cnn_cf", f"{COURSE}, IN PRACTICE", (size, size, channels), rows)


def cnn_cpcpff(*, size: int = 28, channels: int = 1) -> Network:
    """Twice convolution and pooling, then two dense layers."""
    rows = (*_stages(), *_readout())
    return Network("cnn_cpcpff", "cnn_cpcpff", f"{COURSE}, ADDING COMPLEXITY", (size, size, channels), rows)


def cnn_cpcpfdf(*, size: int = 28, channels: int = 1) -> Network:
    """cnn_cpcpff with dropout between its dense layers."""
    rows = (*_stages(), *_readout(dropout=True))
    source = f"{COURSE}, TRICKS OF THE TRADE: DROPOUT"
    return Network("cnn_cpcpfdf", "cnn_cpcpfdf", source, (size, size, channels), rows)


def cnn_cnf(*, size: int = 32, channels: int = 3) -> Network:
    """cnn_cf with normalisation after the convolution."""
    rows = (*_convolution("conv1", 64), LocalResponseNorm(name="norm1"), Flatten(), Dense("fc1", 10))
    return Network("cnn_cnf", "cnn_cnf", f"{COURSE}, 7. ADDING COMPLEXITY", (size, size, channels), rows)


def cnn_cpncpnff(*, size: int = 32, channels: int = 3) -> Network:
    """cnn_cpcpff with normalisation after each pooling."""
    rows = (*_stages(normalise=True), *_readout())
    return Network("cnn_cpncpnff", "cnn_cpncpnff", f"{COURSE}, 7. ADDING COMPLEXITY", (size, size, channels), rows)


def cnn_cpncpnfdf(*, size: int = 32, channels: int = 3) -> Network:
    """cnn_cpncpnff with dropout between its dense layers."""
    rows = (*_stages(normalise=True), *_readout(dropout=True))
    return Network("cnn_cpncpnfdf", "cnn_cpncpnfdf", f"{COURSE}, 9. DROPOUT", (size, size, channels), rows)


def _convolution(name: str, filters: int) -> tuple[Row, ...]:
    return Conv(name, filters, 5, padding="same"), Activation("relu")


def _stages(*, normalise: bool = False) -> tuple[Row, ...]:
    """The two convolutions of cnn_cpcpff with what follows each."""
    norms = ([LocalResponseNorm(name=f"norm{i}")] if normalise else [] for i in (1, 2))
    convolutions = (_convolution("conv1", 32), _convolution("conv2", 64))
    return tuple(
        row
        for i, (convolution, norm) in enumerate(zip(convolutions, norms, strict=True), 1)
        for row in (*convolution, Pool("max", 2, 2, name=f"pool{i}"), *norm)
    )


def _readout(*, dropout: bool = False) -> tuple[Row, ...]:
    """The two dense layers of cnn_cpcpff."""
    drop = (Dropout(RATE, "dropout"),) if dropout else ()
    return Flatten(), Dense("fc1", 1024), Activation("relu"), *drop, Dense("fc2", 10)

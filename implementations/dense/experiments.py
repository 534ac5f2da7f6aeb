"""What the documents say of dense layers, measured: counts, indices, and the two ways to say how much dropout keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from implementations.dense.dense_numpy import dense, dropout, neighbours, parameters


def inputs_of_an_image(*, height: int = 28, width: int = 28, channels: int = 1) -> int:
    """How many inputs an image gives a dense layer."""
    return np.zeros((height, width, channels)).reshape(-1).size


def neighbours_of_the_first_pixel(*, height: int = 28, width: int = 28, first: int = 1) -> dict[str, dict[str, int]]:
    """The input numbers of the pixels beside and below the first pixel; inputs count from ``first``."""
    beside, below = neighbours(first, height=height, width=width, first=first)
    return {"beside": {"input": beside}, "below": {"input": below}}


def parameters_by_units(
    *, units: Sequence[int] = (20, 64), inputs: int = 784, outputs: int = 10, shared: bool = False
) -> dict[str, int]:
    """Parameters of inputs -> units -> outputs, by the number of hidden units.

    ``shared`` gives all units one weight vector, as a single convolution filter would.
    """
    if shared:
        return {f"{n} units": parameters((inputs, 1)) for n in units}
    return {f"{n} units": parameters((inputs, n, outputs)) for n in units}


def growth_of_the_first_layer(
    *, small: int = 20, large: int = 64, inputs: int = 784, whole_network: bool = False
) -> float:
    """How many times as many weights the first layer has with the larger number of units."""
    if whole_network:
        return parameters((inputs, large, 10)) / parameters((inputs, small, 10))
    return parameters((inputs, large), biases=False) / parameters((inputs, small), biases=False)


def full_map_weights(*, image: int = 7, readout: int = 5, biases: bool = False) -> int:
    """Weights of the dense map from an image x image picture to a readout x readout one."""
    return parameters((image**2, readout**2), biases=biases)


def filter_weights(*, side: int = 3, biases: bool = False) -> int:
    """Weights of one side x side filter: a dense layer from one patch to one unit."""
    return parameters((side**2, 1), biases=biases)


def filter_saving(*, image: int = 7, readout: int = 5, side: int = 3) -> float:
    """How many times fewer weights the one filter has than the dense map."""
    return full_map_weights(image=image, readout=readout) / filter_weights(side=side)


def filter_saving_by_probing(*, image: int = 7, readout: int = 5, side: int = 3) -> float:
    """The same by counting: the outputs that each input pixel can reach, and the pixels that one output reads.

    A dense layer with all weights one tells every output of every pixel; of the sweep only the first position is free.
    """
    pixels = np.eye(image**2)
    reached = np.count_nonzero(dense(pixels, np.ones((image**2, readout**2)), np.zeros(readout**2)))
    corner = np.zeros((image, image))
    corner[:side, :side] = 1.0
    return reached / np.count_nonzero(corner)


def kept_share(*, backend: str = "numpy", keep: float = 0.8, rate: float = 0.2) -> dict[str, dict[str, float]]:
    """The share that dropout keeps, read off the scale of its survivors (they are divided by it), for both interfaces.

    "keep_prob" is told what to keep, "rate" what to drop. numpy: this project's; tensorflow: the operation behind the
    recurrent wrapper (``keep_prob``) and ``keras.layers.Dropout``.
    """
    ones = np.ones((50, 50))
    if backend == "numpy":
        uniforms = np.random.default_rng(0).random(ones.shape)
        outputs = {"keep_prob": dropout(ones, keep, uniforms), "rate": dropout(ones, 1 - rate, uniforms)}
    elif backend == "tensorflow":
        import keras
        import tensorflow as tf

        outputs = {
            "keep_prob": np.asarray(tf.compat.v1.nn.dropout(tf.constant(ones), keep_prob=keep, seed=1)),
            "rate": np.asarray(keras.layers.Dropout(rate, seed=1, dtype="float64")(ones, training=True)),
        }
    else:
        raise ValueError(f"backend {backend!r}: numpy and tensorflow are implemented")
    return {name: {"kept": float(1 / output.max())} for name, output in outputs.items()}


def saving_by_side(*, image: int = 7, readout: int = 5, side: int = 3) -> float:
    """A mistaken saving, for the control of the right one: the dense map's weights over the filter's side, not its area."""
    return full_map_weights(image=image, readout=readout) / side

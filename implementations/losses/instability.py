"""The slide "CAUTION: NUMERICAL INSTABILITY" (columbia-deep-learning), measured: where the printed code dies and how.

With two classes and logits 0 and -gap the softmax of the second is e^-gap / (1 + e^-gap). It becomes exactly 0 once e^-gap
lies below half the smallest positive number of the format: gap > 150 log 2 = 103.97 in float32 and 1075 log 2 = 745.13 in
float64; or already below the smallest *normal* number where a library flushes subnormals: 126 log 2 = 87.34 and
1022 log 2 = 708.40.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.activations import activations_numpy
from implementations.losses import losses_numpy as ref
from implementations.losses.experiments import framework

Array = NDArray[Any]

BACKENDS = ("numpy", "torch", "tensorflow")


def softmax_at_gap(backend: str, gap: float, dtype: str) -> float:
    """The library's softmax of the logits (0, -gap), second class."""
    logits = np.array([[0.0, -gap]], dtype)
    if backend == "numpy":
        return float(activations_numpy.softmax(logits)[0, 1])
    if backend == "torch":
        import torch

        return float(torch.softmax(torch.from_numpy(logits), dim=-1)[0, 1])
    if backend == "tensorflow":
        import tensorflow as tf

        return float(tf.nn.softmax(logits)[0, 1])
    raise ValueError(f"backend {backend!r}: one of {', '.join(BACKENDS)}")


def softmax_vanishes(*, backend: str = "numpy", gap: float = 110.0, dtype: str = "float32") -> bool:
    """Whether a softmax output, positive by its formula, comes out as exactly 0."""
    return softmax_at_gap(backend, gap, dtype) == 0.0


def vanishing_gap(*, backend: str = "numpy", dtype: str = "float32") -> float:
    """The smallest gap between two logits at which the smaller one's probability is exactly 0, by bisection."""
    low, high = 0.0, 2000.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if softmax_at_gap(backend, middle, dtype) == 0.0 else (middle, high)
    return high


def log_of_zero(*, backend: str = "numpy", times_zero: bool = False) -> str:
    """What the library's logarithm of 0 is, as text; ``times_zero`` multiplies it by the 0 of a one-hot label."""
    if backend == "numpy":
        with np.errstate(divide="ignore"):
            value = float(np.log(np.float32(0)))
    elif backend == "torch":
        import torch

        value = float(torch.log(torch.tensor(0.0)))
    else:
        import tensorflow as tf

        value = float(tf.math.log(tf.constant(0.0)))
    return as_text(value * 0.0 if times_zero else value)


def as_text(value: float) -> str:
    """ "NaN", "inf", "-inf" or "finite": what is left of a number, for a record that holds only finite ones."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return "finite"


def vanished_class(
    *, backend: str = "numpy", stable: bool = False, gap: float = 1000.0, of: str = "loss"
) -> dict[str, dict[str, str]]:
    """What the printed code returns when the class that vanished is the label, and when it is another one; float32.

    ``of``: "loss", or "gradient" for what reaches the logits. ``stable`` uses the fused loss that the slide recommends.
    """
    logits = np.array([[0.0, -gap]], np.float32)
    labels = {"the label": np.array([[0.0, 1.0]], np.float32), "another class": np.array([[1.0, 0.0]], np.float32)}
    compute = _gradient if of == "gradient" else _loss
    return {name: {of: as_text(compute(backend, stable, y, logits))} for name, y in labels.items()}


def _loss(backend: str, stable: bool, y: Array, z: Array) -> float:
    if backend == "numpy":
        return float((ref.cross_entropy_from_logits if stable else ref.cross_entropy_as_printed)(y, z)[0])
    ours = framework(backend)
    loss = ours.NATIVE["cross_entropy_from_logits"] if stable else ours.cross_entropy_as_printed
    return float(ours.array(loss(ours.tensor(y), ours.tensor(z)))[0])


def _gradient(backend: str, stable: bool, y: Array, z: Array) -> float:
    """The sum of the gradient's components: not finite as soon as one of them is not."""
    if backend == "numpy":
        closed = ref.cross_entropy_from_logits_gradient if stable else ref.cross_entropy_as_printed_gradient
        return float(closed(y, z).sum())
    ours = framework(backend)
    loss = ours.NATIVE["cross_entropy_from_logits"] if stable else ours.cross_entropy_as_printed
    return float(ours.array(ours.gradient(loss, ours.tensor(y), ours.tensor(z))).sum())


def accepted_labels(*, backend: str = "numpy", classes: int = 10, one_based: bool = False) -> dict[str, dict[str, int]]:
    """The first and the last class label that the library's sparse loss takes for ``classes`` logits.

    A label counts as taken if the call returns a finite loss. ``one_based`` subtracts one first, as a caller with labels
    1..K has to.
    """
    logits = np.linspace(-1.0, 1.0, classes)[None, :]
    labels = range(-2, classes + 3)
    taken = [label for label in labels if sparse_loss(backend, label - one_based, logits) == "finite"]
    return {"first": {"label": taken[0]}, "last": {"label": taken[-1]}}


def sparse_loss(backend: str, label: int, logits: Array) -> str:
    """What the library's sparse loss does with one label: "finite", "NaN" or the name of its error.

    "tensorflow, compiled" is TensorFlow under XLA.
    """
    labels = np.array([label])
    if backend == "numpy":
        try:
            return as_text(float(ref.sparse_cross_entropy_from_logits(labels, logits)[0]))
        except ValueError as error:
            return type(error).__name__
    ours = framework(backend.split(",")[0])
    compiled = backend.endswith("compiled")
    loss = ours.compiled_sparse_cross_entropy_from_logits if compiled else ours.sparse_cross_entropy_from_logits
    try:
        return as_text(float(ours.array(loss(ours.tensor(labels), ours.tensor(logits)))[0]))
    except ours.LABEL_ERRORS as error:
        return type(error).__name__


def label_of_the_end_columns(*, classes: int = 10) -> dict[str, dict[str, int]]:
    """The labels of the first and the last column by meaning, not acceptance: the one whose loss a peak there makes least."""
    last = classes - 1
    peaks = 5.0 * np.eye(classes)[[0, last]]
    losses = np.array([ref.sparse_cross_entropy_from_logits(np.array([k, k]), peaks) for k in range(classes)])
    first_label, last_label = losses.argmin(axis=0)
    return {"first": {"label": int(first_label)}, "last": {"label": int(last_label)}}


def equivalence(*, labels: str = "one-hot", reduction: str = "default") -> str:
    """How ``tf.nn``'s loss and the ``tf.losses`` that the slide calls its equivalent compare on a batch of five.

    "equal", shapes and numbers; "equal after the mean", when ``tf.losses`` is the batch mean of ``tf.nn``; or "different".
    ``labels``: "one-hot" or "sparse". ``reduction``: "default" or "sum".
    """
    from implementations.losses import losses_tensorflow as tf_losses

    logits, classes = _batch()
    per_example, reduced = tf_losses.nn_and_losses(labels == "sparse", classes, logits, reduction == "sum")
    if per_example.shape == reduced.shape and np.allclose(per_example, reduced, rtol=1e-6):
        return "equal"
    if reduced.shape == () and np.isclose(per_example.mean(), reduced, rtol=1e-6):
        return "equal after the mean"
    return "different"


def equivalence_by_gradient(*, labels: str = "one-hot") -> str:
    """The same from the gradients: a tape sums what it is given, so five losses have five times the mean's gradient."""
    from implementations.losses import losses_tensorflow as tf_losses

    logits, classes = _batch()
    per_example, reduced = tf_losses.nn_and_losses_gradients(labels == "sparse", classes, logits)
    if np.allclose(per_example, reduced, rtol=1e-6):
        return "equal"
    return "equal after the mean" if np.allclose(per_example, len(logits) * reduced, rtol=1e-6) else "different"


def _batch() -> tuple[Array, NDArray[np.int64]]:
    logits = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0], [-1.0, 0.5, 0.2], [4.0, -2.0, 1.0], [0.3, 0.3, 0.1]])
    return logits, np.array([0, 1, 2, 0, 1])

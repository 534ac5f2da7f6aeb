r"""What the slide says of the two normalisations, measured: what local response divides by, and the statistics after batch norm.

Source: columbia-deep-learning, slide "PROBLEMS WTH DEPTH". Everything here is deterministic.
"""

from __future__ import annotations

from fractions import Fraction
from statistics import fmean

import numpy as np

from implementations.layers import normalisation_numpy as norm
from implementations.layers.windows import Array

ACTIVATIONS = np.arange(10.0, 80.0, 10.0)
"""Seven maps at one pixel, large enough for alpha = 1e-4 to count."""

_TINY = 1e-12  # an epsilon that leaves the statistics alone


def local_response(
    *,
    backend: str = "numpy",
    size: int = 5,
    k: float = 2.0,
    alpha: float = 1e-4,
    beta: float = 0.75,
    mean_of_squares: bool = False,
) -> dict[str, dict[str, float]]:
    """What local response normalisation makes of the activations 10, 20, ..., 70 of seven maps; defaults: AlexNet's constants.

    torch: ``local_response_norm``, told size times alpha, because it multiplies alpha by the mean of the squares;
    ``mean_of_squares`` forgets that, in any backend. tensorflow: ``tf.nn.local_response_normalization``, float32.
    """
    used = alpha / size if mean_of_squares else alpha
    x = ACTIVATIONS[None, None, None, :]
    if backend == "numpy":
        y = norm.local_response_norm(x, size, k, used, beta)
    elif backend == "torch":
        import torch

        maps = torch.tensor(x.transpose(0, 3, 1, 2).copy())
        y = torch.nn.functional.local_response_norm(maps, size, alpha=used * size, beta=beta, k=k).numpy()
    elif backend == "tensorflow":
        import tensorflow as tf

        y = tf.nn.local_response_normalization(x.astype(np.float32), size // 2, k, used, beta).numpy()
    else:
        raise ValueError(f"backend {backend!r}: numpy, torch and tensorflow are implemented")
    return {str(i): {"response": float(value)} for i, value in enumerate(np.ravel(y), start=1)}


def local_response_by_sums(*, size: int = 5) -> dict[str, dict[str, float]]:
    """AlexNet's formula in exact sums of squares, one map at a time, and one root of a fourth power: s^0.75 = (s^3)^(1/4)."""
    maps = [int(a) for a in ACTIVATIONS]
    table = {}
    for i, a in enumerate(maps):
        squares = sum(b * b for j, b in enumerate(maps) if abs(i - j) <= size // 2)
        scale = Fraction(2) + Fraction(squares, 10_000)
        table[str(i + 1)] = {"response": a / float(scale**3) ** 0.25}
    return table


GAMMA, BETA = np.array([0.5, 1.5, 2.0]), np.array([-1.0, 0.0, 3.0])


def statistics_after_batch_norm(
    *, backend: str = "numpy", epsilon: float = _TINY, defect: str = ""
) -> dict[str, dict[str, float]]:
    """Mean and (biased) variance of three units over a batch of eight, after batch normalisation in training.

    gamma = (0.5, 1.5, 2), beta = (-1, 0, 3); the units come in with means of about 5, 0, -2 and deviations of 0.1, 1 and 10.
    ``defect``: "unbiased" divides by the unbiased variance, "by_example" standardises over the units of each example,
    "gamma_as_variance" scales by the root of gamma.
    """
    x = np.random.default_rng(0).normal((5.0, 0.0, -2.0), (0.1, 1.0, 10.0), (8, 3))
    scale = np.sqrt(GAMMA) if defect == "gamma_as_variance" else GAMMA
    if defect == "unbiased":
        y = norm.batch_norm_inference(x, scale, BETA, x.mean(axis=0), x.var(axis=0, ddof=1), epsilon=epsilon)
    elif defect == "by_example":
        ones = np.ones(8)
        y = norm.batch_norm(x.T, ones, 0 * ones, epsilon=epsilon)[0].T * scale + BETA
    else:
        y = _batch_norm(x, scale, BETA, np.zeros(3), np.ones(3), True, epsilon, backend)
    return {
        str(unit): {"mean": float(y[:, unit - 1].mean()), "variance": float(y[:, unit - 1].var())} for unit in (1, 2, 3)
    }


def statistics_in_inference(
    *, backend: str = "numpy", training: bool = False, kept_mean: float = 1.0
) -> dict[str, dict[str, float]]:
    """Mean and variance, over the batch 0, 2, 4, 6, of one unit after batch norm with gamma = 1.5 and beta = 0.5 in inference.

    The kept moments are mean 1 and variance 4; the batch's own are 3 and 5. ``training`` takes the batch's.
    """
    x = np.array([[0.0], [2.0], [4.0], [6.0]])
    kept = np.array([kept_mean]), np.array([4.0])
    y = _batch_norm(x, np.array([1.5]), np.array([0.5]), *kept, training, _TINY, backend)
    return {"mean": {"after": float(y.mean())}, "variance": {"after": float(y.var())}}


def statistics_in_inference_by_hand() -> dict[str, dict[str, float]]:
    """The same from gamma (m - mu) / sigma + beta and gamma^2 v / sigma^2, with the batch's m and v summed in plain Python."""
    batch = [0, 2, 4, 6]
    mean = fmean(batch)
    variance = fmean((x - mean) ** 2 for x in batch)
    return {"mean": {"after": 1.5 * (mean - 1) / 2 + 0.5}, "variance": {"after": 1.5**2 * variance / 4}}


def _batch_norm(
    x: Array, gamma: Array, beta: Array, mean: Array, variance: Array, training: bool, epsilon: float, backend: str
) -> Array:
    if backend == "numpy":
        if training:
            return norm.batch_norm(x, gamma, beta, epsilon=epsilon)[0]
        return norm.batch_norm_inference(x, gamma, beta, mean, variance, epsilon=epsilon)
    if backend == "torch":
        import torch

        moments = torch.tensor(mean), torch.tensor(variance)
        scale = torch.tensor(gamma), torch.tensor(beta)
        out = torch.nn.functional.batch_norm(torch.tensor(x), *moments, *scale, training=training, eps=epsilon)
        return np.asarray(out)
    if backend == "tensorflow":
        import keras

        layer = keras.layers.BatchNormalization(epsilon=epsilon, dtype="float64")
        layer.build(x.shape)
        layer.set_weights([gamma, beta, mean, variance])
        return np.asarray(layer(x, training=training))
    raise ValueError(f"backend {backend!r}: numpy, torch and tensorflow are implemented")

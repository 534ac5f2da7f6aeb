"""Pooling and normalisation, forward and backward, float32, (100, 28, 28, 32): ours in NumPy beside torch and TensorFlow, one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import benchmarks.workload as _workload
import implementations.layers.normalisation_numpy as _normalisation
import implementations.layers.pooling_numpy as _pooling

_SHAPE = (100, 28, 28, 32)
_LAYERS = ("max pool 2x2", "average pool 2x2", "batch norm", "local response norm")


def _numpy(layer: str, x: Any, dy: Any) -> _workload.Run:
    gamma, beta = np.ones(32, np.float32), np.zeros(32, np.float32)
    runs: dict[str, Callable[[], Any]] = {
        "max pool 2x2": lambda: (_pooling.max_pool(x, 2, 2), _pooling.max_pool_backward(dy, x, 2, 2)),
        "average pool 2x2": lambda: (_pooling.average_pool(x, 2, 2), _pooling.average_pool_backward(dy, x.shape, 2, 2)),
        "batch norm": lambda: (
            _normalisation.batch_norm(x, gamma, beta, epsilon=1e-3),
            _normalisation.batch_norm_backward(dy, x, gamma, epsilon=1e-3),
        ),
        "local response norm": lambda: (
            _normalisation.local_response_norm(x),
            _normalisation.local_response_norm_backward(dy, x),
        ),
    }
    return runs[layer]


def _torch(layer: str, x: Any, dy: Any) -> _workload.Run:
    import torch
    from torch.nn import functional as F

    torch.set_num_threads(1)
    form = torch.channels_last
    images, upstream = (torch.from_numpy(a).permute(0, 3, 1, 2).contiguous(memory_format=form) for a in (x, dy))
    images.requires_grad_()
    gamma, beta = torch.ones(32, requires_grad=True), torch.zeros(32, requires_grad=True)
    layers: dict[str, tuple[Callable[[], Any], tuple[Any, ...]]] = {
        "max pool 2x2": (lambda: F.max_pool2d(images, 2), (images,)),
        "average pool 2x2": (lambda: F.avg_pool2d(images, 2), (images,)),
        "batch norm": (
            lambda: F.batch_norm(images, None, None, gamma, beta, training=True, eps=1e-3),
            (images, gamma, beta),
        ),
        "local response norm": (lambda: F.local_response_norm(images, 5, alpha=5e-4, beta=0.75, k=2.0), (images,)),
    }
    forward, inputs = layers[layer]
    return lambda: torch.autograd.grad(forward(), inputs, upstream)


def _tensorflow(layer: str, x: Any, dy: Any) -> _workload.Run:
    tf = _workload.one_threaded_tensorflow()
    images, upstream = tf.constant(x), tf.constant(dy)
    gamma, beta = tf.ones(32), tf.zeros(32)
    layers: dict[str, tuple[Callable[[], Any], list[Any]]] = {
        "max pool 2x2": (lambda: tf.nn.max_pool2d(images, 2, 2, "VALID"), [images]),
        "average pool 2x2": (lambda: tf.nn.avg_pool2d(images, 2, 2, "VALID"), [images]),
        "batch norm": (
            lambda: tf.compat.v1.nn.fused_batch_norm(images, gamma, beta, epsilon=1e-3)[0],
            [images, gamma, beta],
        ),
        "local response norm": (lambda: tf.nn.local_response_normalization(images, 2, 2.0, 1e-4, 0.75), [images]),
    }
    forward, inputs = layers[layer]

    def both() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            y = forward()
        return tape.gradient(y, inputs, upstream)

    run: _workload.Run = tf.function(both)
    return run


class PoolingAndNormalisation:
    """Output and gradients. torch keeps the maps last, as the others do."""

    params = (["numpy", "torch", "tensorflow"], list(_LAYERS))
    param_names = ("backend", "layer")

    def setup(self, backend: str, layer: str) -> None:
        """Make the arrays and call once."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal(_SHAPE).astype(np.float32)
        batch, height, width, maps = _SHAPE
        shape = (batch, height // 2, width // 2, maps) if "pool" in layer else _SHAPE
        dy = rng.standard_normal(shape).astype(np.float32)
        try:
            self._run = {"numpy": _numpy, "torch": _torch, "tensorflow": _tensorflow}[backend](layer, x, dy)
        except ImportError as missing:
            raise NotImplementedError(f"{backend} is not installed") from missing
        self._run()

    def time_forward_and_backward(self, backend: str, layer: str) -> None:
        """One call."""
        self._run()

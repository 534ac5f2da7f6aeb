"""Layers, forward and backward, float32, one thread: convolutions in NumPy beside torch and TensorFlow; ours for torch beside torch's.

What is not there (a library, a GPU) is n/a. Libraries are imported, and graphs compiled, before the clock starts.
"""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np

import benchmarks.workload as _workload
import benchmarks.workloads_layers as _layers
import implementations.layers.convolution_numpy as _convolution
import implementations.layers.transposed_numpy as _transposed

# batch, size, window, maps, filters
_LAYERS: dict[str, tuple[int, int, int, int, int]] = {
    "5x5 1 to 32, 28x28": (100, 28, 5, 1, 32),
    "5x5 32 to 64, 14x14": (100, 14, 5, 32, 64),
    "3x3 16 to 16, 32x32": (128, 32, 3, 16, 16),
    "1x1 64 to 128, 14x14": (100, 14, 1, 64, 128),
    "3x3 64 to 64, 56x56": (4, 56, 3, 64, 64),
    "5x5 32 to 64, one image": (1, 14, 5, 32, 64),
}


def _prepared(backend: str, data: _layers.Layer) -> _workload.Run:
    """The backend's run, called once; asv's skip without its library."""
    makers: dict[str, Any] = {
        "numpy": _layers.numpy_run,
        "torch": _layers.torch_run,
        "torch channels_last": lambda data: _layers.torch_run(data, channels_last=True),
        "tensorflow": _layers.tensorflow_run,
    }
    try:
        run: _workload.Run = makers[backend](data)
    except ImportError as missing:
        raise NotImplementedError(f"{backend} is not installed") from missing
    run()
    return run


class Convolution:
    """Output and the gradients of images, kernel and bias. The first layers of cnn_cpcpff are the first two."""

    params = (["numpy", "torch", "torch channels_last", "tensorflow"], list(_LAYERS))
    param_names = ("backend", "layer")

    def setup(self, backend: str, name: str) -> None:
        """Make the arrays and call once."""
        self._run = _prepared(backend, _layers.layer(*_LAYERS[name]))

    def time_forward_and_backward(self, backend: str, name: str) -> None:
        """One call."""
        self._run()


class Parts:
    """Which part of our time goes where: 5 x 5, 32 to 64 maps, 14 x 14, batch 100."""

    params = (["output", "input gradient", "kernel gradient", "matrix product alone", "transposed"],)
    param_names = ("part",)

    def setup(self, part: str) -> None:
        """Make the arrays; the matrix product is that of the written-out windows with the kernel, which all three parts have."""
        x, kernel, bias, dy = _layers.layer()
        windows, matrix = np.ones((len(x) * 14 * 14, 25 * 32), dtype=np.float32), kernel.reshape(25 * 32, 64)
        runs: dict[str, _workload.Run] = {
            "output": lambda: _convolution.conv2d(x, kernel, bias, padding="same"),
            "input gradient": lambda: _convolution.input_gradient(dy, kernel, (14, 14), padding="same"),
            "kernel gradient": lambda: _convolution.kernel_gradient(dy, x, (5, 5), padding="same"),
            "matrix product alone": lambda: windows @ matrix,
            "transposed": lambda: _transposed.conv2d_transposed(dy, kernel, stride=2, padding="same"),
        }
        self._run = runs[part]

    def time_part(self, part: str) -> None:
        """One call."""
        self._run()


class Depthwise:
    """A 3 x 3 filter for each of 64 maps, 14 x 14, batch 32: by the sum itself, and beside it one by matrix products."""

    params = ([1, 64],)
    param_names = ("groups",)

    def setup(self, groups: int) -> None:
        """Make the arrays."""
        data = _layers.layer(32, 14, 3, 64, 64)
        self._x, self._dy = data.x, data.dy
        self._kernel = np.ascontiguousarray(data.kernel[:, :, : 64 // groups])

    def time_forward_and_backward(self, groups: int) -> None:
        """One call."""
        _convolution.conv2d(self._x, self._kernel, padding="same", groups=groups)
        _convolution.conv2d_backward(self._dy, self._x, self._kernel, padding="same", groups=groups)


class LocalResponseNorm(_workload.Beside):
    """The story's normalisation: ours for torch beside torch's own layer."""

    workload = _layers.WORKLOADS[1]
    params = (list(workload.backends),)

    def time_forward_and_backward(self, backend: str) -> None:
        """One call."""
        self._run()


class ConvolutionOnCuda:
    """Eager torch on the GPU, timed by its own events; n/a where there is none."""

    params = ([False, True], list(_LAYERS))
    param_names = ("channels_last", "layer")
    unit = "milliseconds"
    _WARM_UP, _CALLS, _ROUNDS = 10, 20, 9

    def setup(self, channels_last: bool, name: str) -> None:
        """Data on the device; the first calls choose algorithms and grow the memory pool, and are not timed."""
        try:
            import torch
        except ImportError as missing:
            raise NotImplementedError("torch is not installed") from missing
        if not torch.cuda.is_available():
            raise NotImplementedError("no CUDA device")
        data = _layers.layer(*_LAYERS[name])
        self._run = _layers.torch_run(data, channels_last=channels_last, device="cuda")
        for _ in range(self._WARM_UP):
            self._run()
        torch.cuda.synchronize()

    def track_forward_and_backward(self, channels_last: bool, name: str) -> float:
        """Milliseconds of one call, the median over rounds: events stand in the stream, so no launch is waited for in between."""
        import torch

        rounds = []
        for _ in range(self._ROUNDS):
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
            start.record()
            for _ in range(self._CALLS):
                self._run()
            end.record()
            end.synchronize()
            rounds.append(start.elapsed_time(end) / self._CALLS)
        return float(statistics.median(rounds))

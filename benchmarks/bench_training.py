"""A training step of cnn_cpcpff and of ResNet-20: NumPy, torch and TensorFlow side by side, one thread; torch on CUDA; and whole runs.

What is not there (a library, a GPU) is n/a. Libraries are imported, and graphs compiled, before the clock starts. The plain programs
beside ours are those of `plain_training`.
"""

from __future__ import annotations

import statistics

import benchmarks.workload as _workload
import benchmarks.workloads_runs as _runs
import benchmarks.workloads_training as _training


class _Step(_workload.Beside):
    """Time of one step; a subclass names its workload and the backends."""

    def time_step(self, backend: str) -> None:
        """Forward, backward, update."""
        self._run()


class SmallNetwork(_Step):
    """cnn_cpcpff, Adam, batch 100; beside it a matrix product of as many multiply-adds."""

    workload = _training.WORKLOADS[0]
    params = (list(workload.backends),)


class ResNet20(_Step):
    """Momentum, batch 128."""

    workload = _training.WORKLOADS[1]
    params = (list(workload.backends),)


class LogisticRegressionRun(_workload.Beside):
    """Steps as the recordings make them, with their batches and curves, beside a `DataLoader` and the plain step."""

    workload = _runs.WORKLOADS[0]
    params = (list(workload.backends),)

    def time_run(self, backend: str) -> None:
        """400 steps."""
        self._run()


class OneConvolutionRun(_workload.Beside):
    """The same of cnn_cf."""

    workload = _runs.WORKLOADS[1]
    params = (list(workload.backends),)

    def time_run(self, backend: str) -> None:
        """20 steps."""
        self._run()


class TwoConvolutionsRun(_workload.Beside):
    """The same of cnn_cpcpff."""

    workload = _runs.WORKLOADS[2]
    params = (list(workload.backends),)

    def time_run(self, backend: str) -> None:
        """8 steps."""
        self._run()


class TwoConvolutionsRunLate(_workload.Beside):
    """The same late in a run, when many moments are denormal."""

    workload = _runs.LATE
    params = (list(workload.backends),)

    def time_run(self, backend: str) -> None:
        """8 steps."""
        self._run()


class OnCuda:
    """Steps on the GPU, timed by its own events; n/a where there is none."""

    params = (["torch fast", "torch eager", "torch bfloat16"], list(_training.BATCH))
    param_names = ("backend", "network")
    unit = "milliseconds"
    _WARM_UP, _CALLS, _ROUNDS = 20, 20, 9

    def setup(self, backend: str, name: str) -> None:
        """Data and parameters on the device; the first steps choose algorithms and grow the memory pool, and are not timed."""
        try:
            import torch
        except ImportError as missing:
            raise NotImplementedError("torch is not installed") from missing
        if not torch.cuda.is_available():
            raise NotImplementedError("no CUDA device")
        makers = {
            "torch fast": lambda: _training.torch_ours(name, "cuda"),
            "torch eager": lambda: _training.torch_eager(name, "cuda"),
            "torch bfloat16": lambda: _training.torch_ours(name, "cuda", bfloat16=True),
        }
        self._run = makers[backend]()
        for _ in range(self._WARM_UP):
            self._run()
        torch.cuda.synchronize()

    def track_step(self, backend: str, name: str) -> float:
        """Milliseconds of one step, the median over rounds: events stand in the stream, so no launch is waited for in between."""
        import torch

        rounds = []
        for _ in range(self._ROUNDS):
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            for _ in range(self._CALLS):
                self._run()
            end.record()
            end.synchronize()
            rounds.append(start.elapsed_time(end) / self._CALLS)
        return float(statistics.median(rounds))

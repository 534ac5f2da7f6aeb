"""Automatic differentiation: the four gradients of `workloads_*`, by backend, and the function alone.

A library that is not installed is n/a. One thread; libraries are imported, and graphs compiled, before the clock starts.
"""

from __future__ import annotations

import benchmarks.workload as _workload
import benchmarks.workloads_autodiff as _scalars
import benchmarks.workloads_mlp as _mlp
import benchmarks.workloads_rnn as _rnn


class _Gradient(_workload.Beside):
    """Time of one call; a subclass names its workload and the backends."""

    def time_gradient(self, backend: str) -> None:
        """The gradient, or for "forward" the function without it."""
        self._run()


class SlideFunction(_Gradient):
    """ln x1 + x1 x2 - sin x2 at (2, 5), float64."""

    workload = _scalars.WORKLOADS[0]
    params = (list(workload.backends),)


class ChainOf1000(_Gradient):
    """1000 scalar operations, float64."""

    workload = _scalars.WORKLOADS[1]
    params = (list(workload.backends),)


class Perceptron(_Gradient):
    """784-128-10, batch 100, float32."""

    workload = _mlp.WORKLOADS[0]
    params = (list(workload.backends),)


class RecurrentNetwork(_Gradient):
    """tanh RNN, 50 steps of 64 units, batch 32, float32."""

    workload = _rnn.WORKLOADS[0]
    params = (list(workload.backends),)

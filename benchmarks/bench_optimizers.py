"""Stochastic optimisation: one update of a million parameters, replicates as a batch axis, and the random streams.

Backends: ours in NumPy, `torch.optim`, `keras.optimizers`; one that is not installed is n/a. float32 is what networks are
trained in, so the updates use it. Newton is not among them: its Hessian would have a million columns.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

import implementations.optimizers.counterexample as _counterexample
import implementations.optimizers.optimizers_numpy as _rules
import implementations.optimizers.schedules as _schedules
import implementations.streams.streams_numpy as _streams

_PARAMETERS = 1_000_000
_NUMPY: dict[str, _rules.Rule] = {
    "SGD": _rules.GradientDescent(),
    "momentum": _rules.Momentum(),
    "NAG": _rules.Nesterov(),
    "AdaGrad": _rules.AdaGrad(),
    "Adadelta": _rules.Adadelta(),
    "RMSprop": _rules.RMSprop(),
    "Adam": _rules.Adam(),
}
_LIBRARY: dict[str, tuple[str, dict[str, Any]]] = {
    "SGD": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "NAG": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "AdaGrad": ("Adagrad", {}),
    "Adadelta": ("Adadelta", {}),
    "RMSprop": ("RMSprop", {}),
    "Adam": ("Adam", {}),
}


class Update:
    """One update of a million float32 parameters, the gradient given."""

    params = (["numpy", "torch", "tensorflow"], list(_NUMPY))
    param_names = ("backend", "rule")

    def setup(self, backend: str, rule: str) -> None:
        """Parameters, a gradient, and a first step, which makes the optimizer's state."""
        theta = _streams.normal(np.array([0]), 0, _PARAMETERS)[0].astype(np.float32)
        gradient = _streams.normal(np.array([0]), 1, _PARAMETERS)[0].astype(np.float32)
        try:
            self._step = getattr(self, f"_{backend}")(rule, theta, gradient)
        except ImportError as missing:
            raise NotImplementedError(f"{backend} is not installed") from missing
        self._step()

    def _numpy(self, rule: str, theta: Any, gradient: Any) -> Any:
        one = _NUMPY[rule]
        state = [theta, one.start(theta)]

        def step() -> None:
            state[:] = one.step(state[0], state[1], lambda at: gradient, 0.01)

        return step

    def _torch(self, rule: str, theta: Any, gradient: Any) -> Any:
        import torch

        torch.set_num_threads(1)
        name, settings = _LIBRARY[rule]
        parameter = torch.nn.Parameter(torch.tensor(theta))
        parameter.grad = torch.tensor(gradient)
        return getattr(torch.optim, name)([parameter], lr=0.01, **settings).step

    def _tensorflow(self, rule: str, theta: Any, gradient: Any) -> Any:
        importlib.import_module(
            "implementations.optimizers.optimizers_tensorflow"
        )  # keeps Keras out of the home folder
        import keras
        import tensorflow as tf

        name, settings = _LIBRARY[rule]
        variable = keras.Variable(theta)
        one, given = getattr(keras.optimizers, name)(learning_rate=0.01, **settings), tf.constant(gradient)
        step = tf.function(lambda: one.apply([given], [variable]))

        def finished() -> None:
            step()
            variable.value.numpy()[:1]  # waits for the update

        return finished

    def time_update(self, backend: str, rule: str) -> None:
        """One step."""
        self._step()


class Replicates:
    """The counterexample with 1000 seeds and 1000 steps: seeds as a batch axis, or one after the other."""

    params = (["batch", "loop"],)
    param_names = ("seeds",)

    def setup(self, how: str) -> None:
        """1000 seeds."""
        self._seeds = np.arange(1000)

    def time_counterexample(self, how: str) -> None:
        """All runs."""
        if how == "batch":
            _counterexample.run(self._seeds, _schedules.PowerLaw(), 1000)
            return
        for seed in self._seeds:  # as one would write it for one seed, in plain numbers
            points = np.random.default_rng(seed).integers(-10, 11, 1000).tolist()
            theta = -20.0
            for k, x in enumerate(points):
                theta -= 0.5 / (1 + k) * 2 * (theta - x)


class Streams:
    """Random numbers for 1000 seeds: the hash, and one NumPy generator a seed. A thousand a seed, or one."""

    params = (["hash", "generators", "new generators"], ["uniform", "normal"], [1, 1000])
    param_names = ("source", "numbers", "a_seed")

    def setup(self, source: str, numbers: str, a_seed: int) -> None:
        """The generators that the second source keeps."""
        self._seeds = np.arange(1000)
        self._generators = [np.random.default_rng(seed) for seed in self._seeds]

    def time_draw(self, source: str, numbers: str, a_seed: int) -> None:
        """One block of numbers for all seeds."""
        if source == "hash":
            getattr(_streams, numbers)(self._seeds, 0, a_seed)
            return
        generators = self._generators if source == "generators" else map(np.random.default_rng, self._seeds)
        method = "random" if numbers == "uniform" else "standard_normal"
        np.stack([getattr(one, method)(a_seed) for one in generators])

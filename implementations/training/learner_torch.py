"""A network in training, in PyTorch: the fast learner. Needs the `torch` extra."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from implementations.networks.denormals_torch import flushed_denormals
from implementations.networks.fast_layers_torch import replace_layers
from implementations.networks.networks_torch import build
from implementations.networks.rewriting import logits, relu_after_max_pooling
from implementations.networks.table import Network
from implementations.networks.training_torch import loss_of, overwrite, overwrite_gradients
from implementations.training.starting import Biases, starting_weights

Array = NDArray[Any]

# The slides' names. They print no constants: these are the defaults of tf.train where it has any, else the customary ones.
OPTIMIZERS: dict[str, tuple[type[torch.optim.Optimizer], dict[str, Any]]] = {
    "sgd": (torch.optim.SGD, {"lr": 0.01, "fused": True}),
    "momentum": (torch.optim.SGD, {"lr": 0.01, "momentum": 0.9, "fused": True}),
    "adagrad": (torch.optim.Adagrad, {"lr": 0.01, "initial_accumulator_value": 0.1, "fused": True}),
    "rmsprop": (torch.optim.RMSprop, {"lr": 0.001, "alpha": 0.9, "eps": 1e-10}),
    "adam": (torch.optim.Adam, {"lr": 0.001, "eps": 1e-8, "fused": True}),
}


class TorchLearner:
    """A :class:`~implementations.training.loop.Learner` by the fast step of `training_torch`.

    The same seed and number of threads give the same weights, masks and steps. Heads count in the loss, the output's logits are told.
    """

    def __init__(
        self,
        network: Network,
        seed: int,
        optimizer: str = "adam",
        biases: Biases = "glorot_uniform",
        device: str = "cpu",
        **settings: Any,
    ) -> None:
        torch.manual_seed(seed)  # dropout draws from torch's own generator
        table = logits(network)
        self.network = table
        self.device = device
        weights = starting_weights(table, seed, biases)
        self.module = build(relu_after_max_pooling(table), weights, torch.float32, device)
        overwrite(self.module.rows)
        if device == "cpu":
            replace_layers(self.module)
            overwrite_gradients(self.module.rows)
        rule, constants = OPTIMIZERS[optimizer]
        self.optimizer = rule(self.module.parameters(), **{**constants, **settings})

    def step(self, x: Array, y: Array) -> tuple[float, Array]:
        """One step; the batch's loss and its logits before it."""
        self.module.train()
        self.optimizer.zero_grad(set_to_none=True)
        with flushed_denormals():
            outputs = self.module(self._enter(x))
            loss = loss_of(outputs, torch.from_numpy(y).to(self.device))
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
        return float(loss.detach()), _output(outputs)

    def logits(self, x: Array) -> Array:
        """The outputs without dropout, with the kept moments."""
        self.module.eval()
        with torch.no_grad():
            return _output(self.module(self._enter(x)))

    def state(self) -> dict[str, Array]:
        """Parameters, moments, the optimizer's memory and torch's random state."""
        arrays = {f"module.{name}": tensor.cpu().numpy() for name, tensor in self.module.state_dict().items()}
        for number, memory in self.optimizer.state_dict()["state"].items():
            arrays |= {
                f"optimizer.{number}.{name}": np.asarray(torch.as_tensor(value).cpu()) for name, value in memory.items()
            }
        return {**arrays, "random": torch.get_rng_state().numpy()}

    def restore(self, state: dict[str, Array]) -> None:
        """Go on from a state."""
        torch.set_rng_state(torch.from_numpy(state["random"]))
        tensors = {
            name.removeprefix("module."): torch.from_numpy(array)
            for name, array in state.items()
            if name.startswith("module.")
        }
        self.module.load_state_dict(tensors)
        parameters = list(self.module.parameters())
        memory: dict[int, dict[str, torch.Tensor]] = {}
        for key, array in state.items():
            if key.startswith("optimizer."):
                _, number, name = key.split(".", 2)
                kept = torch.from_numpy(array)
                like = parameters[int(number)]
                if (
                    kept.shape == like.shape
                ):  # fused optimizers walk through memory: its order must be that of the parameter
                    kept = torch.empty_like(like, requires_grad=False).copy_(kept)
                memory.setdefault(int(number), {})[name] = kept
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": memory, "param_groups": groups})

    def _enter(self, x: Array) -> torch.Tensor:
        return torch.from_numpy(x.reshape(len(x), *self.network.input)).to(self.device)


def _output(outputs: Any) -> Array:
    found: Array = (outputs["output"] if isinstance(outputs, dict) else outputs).detach().cpu().numpy()
    return found

"""Auxiliary classifiers: what they add to the gradient at the first layer, in a deep perceptron and in GoogLeNet.

Source: columbia-deep-learning, slide "INCEPTION"; that heads count 0.3 of the loss is Szegedy et al's, 2014. About the start of training
alone: what heads do against overfitting, which the slide denies, is not measured here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from implementations.depth.deep_numpy import Deep, Seeds, backward, forward, start
from implementations.depth.task import CLASSES, INPUTS, softmax_loss, teacher_task
from implementations.networks.inception import googlenet
from implementations.networks.weights import Rule, initial_weights
from implementations.streams import streams_numpy as streams

Array = NDArray[np.float64]

WEIGHT = 0.3
_HEADS, _PICTURES, _LABELS = 30, 1 << 22, 1 << 23  # streams
Norms = dict[str, Array]


def perceptron(
    seeds: Seeds,
    *,
    layers: int = 54,
    width: int = 32,
    gain: float = 0.5**0.5,
    normalised: bool = False,
    weight: float = WEIGHT,
) -> Norms:
    """|dL/dW| of the layer that enters, with two linear heads, after one and two thirds of the layers, and without them; (s,) each.

    The customary gain is He's; 1 / sqrt(2) of it is Glorot's rule, which the slides' programs use.
    """
    net = Deep(layers, width, normalised=normalised, gain=gain)
    task = teacher_task(seeds)
    p = start(net, seeds, INPUTS, CLASSES)
    run = forward(net, p, task.x)
    d_outputs = softmax_loss(run.outputs, task.y)[1]
    sides = {}
    for number, place in enumerate((layers // 3, 2 * layers // 3)):
        head = streams.normal(seeds, number, (width, CLASSES), stream=_HEADS) / np.sqrt(width)
        sides[place] = weight * softmax_loss(run.layers[place].y @ head, task.y)[1] @ np.swapaxes(head, 1, 2)
    found = {"with": sides, "without": {}}
    return {
        name: np.linalg.norm(backward(net, p, run, d_outputs, d)[0]["enter"], axis=(1, 2)) for name, d in found.items()
    }


def perceptron_by_autograd(
    seeds: Seeds,
    *,
    layers: int = 54,
    width: int = 32,
    gain: float = 0.5**0.5,
    normalised: bool = False,
    weight: float = WEIGHT,
) -> Norms:
    """Second route to `perceptron`, in which one loss has all three terms. Needs torch."""
    import torch
    from torch.nn import functional as F

    from implementations.depth.deep_torch import layers_of, outputs, tensors

    net = Deep(layers, width, normalised=normalised, gain=gain)
    task = teacher_task(seeds)
    y = torch.tensor(task.y)
    p = tensors(start(net, seeds, INPUTS, CLASSES))
    found = layers_of(net, p, torch.tensor(task.x))

    def loss(z: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(z.transpose(1, 2), y, reduction="none").mean(dim=1).sum()

    last = loss(outputs(p, found[-1]))
    whole = last
    for number, place in enumerate((layers // 3, 2 * layers // 3)):
        head = streams.normal(seeds, number, (width, CLASSES), stream=_HEADS) / np.sqrt(width)
        whole = whole + weight * loss(torch.bmm(found[place], torch.tensor(head)))
    norms = {}
    for name, value in (("with", whole), ("without", last)):
        gradient = torch.autograd.grad(value, p["enter"], retain_graph=True)[0]
        norms[name] = gradient.flatten(1).norm(dim=1).numpy()
    return norms


def googlenet_norms(
    seeds: Seeds, *, rule: Rule = "glorot_uniform", size: int = 64, batch: int = 4, weight: float = WEIGHT
) -> Norms:
    """The same for the first convolution of GoogLeNet on ``size`` pixels, with and without its own heads; needs torch.

    Pictures are noise and labels are drawn: at the start the gradient knows neither. No dropout, so that both see one network.
    """
    import torch
    from torch.nn import functional as F

    from implementations.networks.networks_torch import build

    network = googlenet(size=size)
    tops: dict[str, list[float]] = {"with": [], "without": []}
    for seed in seeds:
        one = np.array([seed])
        x = torch.from_numpy(streams.normal(one, 0, (batch, size, size, 3), stream=_PICTURES)[0].astype(np.float32))
        y = torch.from_numpy(streams.integers(one, 0, 1000, batch, stream=_LABELS)[0])
        module = build(network, initial_weights(network, int(seed), rule), torch.float32).eval()
        first = next(one.tensor for one in module.tensors if one.name == "conv1/kernel")
        outputs = module(x)
        loss = {name: F.nll_loss(torch.log(p), y) for name, p in outputs.items()}
        whole = loss["output"] + weight * sum(value for name, value in loss.items() if name != "output")
        for name, value in (("with", whole), ("without", loss["output"])):
            tops[name].append(float(torch.autograd.grad(value, first, retain_graph=True)[0].norm()))
    return {name: np.array(values) for name, values in tops.items()}


def decades(
    seeds: Seeds, *, of: Literal["perceptron", "perceptron_by_autograd", "googlenet"], **settings: Any
) -> Array:
    """By how many powers of ten the heads raise the norm, one a seed."""
    routes: dict[str, Callable[..., Norms]] = {
        "perceptron": perceptron,
        "perceptron_by_autograd": perceptron_by_autograd,
        "googlenet": googlenet_norms,
    }
    norms = routes[of](seeds, **settings)
    return np.asarray(np.log10(norms["with"] / norms["without"]))

"""Every network by its name."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from implementations.networks import alexnet, dqn, inception, lenet, resnet, small, unet
from implementations.networks.table import Network

NETWORKS: dict[str, Callable[[], Network]] = {
    "lr": small.lr,
    "keras_mlp": small.keras_mlp,
    "cnn_cf": small.cnn_cf,
    "cnn_cpcpff": small.cnn_cpcpff,
    "cnn_cpcpfdf": small.cnn_cpcpfdf,
    "cnn_cnf": small.cnn_cnf,
    "cnn_cpncpnff": small.cnn_cpncpnff,
    "cnn_cpncpnfdf": small.cnn_cpncpnfdf,
    "lenet5": lenet.lenet5,
    "lenet5_common": lenet.lenet5_common,
    "alexnet": alexnet.alexnet,
    "alexnet_224": alexnet.alexnet_224,
    "inception_naive": inception.inception_naive,
    "inception_reduced": inception.inception_reduced,
    "googlenet": inception.googlenet,
    "googlenet_separable": inception.googlenet_separable,
    "resnet20": resnet.resnet20,
    "resnet56": resnet.resnet56,
    "resnet110": resnet.resnet110,
    "resnet18": resnet.resnet18,
    "resnet50": resnet.resnet50,
    "plain20": resnet.plain20,
    "plain56": resnet.plain56,
    "unet": unet.unet,
    "dqn_2013": dqn.dqn_2013,
    "dqn_2015": dqn.dqn_2015,
}


def network(name: str) -> Network:
    """The network of that name. ValueError, naming the nearest, where there is none."""
    if name not in NETWORKS:
        near = get_close_matches(name, NETWORKS, n=1)
        hint = f": did you mean {near[0]}?" if near else f": there are {', '.join(NETWORKS)}"
        raise ValueError(f"no network {name!r}{hint}")
    return NETWORKS[name]()

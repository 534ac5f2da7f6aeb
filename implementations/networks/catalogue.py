"""Every network by its name."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from implementations.networks import small
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
}


def network(name: str) -> Network:
    """The network of that name. ValueError, naming the nearest, where there is none."""
    if name not in NETWORKS:
        near = get_close_matches(name, NETWORKS, n=1)
        hint = f": did you mean {near[0]}?" if near else f": there are {', '.join(NETWORKS)}"
        raise ValueError(f"no network {name!r}{hint}")
    return NETWORKS[name]()

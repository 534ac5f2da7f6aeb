"""What a classifier's table ends in: for training, the logits."""

from __future__ import annotations

from dataclasses import replace

from implementations.networks.table import Activation, Head, Network


def logits_of(network: Network) -> Network:
    """The network without a softmax at its end, and without side outputs.

    The loss takes the logits (slide CAUTION: NUMERICAL INSTABILITY): log softmax in one piece, where the probabilities
    would have underflowed. The parameters and, up to rounding, the gradients are the same.
    """
    rows = network.rows[:-1] if network.rows[-1] == Activation("softmax") else network.rows
    return replace(network, rows=tuple(row for row in rows if not isinstance(row, Head)))

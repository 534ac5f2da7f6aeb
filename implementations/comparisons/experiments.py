"""What the slides say of optimizers and pooling, read from recorded runs: a list with the data of one seed each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from implementations.comparisons.pooling import Scores, pooled_cnn_cf, without_pooling
from implementations.comparisons.race import RULES, Race
from implementations.networks.counting import totals
from implementations.networks.small import cnn_cpcpff
from implementations.networks.table import Network

Array = NDArray[np.float64]
Sizes = Literal["default", "tuned", "shared"]


def chosen(race: Race, rule: str, sizes: Sizes = "tuned") -> int:
    """The place of the step size that a rule is judged at.

    ``tuned`` is the best on the validation images at the end, ``shared`` the one that is best for plain SGD: the mistake of tuning
    one rule only.
    """
    found = race[rule]
    if sizes == "default":
        return int(found["step_sizes"].index(found["default"]))
    return int(np.argmax([curve[-1] for curve in race["sgd" if sizes == "shared" else rule]["validation"]]))


def best(race: Race, rules: Sequence[str], sizes: Sizes = "tuned") -> float:
    """The test accuracy of the rule that is best on the validation images; of equal ones, the first named."""
    places = {rule: chosen(race, rule, sizes) for rule in rules}
    winner = max(rules, key=lambda rule: race[rule]["validation"][places[rule]][-1])
    accuracy: float = race[winner]["test"][places[winner]]
    return accuracy


def lead(run: Sequence[Race], sizes: Sizes = "tuned", rivals: Sequence[str] = (), of: str = "adam") -> Array:
    """How much more of the test images ``of`` gets right than the best of its rivals (by default all others), one a seed."""
    others = list(rivals) or [rule for rule in RULES if rule != of]
    return np.array([best(race, [of], sizes) - best(race, others, sizes) for race in run])


def pooled_network(name: Literal["cnn_cf", "cnn_cpcpff"]) -> Network:
    """The network of that name with poolings: the slides' own, or cnn_cf with one added."""
    return cnn_cpcpff() if name == "cnn_cpcpff" else pooled_cnn_cf()


def parameters(network: Literal["cnn_cf", "cnn_cpcpff"], mistake: Literal["", "stride 1"] = "") -> dict[str, int]:
    """Trained parameters with the poolings and without. ``stride 1``: windows that overlap and leave the maps as large."""
    pooled = pooled_network(network)
    bare = without_pooling(pooled)
    return {"pooled": totals(bare if mistake else pooled).trained, "bare": totals(bare).trained}


def saving(network: Literal["cnn_cf", "cnn_cpcpff"], layer: str, mistake: Literal["", "one axis"] = "") -> float:
    """How many times fewer weights the dense layer has behind the poolings. ``one axis``: the stride divides one side only."""
    pooled = pooled_network(network)
    ratio = totals(without_pooling(pooled), inside=layer).weights / totals(pooled, inside=layer).weights
    return ratio**0.5 if mistake else ratio


def pooling_loss(
    run: Sequence[Scores],
    kind: Literal["max", "average"] = "max",
    on: Literal["train", "test"] = "test",
    bare_on: Literal["train", "test"] | None = None,
) -> Array:
    """Accuracy without pooling less that with it, on the same images, one a seed. ``bare_on``: other images for the former."""
    return np.array([scores["none"][bare_on or on] - scores[kind][on] for scores in run])

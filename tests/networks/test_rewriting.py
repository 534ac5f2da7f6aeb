"""Rewritten tables compute the same numbers, and only what may be moved is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from implementations.networks import alexnet, inception, parity, small
from implementations.networks.networks_numpy import outputs_and_gradients
from implementations.networks.rewriting import logits, relu_after_max_pooling
from implementations.networks.table import Activation, Concat, Conv, Dense, Head, Network, Pool, Residual, Row, walk
from implementations.networks.weights import random_weights

RELU, POOL, CONV = Activation("relu"), Pool("max", 2, 2), Conv("conv", 4, 3)


def table(*rows: Row) -> Network:
    """A network of a test's own."""
    return Network("own", "own", "", (8, 8, 2), rows)


@pytest.mark.parametrize(
    "make",
    [
        small.cnn_cpcpff,
        partial(alexnet.alexnet, size=67, units=32),
        partial(inception.googlenet, size=32),
        lambda: table(CONV, RELU, Pool("max", 3, 1, ((1, 0), (0, 2))), POOL),
    ],
    ids=["cnn_cpcpff", "alexnet", "googlenet", "padded, twice"],
)
def test_relu_after_max_pooling_changes_no_bit(make: Callable[[], Network]) -> None:
    """Outputs, the gradient of the input and of every parameter are equal, not nearly equal."""
    network = make()
    case = parity.random_case(network, random_weights(network, 0))
    moved = relu_after_max_pooling(network)
    assert moved.rows != network.rows
    before, after = (
        outputs_and_gradients(one, case.weights, case.x, case.d_output, d_heads=case.d_heads)
        for one in (network, moved)
    )
    for one, other in zip(before[:1] + before[2:], after[:1] + after[2:], strict=True):
        assert list(one) == list(other)
        assert all(np.array_equal(one[name], other[name]) for name in one)
    assert np.array_equal(before[1], after[1])


def test_relu_moves_behind_all_max_poolings_that_follow_it() -> None:
    """Also inside rows that hold rows; not behind an average, nor over another row, and no other function moves."""
    average, tanh = Pool("average", 2, 2), Activation("tanh")
    inside = (CONV, RELU, POOL)
    network = table(
        Concat("concat", (inside, ())), Residual("residual", inside, inside), Head("head", inside),
        RELU, POOL, POOL, RELU, average, tanh, POOL, RELU, CONV, POOL,
    )  # fmt: skip
    moved = (CONV, POOL, RELU)
    assert relu_after_max_pooling(network) == table(
        Concat("concat", (moved, ())), Residual("residual", moved, moved), Head("head", moved),
        POOL, POOL, RELU, RELU, average, tanh, POOL, RELU, CONV, POOL,
    )  # fmt: skip


def test_logits_are_what_enters_the_last_softmax() -> None:
    """The one at the end and those at the ends of heads go; one in the middle stays."""
    softmax = Activation("softmax")
    network = table(softmax, Head("head", (Dense("a", 2), softmax)), Dense("b", 2), softmax)
    assert logits(network) == table(softmax, Head("head", (Dense("a", 2),)), Dense("b", 2))
    assert not any(row == softmax for row in walk(logits(inception.googlenet(size=32)).rows))
    assert logits(small.lr()) == small.lr()

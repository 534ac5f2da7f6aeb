"""Denormal numbers as zeros, for the length of a training step. Needs the `torch` extra.

A float32 below 2^-126, about 1.2e-38, is stored with fewer digits, and every operation that meets one takes a processor some hundred
cycles. A network that has learned makes them by the million: a hidden unit that is never active any more has a gradient of zero, so its
moments decay, m <- 0.9 m, until they are denormal, and there they stay, since 0.9 times the smallest number rounds to itself. In a run
of cnn_cpcpfdf 44 % of the dense layer's first moments were such after 9,000 steps, and a step took half as long again as at the start.

Zero in their place is no other mathematics: a rule's step divides by at least its epsilon, 1e-10, and 1e-38 / 1e-10 added to a weight
leaves it as it was. What can change is a rounding: where a product lies exactly between two numbers, a denormal beside it decides to which
it goes. Pixels of 0 to 255 make such ties, and of the recorded trainings the one of logistic regression on them moved in its last bits; the
others stayed the same, bit for bit. TensorFlow's own kernels always take denormals for zeros.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def flushed_denormals() -> Iterator[None]:
    """Inside, the thread takes denormals for zeros and makes none; afterwards it does as before. Nothing, where a processor cannot."""
    before = flushes()
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


def flushes() -> bool:
    """Whether this thread takes denormals for zeros now; torch does not tell."""
    smallest = sys.float_info.min
    return smallest / 2 == 0

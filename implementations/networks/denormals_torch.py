"""Denormal numbers as zeros, for the length of a training step. Needs the `torch` extra.

A float32 below 2^-126, about 1.2e-38, is stored with fewer digits, and every operation that meets one takes a processor some hundred
cycles. A network that has learned its images makes them by the million: the gradient of a batch that is right already is all but zero,
and the optimizer keeps moments of it. A step of cnn_cpcpff takes half as long again after some thousand steps as at the start.

Zero in their place moves no weight: a rule's step divides by at least its epsilon, 1e-10, and 1e-38 / 1e-10 added to a weight leaves it
as it was, bit for bit. TensorFlow's own kernels always do so.
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

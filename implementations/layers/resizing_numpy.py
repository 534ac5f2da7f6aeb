"""Layers that only move pixels, in NumPy, forward and backward: upsampling, cropping, and ResNet's shortcut without parameters.

Source: columbia-deep-learning, slide "PROBLEMS WTH DEPTH" and those on residual networks and U-Net that follow it.

All are linear, so each backward pass is the transpose: what is copied is summed, what is cut is filled with zeros, what is filled with
zeros is cut. Images are (batch, height, width, channels), float32 or float64, which is kept.
"""

from __future__ import annotations

import numpy as np

from implementations.layers.windows import Array, pad_image, unpad_image


def upsample(x: Array, factor: int = 2) -> Array:
    """Each pixel repeated factor x factor times: (batch, height, width, channels) to factor times the height and width."""
    return x.repeat(factor, axis=1).repeat(factor, axis=2)


def upsample_backward(dy: Array, factor: int = 2) -> Array:
    """dL/dx of `upsample`: the sum of each pixel's copies."""
    batch, height, width, channels = dy.shape
    copies = dy.reshape(batch, height // factor, factor, width // factor, factor, channels)
    return np.asarray(copies.sum(axis=(2, 4)))


def crop(x: Array, margin: int) -> Array:
    """x without ``margin`` pixels on every side. Raises ``ValueError`` where nothing would be left, or margin < 0."""
    if not 0 <= 2 * margin < min(x.shape[1:3]):
        raise ValueError(f"a margin of {margin} leaves nothing of {x.shape[1]} x {x.shape[2]} pixels, or is negative")
    return unpad_image(x, ((margin, margin), (margin, margin)))


def crop_backward(dy: Array, margin: int) -> Array:
    """dL/dx of `crop`: zeros where it cut."""
    return pad_image(dy, ((margin, margin), (margin, margin)))


def pad_channels(x: Array, channels: int, stride: int = 1) -> Array:
    """Every ``stride``-th pixel of x, then zero maps until there are ``channels``.

    Raises ``ValueError`` where x has more channels than that.
    """
    missing = channels - x.shape[3]
    if missing < 0:
        raise ValueError(f"{x.shape[3]} channels cannot be padded to {channels}")
    return np.pad(x[:, ::stride, ::stride], ((0, 0), (0, 0), (0, 0), (0, missing)))


def pad_channels_backward(dy: Array, shape: tuple[int, ...], stride: int = 1) -> Array:
    """dL/dx of `pad_channels` for x of this shape: what the copied pixels got, zero for the others."""
    dx = np.zeros(shape, dtype=dy.dtype)
    dx[:, ::stride, ::stride] = dy[..., : shape[3]]
    return dx

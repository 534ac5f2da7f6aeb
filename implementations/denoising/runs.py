"""One recorded run on drawn digits: both networks, Wiener's filter, and doing nothing, on the same noisy images."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.datasets.glyphs import load_glyphs
from implementations.datasets.samples import training_tensor
from implementations.denoising.denoising_numpy import errors, noise, wiener
from implementations.denoising.tables import small_unet

Array = NDArray[Any]
Found = dict[str, dict[str, float]]
TRAIN, TEST, SIGMA = 2_000, 500, 0.5


def on_glyphs(*, seed: int, checkpoint: str | None = None, steps: int = 300) -> Found:
    """``pixels`` and ``detail`` (`denoising_numpy.errors`) of ``skips``, ``no_skips``, ``wiener`` and ``noisy``. Needs torch.

    Under half a minute, so ``checkpoint`` is not used.
    """
    images = estimates(seed, steps)
    clean = images.pop("clean")
    return {name: errors(one, clean) for name, one in images.items()}


def estimates(seed: int, steps: int, test: int = TEST) -> dict[str, Array]:
    """The clean and noisy test images, and what each denoiser makes of the noisy ones, (test, 28, 28, 1) each."""
    from implementations.denoising.denoising_torch import denoised, trained

    known, clean = (training_tensor(load_glyphs(split, n).x) for split, n in (("train", TRAIN), ("test", test)))  # type: ignore[arg-type]
    noisy = clean + np.float32(SIGMA) * noise(seed, 0, clean.shape, test=True)
    networks = {"skips": small_unet(), "no_skips": small_unet(skips=False)}
    found = {name: denoised(trained(one, known, SIGMA, seed, steps), noisy) for name, one in networks.items()}
    return {"clean": clean, "noisy": noisy, "wiener": wiener(known, SIGMA, noisy), **found}

"""Exhibit: what the denoisers make of a digit."""

from __future__ import annotations

from typing import Any

import numpy as np

from implementations.denoising.denoising_numpy import errors
from implementations.denoising.runs import estimates

NAMES = {
    "clean": "clean",
    "noisy": "noisy",
    "wiener": "Wiener's filter",
    "no_skips": "U-Net without skips",
    "skips": "U-Net",
}


def pictures(seed: int = 0, steps: int = 300) -> dict[str, Any]:
    """The first test digit, its noisy version, and each estimate, with its mean squared error. Needs torch."""
    found = estimates(seed, steps, test=8)
    panels = []
    for name, title in NAMES.items():
        error = errors(found[name][:1], found["clean"][:1])["pixels"]
        rows = np.round(np.asarray(found[name][0, ::-1, :, 0], np.float64), 3).tolist()  # the first row on top
        field = {"x": list(range(28)), "y": list(range(28)), "z": rows, "style": "heat"}
        ends = "" if name == "clean" else f", error {error:.3f}"
        labels = {"title": title + ends, "x_label": "column", "y_label": "row from below"}
        panels.append({**labels, "series": [], "field": field})
    return {
        "panels": panels,
        "alt": "A drawn digit, the same under strong noise, and three estimates of it: Wiener's filter leaves a blur, the networks a digit.",
    }

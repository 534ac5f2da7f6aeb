"""Curves as TensorBoard event files, laid out as the slides' are: `<run>/train`, `<run>/test`; accuracy, loss, histograms of logits.

The records stay the truth; event files are a view of them. Needs the `tensorboard` extra.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from implementations.training.loop import BINS

LOGITS = "summaries/logits"
TAGS = {"accuracy": "summaries/accuracy", "loss": "summaries/loss"}  # the headings over the slides' plots


def export(name: str, entries: Mapping[str, Mapping[str, Sequence[Any]]], folder: str) -> str:
    """Write the curves of every seed to ``folder/name/seed-<n>/{train,test}`` and return ``folder/name``."""
    for seed, curves in entries.items():
        write_events(Path(folder) / name, f"seed-{seed}", curves)
    return str(Path(folder) / name)


def write_events(folder: Path, name: str, curves: Mapping[str, Sequence[Any]]) -> list[Path]:
    """Write the curves of one run (`loop.train`) to ``folder/name/{train,test}`` and return these two folders."""
    from tensorboardX import SummaryWriter

    written = []
    for split in ("train", "test"):
        target = folder / name / split
        with SummaryWriter(str(target)) as writer:
            for what, tag in TAGS.items():
                for step, value in zip(curves[f"{split}_step"], curves[f"{split}_{what}"], strict=True):
                    writer.add_scalar(tag, value, int(step), walltime=float(step))
            if split == "test":
                for step, histogram in zip(curves["test_step"], curves["test_logits"], strict=True):
                    writer.add_histogram_raw(
                        LOGITS, **_histogram(histogram), global_step=int(step), walltime=float(step)
                    )
        written.append(target)
    return written


def _histogram(flat: Sequence[float]) -> dict[str, Any]:
    """BINS + 1 edges and BINS counts, as a writer takes them; sums as if each value stood at the middle of its bin."""
    edges, counts = np.array(flat[: BINS + 1]), np.array(flat[BINS + 1 :])
    middles = (edges[1:] + edges[:-1]) / 2
    return {
        "min": float(edges[0]), "max": float(edges[-1]), "num": int(counts.sum()),
        "sum": float(counts @ middles), "sum_squares": float(counts @ middles**2),
        "bucket_limits": edges[1:].tolist(), "bucket_counts": counts.tolist(),
    }  # fmt: skip

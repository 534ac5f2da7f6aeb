"""What a claim needs beyond the core, whether it is here, and what to do where it is not."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

from repro.engine.data import Datasets

# need -> (module to find, distribution whose version is recorded, extra that installs it)
PACKAGES = {
    "torch": ("torch", "torch", "torch"),
    "tensorflow": ("tensorflow", "tensorflow", "tensorflow"),
    "numba": ("numba", "numba", "numba"),
    "gymnasium": ("gymnasium", "gymnasium", "rl"),
    "ale_py": ("ale_py", "ale-py", "atari"),
    "sympy": ("sympy", "sympy", "symbolic"),
    "tensorboard": ("tensorboardX", "tensorboardX", "tensorboard"),
    "autograd": ("autograd", "autograd", "peers"),
    "jax": ("jax", "jax", "peers"),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not here: what, and what to do about it."""

    need: str
    remedy: str

    def __str__(self) -> str:
        return f"needs {self.need}: {self.remedy}"


def missing(needs: list[str], backend: str | None, datasets: Datasets) -> Missing | None:
    """The first need that is not met here, or ``None``."""
    for need in [*needs, *([backend] if backend in PACKAGES else [])]:
        if need.startswith("data:"):
            name = need.removeprefix("data:")
            remedy = datasets.missing(name)
            found = Missing(f"the dataset {name}", remedy) if remedy else None
        else:
            found = _missing(need)
        if found is not None:
            return found
    return None


def packages(needs: list[str], backend: str | None) -> tuple[str, ...]:
    """Distributions whose versions belong to a measurement with these needs."""
    named = [need for need in [*needs, backend] if need in PACKAGES]
    return ("numpy", "scipy", *dict.fromkeys(PACKAGES[need][1] for need in named))


def frameworks(needs: list[str], backend: str | None) -> str:
    """The heavy frameworks that a measurement imports: claims of one group share a process."""
    return "+".join(name for name in ("tensorflow", "torch", "jax") if name in [*needs, backend])


@cache
def _missing(need: str) -> Missing | None:
    if need == "gpu":
        return (
            None if _has_gpu() else Missing(need, "no CUDA device answers on this machine; run it where there is one")
        )
    if need in PACKAGES:
        module, _, extra = PACKAGES[need]
        remedy = f"pip install '.[{extra}]'"
    else:
        module, remedy = need, f"pip install {need}"
    return None if _importable(module) else Missing(need, remedy)


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _has_gpu() -> bool:
    command = shutil.which("nvidia-smi")
    if command is None or os.environ.get("CUDA_VISIBLE_DEVICES", "0") in ("", "-1"):  # none, or hidden from us
        return False
    try:
        answer = subprocess.run([command, "-L"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and b"GPU" in answer.stdout

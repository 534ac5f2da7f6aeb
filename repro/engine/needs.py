"""What a claim needs beyond the core, whether it is here, and what to do where it is not."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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


def missing(needs: list[str], backend: str | None) -> Missing | None:
    """The first need that is not met here, or ``None``."""
    for need in [*needs, *([backend] if backend in PACKAGES else [])]:
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


def data_folder(name: str) -> Path | None:
    """The folder of a dataset below ``REPRO_DATA``, where it is."""
    folder = Path(os.environ.get("REPRO_DATA", "")) / name
    return folder if os.environ.get("REPRO_DATA") and folder.is_dir() else None


@cache
def data_digest(name: str) -> str:
    """SHA-256 over the names and contents of a dataset's files."""
    folder = data_folder(name)
    if folder is None:
        return "missing"
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return total.hexdigest()


@cache
def _missing(need: str) -> Missing | None:
    if need == "gpu":
        return (
            None if _has_gpu() else Missing(need, "no CUDA device answers on this machine; run it where there is one")
        )
    if need.startswith("data:"):
        name = need.removeprefix("data:")
        return (
            None
            if data_folder(name)
            else Missing(f"the dataset {name}", f"set REPRO_DATA to a folder that holds {name}/")
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

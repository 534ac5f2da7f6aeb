"""The installed package: what it carries, and how little it needs."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRAMEWORKS = (
    "torch",
    "tensorflow",
    "keras",
    "gymnasium",
    "ale_py",
    "jax",
    "numba",
    "sympy",
    "dask",
    "tensorboardX",
    "autograd",
)


def test_the_core_needs_no_framework() -> None:
    """`pip install .` alone asks for none of the optional packages."""
    core = [entry for entry in metadata.requires("repro") or [] if "extra ==" not in entry]
    assert core
    assert not [entry for entry in core for name in FRAMEWORKS if entry.lower().startswith(name.lower())]


def test_all_leaves_out_the_gpl_package_and_the_peers() -> None:
    """`all` is every extra but `atari` (GPL) and `peers` (only benchmarks use them)."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (everything,) = extras["all"]
    assert set(everything.removeprefix("repro[").removesuffix("]").split(",")) == set(extras) - {
        "all",
        "atari",
        "peers",
    }


def test_no_module_of_the_harness_imports_an_optional_package() -> None:
    """Every module of `repro` imports with all optional packages blocked, in one fresh interpreter."""
    program = f"""
import importlib, pkgutil, sys
for name in {FRAMEWORKS!r}:
    sys.modules[name] = None
import repro
for module in pkgutil.walk_packages(repro.__path__, "repro."):
    if module.name != "repro.__main__":
        importlib.import_module(module.name)
        print(module.name)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "repro.cli" in done.stdout.split()


def test_the_wheel_carries_every_tracked_file() -> None:
    """Templates and style sheets of the report are installed with the modules."""
    files = {str(path): path for path in metadata.files("repro") or []}
    first = files.get("repro/__init__.py")
    if first is None or Path(str(first.locate())).resolve() == ROOT / "repro/__init__.py":
        pytest.skip("repro is installed in editable mode; tox's environments install the wheel")
    tracked = subprocess.run(
        ["git", "ls-files", "repro", "implementations"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if tracked.returncode:
        pytest.skip("not a git checkout: nothing to compare the wheel with")
    assert not set(tracked.stdout.split()) - set(files)


def test_the_package_says_that_it_is_typed() -> None:
    """`py.typed` stands beside the harness, so that users' mypy reads its annotations."""
    assert (ROOT / "repro" / "py.typed").is_file()


def test_the_licence_is_the_same_everywhere() -> None:
    """LICENSE, pyproject.toml and CITATION.cff name one licence; CITATION.cff the version too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = (ROOT / "CITATION.cff").read_text()
    assert (ROOT / "LICENSE").read_text().startswith(f"{project['license']} License")
    assert f"license: {project['license']}" in citation
    assert f"version: {project['version']}" in citation

"""Calling an experiment by its dotted name and turning what it returns into plain JSON values."""

from __future__ import annotations

import importlib
import inspect
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from repro.engine.fingerprint import Sources


class BadMeasure(Exception):
    """The experiment cannot be called, or returned what cannot be recorded."""


def call(
    root: Path,
    dotted: str,
    kwargs: dict[str, Any],
    seeds: tuple[int, int] | None,
    offered: dict[str, Any] | None = None,
) -> Any:
    """Call ``module:function`` of the project at ``root`` and return its result as JSON values.

    ``seeds`` is a half-open range; it is passed as ``seeds=array(int64)`` to functions that take them. So is what is ``offered``.
    """
    function = resolve(root, dotted)
    arguments = dict(kwargs)
    parameters = inspect.signature(function).parameters
    if seeds is not None and "seeds" in parameters:
        arguments["seeds"] = np.arange(*seeds, dtype=np.int64)
    arguments |= {name: value for name, value in (offered or {}).items() if name in parameters}
    try:
        inspect.signature(function).bind(**arguments)
    except TypeError as error:
        raise BadMeasure(f"{dotted}{inspect.signature(function)} cannot take {sorted(arguments)}: {error}") from None
    return plain(function(**arguments), "the result")


def resolve(root: Path, dotted: str) -> Any:
    """The function of a dotted name. Its module must be the project's own: a specification may not name ``os:system``."""
    module_name, name = dotted.split(":")
    if Sources(root).file(module_name) is None:
        raise BadMeasure(f"{dotted}: there is no module {module_name} in {root.name}/")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise BadMeasure(f"{dotted}: cannot import {module_name}: {error}") from None
    function = getattr(module, name, None)
    if not callable(function):
        raise BadMeasure(f"{dotted}: {module_name} has no function {name}")
    return function


def plain(value: Any, where: str) -> Any:
    """Finite numbers, truths, text, ``None``, lists and dicts with text keys; anything else is refused by name."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, np.generic | np.ndarray):
        return _array(value, where)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadMeasure(f"{where} is {value}; a measured value must be finite")
        return value
    if isinstance(value, Mapping):
        entries = {str(key): plain(item, f"{where}[{str(key)!r}]") for key, item in value.items()}
        if len(entries) < len(value):
            raise BadMeasure(f"{where} has two keys with one text")
        return entries
    if isinstance(value, list | tuple):
        return [plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    raise BadMeasure(f"{where} is a {type(value).__name__}; numbers, truths, text, arrays and dicts can be recorded")


def _array(value: np.generic | np.ndarray[Any, Any], where: str) -> Any:
    if value.dtype.kind not in "biufU" or (value.dtype.kind == "f" and value.dtype.itemsize > 8):
        raise BadMeasure(f"{where} has dtype {value.dtype}; real 64-bit numbers, truths and text can be recorded")
    if value.dtype.kind == "f" and not np.isfinite(value).all():
        bad = np.argwhere(~np.isfinite(np.atleast_1d(value)))[0].tolist()
        raise BadMeasure(f"{where} is not finite at index {bad}; a measured value must be finite")
    return value.tolist()

"""Calling an experiment by its dotted name and turning what it returns into plain JSON values."""

from __future__ import annotations

import importlib
import inspect
import math
from collections.abc import Mapping
from typing import Any

import numpy as np


class BadMeasure(Exception):
    """The experiment cannot be called, or returned what cannot be recorded."""


def call(dotted: str, kwargs: dict[str, Any], seeds: tuple[int, int] | None) -> Any:
    """Call ``module:function`` and return its result as JSON values.

    ``seeds`` is a half-open range; it is passed as ``seeds=array(int64)`` to functions that take them.
    """
    function = resolve(dotted)
    arguments = dict(kwargs)
    parameters = inspect.signature(function).parameters
    if seeds is not None and "seeds" in parameters:
        arguments["seeds"] = np.arange(*seeds, dtype=np.int64)
    try:
        inspect.signature(function).bind(**arguments)
    except TypeError as error:
        raise BadMeasure(f"{dotted}{inspect.signature(function)} cannot take {sorted(arguments)}: {error}") from None
    return plain(function(**arguments), "the result")


def resolve(dotted: str) -> Any:
    """The function of a dotted name."""
    module_name, name = dotted.split(":")
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
        return {str(key): plain(item, f"{where}[{str(key)!r}]") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    raise BadMeasure(f"{where} is a {type(value).__name__}; numbers, truths, text, arrays and dicts can be recorded")


def _array(value: np.generic | np.ndarray[Any, Any], where: str) -> Any:
    if value.dtype.kind not in "biufU":
        raise BadMeasure(f"{where} has dtype {value.dtype}; real numbers, truths and text can be recorded")
    if value.dtype.kind == "f" and not np.isfinite(value).all():
        bad = np.argwhere(~np.isfinite(np.atleast_1d(value)))[0].tolist()
        raise BadMeasure(f"{where} is not finite at index {bad}; a measured value must be finite")
    return value.tolist()


def join(first: Any, second: Any, where: str = "the result") -> Any:
    """Two looks of one measurement as one: lists grow along the seeds, what is common must be the same."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        return {key: _join_entry(key, first[key], second[key], where) for key in first}
    if isinstance(first, list) and isinstance(second, list):
        return [*first, *second]
    if first == second and type(first) is type(second):
        return first
    raise BadMeasure(f"{where} differs between two batches of seeds in more than its values")


def _join_entry(key: str, first: Any, second: Any, where: str) -> Any:
    if key == "x" and first == second:  # the abscissa of a curve is one for all seeds
        return first
    return join(first, second, f"{where}[{key!r}]")

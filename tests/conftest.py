"""What holds for every test: one thread, no network, no deadline, and which optional packages a test needs.

`HYPOTHESIS_PROFILE=dev` (the default) draws 50 fresh examples; `ci` draws 200, the same ones every time.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from types import FunctionType

# Before NumPy is first imported: results depend on the number of threads, and two busy cores make more of them slower.
for _variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_variable] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["MPLBACKEND"] = "Agg"

import pytest
from hypothesis import HealthCheck, settings

_SLOW_IS_FINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", _SLOW_IS_FINE, max_examples=50)
settings.register_profile("ci", _SLOW_IS_FINE, max_examples=200, derandomize=True, print_blob=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

_HERE = {"127.0.0.1", "::1", "localhost", "", None}
_OPTIONAL = re.compile(
    r"(?<![\w.])(torch|tensorflow|keras|numba|sympy|jax|dask|distributed|tensorboardX|gymnasium|playwright)\b"
)


def refuse_the_network(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: fail the test that looks up or connects to anything but this machine.

    `pytest.fail` raises a BaseException, so code under test that swallows errors cannot swallow this one.
    """
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if (host.decode() if isinstance(host, bytes) else host) not in _HERE:
        pytest.fail(
            f"a test reached for the network: {event} {arguments[1:] if event != 'socket.getaddrinfo' else host}"
        )


_source = cache(inspect.getsource)


def text_of(function: Callable[..., object], seen: set[str]) -> str:
    """The source of a test, and of the functions of its own module that it names."""
    text = _source(function)
    for name in function.__code__.co_names if isinstance(function, FunctionType) else ():
        called = function.__globals__.get(name)
        if name not in seen and isinstance(called, FunctionType) and called.__module__ == function.__module__:
            text += text_of(called, seen | {name})
    return text


def packages_of(item: pytest.Function) -> set[str]:
    """The optional packages that a test, its helpers, its fixtures or its parameters name."""
    fixtures = [one.func for many in item._fixtureinfo.name2fixturedefs.values() for one in many]
    own = [one for one in fixtures if one.__module__ == item.module.__name__]
    text = "".join(text_of(function, set()) for function in (item.function, *own)) + f"[{item.name}]"
    return {"tensorflow" if name == "keras" else name for name in _OPTIONAL.findall(text)}


def pytest_configure() -> None:
    """Watch sockets from the first test on; an audit hook cannot be removed, and need not be."""
    sys.addaudithook(refuse_the_network)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the optional packages that they name, so that tox runs each where these are installed."""
    for item in items:
        if isinstance(item, pytest.Function):
            named = packages_of(item)
            alone = named in ({"torch"}, {"tensorflow"})
            for mark in (
                (named & {"torch", "tensorflow"}) | ({"optional"} if named else set()) | ({"alone"} if alone else set())
            ):
                item.add_marker(mark)

"""The guards in tests/conftest.py guard."""

from __future__ import annotations

import os
import socket
import threading

import pytest
from hypothesis import settings


def test_a_connection_to_another_machine_fails_the_test() -> None:
    """An address of the documentation range (RFC 5737) is refused before a packet leaves."""
    with socket.socket() as one, pytest.raises(pytest.fail.Exception, match="reached for the network"):
        one.connect(("192.0.2.1", 80))


def test_a_name_is_not_looked_up() -> None:
    """Even asking a name server is reaching for the network."""
    with pytest.raises(pytest.fail.Exception, match=r"example\.invalid"):
        socket.getaddrinfo("example.invalid", 80)


def test_this_machine_may_be_reached() -> None:
    """127.0.0.1 stays open: servers under test live there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: server.accept()[0].close())
        thread.start()
        socket.create_connection(server.getsockname()).close()
        thread.join()


def test_there_is_no_deadline() -> None:
    """Importing a framework inside an example is slow once; that is no failure."""
    assert settings.default is not None
    assert settings.default.deadline is None


def test_one_thread() -> None:
    """Linear algebra runs on one thread in every test."""
    assert {os.environ[f"{name}_NUM_THREADS"] for name in ("OMP", "MKL", "OPENBLAS", "NUMBA")} == {"1"}


FRAMEWORK = "torch"


def names_a_framework() -> str:
    """A helper as tests have them: the framework stands here, not in the test."""
    return "torch"


def test_a_test_is_marked_through_its_helper(request: pytest.FixtureRequest) -> None:
    """tox runs a test in its framework's environment also where only a helper names the framework."""
    assert request.node.get_closest_marker(names_a_framework())


def test_a_test_that_names_no_framework_is_not_marked(request: pytest.FixtureRequest) -> None:
    """And leaves the others alone."""
    assert request.node.get_closest_marker(FRAMEWORK) is None

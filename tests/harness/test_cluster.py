"""The same runs on a Dask cluster: a real scheduler and real workers, on the loopback interface."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SPEC = """
schema = 1
section = "Sums"
position = 1
[claims.sum_of_two]
slide = "SUMS"
says = "three and four are seven"
measure = "sums:total"
args = { a = 3, b = 4 }
value = 7
tolerance = "exact"
[claims.sum_of_two.controls.off_by_one]
models = "one too many"
args = { b = 5 }
[claims.coin]
slide = "COIN"
says = "a fair coin"
measure = "sums:coin"
value = 0.5
tolerance = { abs = 0.2 }
seeds = 1024
[claims.coin.controls.biased]
models = "a loaded coin"
args = { p = 0.95 }
[claims.kills_its_process]
slide = "DEATH"
says = "a process that ends itself"
measure = "sums:die"
value = 1
tolerance = "exact"
[claims.kills_its_process.controls.none]
models = "nothing"
args = { code = 2 }
"""

CODE = """
import os
import numpy as np

def total(a, b):
    return a + b

def coin(seeds, p=0.5):
    return np.array([np.random.default_rng(seed).random() < p for seed in seeds])

def die(code=3):
    os._exit(code)
"""


@pytest.fixture
def sums(project: Any) -> Any:
    """A project of three claims, one of which ends its process."""
    project.write("sums.py", CODE)
    project.write("specs/doc/section.toml", SPEC)
    return project


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler with two workers; both end with the test."""
    pytest.importorskip("distributed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    port = address.rpartition(":")[2]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path, "start_new_session": True}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--host", "127.0.0.1"]
    processes = [subprocess.Popen([*dask, "--no-dashboard"], **quiet)]  # type: ignore[call-overload]
    _wait_for(int(port))
    plain = ["--nthreads", "1", "--no-dashboard", "--no-nanny"]  # without a nanny a process is one worker
    processes += [subprocess.Popen([*worker, *plain], **quiet) for _ in range(2)]  # type: ignore[call-overload]
    yield address
    for process in processes:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the scheduler did not come up")


def _run(project: Any, *arguments: str) -> list[dict[str, Any]]:
    rows = project.run(*arguments, "--json").rows
    return [{key: value for key, value in row.items() if key not in ("seconds", "reason")} for row in rows]


def test_a_cluster_gives_the_verdicts_of_this_machine(sums: Any, cluster: str) -> None:
    """Verdicts, intervals and seeds are the same there and here, and a death costs one claim only."""
    there = _run(sums, "run", "--cluster", cluster)
    here = _run(sums, "run", "--again")

    assert here == there
    assert {row["id"]: row["outcome"] for row in there} == {
        "sum_of_two": "reproduced",
        "coin": "reproduced",
        "kills_its_process": "error",
    }


def test_an_address_without_a_scheduler_is_a_usage_error(sums: Any) -> None:
    """The message names the address; nothing is measured."""
    pytest.importorskip("distributed")
    answer = sums.run("run", "--cluster", "tcp://127.0.0.1:1")

    assert answer.code == 2
    assert "tcp://127.0.0.1:1" in answer.err
    assert not list(sums.records.glob("*.json"))

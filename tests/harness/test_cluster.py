"""The same runs on a Dask cluster: a real scheduler and real workers, on the loopback interface."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

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
def project(tmp_path: Path) -> Path:
    """A project of three claims, one of which ends its process."""
    (tmp_path / "pyproject.toml").write_text("[tool.repro]\n")
    (tmp_path / "sums.py").write_text(CODE)
    folder = tmp_path / "specs" / "notes"
    folder.mkdir(parents=True)
    (folder / "document.toml").write_text('schema = 1\ntitle = "Notes"\nkind = "notes"\n')
    (folder / "sums.toml").write_text(SPEC)
    return tmp_path


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


def _run(project: Path, *arguments: str) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "repro", "--project", str(project), *arguments, "--json"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    rows: list[dict[str, object]] = json.loads(answer.stdout)
    return [{key: value for key, value in row.items() if key not in ("seconds", "reason")} for row in rows]


def test_a_cluster_gives_the_verdicts_of_this_machine(project: Path, cluster: str) -> None:
    """Verdicts, intervals and seeds are the same there and here, and a death costs one claim only."""
    there = _run(project, "run", "--cluster", cluster)
    here = _run(project, "run", "--again")

    assert here == there
    assert {row["id"]: row["outcome"] for row in there} == {
        "sum_of_two": "reproduced",
        "coin": "reproduced",
        "kills_its_process": "error",
    }


def test_an_address_without_a_scheduler_is_a_usage_error(project: Path) -> None:
    """The message names the address; nothing is measured."""
    pytest.importorskip("distributed")
    command = [sys.executable, "-m", "repro", "--project", str(project), "run", "--cluster", "tcp://127.0.0.1:1"]

    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert answer.returncode == 2
    assert "tcp://127.0.0.1:1" in answer.stderr
    assert not list(project.glob(".repro/records/*.json"))

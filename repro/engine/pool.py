"""Supervised worker processes: one a slot, spawned fresh, one framework thread each.

Neither ``concurrent.futures`` nor joblib serves here: one killed worker breaks every other task of their pools, and both speak
pickle. A worker that dies, hangs or eats memory costs its own task only. Ctrl-C never reaches the workers: they are sessions of their own.
"""

from __future__ import annotations

import collections
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

import psutil

from repro.engine.fingerprint import canonical

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONHASHSEED": "0",
    "PYTHONUNBUFFERED": "1",
    "MPLBACKEND": "Agg",
}
_TICK = 0.1
_RETRIES_AFTER_DEATH = 1
_KEPT_OUTPUT = 2000


@dataclass(frozen=True, slots=True)
class Task:
    """One call of one experiment. ``group`` names the frameworks it imports: a worker serves one group only."""

    key: str
    call: str
    kwargs: dict[str, Any]
    seeds: tuple[int, int] | None
    group: str
    seconds: float
    mebibytes: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a task: a value, or the error that took its place."""

    key: str
    seconds: float
    value: Any = None
    error: str | None = None


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    replies: int
    group: str
    output: collections.deque[bytes]
    task: Task | None = None
    started: float = 0.0
    buffer: bytearray = field(default_factory=bytearray)


class Pool:
    """At most ``jobs`` workers over the code below ``root``. Use as a context manager; leaving it ends every worker."""

    def __init__(self, root: Path, jobs: int) -> None:
        self.root = root
        self.slots = jobs
        self._waiting: collections.deque[Task] = collections.deque()
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._deaths: collections.Counter[str] = collections.Counter()
        self._scratch = tempfile.TemporaryDirectory(prefix="repro-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self._workers):
            self._end(worker)
        self._selector.close()
        self._scratch.cleanup()

    @property
    def pending(self) -> int:
        """Tasks that wait or run."""
        return len(self._waiting) + sum(worker.task is not None for worker in self._workers)

    def submit(self, task: Task, first: bool = False) -> None:
        """Queue a task; ``first`` puts it at the head (the next look of a claim that is already warm)."""
        if first:
            self._waiting.appendleft(task)
        else:
            self._waiting.append(task)

    def wait(self) -> list[Reply]:
        """Block until at least one task is done; an empty list when none is pending."""
        while self.pending:
            self._dispatch()
            replies = self._collect(_TICK)
            replies += self._enforce()
            if replies:
                return replies
        return []

    def _dispatch(self) -> None:
        for worker in [worker for worker in self._workers if worker.task is None]:
            task = self._take(worker.group)
            if task is not None:
                self._send(worker, task)
            elif self._waiting:  # only other groups wait: this process has the wrong framework in it
                self._end(worker)
        while self._waiting and len(self._workers) < self.slots:
            task = self._waiting.popleft()
            self._send(self._spawn(task.group), task)

    def _take(self, group: str) -> Task | None:
        for task in self._waiting:
            if task.group == group:
                self._waiting.remove(task)
                return task
        return None

    def _spawn(self, group: str) -> _Worker:
        read_end, write_end = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-m", "repro.engine.worker", str(self.root), str(write_end)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(write_end,),
            env={**os.environ, **ONE_THREAD, "KERAS_HOME": self._scratch.name},
            start_new_session=True,
        )
        os.close(write_end)
        os.set_blocking(read_end, False)
        worker = _Worker(process, read_end, group, collections.deque(maxlen=64))
        assert process.stderr is not None
        threading.Thread(target=_drain, args=(process.stderr, worker.output), daemon=True).start()
        self._selector.register(read_end, selectors.EVENT_READ, worker)
        self._workers.append(worker)
        return worker

    def _send(self, worker: _Worker, task: Task) -> None:
        worker.task, worker.started = task, time.monotonic()
        request = {"call": task.call, "kwargs": task.kwargs, "seeds": task.seeds}
        assert worker.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # a worker that died is found by its closed reply channel
            worker.process.stdin.write(canonical(request).encode() + b"\n")
            worker.process.stdin.flush()

    def _collect(self, timeout: float) -> list[Reply]:
        replies = []
        for key, _ in self._selector.select(timeout):
            worker: _Worker = key.data
            chunk = os.read(worker.replies, 1 << 20)
            if not chunk:
                replies += self._died(worker)
                continue
            worker.buffer += chunk
            if worker.buffer.endswith(b"\n"):
                replies.append(_reply(worker))
        return replies

    def _died(self, worker: _Worker) -> list[Reply]:
        task = worker.task
        said = b"".join(worker.output)[-_KEPT_OUTPUT:].decode(errors="replace").strip()
        self._end(worker)
        if task is None:
            return []
        self._deaths[task.key] += 1
        if self._deaths[task.key] <= _RETRIES_AFTER_DEATH:
            self.submit(task, first=True)
            return []
        last = said.splitlines()[-1][:300] if said else "it said nothing"
        error = f"its process died {self._deaths[task.key]} times ({_cause(worker.process)}); the last words: {last}"
        return [Reply(task.key, time.monotonic() - worker.started, error=error)]

    def _enforce(self) -> list[Reply]:
        replies = []
        for worker in list(self._workers):
            task = worker.task
            if task is None:
                continue
            spent = time.monotonic() - worker.started
            used = _mebibytes(worker.process.pid)
            error = None
            if spent > task.seconds:
                error = f"was stopped after {task.seconds:g} seconds; limits.seconds in the claim can allow more"
            elif used > task.mebibytes:
                error = (
                    f"was stopped at {used:.0f} MiB of memory; limits.mebibytes in the claim allows {task.mebibytes}"
                )
            if error is not None:
                self._end(worker)
                replies.append(Reply(task.key, spent, error=error))
        return replies

    def _end(self, worker: _Worker) -> None:
        """Kill the worker and everything it started; a group id outlives its leader, so grandchildren go too."""
        self._workers.remove(worker)
        self._selector.unregister(worker.replies)
        os.close(worker.replies)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.process.pid, signal.SIGKILL)
        if worker.process.stdin is not None:
            with contextlib.suppress(OSError):
                worker.process.stdin.close()
        worker.process.wait()


def _reply(worker: _Worker) -> Reply:
    content = json.loads(bytes(worker.buffer))
    worker.buffer.clear()
    task, worker.task = worker.task, None
    assert task is not None
    error = content.get("error")
    if error is not None and content.get("trace"):
        error = f"{error} ({content['trace']})"
    return Reply(task.key, content["seconds"], content.get("value"), error)


def _drain(stream: IO[bytes], output: collections.deque[bytes]) -> None:
    with contextlib.suppress(ValueError, OSError):
        while chunk := stream.read1(4096):  # type: ignore[attr-defined]  # Popen's pipes are buffered readers
            output.append(chunk)
    stream.close()


def _cause(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _mebibytes(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(member.memory_info().rss for member in family) / 2**20
    except psutil.Error:
        return 0.0

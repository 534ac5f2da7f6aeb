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
_LARGEST_REPLY = 64 * 2**20


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
    drain: threading.Thread
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
        self._next_check = 0.0
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
        assert process.stderr is not None
        output: collections.deque[bytes] = collections.deque(maxlen=64)
        drain = threading.Thread(target=_drain, args=(process.stderr, output), daemon=True)
        drain.start()
        worker = _Worker(process, read_end, group, output, drain)
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
        return [reply for key, _ in self._selector.select(timeout) for reply in self._receive(key.data)]

    def _receive(self, worker: _Worker) -> list[Reply]:
        try:
            chunk = os.read(worker.replies, 1 << 20)
        except BlockingIOError:
            return []
        if not chunk:
            return self._died(worker)
        worker.buffer += chunk
        if len(worker.buffer) > _LARGEST_REPLY:
            return self._stop(worker, f"returned more than {_LARGEST_REPLY >> 20} MiB; a claim needs less")
        if not worker.buffer.endswith(b"\n"):
            return []
        reply = _reply(worker)
        if reply is None:
            return self._stop(worker, "sent what is no reply")
        worker.task = None
        worker.buffer.clear()
        return [reply]

    def _died(self, worker: _Worker) -> list[Reply]:
        task = worker.task
        with contextlib.suppress(
            subprocess.TimeoutExpired
        ):  # its own end is the cause to tell, not the kill that follows
            worker.process.wait(1.0)
        self._end(worker)
        worker.drain.join(1.0)
        said = b"".join(worker.output)[-_KEPT_OUTPUT:].decode(errors="replace").strip()
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
        """Stop what is over its limits, and notice deaths that a grandchild with a copy of the reply channel hides."""
        now = time.monotonic()
        if now < self._next_check:
            return []
        self._next_check = now + _TICK
        used = _mebibytes({worker.process.pid for worker in self._workers})
        replies = []
        for worker in list(self._workers):
            task, spent, memory = worker.task, now - worker.started, used[worker.process.pid]
            if worker.process.poll() is not None:
                replies += self._receive(worker) or (self._died(worker) if worker in self._workers else [])
            elif task is not None and spent > task.seconds:
                told = f"was stopped after {task.seconds:g} seconds; limits.seconds in the claim can allow more"
                replies += self._stop(worker, told)
            elif task is not None and memory > task.mebibytes:
                told = (
                    f"was stopped at {memory:.0f} MiB of memory; limits.mebibytes in the claim allows {task.mebibytes}"
                )
                replies += self._stop(worker, told)
        return replies

    def _stop(self, worker: _Worker, told: str) -> list[Reply]:
        self._end(worker)
        return [Reply(worker.task.key, time.monotonic() - worker.started, error=told)] if worker.task else []

    def _end(self, worker: _Worker) -> None:
        """Kill the worker and everything it started; a group id outlives its leader, so grandchildren go too."""
        family = []
        with contextlib.suppress(psutil.Error):  # those that have left the group
            family = psutil.Process(worker.process.pid).children(recursive=True)
        self._workers.remove(worker)
        self._selector.unregister(worker.replies)
        os.close(worker.replies)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.process.pid, signal.SIGKILL)
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()
        if worker.process.stdin is not None:
            with contextlib.suppress(OSError):
                worker.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):  # one that the kernel holds must not hold us
            worker.process.wait(5.0)


def _reply(worker: _Worker) -> Reply | None:
    """The reply in the buffer; ``None`` for what only an experiment that writes to our channel can have sent."""
    try:
        content = json.loads(worker.buffer)
        value, error, seconds = content["reply"].get("value"), content["reply"].get("error"), float(content["seconds"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Reply(worker.task.key, seconds, value, error) if worker.task is not None else None


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


def _mebibytes(leaders: set[int]) -> collections.Counter[int]:
    """Resident memory of each worker's session: itself and what it started. One pass over the process table for all."""
    used: collections.Counter[int] = collections.Counter()
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError, psutil.Error):
            leader = os.getsid(pid)
            if leader in leaders:
                used[leader] += psutil.Process(pid).memory_info().rss >> 20
    return used

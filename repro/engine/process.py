"""One supervised worker process as its pool sees it: started, given a call, listened to, ended with all that it started."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from repro.engine.fingerprint import canonical

ENVIRONMENT = {
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
    # glibc gives large arrays back to the system when they are freed, and meets a fault for each of their pages when it gets them
    # again, which takes up to a third of a training step. Elsewhere nobody reads these.
    "MALLOC_MMAP_THRESHOLD_": str(256 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(512 * 2**20),
    # On a GPU float32 is float32: torch lets cuDNN's convolutions keep ten bits of it by default.
    "NVIDIA_TF32_OVERRIDE": "0",
}
LARGEST_REPLY = 64 * 2**20
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
    offered: dict[str, Any] = field(default_factory=dict)  # passed where the function takes it


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a task: a value, or the error that took its place."""

    key: str
    seconds: float
    value: Any = None
    error: str | None = None


class WorkerProcess:
    """A process of :mod:`repro.engine.worker` in a session of its own.

    ``replies`` is the file descriptor to wait on; ``task`` is the call that it works on, or ``None``.
    """

    def __init__(self, root: Path, group: str, scratch: str) -> None:
        self.group = group
        self.task: Task | None = None
        self._started = 0.0
        self._buffer = bytearray()
        self._output: collections.deque[bytes] = collections.deque(maxlen=64)
        self.replies, write_end = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "repro.engine.worker", str(root), str(write_end)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(write_end,),
                env={**os.environ, **ENVIRONMENT, "KERAS_HOME": scratch},
                start_new_session=True,
            )
        finally:
            os.close(write_end)
        os.set_blocking(self.replies, False)
        self._drain = threading.Thread(target=self._keep_output, daemon=True)
        self._drain.start()

    @property
    def pid(self) -> int:
        """Its process id, which is that of its session and its group as well."""
        return self._process.pid

    @property
    def spent(self) -> float:
        """Seconds since it was given its task."""
        return time.monotonic() - self._started

    @property
    def ended(self) -> bool:
        """Whether it has ended, even where a child of it still holds the reply channel open."""
        return self._process.poll() is not None

    def send(self, task: Task) -> None:
        """Give it a call."""
        self.task, self._started = task, time.monotonic()
        request = {"call": task.call, "kwargs": task.kwargs, "seeds": task.seeds, "offered": task.offered}
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # one that died is found by its closed reply channel
            self._process.stdin.write(canonical(request).encode() + b"\n")
            self._process.stdin.flush()

    def receive(self) -> Reply | None:
        """The reply to its task once it is whole; ``None`` before.

        Raises :class:`EOFError` where the channel is closed, and :class:`ValueError` for what is no reply of ours.
        """
        try:
            chunk = os.read(self.replies, 1 << 20)
        except BlockingIOError:
            return None
        if not chunk:
            raise EOFError
        self._buffer += chunk
        if len(self._buffer) > LARGEST_REPLY:
            raise ValueError(f"returned more than {LARGEST_REPLY >> 20} MiB; a claim needs less")
        if not self._buffer.endswith(b"\n"):
            return None
        try:
            content = json.loads(self._buffer)
            value, error = content["reply"].get("value"), content["reply"].get("error")
            seconds = float(content["seconds"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ValueError("sent what is no reply") from None
        task, self.task = self.task, None
        self._buffer.clear()
        return Reply(task.key, seconds, value, error) if task is not None else None

    def end(self) -> None:
        """Kill it and everything that it started: a group outlives its leader, and children may have left the group."""
        family = []
        with contextlib.suppress(psutil.Error):
            family = psutil.Process(self.pid).children(recursive=True)
        os.close(self.replies)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):  # one that the kernel holds must not hold us
            self._process.wait(5.0)

    def epitaph(self) -> str:
        """How it ended and what it said last; ends what is left of it."""
        with contextlib.suppress(
            subprocess.TimeoutExpired
        ):  # its own end is the cause to tell, not the kill that follows
            self._process.wait(1.0)
        self.end()
        self._drain.join(1.0)
        said = b"".join(self._output)[-_KEPT_OUTPUT:].decode(errors="replace").strip()
        last = said.splitlines()[-1][:300] if said else "it said nothing"
        code = self._process.returncode
        signals = {each.value: each.name for each in signal.Signals}
        cause = f"exit code {code}" if code is None or code >= 0 else f"signal {signals.get(-code, -code)}"
        return f"{cause}; the last words: {last}"

    def _keep_output(self) -> None:
        assert self._process.stderr is not None
        with contextlib.suppress(ValueError, OSError):
            while chunk := self._process.stderr.read1(4096):  # type: ignore[attr-defined]  # Popen's pipes are buffered
                self._output.append(chunk)
        self._process.stderr.close()


def mebibytes(sessions: set[int]) -> collections.Counter[int]:
    """Resident memory of each session: a worker and what it started. One pass over the process table for all."""
    used: collections.Counter[int] = collections.Counter()
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError, psutil.Error):
            session = os.getsid(pid)
            if session in sessions:
                used[session] += psutil.Process(pid).memory_info().rss >> 20
    return used

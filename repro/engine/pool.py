"""Supervised worker processes: one a slot, spawned fresh, one framework thread each.

Neither ``concurrent.futures`` nor joblib serves here: one killed worker breaks every other task of their pools, and both speak
pickle. A worker that dies, hangs or eats memory costs its own task only. Ctrl-C never reaches the workers: they are sessions of their own.
"""

from __future__ import annotations

import collections
import selectors
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from repro.engine.process import Reply, Task, WorkerProcess, mebibytes

_TICK = 0.1
_RETRIES_AFTER_DEATH = 1


class Pool:
    """At most ``jobs`` workers over the code below ``root``. Use as a context manager; leaving it ends every worker."""

    def __init__(self, root: Path, jobs: int) -> None:
        self.root = root
        self.slots = jobs
        self._waiting: collections.deque[Task] = collections.deque()
        self._workers: list[WorkerProcess] = []
        self._selector = selectors.DefaultSelector()
        self._deaths: collections.Counter[str] = collections.Counter()
        self._next_check = 0.0
        self.tick: Callable[[], None] = lambda: None  # called some times a second while somebody waits
        self._scratch = tempfile.TemporaryDirectory(prefix="repro-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self._workers):
            self._let_go(worker)
            worker.end()
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
            replies = [reply for key, _ in self._selector.select(_TICK) for reply in self._receive(key.data)]
            replies += self._enforce()
            self.tick()
            if replies:
                return replies
        return []

    def _dispatch(self) -> None:
        for worker in [worker for worker in self._workers if worker.task is None]:
            task = self._take(worker.group)
            if task is not None:
                worker.send(task)
            elif self._waiting:  # only other groups wait: this process has the wrong framework in it
                self._let_go(worker)
                worker.end()
        while self._waiting and len(self._workers) < self.slots:
            task = self._waiting.popleft()
            worker = WorkerProcess(self.root, task.group, self._scratch.name)
            self._selector.register(worker.replies, selectors.EVENT_READ, worker)
            self._workers.append(worker)
            worker.send(task)

    def _take(self, group: str) -> Task | None:
        for task in self._waiting:
            if task.group == group:
                self._waiting.remove(task)
                return task
        return None

    def _receive(self, worker: WorkerProcess) -> list[Reply]:
        try:
            reply = worker.receive()
        except EOFError:
            return self._bury(worker)
        except ValueError as fault:
            return self._stop(worker, str(fault))
        return [reply] if reply is not None else []

    def _enforce(self) -> list[Reply]:
        """Stop what is over its limits, and notice deaths that a grandchild with a copy of the reply channel hides."""
        now = time.monotonic()
        if now < self._next_check:
            return []
        self._next_check = now + _TICK
        used = mebibytes({worker.pid for worker in self._workers})
        replies = []
        for worker in list(self._workers):
            task, memory = worker.task, used[worker.pid]
            if worker.ended:
                replies += self._receive(worker)  # what it said before
                if worker in self._workers:
                    replies += self._bury(worker)
            elif task is not None and worker.spent > task.seconds:
                told = f"was stopped after {task.seconds:g} seconds; limits.seconds in the claim can allow more"
                replies += self._stop(worker, told)
            elif task is not None and memory > task.mebibytes:
                told = f"was stopped at {memory} MiB of memory; limits.mebibytes in the claim allows {task.mebibytes}"
                replies += self._stop(worker, told)
        return replies

    def _bury(self, worker: WorkerProcess) -> list[Reply]:
        """Give the task of a worker that died another try, or tell what killed it."""
        task, spent = worker.task, worker.spent
        self._let_go(worker)
        epitaph = worker.epitaph()
        if task is None:
            return []
        self._deaths[task.key] += 1
        if self._deaths[task.key] <= _RETRIES_AFTER_DEATH:
            self.submit(task, first=True)
            return []
        return [Reply(task.key, spent, error=f"its process died {self._deaths[task.key]} times ({epitaph})")]

    def _stop(self, worker: WorkerProcess, told: str) -> list[Reply]:
        task, spent = worker.task, worker.spent
        self._let_go(worker)
        worker.end()
        return [Reply(task.key, spent, error=told)] if task is not None else []

    def _let_go(self, worker: WorkerProcess) -> None:
        self._workers.remove(worker)
        self._selector.unregister(worker.replies)

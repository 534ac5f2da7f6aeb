"""Driving jobs through the pool: what is fresh is left alone, what finishes is recorded at once, what breaks costs only itself."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from repro.engine.jobs import Bookmark, Job, Looked, MeasurementFailed
from repro.engine.pool import Pool
from repro.engine.process import Reply
from repro.engine.session import Session, Work

if TYPE_CHECKING:
    from repro.engine.cluster import ClusterPool

_ACTIVE_PER_SLOT = 4
_BUSY_POLL = 0.2
_LOOK = 1.0

Positions = dict[str, tuple[int, int] | None]  # of what is measured: steps done and to do, where it says so


@dataclass
class _Active:
    work: Work
    job: Job
    lock: contextlib.ExitStack


@dataclass(frozen=True, slots=True)
class Progress:
    """One finished piece of work."""

    name: str
    seconds: float
    error: str | None


def measure(
    session: Session,
    works: list[Work],
    jobs: int,
    again: bool,
    done: Callable[[Progress], None],
    cluster: str | None = None,
    at: Callable[[Positions], None] = lambda positions: None,
) -> None:
    """Measure everything that is missing or stale (``again``: everything) and record it; first the recordings that it reads.

    Interrupting keeps all that is recorded. Work that another process is measuring is left to it and waited for at the end.
    What reads a recording that could not be made is not measured.
    """
    waiting = []
    for work in works:
        if again or session.fresh(work) is None:
            waiting.append(work)
        else:
            done(Progress(work.name, 0.0, None))
    if not waiting:
        return
    session.store.require_writable()
    with contextlib.ExitStack() as locks, _pool(session, jobs, cluster) as pool:
        runner = _Runner(session, pool, locks, done)
        if isinstance(pool, Pool):  # what a cluster's machines have done cannot be seen from here
            pool.tick = lambda: runner.look(at)
        runner.drive_all([work for work in waiting if work.checkpoint is not None], again)
        rest = [work for work in waiting if work.checkpoint is None]
        runner.drive_all([work for work in rest if session.readable(work)], again)
        for work in rest:
            if not session.readable(work):
                done(Progress(work.name, 0.0, None))


def position(folder: Path) -> tuple[int, int] | None:
    """What a recording says of its own way in ``progress.json`` of its folder: ``{"done": 1200, "total": 10000}``."""
    try:
        told = json.loads((folder / "progress.json").read_text())
        return int(told["done"]), int(told["total"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _pool(session: Session, jobs: int, cluster: str | None) -> Pool | ClusterPool:
    if cluster is None:
        return Pool(session.config.root, jobs)
    from repro.engine.cluster import ClusterPool

    return ClusterPool(session.config.root, cluster)


class _Runner:
    """The jobs in flight. Few are open at once: each holds a lock file."""

    def __init__(
        self,
        session: Session,
        pool: Pool | ClusterPool,
        locks: contextlib.ExitStack,
        done: Callable[[Progress], None],
    ) -> None:
        self.session = session
        self.pool = pool
        self.locks = locks
        self.done = done
        self.most = _ACTIVE_PER_SLOT * pool.slots
        self.active: dict[str, _Active] = {}
        self._next_look = 0.0

    def look(self, at: Callable[[Positions], None]) -> None:
        """Tell, once a second, how far the recordings in flight have come."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + _LOOK
        folders = {name: active.work.checkpoint for name, active in self.active.items()}
        at({name: position(folder) for name, folder in folders.items() if folder is not None})

    def drive_all(self, works: list[Work], again: bool) -> None:
        """Run all of them, and wait for those that another process holds."""
        busy = self._drive(works, again)
        while busy:
            time.sleep(_BUSY_POLL)
            busy = self._drive(busy, again=False)  # what the other process finished is fresh by now

    def _drive(self, works: list[Work], again: bool) -> list[Work]:
        """Run all of them; returns those that another process holds."""
        waiting, busy = list(reversed(works)), []
        while waiting or self.active:
            while waiting and len(self.active) < self.most:
                work = waiting.pop()
                if not self._start(work, again):
                    busy.append(work)
            for reply in self.pool.wait():
                self._advance(reply)
        return busy

    def _start(self, work: Work, again: bool) -> bool:
        lock = contextlib.ExitStack()
        if not lock.enter_context(self.session.store.claimed(work.name)):
            return False
        if not again and self.session.fresh(work) is not None:  # another process finished it in the meantime
            lock.close()
            self.done(Progress(work.name, 0.0, None))
            return True
        self.locks.push(lock)
        job = work.job(Bookmark(self._looked(work, again), lambda looked: self._keep(work, looked)))
        self.active[work.name] = _Active(work, job, lock)
        self.pool.submit(job.task(next(job.steps)))
        return True

    def _advance(self, reply: Reply) -> None:
        active = self.active[reply.key]
        active.job.spent += reply.seconds
        try:
            self.pool.submit(active.job.task(active.job.steps.send(reply)), first=True)
        except StopIteration as end:
            self._finish(active, dict(end.value), None)
        except MeasurementFailed as failure:
            self._finish(active, {}, str(failure))

    def _looked(self, work: Work, again: bool) -> Looked:
        """The looks that an interrupted run has left behind; a broken measurement goes on from them as well."""
        record = None if again else self.session.unfinished.read(work.name)
        if record is None or record["fingerprint"] != work.fingerprint:
            return Looked()
        return Looked(record["result"]["measured"], record["result"]["seeds"])

    def _keep(self, work: Work, looked: Looked) -> None:
        """Keep an undecided look of what takes longer than seconds."""
        if work.cost != "fast":
            result = {"measured": looked.measured, "seeds": looked.seeds}
            self.session.unfinished.write(work.name, self._record(work, result=result, error=None, verdict=None))

    def _record(self, work: Work, **told: Any) -> dict[str, Any]:
        spent = {"seconds": round(self.active[work.name].job.spent, 6)}
        return {**told, **spent, "fingerprint": work.fingerprint, "provenance": self.session.provenance(work.packages)}

    def _finish(self, active: _Active, result: dict[str, Any], error: str | None) -> None:
        work = active.work
        verdict = None if error else work.verdict(result)
        self.session.store.write(work.name, self._record(work, result=result, error=error, verdict=verdict))
        if error is None and work.cost != "fast":
            self.session.unfinished.remove(work.name)
        if error is None and work.checkpoint is not None:
            shutil.rmtree(work.checkpoint.parent, ignore_errors=True)
        active.lock.close()
        del self.active[work.name]
        self.done(Progress(work.name, active.job.spent, error))

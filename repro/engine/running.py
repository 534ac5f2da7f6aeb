"""Driving jobs through the pool: what is fresh is left alone, what finishes is recorded at once, what breaks costs only itself."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from repro.engine.jobs import Bookmark, Job, Looked, MeasurementFailed, MoreSeeds
from repro.engine.pool import Pool
from repro.engine.process import Reply
from repro.engine.recordings import Positions, in_turns, most_wanted, position
from repro.engine.session import Session
from repro.engine.work import Work

if TYPE_CHECKING:
    from repro.engine.cluster import ClusterPool

_ACTIVE_PER_SLOT = 4
_BUSY_POLL = 0.2
_LOOK = 1.0


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
    more: Callable[[int], None] = lambda pieces: None,
) -> None:
    """Measure everything that is missing or stale (``again``: everything) and record it, with the recordings that it reads.

    Of these as many seeds are made as the next look of anybody wants, which ``more`` is told; then everybody looks, and who is
    undecided wants more. Exhibits show what there is in the end. Interrupting keeps all that is recorded. Work that another process
    is measuring is left to it and waited for at the end. What reads a recording that could not be made is not measured.
    """

    def stale(some: Iterable[Work]) -> list[Work]:
        waiting = []
        for work in some:
            if again or session.fresh(work) is None:
                waiting.append(work)
            else:
                done(Progress(work.name, 0.0, None))
        return waiting

    waiting = stale(work for work in works if not work.shows)
    showing = [work for work in works if work.shows]  # as stale as what is measured makes them
    if not waiting and not again and all(session.fresh(work) is not None for work in showing):
        stale(showing)
        return
    session.store.require_writable()
    with contextlib.ExitStack() as locks, _pool(session, jobs, cluster) as pool:
        runner = _Runner(session, pool, locks, done)
        if isinstance(pool, Pool):  # what a cluster's machines have done cannot be seen from here
            pool.tick = lambda: runner.look(at)
        runner.drive_all([work for work in waiting if not work.reads], again)
        runner.drive_readers([work for work in waiting if work.reads], again, more)
        runner.drive_readers(stale(showing), again, more)


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
        self.undecided: list[Work] = []  # what waits for more seeds of its recordings
        self._bookmarks: dict[str, Looked] = {}  # of this run
        self._made: set[str] = set()  # the seeds of this run, which `again` does not make a second time
        self._next_look = 0.0

    def look(self, at: Callable[[Positions], None]) -> None:
        """Tell, once a second, how far the recordings in flight have come."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + _LOOK
        folders = {name: active.work.checkpoint for name, active in self.active.items()}
        at({name: position(folder) for name, folder in folders.items() if folder is not None})

    def drive_readers(self, readers: list[Work], again: bool, more: Callable[[int], None]) -> None:
        """Run all of them look by look, each time after the seeds that they want."""
        while readers:
            wanted = {work.name: self.next_look(work, again) for work in readers}
            most = most_wanted(readers, wanted)
            seeds = [
                work
                for work in in_turns(self.session, most)
                if work.name not in self._made and (again or self.session.fresh(work) is None)
            ]
            more(len(seeds))
            self.drive_all(seeds, again)
            self._made |= {work.name for work in seeds}
            if again:
                self.session.again |= {
                    name: max(count, self.session.again.get(name, 0)) for name, count in most.items()
                }
            able = [work for work in readers if self.session.readable(work, wanted[work.name])]
            self.drive_all(able, again)
            for work in readers:
                if work not in able:
                    self.done(Progress(work.name, 0.0, None))
            readers, self.undecided = self.undecided, []

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
        self._step(self.active[work.name], None)
        return True

    def _advance(self, reply: Reply) -> None:
        active = self.active[reply.key]
        active.job.spent += reply.seconds
        self._step(active, reply)

    def _step(self, active: _Active, reply: Reply | None) -> None:
        """Hand on a reply, or begin, and submit what is asked for next."""
        steps = active.job.steps
        try:
            call = next(steps) if reply is None else steps.send(reply)
        except StopIteration as end:
            self._finish(active, dict(end.value), None)
        except MeasurementFailed as failure:
            self._finish(active, {}, str(failure))
        except MoreSeeds:
            self.undecided.append(active.work)
            self._let_go(active)
        else:
            self.pool.submit(active.job.task(call), first=reply is not None)

    def next_look(self, work: Work, again: bool) -> int:
        """How many seeds it wants to see next."""
        done = self._looked(work, again).seeds
        return next((look for look in work.looks if look > done), work.looks[-1])

    def _looked(self, work: Work, again: bool) -> Looked:
        """The looks of this run, or those that an interrupted one has left behind; a broken measurement goes on from them as well."""
        if work.name in self._bookmarks:
            return self._bookmarks[work.name]
        record = None if again else self.session.begun(work)
        return Looked(record["result"]["measured"], record["result"]["seeds"]) if record is not None else Looked()

    def _keep(self, work: Work, looked: Looked) -> None:
        """Keep an undecided look; on disk that of what takes longer than seconds."""
        self._bookmarks[work.name] = looked
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
        self._let_go(active)
        self.done(Progress(work.name, active.job.spent, error))

    def _let_go(self, active: _Active) -> None:
        active.lock.close()
        del self.active[active.work.name]

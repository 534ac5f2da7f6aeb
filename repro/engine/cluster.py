"""The pool's work on a Dask cluster that somebody else runs: ``repro run --cluster tcp://HOST:PORT``.

Dask carries a dotted name and JSON text, never a closure. On the other side the same supervised worker process serves the call, so
limits, deaths and memory cost one claim there as they do here. Every machine of the cluster needs this project at the same path and
the same packages installed. Dask itself speaks pickle without authentication: use it on a network that you trust.
"""

from __future__ import annotations

import importlib
import json
import threading
from functools import cache
from pathlib import Path
from typing import Any, Self

from repro.engine.fingerprint import canonical
from repro.engine.pool import Pool
from repro.engine.process import Reply, Task
from repro.errors import UsageProblem


class ClusterPool:
    """The interface of :class:`~repro.engine.pool.Pool` over a Dask cluster. Leaving it cancels what is still out."""

    def __init__(self, root: Path, address: str) -> None:
        try:
            distributed: Any = importlib.import_module("distributed")
        except ModuleNotFoundError:
            raise UsageProblem("--cluster needs Dask: pip install '.[dask]'") from None
        try:
            self._client = distributed.Client(address, timeout=10, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageProblem(f"--cluster {address}: no scheduler answers there: {error}") from None
        self._root = root
        self._out: dict[Any, Task] = {}
        self._finished = distributed.as_completed([], loop=self._client.loop, raise_errors=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.cancel(list(self._out))
        self._client.close()

    @property
    def slots(self) -> int:
        """Calls that the cluster can serve at a time."""
        return max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))

    @property
    def pending(self) -> int:
        """Tasks that wait or run."""
        return len(self._out)

    def submit(self, task: Task, first: bool = False) -> None:
        """Send a task; ``first`` asks for it before the others."""
        seeds = list(task.seeds) if task.seeds else None
        text = canonical(
            {
                "key": task.key,
                "call": task.call,
                "kwargs": task.kwargs,
                "seeds": seeds,
                "group": task.group,
                "seconds": task.seconds,
                "mebibytes": task.mebibytes,
                "offered": task.offered,
            }
        )
        future = self._client.submit(serve, str(self._root), text, pure=False, priority=int(first), retries=1)
        self._out[future] = task
        self._finished.add(future)

    def wait(self) -> list[Reply]:
        """Block until at least one task is done; an empty list when none is pending."""
        if not self._out:
            return []
        future = next(self._finished)
        task = self._out.pop(future)
        if future.status != "finished":
            return [
                Reply(task.key, 0.0, error=f"was lost by the cluster ({future.status}): {future.exception()!r:.300}")
            ]
        content = json.loads(future.result())
        return [Reply(task.key, content["seconds"], content["value"], content["error"])]


def serve(root: str, text: str) -> str:
    """On a cluster's worker: one call through a supervised process of its own; JSON in, JSON out."""
    content = json.loads(text)
    content["seeds"] = tuple(content["seeds"]) if content["seeds"] else None
    pool = _local_pool(root, threading.get_ident())
    pool.submit(Task(**content))
    reply = pool.wait()[0]
    return canonical({"seconds": reply.seconds, "value": reply.value, "error": reply.error})


@cache
def _local_pool(root: str, thread: int) -> Pool:
    """A pool serves one caller; a worker of the cluster may have several threads."""
    return Pool(Path(root), 1)

"""The other side of the pool: one process, one thread, one task at a time, JSON lines in and out.

The reply channel is a file descriptor of its own, so an experiment may print what it likes. Standard input is closed to it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
import traceback
from typing import Any, TextIO

from repro.engine.measuring import BadMeasure, call


def main(root: str, reply_fd: int) -> None:
    """Serve tasks until standard input ends."""
    requests = os.fdopen(os.dup(0), encoding="ascii")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)  # what an experiment prints goes where its warnings go
    replies = os.fdopen(reply_fd, "w", encoding="ascii")
    threading.Thread(target=_leave_with_parent, args=(os.getppid(),), daemon=True).start()
    sys.path.insert(0, root)
    for line in requests:
        _serve(json.loads(line), replies)


def _serve(task: dict[str, Any], replies: TextIO) -> None:
    started = time.perf_counter()
    try:
        seeds = tuple(task["seeds"]) if task["seeds"] else None
        reply: dict[str, Any] = {"value": call(task["call"], task["kwargs"], seeds)}
    except BadMeasure as error:
        reply = {"error": str(error)}
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # SystemExit included: an experiment must not end its worker
        reply = {"error": f"{type(error).__name__}: {error}", "trace": _trace(error)}
    reply["seconds"] = time.perf_counter() - started
    replies.write(json.dumps(reply) + "\n")
    replies.flush()


def _trace(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[2:]
    return "; ".join(f"{os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames[-4:])


def _leave_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main(sys.argv[1], int(sys.argv[2]))

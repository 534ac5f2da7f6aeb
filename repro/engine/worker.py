"""The other side of the pool: one process, one thread, one task at a time, JSON lines in and out.

The reply channel is a file descriptor of its own, so an experiment may print what it likes. Standard input is closed to it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any, TextIO

_LONGEST_ERROR = 2000


def main(root: Path, reply_fd: int) -> None:
    """Serve tasks until standard input ends."""
    _die_with_parent(reply_fd)
    requests = os.fdopen(os.dup(0), encoding="ascii")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)  # what an experiment prints goes where its warnings go
    replies = os.fdopen(reply_fd, "w", encoding="ascii")
    os.set_inheritable(reply_fd, False)
    sys.path.insert(0, str(root))
    for line in requests:
        _serve(root, json.loads(line), replies)


def _serve(root: Path, task: dict[str, Any], replies: TextIO) -> None:
    from repro.engine.measuring import BadMeasure, call  # imports NumPy: after the fork of the watcher

    started = time.perf_counter()
    try:
        seeds = tuple(task["seeds"]) if task["seeds"] else None
        text = json.dumps({"value": call(root, task["call"], task["kwargs"], seeds, task["offered"])})
    except BadMeasure as error:
        text = json.dumps({"error": str(error)[:_LONGEST_ERROR]})
    except BaseException as error:  # noqa: BLE001  # SystemExit included: an experiment must not end its worker
        text = json.dumps({"error": _told(error)})
    replies.write(f'{{"seconds": {time.perf_counter() - started}, "reply": {text}}}\n')
    replies.flush()


def _told(error: BaseException) -> str:
    """The error in one line, with the last places that it came through; its own ``__str__`` may fail as well."""
    said = " ".join("".join(traceback.TracebackException(type(error), error, None).format_exception_only()).split())
    frames = traceback.extract_tb(error.__traceback__)[2:]
    places = "; ".join(f"{os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames[-4:])
    return f"{said[:_LONGEST_ERROR]} ({places})" if places else said[:_LONGEST_ERROR]


def _die_with_parent(reply_fd: int) -> None:
    """Fork a watcher that kills the whole group, grandchildren too, once the other end of standard input is gone.

    A thread could not do it: it does not run while an experiment hangs with the interpreter lock held.
    """
    if os.fork():
        return
    os.close(reply_fd)  # an open copy would hide the worker's death from the pool
    hangup = select.poll()
    hangup.register(0, 0)  # no event but the end of the stream: what is sent is the worker's to read
    hangup.poll()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(Path(sys.argv[1]), int(sys.argv[2]))

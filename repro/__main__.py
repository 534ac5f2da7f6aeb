"""``python -m repro`` and the ``repro`` command."""

import io
import os
import signal
import sys
import traceback
from types import FrameType


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a poor terminal shows poor text, not a traceback
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, _interrupt)
    try:
        from repro.cli import run_command_line

        code = run_command_line(sys.argv[1:])
        _close_output()
        sys.exit(code)
    except KeyboardInterrupt:  # before the first command started
        sys.exit(128 + signal.SIGINT)
    except Exception:  # noqa: BLE001  # a fault of ours; Python's own exit code, 1, would read as a refuted claim
        traceback.print_exc()
        sys.exit(3)


def _close_output() -> None:
    """What could not be written has been told; the interpreter need not try, and complain, once more at its end."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """To be terminated is to be interrupted: the workers end, and what is finished is kept."""
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    main()
